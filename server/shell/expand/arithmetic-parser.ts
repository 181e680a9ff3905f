/** Integers of 64 bits: a number while it is exact, else a bigint. */
export type Integer = number | bigint;

/** The message is what stands after `bash: line N: `. */
export class ArithmeticError extends Error {}

export type Expression =
  | { readonly kind: 'number'; readonly value: Integer }
  | { readonly kind: 'variable'; readonly name: string; readonly subscript: string | undefined; at: number }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
  | { readonly kind: 'step'; readonly operator: string; readonly prefix: boolean; readonly target: Variable }
  | { readonly kind: 'binary'; readonly operator: string; left: Expression; right: Expression; at: number }
  | { readonly kind: 'assign'; readonly operator: string; target: Variable; value: Expression; at: number }
  | { readonly kind: 'ternary'; test: Expression; yes: Expression; no: Expression };

export type Variable = Extract<Expression, { kind: 'variable' }>;

export function wrap(value: bigint): Integer {
  const wrapped = BigInt.asIntN(64, value);
  const number = Number(wrapped);
  return Number.isSafeInteger(number) ? number : wrapped;
}

const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<=', '>=', '<', '>'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

const OPERATORS = [
  '<<=',
  '>>=',
  '**',
  '++',
  '--',
  '<<',
  '>>',
  '<=',
  '>=',
  '==',
  '!=',
  '&&',
  '||',
  '*=',
  '/=',
  '%=',
  '+=',
  '-=',
  '&=',
  '^=',
  '|=',
  '<',
  '>',
  '=',
  '+',
  '-',
  '*',
  '/',
  '%',
  '&',
  '^',
  '|',
  '!',
  '~',
  '?',
  ':',
  ',',
  '(',
  ')',
];

/** How deep expressions nest, in parentheses and through variables. */
export const MAX_DEPTH = 200;

/** Reads an expression. Models bash expr.c expassign and below. */
export class Parser {
  readonly #text: string;
  #afterOperand = false;
  #depth = 0;
  #tokenStart = 0;
  #previousStart = 0;
  #token: string | undefined;
  #end = 0;

  constructor(text: string) {
    this.#text = text;
    this.#next();
  }

