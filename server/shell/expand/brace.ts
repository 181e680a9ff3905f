const MAX_WORDS = 100_000;

/** Brace expansion of the raw text of a word. Quotes and expansions inside stay as they are. */
export function expandBraces(text: string): string[] {
  const open = findOpen(text, 0);
  if (open === undefined) return [text];
  const { start, end, commas } = open;
  const head = text.slice(0, start);
  const tails = expandBraces(text.slice(end + 1));
  const inner = text.slice(start + 1, end);
  const middles = commas.length > 0 ? alternatives(text, start, end, commas) : (sequence(inner) as string[]);
  const out: string[] = [];
  for (const middle of middles) {
    for (const tail of tails) {
      out.push(head + middle + tail);
      if (out.length > MAX_WORDS) return [text];
    }
  }
  return out;
}

interface Braces {
  start: number;
  end: number;
  commas: number[];
}

/** The first brace pair that has a comma or is a sequence. */
function findOpen(text: string, from: number): Braces | undefined {
  for (let i = from; i < text.length; i = skip(text, i)) {
    if (text[i] !== '{' || text[i - 1] === '$') continue;
    const found = matching(text, i);
    if (!found) continue;
    if (found.commas.length > 0 || sequence(text.slice(i + 1, found.end))) return found;
  }
  return undefined;
}

function matching(text: string, start: number): Braces | undefined {
  const commas: number[] = [];
  let depth = 0;
  for (let i = start; i < text.length; i = skip(text, i)) {
    const char = text[i];
    if (char === '{') depth++;
    else if (char === '}' && --depth === 0) return { start, end: i, commas };
    else if (char === ',' && depth === 1) commas.push(i);
  }
  return undefined;
}

function alternatives(text: string, start: number, end: number, commas: readonly number[]): string[] {
  const borders = [start, ...commas, end];
  return borders
    .slice(1)
    .flatMap((border, i) => expandBraces(text.slice((borders[i] as number) + 1, border)));
}

/** The position after the item at `i`: quoted strings and `$…` count as one. */
function skip(text: string, i: number): number {
  const char = text[i];
  if (char === '\\') return i + 2;
  if (char === "'") return past(text, i + 1, "'", false);
  if (char === '"') return past(text, i + 1, '"', true);
  if (char === '`') return past(text, i + 1, '`', true);
  if (char === '$' && text[i + 1] === '(') return pair(text, i + 1, '(', ')');
  if (char === '$' && text[i + 1] === '{') return pair(text, i + 1, '{', '}');
  return i + 1;
}

function past(text: string, from: number, close: string, escapes: boolean): number {
  for (let i = from; i < text.length; i++) {
    if (escapes && text[i] === '\\') i++;
    else if (text[i] === close) return i + 1;
  }
  return text.length;
}

function pair(text: string, from: number, open: string, close: string): number {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === open) depth++;
    else if (text[i] === close && --depth === 0) return i + 1;
  }
  return text.length;
}

/** `{1..10..2}`, `{a..e}`; undefined when the text is no sequence. */
function sequence(text: string): string[] | undefined {
  const numbers = /^([-+]?\d{1,15})\.\.([-+]?\d{1,15})(?:\.\.([-+]?\d{1,15}))?$/.exec(text);
  if (numbers) {
    const [, first = '', last = '', by] = numbers;
    const padded = [first, last].some((n) => /^[-+]?0\d/.test(n));
    const width = padded ? Math.max(first.length, last.length) : 0;
    return steps(Number(first), Number(last), by, (n) => pad(n, width));
  }
  const letters = /^([A-Za-z])\.\.([A-Za-z])(?:\.\.([-+]?\d{1,15}))?$/.exec(text);
  if (!letters) return undefined;
  const [, first = '', last = '', by] = letters;
  const list = steps(first.charCodeAt(0), last.charCodeAt(0), by, (code) => String.fromCharCode(code));
  return list?.map((char) => (char === '\\' ? '' : /[A-Za-z]/.test(char) ? char : `\\${char}`));
}

function steps(
  first: number,
  last: number,
  by: string | undefined,
  show: (n: number) => string,
): string[] | undefined {
  const step = Math.abs(Number(by ?? 1)) || 1;
  if (Math.abs(last - first) / step > MAX_WORDS * 10) return undefined;
  const out: string[] = [];
  if (first <= last) for (let n = first; n <= last; n += step) out.push(show(n));
  else for (let n = first; n >= last; n -= step) out.push(show(n));
  return out;
}

function pad(n: number, width: number): string {
  const digits = String(Math.abs(n));
  return n < 0 ? `-${digits.padStart(width - 1, '0')}` : digits.padStart(width, '0');
}
