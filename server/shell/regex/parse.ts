/** A POSIX regular expression that cannot be compiled; `message` is regerror's text. */
export class RegexError extends Error {
  override name = 'RegexError';
}

/** One member of a bracket expression: a range of code points or a named class. */
export type SetItem = readonly [number, number] | CharClass;

export type CharClass =
  | 'alpha'
  | 'digit'
  | 'alnum'
  | 'upper'
  | 'lower'
  | 'space'
  | 'blank'
  | 'punct'
  | 'print'
  | 'graph'
  | 'cntrl'
  | 'xdigit'
  | 'word';

export type Assertion = 'bol' | 'eol' | 'start' | 'end' | 'boundary' | 'inside' | 'word-start' | 'word-end';

export type RegexNode =
  | { readonly type: 'char'; readonly code: number }
  | { readonly type: 'any' }
  | { readonly type: 'set'; readonly negate: boolean; readonly items: readonly SetItem[] }
  | { readonly type: 'assert'; readonly what: Assertion }
  | { readonly type: 'group'; readonly index: number; readonly body: RegexNode }
  | { readonly type: 'backref'; readonly index: number }
  | { readonly type: 'cat'; readonly parts: readonly RegexNode[] }
  | { readonly type: 'alt'; readonly parts: readonly RegexNode[] }
  | { readonly type: 'repeat'; readonly min: number; readonly max: number; readonly body: RegexNode };

export interface RegexSyntax {
  readonly extended: boolean;
  /** `\n`, `\t`, `\x41` … stand for characters, as in sed and awk. */
  readonly escapes?: boolean;
  /** Extended syntax as regcomp has it: an operator with nothing to repeat and a brace that opens no interval are errors. */
  readonly strict?: boolean;
}

const CLASSES = new Set<string>([
  'alpha',
  'digit',
  'alnum',
  'upper',
  'lower',
  'space',
  'blank',
  'punct',
  'print',
  'graph',
  'cntrl',
  'xdigit',
]);

const C_ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', a: '\x07' };

const ASSERTIONS: Record<string, Assertion> = {
  b: 'boundary',
  B: 'inside',
  '<': 'word-start',
  '>': 'word-end',
  '`': 'start',
  "'": 'end',
};

const NOTHING_TO_REPEAT = 'Invalid preceding regular expression';

const MAX_REPEAT = 32_767;

/** Models glibc regcomp: basic and extended syntax with the GNU extensions. */
export class RegexParser {
  readonly #chars: string[];
  readonly #extended: boolean;
  readonly #escapes: boolean;
  readonly #strict: boolean;
  #at = 0;
  #open: number[] = [];
  #closed = new Set<number>();
  groups = 0;
  hasBackref = false;
  /** What grep warns of. */
  readonly warnings: string[] = [];

  constructor(source: string, syntax: RegexSyntax) {
    this.#chars = [...source];
    this.#extended = syntax.extended;
    this.#escapes = syntax.escapes ?? false;
    this.#strict = syntax.extended && (syntax.strict ?? false);
  }

  parse(): RegexNode {
    const node = this.#alternatives();
    if (this.#at < this.#chars.length) throw new RegexError('Unmatched ) or \\)');
    return node;
  }

  #peek(offset = 0): string | undefined {
    return this.#chars[this.#at + offset];
  }

