import { type Cgroup, type Process, type Steps, sleep } from '../sim/index.ts';
import type { Context } from './context.ts';
import { SystemError } from './errors.ts';
import type { Host } from './host.ts';
import { commandName } from './proc.ts';

/** The kernel ends a process because `group` uses more memory than it may, and says so. Models mm/oom_kill.c. */
export function killForMemory(host: Host, process: Process, group: Cgroup): void {
  for (let above: Cgroup | undefined = process.cgroup; above; above = above.parent) above.oomKills++;
  const { pid, uid, cgroup } = process;
  const name = commandName(process);
  const kib = Math.floor((group.memoryLimit ?? cgroup.totalMemory()) / 1024);
  const scope = cgroup.path.slice(cgroup.path.lastIndexOf('/') + 1);
  for (const message of [
    `${name} invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0`,
    `memory: usage ${kib}kB, limit ${kib}kB, failcnt ${group.oomKills}`,
    `oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=${scope},mems_allowed=0,oom_memcg=${group.path},task_memcg=${cgroup.path},task=${name},pid=${pid},uid=${uid}`,
    `Memory cgroup out of memory: Killed process ${pid} (${name}) total-vm:${kib * 2}kB, anon-rss:${kib}kB, file-rss:0kB, shmem-rss:0kB, UID:${uid} pgtables:${Math.ceil(kib / 512)}kB oom_score_adj:0`,
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
