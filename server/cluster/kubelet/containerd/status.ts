import type { ContainerStats, ContainerStatus } from '../../client/cri.ts';
import type { Image } from '../../images/index.ts';
import type { ContainerRecord } from './records.ts';
import type { LiveContainer } from './tasks.ts';

/** Why a container has ended, as CRI says it. */
export function endReason({ cgroup, oomKillsBefore }: LiveContainer, exitCode: number): string {
  if (cgroup.oomKills > oomKillsBefore) return 'OOMKilled';
  return exitCode === 0 ? 'Completed' : 'Error';
}

/** A container as CRI tells of it. */
export function statusOf(
  record: ContainerRecord,
  image: Image,
  logPath: string,
  pid: number | undefined,
): ContainerStatus {
  return {
    id: record.id,
    sandboxId: record.sandboxId,
    config: record.config,
    state: record.state,
    createdAt: record.createdAt,
    startedAt: record.startedAt,
    finishedAt: record.finishedAt,
    exitCode: record.exitCode,
    reason: record.reason ?? '',
    message: record.message ?? '',
    image: image.reference,
    imageRef: `${image.repository}@${image.digest}`,
    imageId: image.id,
    logPath,
    pid,
  };
}

/** What a running container has used. */
export function statsOf({ cgroup }: LiveContainer): ContainerStats {
  return {
    cpuMs: cgroup.cpuMs,
    memoryBytes: cgroup.totalMemory(),
    cpuMsAt: (timeMs) => cgroup.cpuMsAt(timeMs),
  };
}

/** A state by its name in CRI. */
export function stateName({ state }: ContainerRecord): string {
  return `CONTAINER_${state.toUpperCase()}`;
}
