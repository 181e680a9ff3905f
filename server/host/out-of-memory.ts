import { type Cgroup, LIMITS, type Process, type Steps, sleep } from '../sim/index.ts';
import type { Context } from './context.ts';
import { SystemError } from './errors.ts';
import type { Host } from './host.ts';
import { commandName } from './proc/process-name.ts';

/** The kernel ends a process because `group` uses more memory than it may, and says so. Models mm/oom_kill.c. */
export function killForMemory(host: Host, process: Process, group: Cgroup): void {
  for (let above: Cgroup | undefined = process.cgroup; above; above = above.parent) above.oomKills++;
  const kib = Math.floor((group.memoryLimit ?? process.cgroup.totalMemory()) / 1024);
  const scope = process.cgroup.path.slice(process.cgroup.path.lastIndexOf('/') + 1);
  kill(host, process, kib, {
    gfp: '0xcc0(GFP_KERNEL)',
    usage: [`memory: usage ${kib}kB, limit ${kib}kB, failcnt ${group.oomKills}`],
    constraint: `CONSTRAINT_MEMCG,nodemask=(null),cpuset=${scope},mems_allowed=0,oom_memcg=${group.path}`,
    verdict: 'Memory cgroup out of memory',
  });
}

/** Ends those that hold most while all of a host together hold too much. Models mm/oom_kill.c select_bad_process. */
export function reclaimMemory(host: Host): void {
  const holders = host.processes.list().flatMap((process) => {
    if (!process.alive || process.held.length === 0) return [];
    return [{ process, bytes: process.held.reduce((sum, measure) => sum + measure(), 0) }];
  });
  let total = holders.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= LIMITS.heldBytes) return;
  for (const { process, bytes } of holders.sort((a, b) => b.bytes - a.bytes)) {
    if (total <= LIMITS.heldBytes) return;
    total -= bytes;
    kill(host, process, Math.floor(host.memoryBytes / 1024), {
      gfp: '0x140cca(GFP_HIGHUSER_MOVABLE|__GFP_COMP)',
      usage: ['Mem-Info:'],
      constraint: 'CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom',
      verdict: 'Out of memory',
    });
  }
}

interface Circumstances {
  readonly gfp: string;
  readonly usage: readonly string[];
  readonly constraint: string;
  readonly verdict: string;
}

function kill(host: Host, process: Process, kib: number, why: Circumstances): void {
  const { pid, uid, cgroup } = process;
  const name = commandName(process);
  for (const message of [
    `${name} invoked oom-killer: gfp_mask=${why.gfp}, order=0, oom_score_adj=${process.oomScoreAdj}`,
    ...why.usage,
    `oom-kill:constraint=${why.constraint},task_memcg=${cgroup.path},task=${name},pid=${pid},uid=${uid}`,
    `${why.verdict}: Killed process ${pid} (${name}) total-vm:${kib * 2}kB, anon-rss:${kib}kB, file-rss:0kB, shmem-rss:0kB, UID:${uid} pgtables:${Math.ceil(kib / 512)}kB oom_score_adj:${process.oomScoreAdj}`,
  ])
    host.journal.append({ identifier: 'kernel', pid: undefined, unit: undefined, message });
  process.signal('KILL');
}

/** A process wants more memory than can be had here: where its group is limited, the kernel ends it. */
export function* outOfMemory({ host, process }: Context): Steps<never> {
  for (let group: Cgroup | undefined = process.cgroup; group; group = group.parent) {
    if (group.memoryLimit === undefined) continue;
    killForMemory(host, process, group);
    yield* sleep(process.clock, 1);
  }
  throw new SystemError('ENOMEM');
}
