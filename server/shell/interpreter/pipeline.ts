import type { AndOr, Pipeline, PipelineNode, ProcessSubstitutionPart } from 'unbash';
import { FunctionFile, type OpenFile, Pipe } from '../../host/index.ts';
import { LIMITS, type Process, type Steps } from '../../sim/index.ts';
import { freeFd } from './coproc.ts';
import { ShellError } from './flow.ts';
import { forkShell, retryFork } from './fork.ts';
import { addBackground, controlsJobs, waitForeground } from './job-control.ts';
import { printCommand } from './print-ast.ts';
import type { Shell } from './shell.ts';

type CommandNode = Exclude<PipelineNode, Pipeline>;
type Run = (shell: Shell, node: CommandNode) => Steps<number>;

/** Runs `a | b | c`, each in a subshell, and waits for all. */
export function* runPipeline(shell: Shell, node: Pipeline, run: Run): Steps<number> {
  const lastInShell = shell.options.shopt('lastpipe') && !controlsJobs(shell);
  const started: Process[] = [];
  let input: OpenFile | undefined;
  const count = node.commands.length;
  for (let i = 0; i < count; i++) {
    const command = node.commands[i] as CommandNode;
    const pipe = i < count - 1 ? new Pipe() : undefined;
    if (!pipe && lastInShell) return yield* lastCommand(shell, command, input, started, run);
    const fds = new Map(shell.context.fds);
    if (input) fds.set(0, input);
    const output = pipe?.writer().retain();
    if (output) fds.set(1, output);
    if (output && node.operators[i] === '|&') fds.set(2, output);
    const group = controlsJobs(shell) ? (started[0]?.group ?? 'new') : undefined;
    const child = yield* retryFork(shell, () =>
      forkShell(shell, (sub) => runLast(sub, command, run), {
        fds,
        ...(group !== undefined ? { group } : {}),
      }),
    );
    started.push(child);
    input?.release();
    output?.release();
    input = pipe?.reader().retain();
  }
  return yield* waitForeground(shell, started, () => printCommand(node, shell.source.text));
}

function runLast(sub: Shell, command: CommandNode, run: Run): Steps<number> {
  sub.mayExec = command.type === 'Command' || command.type === 'Subshell';
  return run(sub, command);
}

/** `shopt -s lastpipe`: the last command of a pipeline runs in the shell itself. */
function* lastCommand(
  shell: Shell,
  command: CommandNode,
  input: OpenFile | undefined,
  started: readonly Process[],
  run: Run,
): Steps<number> {
  const { context } = shell;
  const before = context.fds.get(0)?.retain();
  if (input) context.setFd(0, input);
  input?.release();
  let status: number;
  try {
    status = yield* run(shell, command);
  } finally {
    if (before) context.setFd(0, before);
    else context.closeFd(0);
    before?.release();
  }
  yield* waitForeground(shell, started, () => '');
  shell.pipeStatus.push(status);
  return status;
}

/** `( … )`: in a subshell, waited for. */
export function* runInSubshell(
  shell: Shell,
  body: (sub: Shell) => Steps<number>,
  text: () => string,
): Steps<number> {
  const group = controlsJobs(shell) ? ('new' as const) : undefined;
  const child = yield* retryFork(shell, () => forkShell(shell, body, group ? { group } : {}));
  return yield* waitForeground(shell, [child], text);
}

/** `command &`. */
export function* startBackground(
  shell: Shell,
  node: PipelineNode | AndOr,
  run: (shell: Shell, node: PipelineNode | AndOr) => Steps<number>,
): Steps<number> {
  const controlled = controlsJobs(shell);
  const fds = new Map(shell.context.fds);
  if (!controlled) fds.set(0, new FunctionFile('/dev/null', {}));
  const child = yield* retryFork(shell, () =>
    forkShell(
      shell,
      (sub) => {
        sub.mayExec = node.type === 'Command' || node.type === 'Subshell';
        return run(sub, node);
      },
      { fds, ...(controlled ? { group: 'new' as const } : { deaf: true }) },
    ),
  );
  yield* addBackground(shell, [child], printCommand(node, shell.source.text));
  return 0;
}

/** Runs `body` in a subshell and returns what it prints, without the newlines at the end. */
export function* captureOutput(shell: Shell, body: (sub: Shell) => Steps<number>): Steps<string> {
  const pipe = new Pipe();
  const reader = pipe.reader().retain();
  const writer = pipe.writer().retain();
  const fds = new Map(shell.context.fds);
  fds.set(1, writer);
  const child = yield* retryFork(shell, () => forkShell(shell, body, { fds }));
  writer.release();
  const output = yield* readAll(shell, reader);
  reader.release();
  const status = yield* shell.context.wait(child);
  shell.status = status.code;
  shell.substitutionStatus = status.code;
  return output.replace(/\n+$/, '');
}

function* readAll(shell: Shell, reader: OpenFile): Steps<string> {
  const chunks: string[] = [];
  let warned = false;
  let length = 0;
  const fd = freeFd(shell, 255);
  shell.context.setFd(fd, reader);
  try {
    for (;;) {
      const piece = yield* readPiece(shell, fd);
      if (piece === '') break;
      if (piece.includes('\0') && !warned) {
        warned = true;
        yield* shell.error('warning: command substitution: ignored null byte in input');
      }
      chunks.push(piece.includes('\0') ? piece.replaceAll('\0', '') : piece);
      length += piece.length;
      if (length > LIMITS.stringBytes) throw new ShellError('xrealloc: cannot allocate memory', 2, true);
    }
  } finally {
    shell.context.closeFd(fd);
  }
  return chunks.join('');
}

function* readPiece(shell: Shell, fd: number): Steps<string> {
  for (;;) {
    try {
      return yield* shell.context.read(fd);
    } catch (error) {
      if ((error as { code?: string }).code !== 'EINTR') throw error;
      if (shell.spend()) yield* shell.pause();
    }
  }
}

/** `<( … )`, `>( … )`: a subshell at the other end of a pipe, which the command opens as `/dev/fd/N`. */
export function* startProcessSubstitution(
  shell: Shell,
  part: ProcessSubstitutionPart,
  body: (sub: Shell) => Steps<number>,
): Steps<string> {
  const pipe = new Pipe();
  const reads = part.operator === '<';
  const theirs = (reads ? pipe.writer() : pipe.reader()).retain();
  const ours = reads ? pipe.reader() : pipe.writer();
  const fds = new Map(shell.context.fds);
  fds.set(reads ? 1 : 0, theirs);
  const child = yield* retryFork(shell, () => forkShell(shell, body, { fds }));
  theirs.release();
  shell.lastBackground = child.nspid;
  shell.lastSubstitution = child;
  const fd = freeFd(shell, 63);
  shell.context.setFd(fd, ours);
  shell.substitutionFds.push(fd);
  return `/dev/fd/${fd}`;
}
