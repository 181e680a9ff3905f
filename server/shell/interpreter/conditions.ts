import type { TestCommand } from 'unbash';
import type { Steps } from '../../sim/index.ts';
import { arithmeticText } from '../expand/expand.ts';
import { evaluateText } from './assign.ts';
import { ShellError, TestError } from './flow.ts';
import type { Shell } from './shell.ts';
import { testExpression } from './test-command.ts';
import { trace } from './trace.ts';

/** Runs something whose failure is looked at, so that `set -e` does not apply. */
export function* guarded<T>(shell: Shell, run: () => Steps<T>): Steps<T> {
  shell.guarded++;
  try {
    return yield* run();
  } finally {
    shell.guarded--;
  }
}

/** The value of an expression of `for (( … ))`. */
export function* arithmeticValue(shell: Shell, text: string): Steps<number | bigint> {
  try {
    return evaluateText(shell, yield* arithmeticText(shell, text));
  } catch (error) {
    if (error instanceof ShellError && !error.fatal) throw new ShellError(`((: ${error.message}`, 1);
    throw error;
  }
}

/** `(( … ))`. */
export function* runArithmetic(shell: Shell, body: string): Steps<number> {
  try {
    const text = yield* arithmeticText(shell, body);
    if (shell.options.on('xtrace')) yield* trace(shell, `(( ${body} ))`);
    return evaluateText(shell, text) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ShellError) || error.fatal) throw error;
    const readonly = error.message.endsWith('readonly variable');
    yield* shell.error(readonly ? error.message : `((: ${error.message}`);
    return 1;
  }
}

/** `[[ … ]]`. */
export function* runTest(shell: Shell, node: TestCommand): Steps<number> {
  shell.line = shell.source.lineAt(node.pos);
  try {
    return (yield* testExpression(shell, node.expression)) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestError)) throw error;
    if (error.message !== '') yield* shell.error(`[[: ${error.message}`);
    return error.status === 2 ? 2 : 1;
  }
}
