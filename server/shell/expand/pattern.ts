/**
 * Shell patterns (`*`, `?`, `[a-z]`, extended globs). They are matched by following all possible positions at once, so
 * no pattern can take exponential time.
 */

import { charge } from '../../sim/index.ts';
import { ShellError } from '../interpreter/flow.ts';

/** Positions that one match or replacement may look at, and how many make a step of a program. */
const MAX_WORK = 2_000_000;
const STEP_WORK = 60;
/** Characters that are searched for a text in the time of one step. */
const SEARCHED_PER_STEP = 4096;

type Node =
  | { readonly kind: 'char'; readonly char: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'star' }
  | { readonly kind: 'set'; readonly negated: boolean; readonly test: (char: string) => boolean }
  | { readonly kind: 'group'; readonly operator: string; readonly options: readonly Node[][] };

export interface PatternOptions {
  ignoreCase?: boolean;
  extended?: boolean;
}

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

export class Pattern {
  readonly #nodes: readonly Node[];
  readonly #ignoreCase: boolean;
  #work = 0;
  #reversed: readonly Node[] | undefined;
  /** The text itself when the pattern has nothing special. */
  readonly literal: string | undefined;
  /** The texts between the stars of a pattern that has nothing else. */
  readonly #segments: readonly string[] | undefined;

  constructor(source: string, options: PatternOptions = {}) {
    this.#ignoreCase = options.ignoreCase === true;
    const chars = Array.from(source);
    this.#nodes = parseSequence(chars, { at: 0 }, options.extended !== false, false);
    this.literal = this.#ignoreCase ? undefined : literalOf(this.#nodes);
    this.#segments = this.#ignoreCase ? undefined : segmentsOf(this.#nodes);
  }

  /** Whether all of `text` matches. */
  matches(text: string): boolean {
    if (this.literal !== undefined) return text === this.literal;
    if (this.#segments) return fits(this.#segments, text);
    const chars = charsOf(text);
    return this.#ends(this.#nodes, chars, 0).includes(chars.length);
  }

  /** Length of the shortest or longest match at the start of `text`; undefined when there is none. */
  prefix(text: string, longest: boolean): number | undefined {
    if (this.literal !== undefined) return text.startsWith(this.literal) ? this.literal.length : undefined;
    const chars = charsOf(text);
    const ends = this.#ends(this.#nodes, chars, 0);
    const end = longest ? ends.at(-1) : ends[0];
    return end === undefined ? undefined : units(chars, 0, end);
  }

  /** Like `prefix`, at the end of `text`. */
  suffix(text: string, longest: boolean): number | undefined {
    if (this.literal !== undefined) return text.endsWith(this.literal) ? this.literal.length : undefined;
    this.#reversed ??= reverse(this.#nodes);
    const chars = [...charsOf(text)].reverse();
    const ends = this.#ends(this.#reversed, chars, 0);
    const end = longest ? ends.at(-1) : ends[0];
    return end === undefined ? undefined : units(chars, 0, end);
  }

  /** Replaces the first, or every, longest match. */
  replace(text: string, all: boolean, replacement: (matched: string) => string): string {
    if (this.literal !== undefined) return replaceLiteral(text, this.literal, all, replacement);
    const chars = charsOf(text);
    this.#work = 0;
    let out = '';
    for (let i = 0; i <= chars.length; ) {
      const end = this.#run(this.#nodes, chars, [i]).at(-1);
      if (end === undefined || (end === i && i === chars.length && chars.length > 0)) {
        out += chars[i] ?? '';
        i++;
        continue;
      }
      out += replacement(chars.slice(i, end).join(''));
      if (!all) return out + chars.slice(end).join('');
      if (end === i) out += chars[i++] ?? '';
      else i = end;
      if (i >= chars.length) break;
    }
    return out;
  }

  #same(a: string, b: string): boolean {
    return a === b || (this.#ignoreCase && a.toLowerCase() === b.toLowerCase());
  }

  #ends(nodes: readonly Node[], text: readonly string[], start: number): number[] {
    this.#work = 0;
    return this.#run(nodes, text, [start]);
  }

  /** Bash itself would go on for hours. */
  #spend(work: number): void {
    this.#work += work;
    charge(work / STEP_WORK);
    if (this.#work > MAX_WORK) throw new ShellError('xmalloc: cannot allocate memory', 2, true);
  }

