import type { Host } from '../../../host/index.ts';
import { canonicalQuantity } from '../../../objects/quantity.ts';
import type { EvictionSettings, Signal } from '../config-limits.ts';
import { type Pressure, threshold } from './node-status.ts';

/** What a signal is about: the node's condition, and the resource as events call it. */
export const MEANING: Readonly<Record<Signal, { condition: keyof Pressure; resource: string }>> = {
  'memory.available': { condition: 'memory', resource: 'memory' },
  'nodefs.available': { condition: 'disk', resource: 'ephemeral-storage' },
  'imagefs.available': { condition: 'disk', resource: 'ephemeral-storage' },
  'nodefs.inodesFree': { condition: 'disk', resource: 'inodes' },
  'imagefs.inodesFree': { condition: 'disk', resource: 'inodes' },
  'pid.available': { condition: 'pid', resource: 'pids' },
};

export interface Reading {
  readonly available: number;
  readonly capacity: number;
}

/** Reads a signal. Images lie on the node's own disk. */
export function readSignal(host: Host, signal: Signal, memoryInUse: () => number): Reading {
  const disk = host.disk.usage();
  switch (signal) {
    case 'memory.available':
      return { available: host.memoryBytes - memoryInUse(), capacity: host.memoryBytes };
    case 'pid.available': {
      const { fs } = host.init;
      const most = '/proc/sys/kernel/threads-max';
      const capacity = fs.isFile(most) ? Number(fs.read(most)) : Number.POSITIVE_INFINITY;
      return { available: capacity - host.processes.list().length, capacity };
    }
    case 'nodefs.inodesFree':
    case 'imagefs.inodesFree':
      return { available: disk.inodes - disk.usedInodes, capacity: disk.inodes };
    default:
      return { available: disk.bytes - disk.usedBytes, capacity: disk.bytes };
  }
}

/** A threshold that is crossed. */
export interface Shortage extends Reading {
  readonly signal: Signal;
  readonly isSoft: boolean;
  readonly threshold: number;
}

/** All thresholds that are crossed. One that was crossed before is so until more than it is free again. */
export function shortages(
  settings: EvictionSettings,
  read: (signal: Signal) => Reading,
  wasShort: (signal: Signal) => boolean,
): Shortage[] {
  return [settings.hard, settings.soft].flatMap((thresholds, i) =>
    Object.entries(thresholds).flatMap(([name, text]) => {
      const signal = name as Signal;
      const reading = read(signal);
      const limit = threshold(text, reading.capacity);
      const extra = wasShort(signal) ? threshold(settings.minimumReclaim[signal], reading.capacity) : 0;
      return reading.available < limit + extra
        ? [{ ...reading, signal, isSoft: i === 1, threshold: limit }]
        : [];
    }),
  );
}

/** An amount of a signal's resource as events print it. */
export function shown(signal: Signal, amount: number): string {
  const whole = Math.max(0, Math.floor(amount));
  if (!signal.endsWith('.available') || signal.startsWith('pid')) return String(whole);
  return canonicalQuantity(`${Math.floor(whole / 1024)}Ki`) ?? String(whole);
}
