import { charge } from '../../sim/index.ts';
import { RegexMachine, setSource } from './machine.ts';
import { type Assertion, RegexError, type RegexNode, RegexParser, type RegexSyntax } from './parse.ts';

export { RegexError } from './parse.ts';

export interface Match {
  readonly index: number;
  readonly end: number;
  /** The whole match, then the groups. */
  readonly groups: readonly (string | undefined)[];
}

export interface RegexOptions extends RegexSyntax {
  readonly ignoreCase?: boolean;
  /** `^` and `$` also match at newlines inside the text. */
  readonly multiline?: boolean;
}

/** Steps that V8's backtracking may take for one match in the worst case before our own machine is used instead. */
const MAX_BACKTRACKS = 20_000_000;
/** Backtracks, in that worst case, that cost as much as one step of a program. */
const STEP_BACKTRACKS = 50_000;

/**
 * A POSIX regular expression. Plain ones run on V8; those that V8 might take forever for, and those whose
 * alternatives must be tried for the longest match, run on a machine of linear time.
 */
export class Regex {
  readonly groupCount: number;
  readonly warnings: readonly string[];
  readonly #node: RegexNode;
  readonly #options: RegexOptions;
  readonly #native: RegExp;
  readonly #hasBackref: boolean;
  readonly #ambiguous: boolean;
  /** Power of the text's length that V8's worst case grows with; infinite when exponential. */
  readonly #degree: number;
  #machine: RegexMachine | undefined;

  constructor(source: string, options: RegexOptions) {
    const parser = new RegexParser(source, options);
    this.#node = parser.parse();
    this.#options = options;
    this.groupCount = parser.groups;
    this.warnings = parser.warnings;
    this.#hasBackref = parser.hasBackref;
    this.#degree = degree(this.#node) + (startsAnchored(this.#node) ? 0 : 1);
    this.#ambiguous = isAmbiguous(this.#node);
    try {
      this.#native = new RegExp(emit(this.#node, options), `gu${options.ignoreCase ? 'i' : ''}`);
    } catch {
      throw new RegexError('Regular expression too big');
    }
  }

  /** The leftmost longest match at or after `from`. */
  exec(text: string, from = 0): Match | undefined {
    if (this.#runsNative(text.length - from, this.#ambiguous)) return this.#execNative(text, from);
    const slots = this.#slow().exec(text, from);
    if (!slots) return undefined;
    const groups: (string | undefined)[] = [];
    for (let i = 0; i <= this.groupCount; i++) {
      const [start = -1, end = -1] = [slots[2 * i], slots[2 * i + 1]];
      groups.push(start < 0 || end < 0 ? undefined : text.slice(start, end));
    }
    return { index: slots[0] as number, end: slots[1] as number, groups };
  }

  test(text: string): boolean {
    if (!this.#runsNative(text.length, false)) return this.#slow().test(text);
    this.#native.lastIndex = 0;
    return this.#native.test(text);
  }

  #runsNative(length: number, ambiguous: boolean): boolean {
    const backtracks = (length + 1) ** this.#degree;
    const quick = this.#degree <= 1 || backtracks <= MAX_BACKTRACKS;
    if (quick) charge(backtracks / STEP_BACKTRACKS);
    if (this.#hasBackref && !quick) throw new RegexError('Memory exhausted');
    return quick && (!ambiguous || this.#hasBackref);
  }

  #execNative(text: string, from: number): Match | undefined {
    this.#native.lastIndex = from;
    const found = this.#native.exec(text);
    if (!found) return undefined;
    return { index: found.index, end: found.index + found[0].length, groups: found };
  }

  #slow(): RegexMachine {
    const { ignoreCase = false, multiline = false } = this.#options;
    this.#machine ??= new RegexMachine(this.#node, { ignoreCase, multiline });
    return this.#machine;
  }
}

const WORD = '[\\p{L}\\p{N}_]';

function assertion(what: Assertion, multiline: boolean): string {
  switch (what) {
    case 'bol':
      return multiline ? '(?<![^\\n])' : '^';
    case 'eol':
      return multiline ? '(?![^\\n])' : '$';
    case 'start':
      return '^';
    case 'end':
      return '$';
    case 'boundary':
      return `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`;
    case 'inside':
      return `(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`;
    case 'word-start':
      return `(?<!${WORD})(?=${WORD})`;
    case 'word-end':
      return `(?<=${WORD})(?!${WORD})`;
  }
}

function emit(node: RegexNode, options: RegexOptions): string {
  switch (node.type) {
    case 'char':
      return `\\u{${node.code.toString(16)}}`;
    case 'any':
      return '[\\s\\S]';
    case 'set':
      return `[${node.negate ? '^' : ''}${setSource(node.items)}]`;
    case 'assert':
      return assertion(node.what, options.multiline ?? false);
    case 'group':
      return `(${emit(node.body, options)})`;
    case 'backref':
      return `(?:\\${node.index})`;
    case 'cat':
      return node.parts.map((part) => emit(part, options)).join('');
    case 'alt':
      return `(?:${node.parts.map((part) => emit(part, options)).join('|')})`;
    case 'repeat':
      return `(?:${emit(node.body, options)})${bounds(node.min, node.max)}`;
  }
}

function bounds(min: number, max: number): string {
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  return `{${min},${max}}`;
}

function startsAnchored(node: RegexNode): boolean {
  if (node.type === 'assert') return node.what === 'bol' || node.what === 'start';
  if (node.type === 'group') return startsAnchored(node.body);
  return node.type === 'cat' && node.parts.length > 0 && startsAnchored(node.parts[0] as RegexNode);
}

/** How many nested or successive free choices there are: V8's worst case is the text's length to this power. */
function degree(node: RegexNode): number {
  switch (node.type) {
    case 'group':
      return degree(node.body);
    case 'cat':
      return node.parts.reduce((total, part) => total + degree(part), 0);
    case 'alt':
      return Math.max(0, ...node.parts.map(degree));
    case 'repeat':
      if (node.max === 1) return degree(node.body);
      if (node.max > 20) return isFixed(node.body) ? 1 : Number.POSITIVE_INFINITY;
      return isFixed(node.body) ? 0 : Number.POSITIVE_INFINITY;
    default:
      return 0;
  }
}

/** Whether the node matches in one way only. */
function isFixed(node: RegexNode): boolean {
  switch (node.type) {
    case 'group':
      return isFixed(node.body);
    case 'cat':
      return node.parts.every(isFixed);
    case 'alt':
    case 'repeat':
      return false;
    default:
      return true;
  }
}

/** Whether V8's first match might not be the longest: alternatives that may begin alike. */
function isAmbiguous(node: RegexNode): boolean {
  switch (node.type) {
    case 'group':
    case 'repeat':
      return isAmbiguous(node.body);
    case 'cat':
      return node.parts.some(isAmbiguous);
    case 'alt': {
      const firsts = node.parts.map(firstChar);
      return (
        firsts.includes(undefined) || new Set(firsts).size < firsts.length || node.parts.some(isAmbiguous)
      );
    }
    default:
      return false;
  }
}

function firstChar(node: RegexNode): number | undefined {
  if (node.type === 'char') return node.code;
  if (node.type === 'group') return firstChar(node.body);
  if (node.type === 'repeat') return node.min > 0 ? firstChar(node.body) : undefined;
  const first = node.type === 'cat' ? node.parts[0] : undefined;
  return first && firstChar(first);
}
