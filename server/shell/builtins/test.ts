import type { Steps } from '../../sim/index.ts';
import type { Builtin, Call } from '../interpreter/builtin.ts';
import type { Shell } from '../interpreter/shell.ts';
import { binaryTest, compareNumbers, unaryTest } from '../interpreter/test-command.ts';

/** Wrong syntax or a bad number: the message is printed, the status is 2. */
class TestError extends Error {}

const UNARY = /^-[abcdefghknoprstuvwxzGLNORS]$/;
const BINARY = /^(?:=|==|!=|<|>|-(?:eq|ne|lt|le|gt|ge|nt|ot|ef))$/;

// Models bash test.c test_command and posixtest
class Evaluation {
  readonly #shell: Shell;
  readonly #args: readonly string[];
  #at = 0;

  constructor(shell: Shell, args: readonly string[]) {
    this.#shell = shell;
    this.#args = args;
  }

  *run(): Steps<boolean> {
    const value = yield* this.#posix(this.#args.length);
    if (this.#at < this.#args.length) {
      const last = this.#args[this.#at] as string;
      if (last.startsWith('-')) throw new TestError(`syntax error: \`${last}' unexpected`);
      throw new TestError('too many arguments');
    }
    return value;
  }

  *#posix(count: number): Steps<boolean> {
    const args = this.#args;
    switch (count) {
      case 0:
        return false;
      case 1:
        this.#at++;
        return args[this.#at - 1] !== '';
      case 2:
        return yield* this.#two();
      case 3:
        return yield* this.#three();
      case 4:
        if (args[this.#at] === '!') {
          this.#at++;
          return !(yield* this.#three());
        }
        if (args[this.#at] === '(' && args[this.#at + 3] === ')') {
          this.#at++;
          const value = yield* this.#two();
          this.#at++;
          return value;
        }
        return yield* this.#or();
      default:
        return yield* this.#or();
    }
  }

  *#two(): Steps<boolean> {
    const [first = '', second = ''] = this.#args.slice(this.#at);
    if (first === '!') {
      this.#at += 2;
      return second === '';
    }
    if (!UNARY.test(first)) throw new TestError(`${first}: unary operator expected`);
    this.#at += 2;
    return yield* this.#unary(first, second);
  }

  *#three(): Steps<boolean> {
    const [first = '', operator = '', third = ''] = this.#args.slice(this.#at);
    if (BINARY.test(operator)) {
      this.#at += 3;
      return this.#binary(operator, first, third);
    }
    if (operator === '-a' || operator === '-o') {
      this.#at += 3;
      return operator === '-a' ? first !== '' && third !== '' : first !== '' || third !== '';
    }
    if (first === '!') {
      this.#at++;
      return !(yield* this.#two());
    }
    if (first === '(' && third === ')') {
      this.#at += 3;
      return operator !== '';
    }
    throw new TestError(`${operator}: binary operator expected`);
  }

  *#or(): Steps<boolean> {
    let value = yield* this.#and();
    while (this.#args[this.#at] === '-o') {
      this.#at++;
      value = (yield* this.#and()) || value;
    }
    return value;
  }

  *#and(): Steps<boolean> {
    let value = yield* this.#term();
    while (this.#args[this.#at] === '-a') {
      this.#at++;
      value = (yield* this.#term()) && value;
    }
    return value;
  }

  *#term(): Steps<boolean> {
    const args = this.#args;
    const first = args[this.#at];
    if (first === undefined) throw new TestError('argument expected');
    if (first === '!') {
      this.#at++;
      return !(yield* this.#term());
    }
    const operator = args[this.#at + 1];
    const right = args[this.#at + 2];
    if (operator !== undefined && right !== undefined && BINARY.test(operator)) {
      this.#at += 3;
      return this.#binary(operator, first, right);
    }
    if (first === '(') {
      this.#at++;
      const value = yield* this.#or();
      if (args[this.#at] !== ')') throw new TestError("`)' expected");
      this.#at++;
      return value;
    }
    if (UNARY.test(first) && operator !== undefined) {
      this.#at += 2;
      return yield* this.#unary(first, operator);
    }
    this.#at++;
    return first !== '';
  }

  *#unary(operator: string, operand: string): Steps<boolean> {
    if (/^-[aovNR]$/.test(operator) && this.#shell.dialect.name === 'dash')
      throw new TestError('unary operator expected');
    if (operator === '-t' && !/^[-+]?\d+$/.test(operand)) {
      if (this.#shell.dialect.name === 'bash') return false;
      throw new TestError(`${operand}: integer expression expected`);
    }
    return yield* unaryTest(this.#shell, operator, operand);
  }

  #binary(operator: string, left: string, right: string): boolean {
    if (operator === '==' && this.#shell.dialect.name === 'dash')
      throw new TestError('binary operator expected');
    if (operator === '=' || operator === '==') return left === right;
    if (operator === '!=') return left !== right;
    if (/^-(?:eq|ne|lt|le|gt|ge)$/.test(operator)) {
      return compareNumbers(operator, integer(left), integer(right));
    }
    return binaryTest(this.#shell, operator, left, right);
  }
}

function integer(text: string): bigint {
  if (!/^\s*[-+]?\d+\s*$/.test(text)) throw new TestError(`${text}: integer expression expected`);
  return BigInt(text.trim().replace(/^\+/, ''));
}

/** What dash says of words that are no expression: it names the first that it cannot go on from. */
function dashFault(args: readonly string[]): string {
  const [first = '', second = '', third] = args;
  if (BINARY.test(second) && second !== '==')
    return third === undefined ? `${second}: argument expected` : `${args[2]}: unexpected operator`;
  return `${first}: unexpected operator`;
}

function* runTest(call: Call, args: readonly string[]): Steps<number> {
  try {
    return (yield* new Evaluation(call.shell, args).run()) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestError)) throw error;
    const isSyntax = !error.message.endsWith('integer expression expected');
    if (isSyntax && call.shell.dialect.name === 'dash') return yield* call.fail(dashFault(args), 2);
    return yield* call.fail(error.message, 2);
  }
}

export const test: Builtin = {
  name: 'test',
  synopsis: 'test [expr]',
  run: (call) => runTest(call, call.args),
};

export const bracket: Builtin = {
  name: '[',
  synopsis: '[ arg... ]',
  *run(call) {
    if (call.args.at(-1) !== ']') return yield* call.fail("missing `]'", 2);
    return yield* runTest(call, call.args.slice(0, -1));
  },
};