  parse(): Expression {
    const node = this.#comma();
    if (this.#token !== undefined) throw this.#error('syntax error in expression');
    return node;
  }

  #next(): void {
    while (/\s/.test(this.#text[this.#end] ?? '')) this.#end++;
    this.#previousStart = this.#tokenStart;
    this.#tokenStart = this.#end;
    const rest = this.#text.slice(this.#end);
    if (rest === '') {
      this.#token = undefined;
      return;
    }
    const word = /^(?:[A-Za-z_]\w*|\d[\w#@]*)/.exec(rest);
    const operator = word ? undefined : OPERATORS.find((candidate) => rest.startsWith(candidate));
    this.#token = word?.[0] ?? operator ?? (rest[0] as string);
    this.#end += this.#token.length;
    if (word && /^[A-Za-z_]/.test(this.#token)) this.#subscriptSpan();
    if (!word && !operator && this.#afterOperand)
      throw this.#error('syntax error: invalid arithmetic operator');
  }

  #subscriptSpan(): void {
    if (this.#text[this.#end] !== '[') return;
    let depth = 0;
    for (let i = this.#end; i < this.#text.length; i++) {
      if (this.#text[i] === '[') depth++;
      else if (this.#text[i] === ']' && --depth === 0) {
        this.#token += this.#text.slice(this.#end, i + 1);
        this.#end = i + 1;
        return;
      }
    }
  }

  #error(message: string, at = this.#tokenStart): ArithmeticError {
    const token = this.#text.slice(at);
    return new ArithmeticError(`${this.#text.trimStart()}: ${message} (error token is "${token}")`);
  }

  #comma(): Expression {
    let left = this.#assignment();
    while (this.#token === ',') {
      this.#advance();
      left = { kind: 'binary', operator: ',', left, right: this.#assignment(), at: this.#tokenStart };
    }
    return left;
  }

  #assignment(): Expression {
    if (++this.#depth > MAX_DEPTH) throw this.#error('expression recursion level exceeded');
    const left = this.#ternary();
    const operator = this.#token;
    if (operator !== undefined && /^(?:[-*/%+&^|]|<<|>>)?=$/.test(operator)) {
      if (left.kind !== 'variable') throw this.#error('attempted assignment to non-variable');
      this.#advance();
      const at = this.#tokenStart;
      const value = this.#assignment();
      this.#depth--;
      return { kind: 'assign', operator, target: left, value, at };
    }
    this.#depth--;
    return left;
  }

  #ternary(): Expression {
    const test = this.#level(0);
    if (this.#token !== '?') return test;
    this.#advance();
    if (this.#atEnd() || this.#is(':')) throw this.#error('expression expected');
    const yes = this.#comma();
    if (!this.#is(':')) throw this.#error("`:' expected for conditional expression");
    this.#advance();
    if (this.#atEnd()) throw this.#error('expression expected');
    const no = this.#ternary();
    return { kind: 'ternary', test, yes, no };
  }

  #is(token: string): boolean {
    return this.#token === token;
  }

  #atEnd(): boolean {
    return this.#token === undefined;
  }

  #level(level: number): Expression {
    const operators = LEVELS[level];
    if (!operators) return this.#power();
    let left = this.#level(level + 1);
    while (this.#token !== undefined && operators.includes(this.#token)) {
      const operator = this.#token;
      this.#advance();
      const at = this.#tokenStart;
      left = { kind: 'binary', operator, left, right: this.#level(level + 1), at };
    }
    return left;
  }

  /** Takes the next token where an operand may stand. */
  #advance(): void {
    this.#afterOperand = false;
    this.#next();
  }

  /** Takes the next token where an operator may stand. */
  #pass(): void {
    this.#afterOperand = true;
    this.#next();
  }

  #power(): Expression {
    const left = this.#unary();
    if (this.#token !== '**') return left;
    this.#advance();
    const right = this.#power();
    const at = this.#atEnd() ? this.#previousStart : this.#tokenStart;
    return { kind: 'binary', operator: '**', left, right, at };
  }

  #unary(): Expression {
    if (++this.#depth > MAX_DEPTH) throw this.#error('expression recursion level exceeded');
    const node = this.#unaryInner();
    this.#depth--;
    return node;
  }

  #unaryInner(): Expression {
    const operator = this.#token;
    if (operator === '++' || operator === '--') {
      this.#advance();
      if (/^[A-Za-z_]/.test(this.#token ?? '')) {
        return { kind: 'step', operator, prefix: true, target: this.#variable() };
      }
      const sign = operator[0] as string;
      const inner: Expression = { kind: 'unary', operator: sign, operand: this.#unary() };
      return { kind: 'unary', operator: sign, operand: inner };
    }
    if (operator === '!' || operator === '~' || operator === '-' || operator === '+') {
      this.#advance();
      return { kind: 'unary', operator, operand: this.#unary() };
    }
    return this.#primary();
  }

  #primary(): Expression {
    const token = this.#token;
    if (token === undefined) throw this.#error('syntax error: operand expected', this.#operandAt());
    if (token === '(') {
      this.#advance();
      const inner = this.#comma();
      if (this.#token !== ')') throw this.#error("missing `)'", this.#missingAt());
      this.#pass();
      return inner;
    }
    if (/^\d/.test(token)) {
      const value = number(token, (message) => this.#error(message));
      this.#pass();
      return { kind: 'number', value };
    }
    if (!/^[A-Za-z_]/.test(token)) throw this.#error('syntax error: operand expected', this.#operandAt());
    const variable = this.#variable();
    if (this.#token === '++' || this.#token === '--') {
      const operator = this.#token;
      this.#pass();
      return { kind: 'step', operator, prefix: false, target: variable };
    }
    return variable;
  }

  /** The error token at the end of the text is the operator before it. */
  #operandAt(): number {
    if (this.#token !== undefined) return this.#tokenStart;
    let at = this.#text.trimEnd().length - 1;
    while (at > 0 && OPERATORS.includes(this.#text.slice(at - 1, this.#text.trimEnd().length))) at--;
    return Math.max(0, at);
  }

  #missingAt(): number {
    if (this.#token !== undefined) return this.#tokenStart;
    const last = /(?:[A-Za-z_]\w*|\d[\w#@]*|\S)\s*$/.exec(this.#text);
    return last?.index ?? 0;
  }

  #variable(): Variable {
    const token = this.#token as string;
    const at = this.#tokenStart;
    const open = token.indexOf('[');
    this.#pass();
    if (open < 0) return { kind: 'variable', name: token, subscript: undefined, at };
    return { kind: 'variable', name: token.slice(0, open), subscript: token.slice(open + 1, -1), at };
  }
}

function number(token: string, error: (message: string) => ArithmeticError): Integer {
  const based = /^(\d+)#([\w@]*)$/.exec(token);
  if (based) {
    const base = Number(based[1]);
    if (base < 2 || base > 64) throw error('invalid arithmetic base');
    return digits(based[2] as string, base, error);
  }
  if (/^0[xX]/.test(token)) return digits(token.slice(2), 16, error);
  if (/^0./.test(token)) return digits(token.slice(1), 8, error);
  return digits(token, 10, error);
}

function digits(text: string, base: number, error: (message: string) => ArithmeticError): Integer {
  let value = 0n;
  for (const char of text) {
    let digit = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_'.indexOf(char);
    if (base <= 36 && digit >= 36 && digit < 62) digit -= 26;
    if (digit < 0) throw error('invalid number');
    if (digit >= base) throw error('value too great for base');
    value = BigInt.asIntN(64, value * BigInt(base) + BigInt(digit));
  }
  return wrap(value);
}
