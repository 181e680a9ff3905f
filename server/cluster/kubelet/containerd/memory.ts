import type { Host } from '../../../host/index.ts';
import type { Process } from '../../../sim/index.ts';
import { RuntimeError } from '../../client/cri.ts';
import { footprintOf } from '../../images/index.ts';

/** What runc itself needs to start a container within the container's limit. */
const RUNC_BYTES = 4 * 1024 ** 2;
/** How long a program takes until it has the memory it needs merely to run. */
const GROW_MS = 300;

/** Refuses limits that no container starts with. */
export function checkMemoryLimit(limit: number | undefined): void {
  if (limit === undefined || limit >= RUNC_BYTES) return;
  throw new RuntimeError(
    'Unknown',
    'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: container init was OOM-killed (memory limit too low?): unknown',
  );
}

/** The kernel ends a container whose program needs more than the container may use. */
export function endIfTooLarge(host: Host, process: Process, image: string): void {
  const { cgroup } = process;
  const { memoryLimit } = cgroup;
  if (memoryLimit === undefined || footprintOf(image).memoryBytes <= memoryLimit) return;
  host.clock.after(GROW_MS, () => {
    if (!process.alive) return;
    cgroup.oomKills++;
    process.signal('KILL');
  });
}
