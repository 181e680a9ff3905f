import type { Coproc } from 'unbash';
import { Pipe } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import { forkShell, retryFork } from './fork.ts';
import { Indexed } from './indexed.ts';
import { addBackground } from './job-control.ts';
import type { Shell } from './shell.ts';

/** `coproc NAME command`: in the background, between two pipes whose ends the shell keeps. */
export function* runCoproc(shell: Shell, node: Coproc, body: (sub: Shell) => Steps<number>): Steps<number> {
  const name = node.name?.value ?? 'COPROC';
  const input = new Pipe();
  const output = new Pipe();
  const stdin = input.reader().retain();
  const stdout = output.writer().retain();
  const fds = new Map(shell.context.fds);
  fds.set(0, stdin);
  fds.set(1, stdout);
  const child = yield* retryFork(shell, () => forkShell(shell, body, { fds, deaf: true }));
  stdin.release();
  stdout.release();
  const read = freeFd(shell, 63);
  shell.context.setFd(read, output.reader());
  const write = freeFd(shell, 60);
  shell.context.setFd(write, input.writer());
  shell.variables.put(name, Indexed.of([String(read), String(write)]));
  shell.variables.put(`${name}_PID`, String(child.nspid));
  yield* addBackground(shell, [child], shell.source.text.slice(node.pos, node.end));
  return 0;
}

/** The highest free descriptor up to `from`, as bash picks them. */
export function freeFd(shell: Shell, from: number): number {
  let fd = from;
  while (fd > 2 && shell.context.fds.has(fd)) fd--;
  return fd;
}
