export { Cgroup, cpuList, cpuMask } from './cgroup.ts';
export { Clock, type QuietResult, type Timer } from './clock.ts';
export { belowMs, fineTime, nanoTime } from './fine-time.ts';
export { type Due, DueHeap } from './heap.ts';
export { LIMITS } from './limits.ts';
export { append, greatest, replaceAt } from './many.ts';
export {
  type ControllingTerminal,
  type ExitStatus,
  ForkError,
  PidNamespace,
  Process,
  ProcessExit,
  type ProcessState,
  type ResourceLimits,
  type SignalHandler,
  type SpawnOptions,
} from './process.ts';
export { ProcessTable, type ProcessTableOptions } from './process-table.ts';
export { Random } from './random.ts';
export { defaultAction, parseSignal, SIGNALS, type Signal } from './signals.ts';
export { PREEMPT, type Steps, settled, sleep, type Wait, WaitQueue, type Wake, waitOn } from './wait.ts';
export { allocate, charge } from './work.ts';