  /** Positions where `nodes` can end when they start at one of `starts`; ascending. */
  #run(nodes: readonly Node[], text: readonly string[], starts: readonly number[]): number[] {
    let at: number[] = [...starts];
    for (const node of nodes) {
      if (at.length === 0) return at;
      at = this.#step(node, text, at);
      this.#spend(1 + at.length / 4);
    }
    return at;
  }

  #step(node: Node, text: readonly string[], at: readonly number[]): number[] {
    switch (node.kind) {
      case 'star': {
        const from = at[0] as number;
        return Array.from({ length: text.length - from + 1 }, (_, i) => from + i);
      }
      case 'group':
        return this.#group(node.operator, node.options, text, at);
      default: {
        const out: number[] = [];
        for (const i of at) {
          const char = text[i];
          if (char !== undefined && this.#one(node, char)) out.push(i + 1);
        }
        return out;
      }
    }
  }

  #one(node: Exclude<Node, { kind: 'star' | 'group' }>, char: string): boolean {
    if (node.kind === 'any') return true;
    if (node.kind === 'char') return this.#same(node.char, char);
    const inside =
      node.test(char) ||
      (this.#ignoreCase && (node.test(char.toLowerCase()) || node.test(char.toUpperCase())));
    return inside !== node.negated;
  }

  #group(
    operator: string,
    options: readonly Node[][],
    text: readonly string[],
    at: readonly number[],
  ): number[] {
    const once = (from: readonly number[]) => {
      this.#spend(6 * from.length);
      const ends = new Set<number>();
      for (const option of options) for (const end of this.#run(option, text, from)) ends.add(end);
      return ends;
    };
    if (operator === '!') {
      const ends = new Set<number>();
      for (const start of at) {
        const inside = once([start]);
        for (let end = start; end <= text.length; end++) if (!inside.has(end)) ends.add(end);
      }
      return sorted(ends);
    }
    const ends = operator === '*' || operator === '?' ? new Set(at) : new Set<number>();
    let frontier = once(at);
    for (;;) {
      const fresh = [...frontier].filter((end) => !ends.has(end));
      for (const end of fresh) ends.add(end);
      if (fresh.length === 0 || operator === '?' || operator === '@') return sorted(ends);
      frontier = once(fresh.sort((a, b) => a - b));
    }
  }
}

const cache = new Map<string, Pattern>();

/** The compiled pattern, from a small cache. */
export function pattern(source: string, options: PatternOptions = {}): Pattern {
  const key = `${options.ignoreCase ? 'i' : ''}${options.extended === false ? 'b' : ''}:${source}`;
  let found = cache.get(key);
  if (!found) {
    found = new Pattern(source, options);
    if (cache.size >= 500) cache.clear();
    cache.set(key, found);
  }
  return found;
}

/** Whether `source` has an active `*`, `?`, `[…]` or extended glob. */
export function hasMagic(source: string, extended = true): boolean {
  for (const { 0: found, index } of source.matchAll(/\\[\s\S]|[*?[]|[+@!]\(/g)) {
    if (found === '*' || found === '?') return true;
    if (found === '[' && source.indexOf(']', index + 2) > 0) return true;
    if (extended && found.endsWith('(') && !found.startsWith('\\')) return true;
  }
  return false;
}

/** Protects everything that is special in a pattern. */
export function quotePattern(text: string): string {
  return /[^\w/.,: -]/.test(text) ? text.replace(/[\\*?[\]()|!+@^&~-]/g, '\\$&') : text.replace(/-/g, '\\-');
}

/** The text that a pattern without magic stands for. */
export function unquotePattern(source: string): string {
  return source.includes('\\') ? source.replace(/\\([\s\S])/g, '$1') : source;
}

function charsOf(text: string): string[] {
  return Array.from(text);
}

function units(chars: readonly string[], from: number, to: number): number {
  let length = 0;
  for (let i = from; i < to; i++) length += (chars[i] as string).length;
  return length;
}

function sorted(set: Set<number>): number[] {
  return [...set].sort((a, b) => a - b);
}

function literalOf(nodes: readonly Node[]): string | undefined {
  let text = '';
  for (const node of nodes) {
    if (node.kind !== 'char') return undefined;
    text += node.char;
  }
  return text;
}

/** Texts around the stars; undefined where there is anything else, or half a character. */
function segmentsOf(nodes: readonly Node[]): string[] | undefined {
  const segments = [''];
  for (const node of nodes) {
    if (node.kind === 'star') segments.push('');
    else if (node.kind !== 'char' || /[\ud800-\udfff]/.test(node.char)) return undefined;
    else segments[segments.length - 1] += node.char;
  }
  return segments;
}

/** Whether texts with anything between them make up the whole. */
function fits([first = '', ...others]: readonly string[], text: string): boolean {
  const last = others.pop() ?? '';
  charge(text.length / SEARCHED_PER_STEP);
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const segment of others) {
    const found = text.indexOf(segment, at);
    if (found < 0) return false;
    at = found + segment.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

function reverse(nodes: readonly Node[]): Node[] {
  return [...nodes]
    .reverse()
    .map((node) => (node.kind === 'group' ? { ...node, options: node.options.map(reverse) } : node));
}

function replaceLiteral(
  text: string,
  literal: string,
  all: boolean,
  replacement: (m: string) => string,
): string {
  if (literal === '') return text;
  const pieces = text.split(literal);
  if (pieces.length === 1) return text;
  if (all) return pieces.join(replacement(literal));
  return (pieces[0] as string) + replacement(literal) + pieces.slice(1).join(literal);
}

interface Cursor {
  at: number;
}

function parseSequence(chars: readonly string[], cursor: Cursor, extended: boolean, nested: boolean): Node[] {
  const nodes: Node[] = [];
  while (cursor.at < chars.length) {
    const char = chars[cursor.at] as string;
    if (nested && (char === '|' || char === ')')) break;
    nodes.push(parseOne(chars, cursor, extended));
  }
  return nodes;
}

function parseOne(chars: readonly string[], cursor: Cursor, extended: boolean): Node {
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

function parseGroup(chars: readonly string[], cursor: Cursor, operator: string): Node | undefined {
  const start = cursor.at;
  cursor.at++;
  const options: Node[][] = [];
  for (;;) {
    options.push(parseSequence(chars, cursor, true, true));
    const end = chars[cursor.at++];
    if (end === ')') return { kind: 'group', operator, options };
    if (end === undefined) break;
  }
  cursor.at = start;
  return undefined;
}

function parseSet(chars: readonly string[], cursor: Cursor): Node | undefined {
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
