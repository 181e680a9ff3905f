import { Regex, RegexError } from '../../regex/regex.ts';
import { quote } from '../core/quote.ts';
import { type Call, Failure, tool } from '../core/tool.ts';

export const expr = tool({
  name: 'expr',
  summary: 'evaluate expressions',
  usage: ['EXPRESSION', 'OPTION'],
  usageStatus: 2,
  prepare: (args) =>
    args.length === 1 && (args[0] === '--help' || args[0] === '--version')
      ? args
      : ['--', ...(args[0] === '--' ? args.slice(1) : args)],
  *run(call: Call) {
    if (call.operands.length === 0) call.misuse('missing operand');
    const parser = new Parser(call.operands);
    const value = parser.whole();
    yield* call.print(`${value}\n`);
    return value === '' || /^-?0+$/.test(value) ? 1 : 0;
  },
});

const LEVELS: readonly (readonly string[])[] = [
  ['|'],
  ['&'],
  ['<', '<=', '=', '==', '!=', '>=', '>'],
  ['+', '-'],
  ['*', '/', '%'],
  [':'],
];

class Parser {
  readonly #words: readonly string[];
  #at = 0;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  whole(): string {
    const value = this.#level(0);
    const rest = this.#words[this.#at];
    if (rest !== undefined) throw new Failure(`syntax error: unexpected argument ${quote(rest)}`, 2);
    return value;
  }

  #level(level: number): string {
    const ops = LEVELS[level];
    if (!ops) return this.#primary();
    let left = this.#level(level + 1);
    for (let op = this.#words[this.#at]; op !== undefined && ops.includes(op); op = this.#words[this.#at]) {
      this.#at++;
      left = apply(op, left, this.#level(level + 1));
    }
    return left;
  }

  #next(): string {
    const word = this.#words[this.#at++];
    if (word === undefined)
      throw new Failure(`syntax error: missing argument after ${quote(this.#words.at(-1) as string)}`, 2);
    return word;
  }

  #primary(): string {
    const word = this.#next();
    if (word === '(') {
      const value = this.#level(0);
      if (this.#words[this.#at] !== ')')
        throw new Failure(
          `syntax error: expecting ')' after ${quote(this.#words[this.#at - 1] as string)}`,
          2,
        );
      this.#at++;
      return value;
    }
    if (word === ')') throw new Failure("syntax error: unexpected ')'", 2);
    if (this.#at >= this.#words.length) return word;
    switch (word) {
      case '+':
        return this.#next();
      case 'length':
        return String([...this.#primary()].length);
      case 'match': {
        const text = this.#primary();
        return matchAtStart(text, this.#primary());
      }
      case 'index': {
        const text = [...this.#primary()];
        const chars = this.#primary();
        return String(text.findIndex((char) => chars.includes(char)) + 1);
      }
      case 'substr': {
        const text = [...this.#primary()];
        const [from, length] = [Number(this.#primary()), Number(this.#primary())];
        return from > 0 && length > 0 ? text.slice(from - 1, from - 1 + length).join('') : '';
      }
      default:
        return word;
    }
  }
}

function isNull(value: string): boolean {
  return value === '' || /^-?0+$/.test(value);
}

function apply(op: string, left: string, right: string): string {
  switch (op) {
    case '|':
      return isNull(left) ? (isNull(right) ? '0' : right) : left;
    case '&':
      return isNull(left) || isNull(right) ? '0' : left;
    case ':':
      return matchAtStart(left, right);
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return arithmetic(op, left, right);
    default:
      return comparison(op, left, right) ? '1' : '0';
  }
}

function integer(text: string): bigint {
  if (!/^-?\d+$/.test(text)) throw new Failure('non-integer argument', 2);
  return BigInt(text);
}

function arithmetic(op: string, left: string, right: string): string {
  const [a, b] = [integer(left), integer(right)];
  if ((op === '/' || op === '%') && b === 0n) throw new Failure('division by zero', 2);
  const results: Record<string, () => bigint> = {
    '+': () => a + b,
    '-': () => a - b,
    '*': () => a * b,
    '/': () => a / b,
    '%': () => a % b,
  };
  return String((results[op] as () => bigint)());
}

function comparison(op: string, left: string, right: string): boolean {
  const numeric = /^-?\d+$/.test(left) && /^-?\d+$/.test(right);
  const [a, b] = numeric ? [BigInt(left), BigInt(right)] : [left, right];
  const order = a < b ? -1 : a > b ? 1 : 0;
  if (op === '=' || op === '==') return order === 0;
  if (op === '!=') return order !== 0;
  if (op === '<') return order < 0;
  if (op === '<=') return order <= 0;
  return op === '>' ? order > 0 : order >= 0;
}

function matchAtStart(text: string, pattern: string): string {
  try {
    const regex = new Regex(`^\\(${pattern}\\)`, { extended: false });
    const match = regex.exec(text);
    if (regex.groupCount > 1) return match?.groups[2] ?? '';
    return String([...(match?.groups[0] ?? '')].length);
  } catch (error) {
    if (error instanceof RegexError) throw new Failure(error.message, 2);
    throw error;
  }
}
