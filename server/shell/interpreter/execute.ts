import type {
  AndOr,
  Case,
  CompoundList,
  Coproc,
  Function as FunctionNode,
  If,
  Pipeline,
  PipelineNode,
  Redirected,
  Statement,
  Subshell,
} from 'unbash';
import type { Steps } from '../../sim/index.ts';
import { expandPattern, expandString } from '../expand/expand.ts';
import { pattern } from '../expand/pattern.ts';
import { guarded, runArithmetic, runTest } from './conditions.ts';
import { runCoproc } from './coproc.ts';
import { CommandAbort, RedirectError, ShellError, ShellExit } from './flow.ts';
import { runArithmeticFor, runFor, runWhile, selectCommand } from './loops.ts';
import { runInSubshell, runPipeline, startBackground } from './pipeline.ts';
import { printCommand } from './print-ast.ts';
import { redirect } from './redirect.ts';
import type { Shell } from './shell.ts';
import { runSimple } from './simple.ts';
import { timePipeline } from './time.ts';
import { trace } from './trace.ts';
import { debugTrap, runPendingTraps, runPseudoTrap } from './traps.ts';

/** Runs statements in order; the status is that of the last. */
export function runList(shell: Shell, list: CompoundList): Steps<number> {
  return runStatements(shell, list.commands);
}

export function* runStatements(shell: Shell, statements: readonly Statement[]): Steps<number> {
  let status = 0;
  // Few generators deep, so that functions may call themselves often.
  for (const { command, background } of statements) {
    if (shell.pendingTraps.length > 0) yield* runPendingTraps(shell);
    if (!shell.interactive && shell.options.on('noexec')) return status;
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
  if (shell.spend()) yield* shell.pause();
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
  if (shell.spend()) yield* shell.pause();
  switch (node.type) {
    case 'Redirected':
      return yield* runRedirected(shell, node);
    case 'Function':
      return defineFunction(shell, node);
    case 'Subshell': {
      shell.line = shell.source.lineAt(node.pos);
      const status = yield* runSubshellNode(shell, node);
      return yield* checkFailure(shell, status);
    }
    case 'ArithmeticFor':
      return yield* runArithmeticFor(shell, node);
    case 'Select':
      return yield* selectCommand(shell, node);
    case 'TestCommand':
      yield* debugTrap(shell, textOf(shell, node));
      return yield* checkFailure(shell, yield* runTest(shell, node));
    case 'ArithmeticCommand':
      shell.line = shell.source.lineAt(node.pos);
      yield* debugTrap(shell, textOf(shell, node));
      return yield* checkFailure(shell, yield* runArithmetic(shell, node.body));
    case 'Coproc':
      return yield* coprocCommand(shell, node);
  }
}

const textOf = (shell: Shell, { pos, end }: { pos: number; end: number }) =>
  shell.source.text.slice(pos, end);

/** A process that has nothing else to do is the subshell itself. */
function runSubshellNode(shell: Shell, node: Subshell): Steps<number> {
  if (!shell.mayExec) {
    const { source } = shell;
    return runInSubshell(
      shell,
      (sub) => runList(sub, node.body),
      () => printCommand(node, source.text),
    );
  }
  shell.mayExec = false;
  return runList(shell, node.body);
}

function* coprocCommand(shell: Shell, node: Coproc): Steps<number> {
  shell.line = shell.source.lineAt(node.pos);
  const { body } = node;
  return yield* runCoproc(shell, node, (sub) =>
    body.type === 'CompoundList' ? runList(sub, body) : runCommand(sub, body),
  );
}

function* runRedirected(shell: Shell, node: Redirected): Steps<number> {
  // After a compound command that is where messages point to.
  shell.line = shell.source.lineAt(node.redirects[0]?.pos ?? node.pos);
  let undo: () => void;
  try {
    undo = yield* redirect(shell, node.redirects);
  } catch (error) {
    if (!(error instanceof RedirectError)) throw error;
    yield* shell.error(error.message);
    return yield* checkFailure(shell, shell.dialect.redirectFailure);
  }
  try {
    return yield* runCommand(shell, node.command);
  } catch (error) {
    if (!(error instanceof ShellError)) throw error;
    // Said while the redirections hold.
    yield* shell.error(error.message);
    throw new CommandAbort(error.status, error.fatal);
  } finally {
    undo();
  }
}

function defineFunction(shell: Shell, node: FunctionNode): number {
  const { source } = shell;
  shell.functions.set(node.name.value, {
    node,
    source: shell.invocation.command && !shell.posix ? source.asEnvironment() : source,
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

function* runCase(shell: Shell, node: Case): Steps<number> {
  shell.line = shell.source.lineAt(node.pos);
  yield* debugTrap(shell, `case ${node.word.text} in `);
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
