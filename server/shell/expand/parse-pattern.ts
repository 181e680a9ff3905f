/** A part of a shell pattern. */
export type PatternNode =
  | { readonly kind: 'char'; readonly char: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'star' }
  | { readonly kind: 'set'; readonly negated: boolean; readonly test: (char: string) => boolean }
  | { readonly kind: 'group'; readonly operator: string; readonly options: readonly PatternNode[][] };

/** What takes one character. */
export type OneChar = Exclude<PatternNode, { kind: 'star' | 'group' }>;

const CLASSES: Record<string, RegExp> = {
  alnum: /[\p{L}\p{Nd}]/u,
  alpha: /\p{L}/u,
  ascii: /[\0-\x7f]/,
  blank: /[ \t]/,
  cntrl: /[\0-\x1f\x7f]/,
  digit: /[0-9]/,
  graph: /[^\s\0-\x1f\x7f]/,
  lower: /\p{Ll}/u,
  print: /[^\0-\x1f\x7f]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t\n\r\f\v]/,
  upper: /\p{Lu}/u,
  word: /[\p{L}\p{Nd}_]/u,
  xdigit: /[0-9A-Fa-f]/,
};

/** The parts of a pattern; `extended`: groups such as `+(…)` are known. */
export function parsePattern(source: string, extended: boolean): PatternNode[] {
  return parseSequence(Array.from(source), { at: 0 }, extended, false);
}

interface Cursor {
  at: number;
}

function parseSequence(
  chars: readonly string[],
  cursor: Cursor,
  extended: boolean,
  nested: boolean,
): PatternNode[] {
  const nodes: PatternNode[] = [];
  while (cursor.at < chars.length) {
    const char = chars[cursor.at] as string;
    if (nested && (char === '|' || char === ')')) break;
    nodes.push(parseOne(chars, cursor, extended));
  }
  return nodes;
}

function parseOne(chars: readonly string[], cursor: Cursor, extended: boolean): PatternNode {
  const char = chars[cursor.at++] as string;
  if (char === '\\') return { kind: 'char', char: chars[cursor.at++] ?? '\\' };
  if (extended && '?*+@!'.includes(char) && chars[cursor.at] === '(') {
    const group = parseGroup(chars, cursor, char);
    if (group) return group;
  }
  if (char === '*') return { kind: 'star' };
  if (char === '?') return { kind: 'any' };
  if (char === '[') return parseSet(chars, cursor) ?? { kind: 'char', char };
  return { kind: 'char', char };
}

function parseGroup(chars: readonly string[], cursor: Cursor, operator: string): PatternNode | undefined {
  const start = cursor.at;
  cursor.at++;
  const options: PatternNode[][] = [];
  for (;;) {
    options.push(parseSequence(chars, cursor, true, true));
    const end = chars[cursor.at++];
    if (end === ')') return { kind: 'group', operator, options };
    if (end === undefined) break;
  }
  cursor.at = start;
  return undefined;
}

function parseSet(chars: readonly string[], cursor: Cursor): PatternNode | undefined {
  const start = cursor.at;
  const negated = chars[cursor.at] === '!' || chars[cursor.at] === '^';
  if (negated) cursor.at++;
  const tests: ((char: string) => boolean)[] = [];
  for (let first = true; ; first = false) {
    const char = chars[cursor.at];
    if (char === undefined) {
      cursor.at = start;
      return undefined;
    }
    if (char === ']' && !first) break;
    tests.push(parseSetItem(chars, cursor));
  }
  cursor.at++;
  return { kind: 'set', negated, test: (char) => tests.some((test) => test(char)) };
}

function parseSetItem(chars: readonly string[], cursor: Cursor): (char: string) => boolean {
  const rest = chars.slice(cursor.at, cursor.at + 12).join('');
  const named = /^\[:(\w+):\]/.exec(rest);
  if (named) {
    cursor.at += named[0].length;
    const known = CLASSES[named[1] as string];
    return (char) => known?.test(char) === true;
  }
  const low = setChar(chars, cursor);
  if (chars[cursor.at] !== '-' || chars[cursor.at + 1] === ']' || chars[cursor.at + 1] === undefined) {
    return (char) => char === low;
  }
  cursor.at++;
  const high = setChar(chars, cursor);
  return (char) => char >= low && char <= high;
}

function setChar(chars: readonly string[], cursor: Cursor): string {
  const equivalent = /^\[([.=])(.)\1\]/u.exec(chars.slice(cursor.at, cursor.at + 6).join(''));
  if (equivalent) {
    cursor.at += 5;
    return equivalent[2] as string;
  }
  const char = chars[cursor.at++] as string;
  return char === '\\' && cursor.at < chars.length ? (chars[cursor.at++] as string) : char;
}
