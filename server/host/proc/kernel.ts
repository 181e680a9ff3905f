/** Kernel and hardware of every simulated host. */
export const KERNEL = {
  release: '6.8.0-51-generic',
  version: '#52-Ubuntu SMP PREEMPT_DYNAMIC Thu Dec  5 13:09:44 UTC 2024',
  machine: 'x86_64',
} as const;
