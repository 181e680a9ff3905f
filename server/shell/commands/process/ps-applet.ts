import type { Steps } from '../../../sim/index.ts';
import type { Call } from '../core/tool.ts';
import { visibleProcesses } from './view.ts';

/** busybox's ps: all processes, whatever letters follow. */
export function* psApplet(call: Call): Steps<number> {
  yield* call.print('PID   USER     TIME  COMMAND\n');
  for (const { pid, user, cpuMs, args } of visibleProcesses(call.context)) {
    const seconds = Math.floor(cpuMs / 1000);
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    yield* call.print(
      `${String(pid).padStart(5)} ${user.slice(0, 8).padEnd(8)} ${time.padStart(5)} ${args}\n`,
    );
  }
  return 0;
}
