import type { Timer } from '../../sim/index.ts';
import type { Context } from '../context.ts';
import { nextElapse, parseCalendar } from './calendar.ts';
import type { Service } from './service.ts';
import { parseTimeSpan } from './unit-file.ts';

/** Where timers with `Persistent=` keep when they last went off. */
const STAMPS = '/var/lib/systemd/timers';

/** What a timer unit needs of the manager. */
export interface TimerHost {
  readonly context: Context;
  /** Keeps the state of a unit and has its timers arranged anew. */
  changed(unit: Service): void;
  service(name: string): Service;
  start(name: string): Service;
}

/** The unit that a timer starts. */
export function activatedBy(timer: Service): string {
  return timer.unit.file.get('Timer', 'Unit') ?? timer.name.replace(/\.timer$/, '.service');
}

/** The alarms of a machine's timer units: one event on the clock for each that waits. Models systemd's timer.c. */
export class UnitTimers {
  readonly #host: TimerHost;
  readonly #alarms = new Map<string, { readonly at: number; readonly timer: Timer }>();

  constructor(host: TimerHost) {
    this.#host = host;
  }

  /** When a timer goes off next. */
  next(name: string): number | undefined {
    return this.#alarms.get(name)?.at;
  }

  /** Sets or clears the alarm of a timer, after it or the unit it starts has changed. */
  arrange(timer: Service): void {
    const { clock } = this.#host.context.process;
    clock.cancel(this.#alarms.get(timer.name)?.timer);
    this.#alarms.delete(timer.name);
    if (timer.active !== 'active') return;
    const runs = timer.triggered !== undefined && this.#host.service(activatedBy(timer)).isBusy;
    const at = runs ? undefined : this.#elapse(timer);
    timer.awaits(runs ? 'running' : at === undefined ? 'elapsed' : 'waiting');
    if (at === undefined) return;
    const alarm = clock.at(Math.max(at, this.#host.context.now), () => this.#ring(timer));
    this.#alarms.set(timer.name, { at, timer: alarm });
  }

  #ring(timer: Service): void {
    this.#alarms.delete(timer.name);
    timer.triggered = this.#host.context.now;
    this.#stamp(timer);
    try {
      this.#host.start(activatedBy(timer));
    } catch {
      // A unit that cannot be started says so in the journal; the timer goes on.
    }
    this.#host.changed(timer);
  }

  /** The earliest of its times that is still to come. */
  #elapse(timer: Service): number | undefined {
    const { file } = timer.unit;
    const { now } = this.#host.context;
    const target = this.#host.service(activatedBy(timer));
    const last = timer.triggered;
    const times: number[] = [];
    const since = (setting: string, base: number | undefined) => {
      for (const value of file.all('Timer', setting)) {
        const span = parseTimeSpan(value);
        if (span === undefined || base === undefined) continue;
        // Each of these moments comes once: what lay before the last time has had its turn.
        if (last === undefined || base + span > last) times.push(base + span);
      }
    };
    const { bootedAt } = this.#host.context.host;
    since('OnActiveSec', timer.since);
    since('OnBootSec', bootedAt);
    since('OnStartupSec', bootedAt);
    since('OnUnitActiveSec', target.leftInactive ?? last);
    since('OnUnitInactiveSec', target.leftInactive === undefined ? undefined : target.since);
    for (const value of file.all('Timer', 'OnCalendar')) {
      const calendar = parseCalendar(value);
      const at = calendar && nextElapse(calendar, Math.max(last ?? this.#stamped(timer) ?? timer.since, 0));
      if (at !== undefined) times.push(at);
    }
    const first = times.length === 0 ? undefined : Math.min(...times);
    return first === undefined ? undefined : Math.max(first, now) + this.#delay(timer);
  }

  #delay(timer: Service): number {
    const span = parseTimeSpan(timer.unit.file.get('Timer', 'RandomizedDelaySec') ?? '0') ?? 0;
    return span > 0 ? this.#host.context.host.random.below(Math.floor(span)) : 0;
  }

  #isPersistent(timer: Service): boolean {
    return /^(yes|true|1|on)$/.test(timer.unit.file.get('Timer', 'Persistent') ?? 'no');
  }

  #stampPath(timer: Service): string {
    return `${STAMPS}/stamp-${timer.name}`;
  }

  #stamp(timer: Service): void {
    if (!this.#isPersistent(timer)) return;
    const { fs, now } = this.#host.context;
    fs.mkdirAll(STAMPS);
    fs.write(this.#stampPath(timer), '');
    fs.utimes(this.#stampPath(timer), now);
  }

  #stamped(timer: Service): number | undefined {
    return this.#isPersistent(timer)
      ? this.#host.context.fs.tryStat(this.#stampPath(timer))?.mtimeMs
      : undefined;
  }
}
