import type {
  AndOr,
  ArithmeticFor,
  Case,
  CompoundList,
  Coproc,
  For,
  Function as FunctionNode,
  If,
  Pipeline,
  PipelineNode,
  Redirected,
  Select,
  Statement,
  TestCommand,
  While,
} from 'unbash';
import type { Steps } from '../../sim/index.ts';
import { arithmeticText, expandPattern, expandString, expandWords } from '../expand/expand.ts';
import { pattern } from '../expand/pattern.ts';
import { assign, evaluateText } from './assign.ts';
import { runCoproc } from './coproc.ts';
import { LoopJump, ShellError, ShellExit } from './flow.ts';
import { runInSubshell, runPipeline, startBackground } from './pipeline.ts';
import { redirect } from './redirect.ts';
import { runSelect } from './select.ts';
import type { Shell } from './shell.ts';
import { runSimple } from './simple.ts';
import { testExpression } from './test-command.ts';
import { timePipeline } from './time.ts';
import { trace } from './trace.ts';
import { runPendingTraps, runPseudoTrap } from './traps.ts';

/** Runs statements in order; the status is that of the last. */
export function runList(shell: Shell, list: CompoundList): Steps<number> {
  return runStatements(shell, list.commands);
}

export function* runStatements(shell: Shell, statements: readonly Statement[]): Steps<number> {
  let status = 0;
  // Few generators deep, so that functions may call themselves often.
  for (const { command, background } of statements) {
    if (shell.pendingTraps.length > 0) yield* runPendingTraps(shell);
    status = background ? yield* startBackground(shell, command, runNode) : yield* runNode(shell, command);
    shell.status = status;
  }
  return status;
}

/** Runs any node and sets `$?`. */
export function runNode(shell: Shell, node: PipelineNode | AndOr): Steps<number> {
  if (node.type === 'AndOr') return runAndOr(shell, node);
  if (node.type === 'Pipeline') return runPipelineNode(shell, node);
  return runCommand(shell, node);
}

function* runAndOr(shell: Shell, node: AndOr): Steps<number> {
  const { commands, operators } = node;
  let status = 0;
  for (let i = 0; i < commands.length; i++) {
    const operator = operators[i - 1];
    if (operator && (operator === '&&') !== (status === 0)) continue;
    status =
      i < commands.length - 1
        ? yield* guarded(shell, () => runNode(shell, commands[i] as PipelineNode))
        : yield* runNode(shell, commands[i] as PipelineNode);
    shell.status = status;
  }
  return status;
}

/** Runs something whose failure is looked at, so that `set -e` does not apply. */
function* guarded<T>(shell: Shell, run: () => Steps<T>): Steps<T> {
  shell.guarded++;
  try {
    return yield* run();
  } finally {
    shell.guarded--;
  }
}

function* runPipelineNode(shell: Shell, node: Pipeline): Steps<number> {
  const negated = node.prefixes.filter((prefix) => prefix.type === 'Negation').length % 2 === 1;
  const time = node.prefixes.find((prefix) => prefix.type === 'Time');
  if (time)
    return yield* timePipeline(shell, time.posix !== undefined, () => runNegatable(shell, node, negated));
  return yield* runNegatable(shell, node, negated);
}

function* runNegatable(shell: Shell, node: Pipeline, negated: boolean): Steps<number> {
  if (!negated) return yield* runPiped(shell, node);
  const status = yield* guarded(shell, () => runPiped(shell, node));
  shell.status = status === 0 ? 1 : 0;
  return shell.status;
}

function* runPiped(shell: Shell, node: Pipeline): Steps<number> {
  const [first] = node.commands;
  if (!first) return 0;
  if (node.commands.length === 1) return yield* runCommand(shell, first);
  shell.line = shell.source.lineAt(node.pos);
  const status = yield* runPipeline(shell, node, runCommand);
  return yield* checkFailure(shell, status);
}

/** `set -e` and the ERR trap, after a command whose failure nobody looks at. */
export function* checkFailure(shell: Shell, status: number): Steps<number> {
  shell.status = status;
  if (status === 0 || shell.guarded > 0) return status;
  if (!shell.inFunction || shell.options.on('errtrace')) yield* runPseudoTrap(shell, 'ERR');
  if (shell.options.on('errexit')) throw new ShellExit(status);
  return status;
}

type CommandNode = Exclude<PipelineNode, Pipeline>;

