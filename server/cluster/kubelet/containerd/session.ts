import type { Host } from '../../../host/index.ts';
import type { ExecOptions, ExecSession } from '../../client/cri.ts';
import { finishWith, wireExec } from './io.ts';
import { asUser, execTask, type LiveContainer } from './tasks.ts';

/** Starts a program in a container that runs, wired to a streaming client. Throws RuntimeError. */
export function openSession(host: Host, live: LiveContainer, options: ExecOptions): ExecSession {
  const wiring = wireExec(host, options);
  const who = options.user === undefined ? live : asUser(live, options.user);
  const process = execTask(host, who, options.command, wiring);
  const session = { stream: wiring.stream, exitCode: undefined as number | undefined, ended: process.ended };
  finishWith(wiring, process, (code) => {
    session.exitCode = code;
  });
  return session;
}
