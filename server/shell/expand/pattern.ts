/**
 * Shell patterns (`*`, `?`, `[a-z]`, extended globs). They are matched by following all possible positions at once, so
 * no pattern can take exponential time.
 */

import { charge } from '../../sim/index.ts';
import { ShellError } from '../interpreter/flow.ts';
import { type OneChar, type PatternNode, parsePattern } from './parse-pattern.ts';

/** Positions that one match or replacement may look at, and how many make a step of a program. */
const MAX_WORK = 1_000_000;
const STEP_WORK = 60;
/** What a round of a group costs, beside the positions it starts from. */
const ROUND_WORK = 40;
/** Characters that are searched for a text in the time of one step. */
const SEARCHED_PER_STEP = 4096;

export interface PatternOptions {
  ignoreCase?: boolean;
  extended?: boolean;
}

export class Pattern {
  readonly #nodes: readonly PatternNode[];
  readonly #ignoreCase: boolean;
  #work = 0;
  #reversed: readonly PatternNode[] | undefined;
  /** The text itself when the pattern has nothing special. */
  readonly literal: string | undefined;
  /** The texts between the stars of a pattern that has nothing else. */
  readonly #segments: readonly string[] | undefined;

  constructor(source: string, options: PatternOptions = {}) {
    this.#ignoreCase = options.ignoreCase === true;
    this.#nodes = parsePattern(source, options.extended !== false);
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

  #ends(nodes: readonly PatternNode[], text: readonly string[], start: number): number[] {
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
  #run(nodes: readonly PatternNode[], text: readonly string[], starts: readonly number[]): number[] {
    let at: number[] = [...starts];
    for (let i = 0; i < nodes.length && at.length > 0; i++) {
      const chars = charsToStar(nodes, i);
      at = chars ? this.#first(chars, text, at[0] as number) : this.#step(nodes[i] as PatternNode, text, at);
      if (chars) i += chars.length;
      this.#spend(1 + at.length);
    }
    return at;
  }

  /** Where characters first stand: of what stands between two stars the first place is as good as any other. */
  #first(chars: readonly OneChar[], text: readonly string[], from: number): number[] {
    for (let at = from; at + chars.length <= text.length; at++) {
      let same = 0;
      while (same < chars.length && this.#one(chars[same] as OneChar, text[at + same] as string)) same++;
      this.#spend(1 + same);
      if (same === chars.length) return [at + same];
    }
    return [];
  }

  #step(node: PatternNode, text: readonly string[], at: readonly number[]): number[] {
    switch (node.kind) {
      case 'star': {
        const out: number[] = [];
        for (let i = at[0] as number; i <= text.length; i++) out.push(i);
        return out;
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

  #one(node: OneChar, char: string): boolean {
    if (node.kind === 'any') return true;
    if (node.kind === 'char') return this.#same(node.char, char);
    const inside =
      node.test(char) ||
      (this.#ignoreCase && (node.test(char.toLowerCase()) || node.test(char.toUpperCase())));
    return inside !== node.negated;
  }

  #group(
    operator: string,
    options: readonly PatternNode[][],
    text: readonly string[],
    at: readonly number[],
  ): number[] {
    if ((operator === '+' || operator === '*') && options.every(isOneChar))
      return this.#chars(options, text, at, operator === '*');
    const once = (from: readonly number[]) => {
      this.#spend(ROUND_WORK + 6 * from.length);
      const ends = new Set<number>();
      for (const option of options) for (const end of this.#run(option, text, from)) ends.add(end);
      return ends;
    };
    if (operator === '!') {
      const ends = new Set<number>();
      for (const start of at) {
        const inside = once([start]);
        this.#spend(2 * (text.length - start));
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

  /** Positions that are reached over characters that one of the options takes; what was walked over is not walked again. */
  #chars(
    options: readonly PatternNode[][],
    text: readonly string[],
    at: readonly number[],
    orNone: boolean,
  ): number[] {
    const out: number[] = [];
    let walked = -1;
    for (const start of at) {
      if (orNone && start > walked) out.push(start);
      let end = Math.max(start, walked);
      while (end < text.length && options.some(([node]) => this.#one(node as OneChar, text[end] as string)))
        out.push(++end);
      this.#spend(1 + 2 * (end - Math.max(start, walked)));
      walked = end;
    }
    return out;
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

/** The characters after a star, when another star follows them. */
function charsToStar(nodes: readonly PatternNode[], at: number): readonly OneChar[] | undefined {
  if (nodes[at]?.kind !== 'star') return undefined;
  const chars: OneChar[] = [];
  for (const node of nodes.slice(at + 1)) {
    if (node.kind === 'star') return chars;
    if (node.kind === 'group') return undefined;
    chars.push(node);
  }
  return undefined;
}

function isOneChar([node, ...others]: readonly PatternNode[]): boolean {
  return node !== undefined && others.length === 0 && node.kind !== 'star' && node.kind !== 'group';
}

function sorted(set: Set<number>): number[] {
  return [...set].sort((a, b) => a - b);
}

function literalOf(nodes: readonly PatternNode[]): string | undefined {
  let text = '';
  for (const node of nodes) {
    if (node.kind !== 'char') return undefined;
    text += node.char;
  }
  return text;
}

/** Texts around the stars; undefined where there is anything else, or half a character. */
function segmentsOf(nodes: readonly PatternNode[]): string[] | undefined {
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

function reverse(nodes: readonly PatternNode[]): PatternNode[] {
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
