/** What Go's decoder says of the text that JSON.parse stopped at. */
export function goJsonError(text: string, error: Error): string {
  const at = /position (\d+)/.exec(error.message);
  const index = at ? Number(at[1]) : text.length;
  if (index >= text.length) return 'unexpected end of JSON input';
  const shown = `invalid character ${quoteChar(text[index] as string)}`;
  const before = text.slice(0, index).trimEnd().at(-1);
  if (before === '{') return `${shown} looking for beginning of object key string`;
  if (before === ',') {
    return `${shown} looking for beginning of ${insideObject(text, index) ? 'object key string' : 'value'}`;
  }
  if (before === undefined || before === ':' || before === '[')
    return `${shown} looking for beginning of value`;
  if (insideObject(text, index)) return `${shown} after object key:value pair`;
  return `${shown} after ${text.slice(0, index).trim() === '' ? 'top-level value' : 'array element'}`;
}

function insideObject(text: string, index: number): boolean {
  const open: string[] = [];
  let quoted = false;
  for (let i = 0; i < index; i++) {
    const c = text[i];
    if (quoted) {
      if (c === '\\') i++;
      else if (c === '"') quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === '{' || c === '[') open.push(c);
    else if (c === '}' || c === ']') open.pop();
  }
  return open.at(-1) === '{';
}

function quoteChar(c: string): string {
  if (c === "'") return `'\\''`;
  if (c === '\n') return `'\\n'`;
  if (c === '\t') return `'\\t'`;
  return `'${c}'`;
}
