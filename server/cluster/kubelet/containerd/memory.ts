import { type Host, killForMemory } from '../../../host/index.ts';
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

/**
 * A container takes what its program needs merely to run: it has that at once, or is ended by the kernel where it may
 * not have as much.
 */
export function occupyMemory(host: Host, process: Process, image: string): void {
  const { cgroup } = process;
  const memoryBytes = Math.round(footprintOf(image).memoryBytes);
  cgroup.memoryBytes += memoryBytes;
  const exceeded = cgroup.exceeded();
  if (!exceeded) {
    process.memoryBytes += memoryBytes;
    return;
  }
  cgroup.memoryBytes -= memoryBytes;
  host.clock.after(GROW_MS, () => {
    if (process.alive) killForMemory(host, process, exceeded);
  });
}