export function runCommand(shell: Shell, node: CommandNode): Steps<number> {
  switch (node.type) {
    case 'Command':
      return runSimpleNode(shell, node);
    case 'BraceGroup':
      return runList(shell, node.body);
    case 'If':
      return runIf(shell, node);
    case 'For':
      return runFor(shell, node);
    case 'While':
      return runWhile(shell, node);
    case 'Case':
      return runCase(shell, node);
    default:
      return runOther(shell, node);
  }
}

function* runSimpleNode(shell: Shell, node: Extract<CommandNode, { type: 'Command' }>): Steps<number> {
  yield* shell.spend();
  shell.line = shell.source.lineAt(node.pos);
  if (!shell.runningTrap) {
    shell.commandNode = node;
    shell.commandSource = shell.source;
  }
  if (shell.traps.size > 0) yield* debugTrap(shell);
  const status = yield* runSimple(shell, node);
  shell.pipeStatus = [status];
  return yield* checkFailure(shell, status);
}

type Other = Exclude<CommandNode, { type: 'Command' | 'BraceGroup' | 'If' | 'For' | 'While' | 'Case' }>;

function* runOther(shell: Shell, node: Other): Steps<number> {
  yield* shell.spend();
  switch (node.type) {
    case 'Redirected':
      return yield* runRedirected(shell, node);
    case 'Function':
      return defineFunction(shell, node);
    case 'Subshell': {
      shell.line = shell.source.lineAt(node.pos);
      const status = yield* runSubshellNode(shell, node.body);
      return yield* checkFailure(shell, status);
    }
    case 'ArithmeticFor':
      return yield* runArithmeticFor(shell, node);
    case 'Select':
      return yield* selectCommand(shell, node);
    case 'TestCommand':
      return yield* checkFailure(shell, yield* runTest(shell, node));
    case 'ArithmeticCommand':
      shell.line = shell.source.lineAt(node.pos);
      return yield* checkFailure(shell, yield* runArithmetic(shell, node.body));
    case 'Coproc':
      return yield* coprocCommand(shell, node);
  }
}

function* debugTrap(shell: Shell): Steps<void> {
  if (!shell.inFunction || shell.options.on('functrace')) yield* runPseudoTrap(shell, 'DEBUG');
}

/** A process that has nothing else to do is the subshell itself. */
function runSubshellNode(shell: Shell, body: CompoundList): Steps<number> {
  if (!shell.mayExec) return runInSubshell(shell, (sub) => runList(sub, body));
  shell.mayExec = false;
  return runList(shell, body);
}

function* coprocCommand(shell: Shell, node: Coproc): Steps<number> {
  shell.line = shell.source.lineAt(node.pos);
  const { body } = node;
  return yield* runCoproc(shell, node, (sub) =>
    body.type === 'CompoundList' ? runList(sub, body) : runCommand(sub, body),
  );
}

function* runRedirected(shell: Shell, node: Redirected): Steps<number> {
  shell.line = shell.source.lineAt(node.pos);
  let undo: () => void;
  try {
    undo = yield* redirect(shell, node.redirects);
  } catch (error) {
    if (!(error instanceof ShellError)) throw error;
    yield* shell.error(error.message);
    return yield* checkFailure(shell, 1);
  }
  try {
    return yield* runCommand(shell, node.command);
  } finally {
    undo();
  }
}

function defineFunction(shell: Shell, node: FunctionNode): number {
  const { source } = shell;
  shell.functions.set(node.name.value, {
    node,
    source: shell.invocation.command ? source.asEnvironment() : source,
  });
  return 0;
}

function* runIf(shell: Shell, node: If): Steps<number> {
  if ((yield* guarded(shell, () => runList(shell, node.clause))) === 0)
    return yield* runList(shell, node.then);
  for (const branch of node.elif) {
    if ((yield* guarded(shell, () => runList(shell, branch.clause))) === 0) {
      return yield* runList(shell, branch.then);
    }
  }
  if (node.else) return yield* runList(shell, node.else);
  shell.status = 0;
  return 0;
}

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
    shell.status = 0;
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

function* runFor(shell: Shell, node: For): Steps<number> {
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
      yield* shell.spend();
      shell.line = shell.source.lineAt(node.pos);
      if (shell.options.on('xtrace')) yield* traceFor(shell, node);
      assign(shell, name, undefined, item);
      const ended = yield* loopBody(shell, function* () {
        status = yield* runList(shell, node.body);
      });
      if (ended) return 0;
    }
    shell.status = status;
    return status;
  });
}

