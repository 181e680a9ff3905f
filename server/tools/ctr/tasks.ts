import type { ContainerRuntime } from '../../cluster/client/cri.ts';
import type { Host } from '../../host/index.ts';

/** A container or sandbox that runs, as runc sees it; containerd forgets the task of one that has ended. */
export interface Task {
  readonly id: string;
  /** Its processes, the first of them first. */
  readonly pids: readonly number[];
  readonly createdAt: number;
}

/** Every task of the host's containerd, in the order of their ids. */
export function tasksOf(host: Host, runtime: ContainerRuntime): Task[] {
  const pids = new Map<string, number[]>();
  for (const { pid, cgroup } of host.processes.list()) {
    const id = /cri-containerd-([0-9a-f]{64})\.scope$/.exec(cgroup.path)?.[1];
    if (id) pids.set(id, [...(pids.get(id) ?? []), pid]);
  }
  return [...runtime.containers(), ...runtime.sandboxes()]
    .filter(({ state }) => state === 'running' || state === 'ready')
    .map(({ id, createdAt }) => ({ id, createdAt, pids: pids.get(id) ?? [] }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}
