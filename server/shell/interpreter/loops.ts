import type { ArithmeticFor, For, Select, While } from 'unbash';
import type { Steps } from '../../sim/index.ts';
import { expandWords } from '../expand/expand.ts';
import { assign } from './assign.ts';
import { arithmeticValue, guarded } from './conditions.ts';
import { LoopJump, ShellError } from './flow.ts';
import { runSelect } from './select.ts';
import type { Shell } from './shell.ts';
import { trace } from './trace.ts';
import { debugTrap } from './traps.ts';

/** Runs the body of a loop once. True: the loop ends. */
function* loopBody(shell: Shell, body: () => Steps<unknown>): Steps<boolean> {
  try {
    yield* body();
    return false;
  } catch (error) {
    if (!(error instanceof LoopJump)) throw error;
    if (error.levels > 1 && shell.loopDepth > 1) {
      error.levels--;
      throw error;
    }
    shell.status = error.status;
    return error.kind === 'break';
  }
}

function* inLoop(shell: Shell, run: () => Steps<number>): Steps<number> {
  shell.loopDepth++;
  try {
    return yield* run();
  } finally {
    shell.loopDepth--;
  }
}

/** `for NAME in WORDS`. */
export function* runFor(shell: Shell, node: For): Steps<number> {
  shell.line = shell.source.lineAt(node.pos);
  const items = node.wordlist ? yield* expandWords(shell, node.wordlist) : [...shell.positional];
  const name = node.name.value;
  if (!/^[A-Za-z_]\w*$/.test(name)) {
    yield* shell.error(`\`${name}': not a valid identifier`);
    return 1;
  }
  return yield* inLoop(shell, function* () {
    let status = 0;
    for (const item of items) {
      if (shell.spend()) yield* shell.pause();
      shell.line = shell.source.lineAt(node.pos);
      if (shell.options.on('xtrace')) yield* trace(shell, forText(node));
      yield* debugTrap(shell, forText(node));
      const own = shell.variables.find(name);
      // The words are names that the reference stands for, one after the other.
      if (own?.nameref && !own.readonly) own.value = item;
      else assign(shell, name, undefined, item);
      const ended = yield* loopBody(shell, function* () {
        status = yield* shell.engine.runBody(shell, node.body);
      });
      if (ended) return shell.status;
    }
    shell.status = status;
    return status;
  });
}

function forText(node: For): string {
  const words = node.wordlist ? node.wordlist.map((word) => word.text).join(' ') : '"$@"';
  return `for ${node.name.value} in ${words}`;
}

/** `for ((…; …; …))`. */
export function* runArithmeticFor(shell: Shell, node: ArithmeticFor): Steps<number> {
  const [initialize, test, update] = headerParts(shell, node);
  const value = function* (text: string) {
    shell.line = shell.source.lineAt(node.pos);
    if (text.trim() === '') return 1;
    if (shell.options.on('xtrace')) yield* trace(shell, `(( ${text.trim()} ))`);
    yield* debugTrap(shell, `((${text.trim()}))`);
    return yield* headerValue(shell, text);
  };
  if ((yield* value(initialize)) === undefined) return 1;
  return yield* inLoop(shell, function* () {
    let status = 0;
    for (;;) {
      if (shell.spend()) yield* shell.pause();
      const holds = yield* value(test);
      if (holds === undefined) return 1;
      if (!holds) break;
      const ended = yield* loopBody(shell, function* () {
        status = yield* shell.engine.runBody(shell, node.body);
      });
      if (ended) {
        status = shell.status;
        break;
      }
      if ((yield* value(update)) === undefined) return 1;
    }
    shell.status = status;
    return status;
  });
}

/** The value of an expression of the header; undefined after a complaint, which ends the loop. */
function* headerValue(shell: Shell, text: string): Steps<number | bigint | undefined> {
  try {
    return yield* arithmeticValue(shell, text);
  } catch (error) {
    if (!(error instanceof ShellError) || error.fatal) throw error;
    yield* shell.error(error.message);
    return undefined;
  }
}

/** The three expressions of `for (( ; ; ))` as text. */
function headerParts(shell: Shell, node: ArithmeticFor): [string, string, string] {
  const { text } = shell.source;
  const part = (expression: ArithmeticFor['test']) =>
    expression ? text.slice(expression.pos, expression.end) : '';
  return [part(node.initialize), part(node.test), part(node.update)];
}

/** `while` and `until`. */
export function* runWhile(shell: Shell, node: While): Steps<number> {
  return yield* inLoop(shell, function* () {
    let status = 0;
    let going = true;
    const wanted = node.kind === 'while';
    while (going) {
      if (shell.spend()) yield* shell.pause();
      const ended = yield* loopBody(shell, function* () {
        const test = yield* guarded(shell, () => shell.engine.runBody(shell, node.clause));
        going = (test === 0) === wanted;
        if (going) status = yield* shell.engine.runBody(shell, node.body);
      });
      if (ended) return shell.status;
    }
    shell.status = status;
    return status;
  });
}

/** `select NAME in WORDS`. */
export function* selectCommand(shell: Shell, node: Select): Steps<number> {
  shell.line = shell.source.lineAt(node.pos);
  const items = node.wordlist ? yield* expandWords(shell, node.wordlist) : [...shell.positional];
  return yield* inLoop(shell, () =>
    runSelect(shell, node.name.value, items, () =>
      loopBody(shell, () => shell.engine.runBody(shell, node.body)),
    ),
  );
}