function* traceFor(shell: Shell, node: For): Steps<void> {
  const words = node.wordlist ? node.wordlist.map((word) => word.text).join(' ') : '"$@"';
  yield* trace(shell, `for ${node.name.value} in ${words}`);
}

function* runArithmeticFor(shell: Shell, node: ArithmeticFor): Steps<number> {
  const [initialize, test, update] = headerParts(shell, node);
  const value = function* (text: string) {
    shell.line = shell.source.lineAt(node.pos);
    if (text.trim() === '') return 1;
    if (shell.options.on('xtrace')) yield* trace(shell, `(( ${text.trim()} ))`);
    return yield* arithmeticValue(shell, text);
  };
  yield* value(initialize);
  return yield* inLoop(shell, function* () {
    let status = 0;
    for (;;) {
      yield* shell.spend();
      if (!(yield* value(test))) break;
      const ended = yield* loopBody(shell, function* () {
        status = yield* runList(shell, node.body);
      });
      if (ended) {
        status = 0;
        break;
      }
      yield* value(update);
    }
    shell.status = status;
    return status;
  });
}

/** The three expressions of `for (( ; ; ))` as text. */
function headerParts(shell: Shell, node: ArithmeticFor): [string, string, string] {
  const { text } = shell.source;
  const part = (expression: ArithmeticFor['test']) =>
    expression ? text.slice(expression.pos, expression.end) : '';
  return [part(node.initialize), part(node.test), part(node.update)];
}

function* arithmeticValue(shell: Shell, text: string): Steps<number | bigint> {
  try {
    return evaluateText(shell, yield* arithmeticText(shell, text));
  } catch (error) {
    if (error instanceof ShellError && !error.fatal) throw new ShellError(`((: ${error.message}`, 1);
    throw error;
  }
}

function* runArithmetic(shell: Shell, body: string): Steps<number> {
  try {
    const text = yield* arithmeticText(shell, body);
    if (shell.options.on('xtrace')) yield* trace(shell, `(( ${body.trim()} ))`);
    return evaluateText(shell, text) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ShellError) || error.fatal) throw error;
    const readonly = error.message.endsWith('readonly variable');
    yield* shell.error(readonly ? error.message : `((: ${error.message}`);
    return 1;
  }
}

function* runWhile(shell: Shell, node: While): Steps<number> {
  return yield* inLoop(shell, function* () {
    let status = 0;
    const wanted = node.kind === 'while';
    for (;;) {
      yield* shell.spend();
      const ended = yield* loopBody(shell, function* () {
        const test = yield* guarded(shell, () => runList(shell, node.clause));
        if ((test === 0) !== wanted) throw new LoopJump('break', 1);
        status = yield* runList(shell, node.body);
      });
      if (ended) break;
    }
    shell.status = status;
    return status;
  });
}

function* runCase(shell: Shell, node: Case): Steps<number> {
  shell.line = shell.source.lineAt(node.pos);
  const word = yield* expandString(shell, node.word);
  if (shell.options.on('xtrace')) yield* trace(shell, `case ${node.word.text} in`);
  let status = 0;
  let falling = false;
  for (const item of node.items) {
    if (!falling && !(yield* caseMatches(shell, word, item.pattern))) continue;
    status = yield* runList(shell, item.body);
    falling = item.terminator === ';&';
    if (item.terminator !== ';&' && item.terminator !== ';;&') break;
  }
  shell.status = status;
  return status;
}

function* caseMatches(
  shell: Shell,
  word: string,
  patterns: Case['items'][number]['pattern'],
): Steps<boolean> {
  for (const source of patterns) {
    const compiled = pattern(yield* expandPattern(shell, source), {
      ignoreCase: shell.options.shopt('nocasematch'),
    });
    if (compiled.matches(word)) return true;
  }
  return false;
}

function* selectCommand(shell: Shell, node: Select): Steps<number> {
  shell.line = shell.source.lineAt(node.pos);
  const items = node.wordlist ? yield* expandWords(shell, node.wordlist) : [...shell.positional];
  return yield* inLoop(shell, () =>
    runSelect(shell, node.name.value, items, () => loopBody(shell, () => runList(shell, node.body))),
  );
}

function* runTest(shell: Shell, node: TestCommand): Steps<number> {
  shell.line = shell.source.lineAt(node.pos);
  try {
    return (yield* testExpression(shell, node.expression)) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ShellError) || error.fatal) throw error;
    if (error.message !== '') yield* shell.error(`[[: ${error.message}`);
    return error.status === 2 ? 2 : 1;
  }
}
