import { looksLikeOther } from './yaml-scalar.ts';

const BEST_WIDTH = 80;

/** A JSON value as kubectl prints YAML: sorted keys, go-yaml's quoting and folding. Ends with a newline. */
export function toYaml(value: unknown): string {
  const out = new Emitter();
  out.document(value);
  return out.text;
}

/** Order of map keys in go-yaml: numbers inside keys count by value. Models keyList.Less. */
export function compareKeys(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  let digits = false;
  for (let i = 0; i < left.length && i < right.length; i++) {
    const x = left[i] as string;
    const y = right[i] as string;
    if (x === y) {
      digits = isDigit(x);
      continue;
    }
    const xLetter = isLetter(x);
    const yLetter = isLetter(y);
    if (xLetter && yLetter) return x < y ? -1 : 1;
    if (xLetter || yLetter) return digits ? (xLetter ? -1 : 1) : xLetter ? 1 : -1;
    const byNumber = compareNumbers(left, right, i);
    if (byNumber !== 0) return byNumber;
    return x < y ? -1 : 1;
  }
  return left.length - right.length;
}

function compareNumbers(left: string[], right: string[], at: number): number {
  let start = at;
  if (left[at] === '0' || right[at] === '0') {
    for (let j = at - 1; j >= 0 && isDigit(left[j] as string); j--) {
      if (left[j] !== '0') {
        start = j;
        break;
      }
    }
  }
  const number = (chars: string[]) => {
    let i = at;
    let n = start < at ? 1 : 0;
    while (i < chars.length && isDigit(chars[i] as string)) n = n * 10 + Number(chars[i++]);
    return { n, end: i };
  };
  const a = number(left);
  const b = number(right);
  return a.n !== b.n ? a.n - b.n : a.end - b.end;
}

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9';
}

function isLetter(char: string): boolean {
  return /\p{L}/u.test(char);
}

class Emitter {
  text = '';
  #column = 0;

  document(value: unknown): void {
    if (isMap(value) && size(value) > 0) this.#map(value, 0, false);
    else if (Array.isArray(value) && value.length > 0) this.#list(value, 0, false);
    else this.#scalar(value, 2);
    if (this.#column > 0) this.#newline();
  }

  #write(text: string): void {
    this.text += text;
    const at = text.lastIndexOf('\n');
    this.#column = at < 0 ? this.#column + text.length : text.length - at - 1;
  }

  #newline(): void {
    this.#write('\n');
  }

  #indent(columns: number): void {
    if (this.#column > 0) this.#newline();
    this.#write(' '.repeat(columns));
  }

  /** `inline`: the first key stands behind a `- `. */
  #map(map: Record<string, unknown>, indent: number, inline: boolean): void {
    let first = inline;
    for (const key of Object.keys(map).sort(compareKeys)) {
      const value = map[key];
      if (value === undefined) continue;
      if (!first) this.#indent(indent);
      first = false;
      this.#write(`${keyText(key)}:`);
      if (isMap(value) && size(value) > 0) this.#map(value, indent + 2, false);
      else if (Array.isArray(value) && value.length > 0) this.#list(value, indent, false);
      else {
        this.#write(' ');
        this.#scalar(value, indent + 2);
      }
    }
  }

  #list(items: readonly unknown[], indent: number, inline: boolean): void {
    let first = inline;
    for (const item of items) {
      if (!first) this.#indent(indent);
      first = false;
      this.#write('- ');
      if (isMap(item) && size(item) > 0) this.#map(item, indent + 2, true);
      else if (Array.isArray(item) && item.length > 0) this.#list(item, indent + 2, true);
      else this.#scalar(item, indent + 2);
    }
  }

  #scalar(value: unknown, indent: number): void {
    if (typeof value === 'string') this.#string(value, indent);
    else if (value === null || value === undefined) this.#write('null');
    else if (Array.isArray(value)) this.#write('[]');
    else if (typeof value === 'object') this.#write('{}');
    else this.#write(typeof value === 'number' ? goNumber(value) : String(value));
  }

  #string(text: string, indent: number): void {
    const facts = analyze(text);
    if (text.includes('\n')) {
      if (facts.block) this.#literal(text, indent);
      else this.#double(text, indent);
    } else if (looksLikeOther(text)) this.#double(text, indent);
    else if (facts.plain) this.#folded(text, indent, '');
    else if (facts.single) this.#folded(text, indent, "'");
    else this.#double(text, indent);
  }

  #literal(text: string, indent: number): void {
    const hint = text.startsWith(' ') || text.startsWith('\n') ? '2' : '';
    const chomp = !text.endsWith('\n') ? '-' : text.endsWith('\n\n') || text === '\n' ? '+' : '';
    this.#write(`|${hint}${chomp}\n`);
    const lines = text.split('\n');
    const last = lines.pop() as string;
    const pad = ' '.repeat(indent);
    for (const line of lines) this.#write(line === '' ? '\n' : `${pad}${line}\n`);
    if (last !== '') this.#write(`${pad}${last}`);
  }

  /** Plain and single-quoted text, broken at spaces past the best width. */
  #folded(text: string, indent: number, quote: string): void {
    this.#write(quote);
    const content = quote === '' ? text : text.replaceAll("'", "''");
    const chars = [...content];
    let piece = '';
    let spaces = false;
    chars.forEach((char, i) => {
      if (char !== ' ') {
        piece += char;
        spaces = false;
        return;
      }
      const inner = quote === '' || (i > 0 && i < chars.length - 1);
      if (!spaces && inner && this.#column + [...piece].length > BEST_WIDTH && chars[i + 1] !== ' ') {
        this.#write(piece);
        piece = '';
        this.#indent(indent);
      } else piece += char;
      spaces = true;
    });
    this.#write(piece + quote);
  }

  #double(text: string, indent: number): void {
    this.#write('"');
    const chars = [...text];
    let spaces = false;
    chars.forEach((char, i) => {
      if (char !== ' ') {
        this.#write(escapeDouble(char));
        spaces = false;
        return;
      }
      if (!spaces && i > 0 && i < chars.length - 1 && this.#column > BEST_WIDTH) {
        this.#indent(indent);
        if (chars[i + 1] === ' ') this.#write('\\');
      } else this.#write(' ');
      spaces = true;
    });
    this.#write('"');
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function size(map: Record<string, unknown>): number {
  return Object.values(map).filter((value) => value !== undefined).length;
}

