import type { LineEditor } from './line-editor.ts';

export type Motion = (editor: LineEditor, count: number) => number | undefined;

/** Where the keys of motions go to; undefined: nowhere. */
export const MOTIONS: Record<string, Motion> = {
  h: ({ buffer }, n) => (buffer.point === 0 ? undefined : Math.max(0, buffer.point - n)),
  '\b': ({ buffer }, n) => (buffer.point === 0 ? undefined : Math.max(0, buffer.point - n)),
  '\x7f': ({ buffer }, n) => (buffer.point === 0 ? undefined : Math.max(0, buffer.point - n)),
  left: ({ buffer }, n) => Math.max(0, buffer.point - n),
  l: ({ buffer }, n) => Math.min(buffer.chars.length, buffer.point + n),
  ' ': ({ buffer }, n) => Math.min(buffer.chars.length, buffer.point + n),
  right: ({ buffer }, n) => Math.min(buffer.chars.length, buffer.point + n),
  '0': () => 0,
  '^': ({ buffer }) =>
    Math.max(
      0,
      buffer.chars.findIndex((char) => !/\s/.test(char)),
    ),
  home: () => 0,
  $: ({ buffer }) => buffer.chars.length,
  end: ({ buffer }) => buffer.chars.length,
  w: ({ buffer }, n) => repeat(n, buffer.point, (at) => nextWord(buffer.chars, at)),
  W: ({ buffer }, n) => repeat(n, buffer.point, (at) => nextBlank(buffer.chars, at)),
  b: ({ buffer }, n) => repeat(n, buffer.point, (at) => buffer.wordStart(at)),
  B: ({ buffer }, n) => repeat(n, buffer.point, (at) => buffer.blankStart(at)),
  '|': (_, n) => n - 1,
  E: ({ buffer }, n) => repeat(n, buffer.point, (at) => blankEnd(buffer.chars, at)),
  e: ({ buffer }, n) => repeat(n, buffer.point, (at) => Math.max(at, buffer.wordEnd(at + 1) - 1)),
};

const OPENING = '([{';
const CLOSING = ')]}';

/** The bracket that belongs to the one at the cursor or the first behind it. Models readline vi_mode.c rl_vi_match. */
export function bracketOf(chars: readonly string[], point: number): number | undefined {
  const isBracket = (char: string) => (OPENING + CLOSING).includes(char);
  const from = chars.findIndex((char, i) => i >= point && isBracket(char));
  const own = chars[from];
  if (own === undefined) return undefined;
  const opens = OPENING.includes(own);
  const other = opens ? CLOSING[OPENING.indexOf(own)] : OPENING[CLOSING.indexOf(own)];
  let depth = 0;
  for (let i = from; i >= 0 && i < chars.length; i += opens ? 1 : -1) {
    if (chars[i] === own) depth++;
    else if (chars[i] === other && --depth === 0) return i;
  }
  return undefined;
}

/** The end of the blank-separated word, as `E` goes to it. */
function blankEnd(chars: readonly string[], from: number): number {
  let at = from + 1;
  while (at < chars.length && /\s/.test(chars[at] as string)) at++;
  while (at < chars.length - 1 && !/\s/.test(chars[at + 1] as string)) at++;
  return Math.min(at, Math.max(0, chars.length - 1));
}

/** `cw`: a word without the blanks behind it. */
export function changedWord(key: string): Motion {
  return ({ buffer: { chars, point } }, count) => {
    const end = repeat(count, point, (at) => (key === 'w' ? nextWord(chars, at) : nextBlank(chars, at)));
    const blanks = /\s*$/.exec(chars.slice(point, end).join(''))?.[0].length ?? 0;
    return blanks < end - point ? end - blanks : end;
  };
}

function repeat(count: number, start: number, step: (at: number) => number): number {
  let at = start;
  for (let i = 0; i < count; i++) at = step(at);
  return at;
}

function nextWord(chars: readonly string[], from: number): number {
  let at = from;
  const kind = (char: string | undefined) =>
    char === undefined || /\s/.test(char) ? 0 : /\w/.test(char) ? 1 : 2;
  const start = kind(chars[at]);
  while (at < chars.length && start !== 0 && kind(chars[at]) === start) at++;
  while (at < chars.length && kind(chars[at]) === 0) at++;
  return at;
}

function nextBlank(chars: readonly string[], from: number): number {
  let at = from;
  while (at < chars.length && !/\s/.test(chars[at] as string)) at++;
  while (at < chars.length && /\s/.test(chars[at] as string)) at++;
  return at;
}
