import { charge } from '../../sim/index.ts';
import { type Assertion, type CharClass, RegexError, type RegexNode, type SetItem } from './parse.ts';

type Test = (code: number) => boolean;

type Instruction =
  | { readonly op: 'test'; readonly test: Test }
  | { readonly op: 'assert'; readonly what: Assertion }
  | { readonly op: 'split'; first: number; second: number }
  | { readonly op: 'save'; readonly slot: number }
  | { readonly op: 'match' };

/** Alternatives that are tried at once, most preferred first: their instructions, and the slots that each has set. */
class Threads {
  readonly pcs: Int32Array;
  readonly saved: (readonly number[])[];
  size = 0;

  constructor(limit: number, unset: readonly number[]) {
    this.pcs = new Int32Array(limit);
    this.saved = Array.from({ length: limit }, () => unset);
  }

  add(pc: number, saved: readonly number[]): void {
    this.pcs[this.size] = pc;
    this.saved[this.size++] = saved;
  }
}

/** Instructions of one expression; `a{1000}{1000}` would have a million. */
const MAX_PROGRAM = 20_000;
/** Instructions that one match may take. */
const MAX_WORK = 1_000_000;
/** Instructions that cost as much as one step of a program. */
const STEP_WORK = 60;

/**
 * Runs an expression without back references in time linear in the text, all alternatives at once, and finds the
 * leftmost longest match. This is what keeps a candidate's pattern from hanging the world.
 */
export class RegexMachine {
  readonly #program: Instruction[] = [];
  readonly #fold: boolean;
  readonly #multiline: boolean;
  #work = 0;
  /** For each instruction the position at which it was last reached, as a running number. */
  readonly #visited: Int32Array;
  #visit = 0;
  #places = true;
  /** What is tried at the character, what is left after it, and what has not been followed yet: used over and over. */
  readonly #now: Threads;
  readonly #left: Threads;
  readonly #open: Threads;
  readonly #unset: readonly number[];

  constructor(node: RegexNode, options: { ignoreCase: boolean; multiline: boolean }) {
    this.#fold = options.ignoreCase;
    this.#multiline = options.multiline;
    this.#emit({ type: 'group', index: 0, body: node });
    this.#push({ op: 'match' });
    this.#visited = new Int32Array(this.#program.length);
    const slots = this.#program.map((step) => (step.op === 'save' ? step.slot + 1 : 0));
    this.#unset = Array.from({ length: Math.max(...slots) }, () => -1);
    this.#now = new Threads(this.#program.length, this.#unset);
    this.#left = new Threads(this.#program.length, this.#unset);
    // Every instruction is followed once, and leads to two others at the most.
    this.#open = new Threads(2 * this.#program.length + 2, this.#unset);
  }

  /** Slots: start and end of the match and of each group, -1 where unset. */
  exec(text: string, from: number): readonly number[] | undefined {
    return this.#charged(() => this.#search(text, from, true));
  }

  test(text: string): boolean {
    return this.#charged(() => this.#search(text, 0, false)) !== undefined;
  }

  #charged<T>(search: () => T): T {
    this.#work = 0;
    try {
      return search();
    } finally {
      charge(this.#work / STEP_WORK);
    }
  }

