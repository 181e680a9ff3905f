import {
  ArithmeticError,
  type Expression,
  type Integer,
  MAX_DEPTH,
  Parser,
  type Variable,
  wrap,
} from './arithmetic-parser.ts';

export { ArithmeticError, type Integer };

/** The variables that an expression reads and writes. */
export interface ArithmeticScope {
  isAssociative(name: string): boolean;
  get(name: string, subscript: Integer | string | undefined): string | undefined;
  set(name: string, subscript: Integer | string | undefined, value: string): void;
}

const cache = new Map<string, Expression | ArithmeticError>();

/** Evaluates a C-like expression as bash does. Throws `ArithmeticError`. */
export function evaluate(text: string, scope: ArithmeticScope, depth = 0): Integer {
  if (depth > MAX_DEPTH) {
    throw new ArithmeticError(`${text}: expression recursion level exceeded (error token is "${text}")`);
  }
  const direct = /^\s*(\d{1,15})\s*$/.exec(text);
  if (direct && (direct[1] === '0' || direct[1]?.[0] !== '0')) return Number(direct[1]);
  if (/^\s*$/.test(text)) return 0;
  return new Evaluation(text, scope, depth).value(compile(text));
}

function compile(text: string): Expression {
  let found = cache.get(text);
  if (!found) {
    try {
      found = new Parser(text).parse();
    } catch (error) {
      if (!(error instanceof ArithmeticError)) throw error;
      found = error;
    }
    if (cache.size >= 2000) cache.clear();
    cache.set(text, found);
  }
  if (found instanceof ArithmeticError) throw found;
  return found;
}

class Evaluation {
  readonly #text: string;
  readonly #scope: ArithmeticScope;
  readonly #depth: number;

  constructor(text: string, scope: ArithmeticScope, depth: number) {
    this.#text = text;
    this.#scope = scope;
    this.#depth = depth;
  }

  value(node: Expression): Integer {
    switch (node.kind) {
      case 'number':
        return node.value;
      case 'variable':
        return this.#read(node, this.#subscript(node));
      case 'unary':
        return unary(node.operator, this.value(node.operand));
      case 'step':
        return this.#step(node.target, node.operator === '++' ? 1 : -1, node.prefix);
      case 'ternary':
        return this.value(node.test) ? this.value(node.yes) : this.value(node.no);
      case 'assign':
        return this.#assign(node);
      case 'binary':
        if (node.operator === '&&') return this.value(node.left) && this.value(node.right) ? 1 : 0;
        if (node.operator === '||') return this.value(node.left) || this.value(node.right) ? 1 : 0;
        return this.#binary(node.operator, this.value(node.left), this.value(node.right), node.at);
    }
  }

  #subscript(node: Variable): Integer | string | undefined {
    if (node.subscript === undefined) return undefined;
    if (this.#scope.isAssociative(node.name)) return node.subscript.replace(/^(["'])(.*)\1$/, '$2');
    return evaluate(node.subscript, this.#scope, this.#depth + 1);
  }

  #read(node: Variable, subscript: Integer | string | undefined): Integer {
    const text = this.#scope.get(node.name, subscript);
    return text === undefined || text === '' ? 0 : evaluate(text, this.#scope, this.#depth + 1);
  }

  #step(target: Variable, by: number, prefix: boolean): Integer {
    const subscript = this.#subscript(target);
    const before = this.#read(target, subscript);
    const after = add(before, by);
    this.#scope.set(target.name, subscript, String(after));
    return prefix ? after : before;
  }

  #assign(node: Extract<Expression, { kind: 'assign' }>): Integer {
    const subscript = this.#subscript(node.target);
    let value = this.value(node.value);
    if (node.operator !== '=') {
      value = this.#binary(node.operator.slice(0, -1), this.#read(node.target, subscript), value, node.at);
    }
    this.#scope.set(node.target.name, subscript, String(value));
    return value;
  }

  #binary(operator: string, a: Integer, b: Integer, at: number): Integer {
    if ((operator === '/' || operator === '%') && b === 0) {
      throw new ArithmeticError(
        `${this.#text.trimStart()}: division by 0 (error token is "${this.#text.slice(at)}")`,
      );
    }
    if (operator === '**' && b < 0) {
      throw new ArithmeticError(
        `${this.#text.trimStart()}: exponent less than 0 (error token is "${this.#text.slice(at)}")`,
      );
    }
    return binary(operator, a, b);
  }
}

function add(a: Integer, b: Integer): Integer {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return wrap(BigInt(a) + BigInt(b));
}

function unary(operator: string, value: Integer): Integer {
  switch (operator) {
    case '-':
      return value === 0 ? 0 : wrap(-BigInt(value));
    case '!':
      return value ? 0 : 1;
    case '~':
      return wrap(~BigInt(value));
    default:
      return value;
  }
}

function binary(operator: string, a: Integer, b: Integer): Integer {
  if (typeof a === 'number' && typeof b === 'number') {
    const quick = small(operator, a, b);
    if (quick !== undefined) return quick;
  }
  return wide(operator, BigInt(a), BigInt(b));
}

function small(operator: string, a: number, b: number): Integer | undefined {
  let result: number;
  switch (operator) {
    case '+':
      result = a + b;
      break;
    case '-':
      result = a - b;
      break;
    case '*':
      result = a * b;
      break;
    case '/':
      result = Math.trunc(a / b);
      break;
    case '%':
      result = a % b;
      break;
    default:
      return compare(operator, a, b);
  }
  if (!Number.isSafeInteger(result)) return undefined;
  return result === 0 ? 0 : result;
}

function compare(operator: string, a: Integer, b: Integer): Integer | undefined {
  switch (operator) {
    case '<':
      return a < b ? 1 : 0;
    case '>':
      return a > b ? 1 : 0;
    case '<=':
      return a <= b ? 1 : 0;
    case '>=':
      return a >= b ? 1 : 0;
    case '==':
      return a === b ? 1 : 0;
    case '!=':
      return a !== b ? 1 : 0;
    case ',':
      return b;
    default:
      return undefined;
  }
}

function wide(operator: string, a: bigint, b: bigint): Integer {
  switch (operator) {
    case '+':
      return wrap(a + b);
    case '-':
      return wrap(a - b);
    case '*':
      return wrap(a * b);
    case '/':
      return wrap(a / b);
    case '%':
      return wrap(a % b);
    case '**':
      return power(a, b);
    case '<<':
      return wrap(a << (b & 63n));
    case '>>':
      return wrap(a >> (b & 63n));
    case '&':
      return wrap(a & b);
    case '|':
      return wrap(a | b);
    case '^':
      return wrap(a ^ b);
    default:
      return compare(operator, a, b) ?? 0;
  }
}

function power(base: bigint, exponent: bigint): Integer {
  let result = 1n;
  let square = base;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = BigInt.asIntN(64, result * square);
    square = BigInt.asIntN(64, square * square);
  }
  return wrap(result);
}
