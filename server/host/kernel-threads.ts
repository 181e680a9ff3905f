import type { Process, ProcessTable } from '../sim/index.ts';

/** Threads of the kernel of a machine with two cores, as Ubuntu's 6.8 starts them, in the order of their pids. */
const THREADS: readonly string[] = (
  'pool_workqueue_release kworker/R-rcu_g kworker/R-rcu_p kworker/R-slub_ kworker/R-netns ' +
  'kworker/0:0H-events_highpri kworker/R-mm_pe rcu_tasks_kthread rcu_tasks_rude_kthread rcu_tasks_trace_kthread ' +
  'ksoftirqd/0 rcu_preempt migration/0 idle_inject/0 cpuhp/0 cpuhp/1 idle_inject/1 migration/1 ksoftirqd/1 ' +
  'kworker/1:0H-events_highpri kdevtmpfs kworker/R-inet_ kauditd khungtaskd oom_reaper kworker/R-write kcompactd0 ' +
  'ksmd khugepaged kworker/R-kinte kworker/R-kbloc kworker/R-blkcg irq/9-acpi kworker/R-tpm_d kworker/R-ata_s ' +
  'kworker/R-md kworker/R-md_bi kworker/R-edac- kworker/R-devfr watchdogd kworker/0:1H-kblockd kswapd0 ' +
  'ecryptfs-kthread kworker/R-kthro kworker/R-acpi_ scsi_eh_0 kworker/R-scsi_ scsi_eh_1 kworker/R-mld ' +
  'kworker/1:1H-kblockd kworker/R-ipv6_ kworker/R-kstrp kworker/u5:0 kworker/R-crypt kworker/R-charg jbd2/vda1-8 ' +
  'kworker/R-ext4- psimon kworker/0:2-events kworker/1:2-events kworker/u4:2-events_unbound'
).split(' ');

/** How urgent a thread is. */
function nicenessOf(name: string): number {
  if (name === 'ksmd') return 5;
  if (name === 'khugepaged') return 19;
  return /^kworker\/(R-|.*H|u5)/.test(name) ? -20 : 0;
}

/** Starts kthreadd, which is pid 2, and its children. */
export function startKernelThreads(processes: ProcessTable): void {
  const start = (name: string, parent?: Process) =>
    processes.spawn({
      argv: [name],
      main: function* () {
        return 0;
      },
      newSession: true,
      kernel: true,
      ...(parent ? { parent } : {}),
    });
  const kthreadd = start('kthreadd');
  for (const name of THREADS) start(name, kthreadd).niceness = nicenessOf(name);
}

/** Whether a thread waits without counting for the load: `I` in the words of ps. */
export function isIdleThread({ isKernel, argv }: Process): boolean {
  return isKernel && /^(kworker|rcu_)/.test(argv[0] ?? '');
}
