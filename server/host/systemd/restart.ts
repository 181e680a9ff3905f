import type { Result } from './service-state.ts';
import { parseTimeSpan, type UnitFile } from './unit-file.ts';

/** Whether a service that ended with that result is started again, by its `Restart=` setting. */
export function shouldRestart(policy: string | undefined, result: Result): boolean {
  switch (policy) {
    case 'always':
      return true;
    case 'on-failure':
      return result !== 'success';
    case 'on-success':
      return result === 'success';
    case 'on-abnormal':
    case 'on-abort':
      return result === 'signal';
    default:
      return false;
  }
}

/** Counts the starts of a unit against `StartLimitBurst=` in `StartLimitIntervalSec=`. */
export class StartLimit {
  #starts: number[] = [];

  clear(): void {
    this.#starts = [];
  }

  /** Counts one more start, unless there were too many: then false. */
  allows(now: number, file: UnitFile): boolean {
    // Older units have the settings in [Service], the interval under its old name.
    const setting = (...names: string[]) =>
      names
        .map((name) => file.get('Unit', name) ?? file.get('Service', name))
        .find((value) => value !== undefined);
    const interval = parseTimeSpan(setting('StartLimitIntervalSec', 'StartLimitInterval') ?? '10s');
    const burst = Number(setting('StartLimitBurst') ?? 5);
    if (!interval || burst === 0) return true;
    this.#starts = this.#starts.filter((time) => now - time < interval);
    if (this.#starts.length >= burst) return false;
    this.#starts.push(now);
    return true;
  }
}