  /** Whether the operator comes next: `x` in extended, `\x` in basic syntax. */
  #isOperator(op: string): boolean {
    return this.#extended ? this.#peek() === op : this.#peek() === '\\' && this.#peek(1) === op;
  }

  #take(op: string): boolean {
    if (!this.#isOperator(op)) return false;
    this.#at += this.#extended ? 1 : 2;
    return true;
  }

  #alternatives(): RegexNode {
    const parts = [this.#sequence()];
    while (this.#take('|')) parts.push(this.#sequence());
    return parts.length === 1 ? (parts[0] as RegexNode) : { type: 'alt', parts };
  }

  #sequence(): RegexNode {
    const parts: RegexNode[] = [];
    while (this.#at < this.#chars.length && !this.#isOperator('|')) {
      if (this.#isOperator(')') && (this.#open.length > 0 || !this.#extended)) break;
      const atom = this.#atom(parts.length === 0);
      parts.push(this.#repeated(atom, parts.length === 0));
    }
    return parts.length === 1 ? (parts[0] as RegexNode) : { type: 'cat', parts };
  }

  #repeated(atom: RegexNode, first: boolean): RegexNode {
    let node = atom;
    for (;;) {
      const bounds = this.#quantifier(node, first);
      if (!bounds) return node;
      if (this.#strict && node.type === 'assert') throw new RegexError(NOTHING_TO_REPEAT);
      node = { type: 'repeat', min: bounds[0], max: bounds[1], body: node };
    }
  }

  #quantifier(node: RegexNode, first: boolean): [number, number] | undefined {
    const anchored = node.type === 'assert' && first && !this.#extended;
    if (this.#peek() === '*' && !anchored) {
      this.#at++;
      return [0, Number.POSITIVE_INFINITY];
    }
    if (this.#take('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.#take('?')) return [0, 1];
    if (!this.#isOperator('{')) return undefined;
    return this.#interval();
  }

  #interval(): [number, number] | undefined {
    const rest = this.#chars.slice(this.#at, this.#at + 24).join('');
    const match = /^\\?\{(\d*)(,?)(\d*)(\\?\})/.exec(rest);
    const closes = match && (match[4] === '}') === this.#extended;
    if (!match || !closes || (match[1] === '' && match[2] === '')) {
      if (this.#extended && !this.#strict) return undefined;
      throw new RegexError(rest.includes('\\}') ? 'Invalid content of \\{\\}' : 'Unmatched \\{');
    }
    this.#at += match[0].length;
    const min = Number(match[1]);
    const max = match[3] === '' ? (match[2] === '' ? min : Number.POSITIVE_INFINITY) : Number(match[3]);
    if (min > max) throw new RegexError('Invalid content of \\{\\}');
    if (min > MAX_REPEAT || (max !== Number.POSITIVE_INFINITY && max > MAX_REPEAT))
      throw new RegexError('Regular expression too big');
    return [min, max];
  }

  #atom(first: boolean): RegexNode {
    const char = this.#chars[this.#at++] as string;
    if (char === '\\') return this.#escape();
    if (char === '[') return this.#bracket();
    if (char === '.') return { type: 'any' };
    if (char === '^' && (this.#extended || first)) return { type: 'assert', what: 'bol' };
    if (char === '$' && (this.#extended || this.#atBasicEnd())) return { type: 'assert', what: 'eol' };
    if (!this.#extended) return literal(char);
    if (char === '(') return this.#group();
    if (this.#strict && '*+?{'.includes(char)) throw new RegexError(NOTHING_TO_REPEAT);
    if (char === '{' && first && /^\d*,?\d*\}/.test(this.#chars.slice(this.#at, this.#at + 16).join('')))
      throw new RegexError(NOTHING_TO_REPEAT);
    // A star at the start stands for nothing in glibc's extended syntax.
    if ((char === '*' || char === '+' || char === '?') && first) {
      this.warnings.push(`${char} at start of expression`);
      return { type: 'cat', parts: [] };
    }
    return literal(char);
  }

  #atBasicEnd(): boolean {
    const next = this.#peek();
    return next === undefined || (next === '\\' && (this.#peek(1) === ')' || this.#peek(1) === '|'));
  }

  #group(): RegexNode {
    const index = ++this.groups;
    this.#open.push(index);
    const body = this.#alternatives();
    if (!this.#take(')')) throw new RegexError('Unmatched ( or \\(');
    this.#open.pop();
    this.#closed.add(index);
    return { type: 'group', index, body };
  }

  #escape(): RegexNode {
    const char = this.#chars[this.#at++];
    if (char === undefined) throw new RegexError('Trailing backslash');
    if (!this.#extended && char === '(') return this.#group();
    if (!this.#extended && char === '{') throw new RegexError(NOTHING_TO_REPEAT);
    if (/[1-9]/.test(char)) {
      if (!this.#closed.has(Number(char))) throw new RegexError('Invalid back reference');
      this.hasBackref = true;
      return { type: 'backref', index: Number(char) };
    }
    const assertion = ASSERTIONS[char];
    if (assertion) return { type: 'assert', what: assertion };
    if (char === 'w' || char === 'W') return { type: 'set', negate: char === 'W', items: ['word'] };
    if (char === 's' || char === 'S') return { type: 'set', negate: char === 'S', items: ['space'] };
    return literal(this.#escapes ? this.#cEscape(char) : char);
  }

  #cEscape(char: string): string {
    if (char === 'x' && /[0-9a-fA-F]/.test(this.#peek() ?? '')) {
      let digits = this.#chars[this.#at++] as string;
      if (/[0-9a-fA-F]/.test(this.#peek() ?? '')) digits += this.#chars[this.#at++];
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    return C_ESCAPES[char] ?? char;
  }

  #bracket(): RegexNode {
    const negate = this.#peek() === '^';
    if (negate) this.#at++;
    const items: SetItem[] = [];
    for (let first = true; ; first = false) {
      const char = this.#peek();
      if (char === undefined) throw new RegexError('Unmatched [, [^, [:, [., or [=');
      if (char === ']' && !first) break;
      items.push(this.#setItem());
    }
    this.#at++;
    return { type: 'set', negate, items };
  }

  #setItem(): SetItem {
    if (this.#peek() === '[' && this.#peek(1) === ':') return this.#className();
    const low = this.#setChar();
    if (this.#peek() !== '-' || this.#peek(1) === ']' || this.#peek(1) === undefined) return [low, low];
    this.#at++;
    const high = this.#setChar();
    if (high < low) throw new RegexError('Invalid range end');
    return [low, high];
  }

  #setChar(): number {
    const char = this.#chars[this.#at++] as string;
    const kind = this.#peek();
    if (char === '[' && (kind === '.' || kind === '=')) {
      const [inner, mark, close] = [this.#peek(1), this.#peek(2), this.#peek(3)];
      if (mark !== kind || close !== ']') throw new RegexError('Invalid collation character');
      this.#at += 4;
      return (inner as string).codePointAt(0) as number;
    }
    if (this.#escapes && char === '\\' && /[ntrfva\\\]/"]/.test(kind ?? '')) {
      // POSIX takes a backslash in brackets literally; sed and awk know these.
      if (kind !== ']' || this.#extended) {
        this.#at++;
        return (C_ESCAPES[kind as string] ?? (kind as string)).codePointAt(0) as number;
      }
    }
    return char.codePointAt(0) as number;
  }

  #className(): CharClass {
    const text = this.#chars.slice(this.#at + 2, this.#at + 12).join('');
    const end = text.indexOf(':]');
    if (end < 0) throw new RegexError('Unmatched [, [^, [:, [., or [=');
    const name = text.slice(0, end);
    if (!CLASSES.has(name)) throw new RegexError('Invalid character class name');
    this.#at += end + 4;
    return name as CharClass;
  }
}

function literal(char: string): RegexNode {
  return { type: 'char', code: char.codePointAt(0) as number };
}