  /** Without `places` it ends at the first match, and nothing is written down of where that is. */
  #search(text: string, from: number, places: boolean): readonly number[] | undefined {
    this.#places = places;
    let best: readonly number[] | undefined;
    const [now, left] = [this.#now, this.#left];
    left.size = 0;
    for (let at = from; ; ) {
      const code = text.codePointAt(at);
      now.size = 0;
      this.#visit++;
      for (let i = 0; i < left.size; i++)
        this.#follow(left.pcs[i] as number, left.saved[i] as readonly number[], text, at);
      if (!best) this.#follow(0, this.#unset, text, at);
      best = this.#better(best);
      if (best && !places) return best;
      if (code === undefined) return best;
      if (this.#work > MAX_WORK) throw new RegexError('Memory exhausted');
      this.#advance(code, best);
      if (best && left.size === 0) return best;
      at += code > 0xffff ? 2 : 1;
    }
  }

  /** The match that ends here, when it is as far to the left as the one that is known. */
  #better(best: readonly number[] | undefined): readonly number[] | undefined {
    const { pcs, saved, size } = this.#now;
    for (let i = 0; i < size; i++) {
      if (this.#program[pcs[i] as number]?.op !== 'match') continue;
      const found = saved[i] as readonly number[];
      if (!best || (found[0] as number) <= (best[0] as number)) return found;
    }
    return best;
  }

  /** Keeps the threads that take the character. */
  #advance(code: number, best: readonly number[] | undefined): void {
    const { pcs, saved, size } = this.#now;
    this.#left.size = 0;
    for (let i = 0; i < size; i++) {
      const pc = pcs[i] as number;
      const slots = saved[i] as readonly number[];
      const step = this.#program[pc] as Instruction;
      if (step.op !== 'test' || !step.test(code)) continue;
      if (best && (slots[0] as number) > (best[0] as number)) continue;
      this.#left.add(pc + 1, slots);
    }
  }

  /** Adds the threads that are reached from `from` without taking a character, most preferred first. */
  #follow(from: number, slots: readonly number[], text: string, at: number): void {
    const open = this.#open;
    open.add(from, slots);
    while (open.size > 0) {
      this.#work++;
      const pc = open.pcs[--open.size] as number;
      const set = open.saved[open.size] as readonly number[];
      if (this.#visited[pc] === this.#visit) continue;
      this.#visited[pc] = this.#visit;
      const step = this.#program[pc] as Instruction;
      if (step.op === 'split') {
        open.add(step.second, set);
        open.add(step.first, set);
      } else if (step.op === 'save' && !this.#places) open.add(pc + 1, set);
      else if (step.op === 'save') {
        const copy = set.slice();
        copy[step.slot] = at;
        open.add(pc + 1, copy);
      } else if (step.op === 'assert') {
        if (holds(step.what, text, at, this.#multiline)) open.add(pc + 1, set);
      } else this.#now.add(pc, set);
    }
  }

  #push(instruction: Instruction): number {
    if (this.#program.length >= MAX_PROGRAM) throw new RegexError('Regular expression too big');
    return this.#program.push(instruction) - 1;
  }

  #emit(node: RegexNode): void {
    switch (node.type) {
      case 'char':
      case 'any':
      case 'set':
        this.#push({ op: 'test', test: testOf(node, this.#fold) });
        return;
      case 'assert':
        this.#push({ op: 'assert', what: node.what });
        return;
      case 'group':
        this.#push({ op: 'save', slot: node.index * 2 });
        this.#emit(node.body);
        this.#push({ op: 'save', slot: node.index * 2 + 1 });
        return;
      case 'cat':
        for (const part of node.parts) this.#emit(part);
        return;
      case 'alt':
        this.#emitAlternatives(node.parts);
        return;
      case 'repeat':
        this.#emitRepeat(node);
        return;
      case 'backref':
        throw new RegexError('Memory exhausted');
    }
  }

  #emitAlternatives(parts: readonly RegexNode[]): void {
    const ends: Extract<Instruction, { op: 'split' }>[] = [];
    parts.forEach((part, i) => {
      if (i === parts.length - 1) {
        this.#emit(part);
        return;
      }
      const split = this.#split();
      split.first = this.#program.length;
      this.#emit(part);
      ends.push(this.#split());
      split.second = this.#program.length;
    });
    for (const end of ends) end.first = end.second = this.#program.length;
  }

  #emitRepeat(node: Extract<RegexNode, { type: 'repeat' }>): void {
    for (let i = 0; i < node.min; i++) this.#emit(node.body);
    if (node.max === Number.POSITIVE_INFINITY) {
      const start = this.#program.length;
      const split = this.#split();
      split.first = this.#program.length;
      this.#emit(node.body);
      const back = this.#split();
      back.first = back.second = start;
      split.second = this.#program.length;
      return;
    }
    const optional: Extract<Instruction, { op: 'split' }>[] = [];
    for (let i = node.min; i < node.max; i++) {
      const split = this.#split();
      split.first = this.#program.length;
      optional.push(split);
      this.#emit(node.body);
    }
    for (const split of optional) split.second = this.#program.length;
  }

  #split(): Extract<Instruction, { op: 'split' }> {
    const split: Extract<Instruction, { op: 'split' }> = { op: 'split', first: 0, second: 0 };
    this.#push(split);
    return split;
  }
}

