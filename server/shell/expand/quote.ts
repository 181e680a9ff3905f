/** Quotes a word so that the shell reads it back, as `printf %q` and completion do. */
export function backslashQuote(text: string): string {
  if (text === '') return "''";
  if (/[\0-\x1f\x7f\udc80-\udcff]/.test(text)) return ansiQuote(text);
  return text.replace(/[ !"#$&'()*,;<=>?[\\\]^`{|}~]/g, (char, at: number) =>
    (char === '#' || char === '~') && at > 0 && !(char === '~' && /[=:]/.test(text[at - 1] as string))
      ? char
      : char === '='
        ? char
        : `\\${char}`,
  );
}

/** Quotes with single quotes, as `${x@Q}`, `declare -p` of aliases and `set -x` do. */
export function singleQuote(text: string): string {
  if (/[\0-\x1f\x7f\udc80-\udcff]/.test(text)) return ansiQuote(text);
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Quotes with double quotes, as `declare -p` shows values. */
export function doubleQuote(text: string): string {
  if (/[\0-\x1f\x7f\udc80-\udcff]/.test(text)) return ansiQuote(text);
  return `"${text.replace(/["$\\`]/g, '\\$&')}"`;
}

/** Quotes only when something needs it: the words that `set -x` and `set` show. */
export function quoteIfNeeded(text: string): string {
  if (text === '') return "''";
  if (/[\0-\x1f\x7f\udc80-\udcff]/.test(text)) return ansiQuote(text);
  return /[\s!"#$&'()*;<>?[\\\]^`{|}~]/.test(text) && needsQuotes(text) ? singleQuote(text) : text;
}

function needsQuotes(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (char === '#' && i > 0) continue;
    if (char === '~' && i > 0 && !/[=:]/.test(text[i - 1] as string)) continue;
    if (/[\s!"#$&'()*;<>?[\\\]^`{|}~]/.test(char)) return true;
  }
  return false;
}

const NAMED: Record<string, string> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\x1b': '\\E',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  "'": "\\'",
};

/** `$'…'` with escapes for everything that cannot be printed. */
export function ansiQuote(text: string): string {
  let out = '';
  for (const char of text) {
    const code = char.codePointAt(0) as number;
    if (NAMED[char]) out += NAMED[char];
    else if (code >= 0xdc80 && code <= 0xdcff) out += `\\${(code - 0xdc00).toString(8).padStart(3, '0')}`;
    else if (code < 0x20 || code === 0x7f) out += `\\${code.toString(8).padStart(3, '0')}`;
    else out += char;
  }
  return `$'${out}'`;
}
