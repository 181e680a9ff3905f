import { GoStruct, isNothing, shown } from '../../go-template/values.ts';
import { goStringLiteral } from '../../kubectl/go-json.ts';
import { type Functions, fn, refuse } from './table.ts';

/** Longest text that repeating makes. */
const MOST_TEXT = 8 * 1024 * 1024;

/** A value as text. Models sprig strval. */
export function textOf(is: unknown): string {
  return is instanceof GoStruct && is.text !== undefined ? is.text : shown(is);
}

/** A list as texts, without the nothing in it. Models sprig strslice. */
export function textsOf(is: unknown): string[] {
  if (isNothing(is)) return [];
  return (Array.isArray(is) ? is : [is]).filter((item) => !isNothing(item)).map(textOf);
}

const WORD = /[\p{L}\p{N}_']+/gu;
const title = (text: string) =>
  text.replace(/(^|[^\p{L}\p{N}_'])(\p{L})/gu, (_, before, letter) => before + letter.toUpperCase());

function indent(spaces: number, text: string): string {
  if (spaces < 0) refuse('strings: negative Repeat count');
  const pad = ' '.repeat(Math.min(spaces, 1000));
  return pad + text.replaceAll('\n', `\n${pad}`);
}

function trunc(length: number, text: string): string {
  const bytes = Buffer.from(text);
  if (length < 0) return bytes.length + length > 0 ? bytes.subarray(length).toString() : text;
  return bytes.length > length ? bytes.subarray(0, length).toString() : text;
}

const cutSet = (set: string, text: string, ends: 'both' | 'left' | 'right') => {
  const chars = new Set(set);
  let [from, to] = [0, text.length];
  while (ends !== 'right' && from < to && chars.has(text[from] as string)) from++;
  while (ends !== 'left' && to > from && chars.has(text[to - 1] as string)) to--;
  return text.slice(from, to);
};

/** Words of an identifier: at changes of case, digits, and what is no letter. Models xstrings. */
function words(text: string): string[] {
  return text
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[\s_\-.]+/)
    .filter((word) => word !== '');
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

function substr(from: number, to: number, text: string): string {
  if (from < 0) return text.slice(0, to);
  return to < 0 || to > text.length ? text.slice(from) : text.slice(from, to);
}

function wrap(width: number, separator: string, text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join(separator);
}

function abbreviate(width: number, text: string): string {
  return width < 4 || text.length <= width ? text : `${text.slice(0, width - 3)}...`;
}

function repeat(count: number, text: string): string {
  if (count < 0) refuse('strings: negative Repeat count');
  if (count * text.length > MOST_TEXT) refuse('strings: Repeat output length overflow');
  return text.repeat(count);
}

const swapCase = (char: string) => (char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase());
const SEPARATOR = (separator: string, text: string) => text.split(separator);

function replace(old: string, by: string, text: string): string {
  const made = text.replaceAll(old, () => by);
  return made.length > MOST_TEXT ? refuse('strings: output length overflow') : made;
}

/** Models sprig strings.go. */
export const STRINGS: Functions = {
  trim: fn('string', (text: string) => text.trim()),
  upper: fn('string', (text: string) => text.toUpperCase()),
  lower: fn('string', (text: string) => text.toLowerCase()),
  title: fn('string', title),
  untitle: fn('string', (text: string) =>
    text.replace(WORD, (word) => word.charAt(0).toLowerCase() + word.slice(1)),
  ),
  substr: fn('int int string', substr),
  trunc: fn('int string', trunc),
  abbrev: fn('int string', abbreviate),
  abbrevboth: fn('int int string', (left: number, width: number, text: string) =>
    text.length <= width ? text : `...${abbreviate(width - 3, text.slice(left))}`,
  ),
  repeat: fn('int string', repeat),
  trimAll: fn('string string', (set: string, text: string) => cutSet(set, text, 'both')),
  trimall: fn('string string', (set: string, text: string) => cutSet(set, text, 'both')),
  trimSuffix: fn('string string', (end: string, text: string) =>
    end !== '' && text.endsWith(end) ? text.slice(0, -end.length) : text,
  ),
  trimPrefix: fn('string string', (start: string, text: string) =>
    text.startsWith(start) ? text.slice(start.length) : text,
  ),
  nospace: fn('string', (text: string) => text.replace(/\s/g, '')),
  initials: fn('string', (text: string) =>
    text
      .split(/\s+/)
      .map((word) => word.charAt(0))
      .join(''),
  ),
  swapcase: fn('string', (text: string) => [...text].map(swapCase).join('')),
  snakecase: fn('string', (text: string) => words(text).join('_').toLowerCase()),
  kebabcase: fn('string', (text: string) => words(text).join('-').toLowerCase()),
  camelcase: fn('string', (text: string) => words(text).map(capital).join('')),
  wrap: fn('int string', (width: number, text: string) => wrap(width, '\n', text)),
  wrapWith: fn('int string string', wrap),
  contains: fn('string string', (part: string, text: string) => text.includes(part)),
  hasPrefix: fn('string string', (part: string, text: string) => text.startsWith(part)),
  hasSuffix: fn('string string', (part: string, text: string) => text.endsWith(part)),
  quote: fn('any...', (...items: unknown[]) => textsOf(items).map(goStringLiteral).join(' ')),
  squote: fn('any...', (...items: unknown[]) =>
    textsOf(items)
      .map((text) => `'${text}'`)
      .join(' '),
  ),
  cat: fn('any...', (...items: unknown[]) => textsOf(items).join(' ')),
  indent: fn('int string', indent),
  nindent: fn('int string', (spaces: number, text: string) => `\n${indent(spaces, text)}`),
  replace: fn('string string string', replace),
  plural: fn('string string int', (one: string, many: string, count: number) => (count === 1 ? one : many)),
  toString: fn('any', textOf),
  toStrings: fn('any', textsOf),
  join: fn('string any', (separator: string, list: unknown) => textsOf(list).join(separator)),
  sortAlpha: fn('any', (list: unknown) => textsOf(list).sort()),
  split: fn('string string', (separator: string, text: string) =>
    Object.fromEntries(SEPARATOR(separator, text).map((part, i) => [`_${i}`, part])),
  ),
  splitn: fn('string int string', (separator: string, count: number, text: string) => {
    const parts = SEPARATOR(separator, text);
    const kept =
      parts.length > count ? [...parts.slice(0, count - 1), parts.slice(count - 1).join(separator)] : parts;
    return Object.fromEntries(kept.map((part, i) => [`_${i}`, part]));
  }),
  splitList: fn('string string', SEPARATOR),
  toDecimal: fn('any', (value: unknown) => Number.parseInt(textOf(value), 8) || 0),
  hello: fn('', () => 'Hello!'),
  base: fn(
    'string',
    (path: string) => path.replace(/\/+$/, '').split('/').at(-1) || (path === '' ? '.' : '/'),
  ),
  dir: fn('string', (path: string) => path.replace(/\/?[^/]*$/, '') || (path.startsWith('/') ? '/' : '.')),
  clean: fn('string', cleanPath),
  ext: fn('string', (path: string) => /\.[^./]*$/.exec(path)?.[0] ?? ''),
  isAbs: fn('string', (path: string) => path.startsWith('/')),
  getHostByName: fn('string', () => ''),
};

/** Models path.Clean. */
export function cleanPath(path: string): string {
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && out.length > 0 && out.at(-1) !== '..') out.pop();
    else if (part !== '..' || !path.startsWith('/')) out.push(part);
  }
  return (path.startsWith('/') ? '/' : '') + out.join('/') || '.';
}