function testOf(node: Extract<RegexNode, { type: 'char' | 'any' | 'set' }>, fold: boolean): Test {
  if (node.type === 'any') return () => true;
  if (node.type === 'char') {
    const { code } = node;
    if (!fold) return (other) => other === code;
    const [lower, upper] = cases(code);
    return (other) => other === code || other === lower || other === upper;
  }
  const tests = node.items.map((item): Test => {
    if (typeof item === 'string') return classTest(item);
    return (code) => code >= item[0] && code <= item[1];
  });
  const within: Test = (code) => tests.some((test) => test(code));
  const folded: Test = fold ? (code) => within(code) || cases(code).some(within) : within;
  return node.negate ? (code) => !folded(code) : folded;
}

function cases(code: number): [number, number] {
  const char = String.fromCodePoint(code);
  return [char.toLowerCase().codePointAt(0) as number, char.toUpperCase().codePointAt(0) as number];
}

/** JavaScript classes for the POSIX ones, to stand inside brackets. */
export const CLASS_SOURCE: Record<CharClass, string> = {
  alpha: '\\p{L}',
  digit: '0-9',
  alnum: '\\p{L}\\p{N}',
  upper: '\\p{Lu}',
  lower: '\\p{Ll}',
  space: '\\t-\\r \\u2028\\u2029\\u3000',
  blank: '\\t \\u3000',
  punct: '!-\\/:-@\\[-`\\{-~\\p{P}\\p{S}',
  print: ' -~\\u00a0-\\ud7ff\\ue000-\\u{10ffff}',
  graph: '!-~\\u00a1-\\ud7ff\\ue000-\\u{10ffff}',
  cntrl: '\\0-\\x1f\\x7f-\\x9f',
  xdigit: '0-9A-Fa-f',
  word: '\\p{L}\\p{N}_',
};

const classTests = new Map<CharClass, Test>();

function classTest(name: CharClass): Test {
  let test = classTests.get(name);
  if (!test) {
    const regex = new RegExp(`^[${CLASS_SOURCE[name]}]$`, 'u');
    const ascii = Array.from({ length: 128 }, (_, code) => regex.test(String.fromCharCode(code)));
    test = (code) => (code < 128 ? (ascii[code] as boolean) : regex.test(String.fromCodePoint(code)));
    classTests.set(name, test);
  }
  return test;
}

function holds(what: Assertion, text: string, at: number, multiline: boolean): boolean {
  const word = classTest('word');
  const before = at > 0 && word(text.charCodeAt(at - 1));
  const after = at < text.length && word(text.charCodeAt(at));
  switch (what) {
    case 'bol':
      return at === 0 || (multiline && text[at - 1] === '\n');
    case 'eol':
      return at === text.length || (multiline && text[at] === '\n');
    case 'start':
      return at === 0;
    case 'end':
      return at === text.length;
    case 'boundary':
      return before !== after;
    case 'inside':
      return before === after;
    case 'word-start':
      return !before && after;
    case 'word-end':
      return before && !after;
  }
}

/** The set items of a node as the inside of JavaScript brackets. */
export function setSource(items: readonly SetItem[]): string {
  return items
    .map((item) => {
      if (typeof item === 'string') return CLASS_SOURCE[item];
      const [low, high] = item.map((code) => `\\u{${code.toString(16)}}`);
      return item[0] === item[1] ? low : `${low}-${high}`;
    })
    .join('');
}