function keyText(key: string): string {
  const facts = analyze(key);
  if (looksLikeOther(key) || key.includes('\n')) return quoteDouble(key);
  if (facts.plain) return key;
  return facts.single ? `'${key.replaceAll("'", "''")}'` : quoteDouble(key);
}

function quoteDouble(text: string): string {
  return `"${[...text].map(escapeDouble).join('')}"`;
}

/** A float as Go prints it; integers as they are. */
export function goNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return String(value);
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  return String(value).replace(/e([-+])(\d)$/, 'e$10$2');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\x85': '\\N',
  '\xa0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function escapeDouble(char: string): string {
  const known = ESCAPES[char];
  if (known !== undefined && (char !== '\xa0' || !isPrintable(char))) return known;
  if (isPrintable(char)) return char;
  const code = char.codePointAt(0) as number;
  const hex = code.toString(16).toUpperCase();
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

function isPrintable(char: string): boolean {
  const code = char.codePointAt(0) as number;
  if (code === 0x0a || (code >= 0x20 && code <= 0x7e)) return true;
  return (code >= 0xa0 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd && code !== 0xfeff);
}

/** Which styles can hold a text. Models yaml_emitter_analyze_scalar. */
function analyze(text: string): { plain: boolean; single: boolean; block: boolean } {
  const chars = [...text];
  const isBreak = (c: string | undefined) => c !== undefined && /[\n\r\x85\u2028\u2029]/.test(c);
  const isBlank = (c: string | undefined) => c === undefined || c === ' ' || c === '\t' || isBreak(c);
  let indicators = text.startsWith('---') || text.startsWith('...');
  let special = false;
  let breaks = false;
  let breakSpace = false;
  let spaceBreak = false;
  let before: string | undefined;
  chars.forEach((char, i) => {
    const next = chars[i + 1];
    if (i === 0) {
      if ('#,[]{}&*!|>\'"%@`'.includes(char)) indicators = true;
      else if ('?:-'.includes(char) && isBlank(next)) indicators = true;
    } else if (char === ':' && isBlank(next)) indicators = true;
    else if (char === '#' && isBlank(before)) indicators = true;
    if (!isPrintable(char)) special = true;
    if (isBreak(char)) breaks = true;
    if (char === ' ' && isBreak(before)) breakSpace = true;
    if (isBreak(char) && before === ' ') spaceBreak = true;
    before = char;
  });
  const first = chars[0];
  const last = chars.at(-1);
  const edges = first === ' ' || isBreak(first) || last === ' ' || isBreak(last);
  const bad = spaceBreak || special;
  return {
    plain: !edges && !breakSpace && !bad && !breaks && !indicators,
    single: !breakSpace && !bad,
    block: last !== ' ' && !bad,
  };
}
