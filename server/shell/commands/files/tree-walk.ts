import { isSystemError, type Stat } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { quoteFile } from '../core/quote.ts';
import { type Call, Failure } from '../core/tool.ts';

/** `a/b` without a double slash. */
export function joinPath(directory: string, name: string): string {
  return directory.endsWith('/') ? directory + name : `${directory}/${name}`;
}

/** Runs a system call; a failure becomes `what 'path': reason` on standard error, and false. */
export function* attempt(call: Call, what: string, path: string, run: () => void): Steps<boolean> {
  try {
    run();
    return true;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    yield* call.warn(`${what} ${quoteFile(path)}: ${error.message}`);
    return false;
  }
}

/** The error text of a failed system call, or undefined when it worked. */
export function errorOf(run: () => void): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return error.message;
  }
}

export function isSameFile(a: Stat | undefined, b: Stat | undefined): boolean {
  return a !== undefined && b !== undefined && a.ino === b.ino && a.device === b.device;
}

/** Asks on standard error and reads the answer; only one that begins with y is a yes. */
export function* confirm(call: Call, question: string): Steps<boolean> {
  yield* call.flush();
  yield* call.context.err(`${call.name}: ${question} `);
  const answer = yield* call.stdin.line();
  return /^[yY]/.test(answer ?? '');
}

/** Where `cp`, `mv` and `ln` put things: from -t, -T and the operands. */
export function destinations(call: Call): { sources: readonly string[]; target: string; into: boolean } {
  const { options, operands, context } = call;
  if (operands.length === 0) call.misuse('missing file operand');
  const directory = options.get('t');
  if (directory !== undefined) {
    if (options.count('t') > 1) call.fail('multiple target directories specified');
    if (options.has('T')) call.fail('cannot combine --target-directory (-t) and --no-target-directory (-T)');
    if (!context.fs.isDirectory(directory)) {
      const why = context.fs.exists(directory) ? 'Not a directory' : 'No such file or directory';
      throw new Failure(`target directory ${quoteFile(directory)}: ${why}`);
    }
    return { sources: operands, target: directory, into: true };
  }
  const [first] = operands;
  if (operands.length === 1)
    call.misuse(`missing destination file operand after ${quoteFile(first as string)}`);
  const target = operands.at(-1) as string;
  const sources = operands.slice(0, -1);
  if (options.has('T')) {
    if (operands.length > 2) call.misuse(`extra operand ${quoteFile(operands[2] as string)}`);
    return { sources, target, into: false };
  }
  const into = context.fs.isDirectory(target);
  if (sources.length > 1 && !into) {
    const why = context.fs.exists(target) ? 'Not a directory' : 'No such file or directory';
    throw new Failure(`target ${quoteFile(target)}: ${why}`);
  }
  return { sources, target, into };
}
