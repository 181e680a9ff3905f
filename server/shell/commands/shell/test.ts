import type { Context, Stat } from '../../../host/index.ts';
import type { Command } from '../../command.ts';

/** A malformed expression; the message is without the name. */
class TestError extends Error {
  override name = 'TestError';
}

function testNamed(name: string): Command {
  return {
    name,
    summary: 'check file types and compare values',
    *main(context) {
      const args = context.args.slice(1);
      if (name === '[' && args.pop() !== ']') {
        yield* context.err(`${context.args[0]}: missing ‘]’\n`);
        return 2;
      }
      try {
        return new Expression(context, args).run() ? 0 : 1;
      } catch (error) {
        if (!(error instanceof TestError)) throw error;
        yield* context.err(`${context.args[0]}: ${error.message}\n`);
        return 2;
      }
    },
  };
}

export const test = testNamed('test');
export const bracket = testNamed('[');

const BINARY = new Set([
  '=',
  '==',
  '!=',
  '<',
  '>',
  '-eq',
  '-ne',
  '-lt',
  '-le',
  '-gt',
  '-ge',
  '-nt',
  '-ot',
  '-ef',
]);

/** Models test(1): POSIX's rules by the number of arguments, then a grammar for longer ones. */
class Expression {
  readonly #context: Context;
  readonly #args: readonly string[];
  #at = 0;

  constructor(context: Context, args: readonly string[]) {
    this.#context = context;
    this.#args = args;
  }

  run(): boolean {
    if (this.#args.length === 0) return false;
    const result = this.#byCount(this.#args);
    if (result !== undefined) return result;
    const value = this.#or();
    const extra = this.#args[this.#at];
    if (extra !== undefined) throw new TestError(`extra argument ‘${extra}’`);
    return value;
  }

  #byCount(args: readonly string[]): boolean | undefined {
    const [a, b, c] = args as [string, string, string];
    if (args.length === 1) return a !== '';
    if (args.length === 2) {
      if (a === '!') return b === '';
      if (/^-[a-zA-Z]$/.test(a)) return this.#unary(a, b);
      throw new TestError(`missing argument after ‘${b}’`);
    }
    if (args.length !== 3) return undefined;
    if (BINARY.has(b)) return this.#binary(a, b, c);
    if (a === '!') return !this.#byCount([b, c]);
    if (a === '(' && c === ')') return b !== '';
    if (b === '-a') return a !== '' && c !== '';
    if (b === '-o') return a !== '' || c !== '';
    throw new TestError(`‘${b}’: binary operator expected`);
  }

  #or(): boolean {
    let value = this.#and();
    while (this.#args[this.#at] === '-o') {
      this.#at++;
      value = this.#and() || value;
    }
    return value;
  }

  #and(): boolean {
    let value = this.#term();
    while (this.#args[this.#at] === '-a') {
      this.#at++;
      value = this.#term() && value;
    }
    return value;
  }

  #term(): boolean {
    const word = this.#args[this.#at];
    if (word === undefined) throw new TestError(`missing argument after ‘${this.#args.at(-1)}’`);
    if (word === '!') {
      this.#at++;
      return !this.#term();
    }
    const [op, right] = [this.#args[this.#at + 1], this.#args[this.#at + 2]];
    if (op !== undefined && right !== undefined && BINARY.has(op)) {
      this.#at += 3;
      return this.#binary(word, op, right);
    }
    if (word === '(') {
      this.#at++;
      const value = this.#or();
      if (this.#args[this.#at++] !== ')') throw new TestError('‘)’ expected');
      return value;
    }
    if (/^-[a-zA-Z]$/.test(word) && op !== undefined) {
      this.#at += 2;
      return this.#unary(word, op);
    }
    this.#at++;
    return word !== '';
  }

  #unary(op: string, arg: string): boolean {
    const { fs, credentials } = this.#context;
    if (op === '-n') return arg !== '';
    if (op === '-z') return arg === '';
    if (op === '-t') return this.#context.isTerminal(Number(arg));
    if (op === '-r' || op === '-w' || op === '-x')
      return fs.can(arg, op === '-r' ? 'read' : op === '-w' ? 'write' : 'execute');
    const stat = fs.tryStat(arg, op !== '-h' && op !== '-L');
    const tests: Record<string, (s: Stat) => boolean> = {
      '-e': () => true,
      '-f': (s) => s.type === 'file',
      '-d': (s) => s.type === 'directory',
      '-h': (s) => s.type === 'symlink',
      '-L': (s) => s.type === 'symlink',
      '-p': (s) => s.type === 'fifo',
      '-S': (s) => s.type === 'socket',
      '-b': (s) => s.type === 'block',
      '-c': (s) => s.type === 'char',
      '-s': (s) => s.size > 0,
      '-u': (s) => (s.mode & 0o4000) !== 0,
      '-g': (s) => (s.mode & 0o2000) !== 0,
      '-k': (s) => (s.mode & 0o1000) !== 0,
      '-O': (s) => s.uid === credentials.uid,
      '-G': (s) => s.gid === credentials.gid,
      '-N': () => false,
    };
    const check = tests[op];
    if (!check) throw new TestError(`‘${op}’: unary operator expected`);
    return stat !== undefined && check(stat);
  }

  #binary(left: string, op: string, right: string): boolean {
    switch (op) {
      case '=':
      case '==':
        return left === right;
      case '!=':
        return left !== right;
      case '<':
        return left < right;
      case '>':
        return left > right;
      case '-nt':
      case '-ot':
      case '-ef':
        return this.#files(left, op, right);
    }
    const [a, b] = [integer(left), integer(right)];
    const results: Record<string, boolean> = {
      '-eq': a === b,
      '-ne': a !== b,
      '-lt': a < b,
      '-le': a <= b,
      '-gt': a > b,
      '-ge': a >= b,
    };
    return results[op] as boolean;
  }

  #files(left: string, op: string, right: string): boolean {
    const [a, b] = [this.#context.fs.tryStat(left), this.#context.fs.tryStat(right)];
    if (op === '-ef') return a !== undefined && b !== undefined && a.ino === b.ino && a.device === b.device;
    const [x, y] = [a?.mtimeMs ?? Number.NEGATIVE_INFINITY, b?.mtimeMs ?? Number.NEGATIVE_INFINITY];
    return op === '-nt' ? x > y : x < y;
  }
}

function integer(text: string): bigint {
  if (!/^\s*[-+]?\d+\s*$/.test(text)) throw new TestError(`invalid integer ‘${text}’`);
  return BigInt(text.trim().replace('+', ''));
}
