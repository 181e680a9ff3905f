import type { Steps } from '../../../sim/index.ts';
import { Regex, RegexError } from '../../regex/regex.ts';
import { readLine } from './line.ts';
import { type Pager, REDRAW } from './pager.ts';

export interface SearchState {
  readonly regex: Regex;
  readonly forward: boolean;
  readonly inverted: boolean;
  /** On to the other files when this one has no match. */
  readonly files: boolean;
  readonly wraps: boolean;
}

interface Modifiers {
  inverted: boolean;
  files: boolean;
  first: boolean;
  keeps: boolean;
  plain: boolean;
  wraps: boolean;
}

/** Signs that may stand before a pattern, and what they mean; the second ones are typed with Ctrl. */
const SIGNS: Readonly<Record<string, keyof Modifiers>> = {
  '!': 'inverted',
  '\x0e': 'inverted',
  '*': 'files',
  '\x05': 'files',
  '@': 'first',
  '\x06': 'first',
  '\x0b': 'keeps',
  '\x12': 'plain',
  '\x17': 'wraps',
};

const WORDS: readonly (readonly [keyof Modifiers, string])[] = [
  ['inverted', 'Non-match '],
  ['first', 'First-file '],
  ['files', 'EOF-ignore '],
  ['keeps', 'Keep-pos '],
  ['plain', 'Regex-off '],
  ['wraps', 'Wrap '],
];

/** Reads a pattern with the signs before it. */
function* readPattern(pager: Pager, sign: string): Steps<{ text: string; modifiers: Modifiers } | undefined> {
  const modifiers: Modifiers = {
    inverted: false,
    files: false,
    first: false,
    keeps: false,
    plain: false,
    wraps: false,
  };
  for (;;) {
    const prefix = WORDS.map(([name, word]) => (modifiers[name] ? word : '')).join('') + sign;
    yield* pager.drawBottom(prefix);
    const key = yield* pager.key();
    if (key === REDRAW) continue;
    const name = SIGNS[key];
    if (name !== undefined && (sign !== '&/' || name === 'inverted' || name === 'plain')) {
      modifiers[name] = !modifiers[name];
      continue;
    }
    pager.feed(key);
    const text = yield* readLine(pager, prefix, pager.patterns);
    if (text === undefined) return undefined;
    yield* pager.unsquish();
    return { text, modifiers };
  }
}

/** A pattern as it was typed; undefined after a complaint. */
function* compile(pager: Pager, pattern: string, plain: boolean): Steps<Regex | undefined> {
  const mode = pager.settings.at('i');
  const ignoreCase = mode === 2 || (mode === 1 && !/[A-Z]/.test(pattern));
  const source = plain ? pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : pattern;
  try {
    return new Regex(source, { extended: true, strict: true, ignoreCase });
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    yield* pager.say(error.message);
    return undefined;
  }
}

/** `/` and `?`. */
export function* search(pager: Pager, sign: '/' | '?', count: number): Steps<void> {
  const read = yield* readPattern(pager, sign);
  if (!read) return;
  const { text, modifiers } = read;
  const forward = sign === '/';
  if (text === '') {
    if (!pager.search) return yield* pager.say('No previous regular expression');
    pager.search = { ...pager.search, forward, inverted: modifiers.inverted };
  } else {
    const regex = yield* compile(pager, text, modifiers.plain);
    if (!regex) return;
    pager.search = {
      regex,
      forward,
      inverted: modifiers.inverted,
      files: modifiers.files,
      wraps: modifiers.wraps,
    };
  }
  pager.view.hits = modifiers.inverted ? undefined : pager.search.regex;
  if (modifiers.keeps) return;
  if (modifiers.first) {
    pager.openFrom(forward ? 0 : pager.files.length - 1, forward ? 1 : -1);
    pager.view.top = { line: 0, piece: 0 };
    if (!forward) yield* toEnd(pager);
    const start = forward ? -1 : pager.view.count;
    return yield* seek(pager, { forward, count, start });
  }
  yield* seek(pager, { forward, count });
}

function* toEnd(pager: Pager): Steps<void> {
  yield* pager.loadAll();
  pager.view.top = pager.view.lastTop;
}

/** `n` and `N`, ESC-n and ESC-N over files. */
export function* again(pager: Pager, same: boolean, count: number, files: boolean): Steps<void> {
  if (!pager.search) return yield* pager.say('No previous regular expression');
  if (files) pager.search = { ...pager.search, files };
  yield* seek(pager, { forward: pager.search.forward === same, count, repeats: true });
}

interface Seeking {
  readonly forward: boolean;
  readonly count: number;
  /** The line before the first that is looked at. Default: the one at the top. */
  readonly start?: number;
  /** `n` and `N`: on from the line where the last match is. */
  readonly repeats?: boolean;
}

/** The line before the first that is looked at, as `-a` says. Models less search.c search_pos. */
function startOf({ view, settings }: Pager, forward: boolean, repeats: boolean): number {
  const mode = settings.at('a');
  const target = view.step(view.top, (settings.numbers.j ?? 1) - 1).line;
  if (mode === 1) return forward ? view.bottom : view.top.line;
  if (mode === 2 && !repeats) return forward ? Math.max(0, view.top.line) - 1 : view.bottom + 1;
  return target;
}

function* seek(pager: Pager, { forward, count, start, repeats }: Seeking): Steps<void> {
  const { view } = pager;
  const wanted = pager.search as SearchState;
  if (forward) yield* pager.loadAll();
  const step = forward ? 1 : -1;
  let left = count;
  const from = start ?? startOf(pager, forward, repeats ?? false);
  const matches = (line: number) => wanted.regex.test(view.text(line) ?? '') !== wanted.inverted;
  for (let line = from + step; line >= 0 && line < view.count; line += step) {
    yield* pager.call.spend(1);
    if (!matches(line) || --left > 0) continue;
    pager.previous = view.top.line;
    view.goTo(line, (pager.settings.numbers.j ?? 1) - 1);
    return;
  }
  if (wanted.wraps && start === undefined)
    return yield* seek(pager, { forward, count: left, start: forward ? -1 : view.count });
  if (wanted.files) {
    const moved = pager.openFrom(pager.index + step, step);
    if (moved.opened)
      return yield* seek(pager, { forward, count: left, start: forward ? -1 : pager.view.count });
  }
  yield* pager.say('Pattern not found');
}

/** `&`: only lines that match are shown. */
export function* filter(pager: Pager): Steps<void> {
  const read = yield* readPattern(pager, '&/');
  if (!read) return;
  const { text, modifiers } = read;
  const regex = text === '' ? undefined : yield* compile(pager, text, modifiers.plain);
  if (text !== '' && !regex) return;
  pager.view.filter = regex && ((line) => regex.test(line) !== modifiers.inverted);
  yield* pager.load();
  pager.view.refilter();
}
