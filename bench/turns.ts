import { readFileSync } from 'node:fs';
import { type Profiler, Session } from 'node:inspector';
import { PerformanceObserver, performance } from 'node:perf_hooks';
import type { Host, Master } from '../server/host/index.ts';
import type { Clock, Process } from '../server/sim/index.ts';

/** A terminal at which something is typed, and the machines that it may make work. */
export interface Seat {
  readonly clock: Clock;
  readonly hosts: Iterable<Host>;
  readonly master: Master;
}

/** A time during which one world had the thread, and no other heard a key. */
export interface Turn {
  /** CPU of this thread. */
  readonly ms: number;
  /** Of which the collection of garbage. */
  readonly collectedMs: number;
  readonly who: string;
  /** Where the time went, when it was looked at. */
  readonly where: string;
}

/** As the pace of worlds has it (`exam/pace.ts`). */
const TURN_MS = 1;
const SETTLE_MS = 2000;
/** Turns below are not told. */
const LONG_MS = 10;
const FRAMES = 6;
const TOLD = 3;
const OURS = /\/(server|node_modules)\//;

/** CPU that this thread has used: what helpers of the engine and other programs of the machine do is not in it. */
export function threadMs(): number {
  return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[0]) / 1e6;
}

/** Tells which process ran last, whatever host it is on. */
function lastRun(hosts: Iterable<Host>): () => string {
  let last: Process | undefined;
  for (const host of hosts) {
    let current: Process | undefined;
    Object.defineProperty(host.processes, 'current', {
      configurable: true,
      get: () => current,
      set: (process: Process | undefined) => {
        current = process;
        if (process) last = process;
      },
    });
  }
  return () => last?.argv.join(' ').slice(0, 60) ?? 'no process';
}

/** When garbage was collected, in ms of `performance.now`. */
class Collections {
  readonly #entries: { start: number; end: number }[] = [];
  readonly #observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries())
      this.#entries.push({ start: startTime, end: startTime + duration });
  });

  constructor() {
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  within(from: number, to: number): number {
    let sum = 0;
    for (const { start, end } of this.#entries) sum += Math.max(0, Math.min(end, to) - Math.max(start, from));
    return sum;
  }

  stop(): void {
    this.#observer.disconnect();
  }
}

/** Samples of the stack, to tell where a turn spent its time. */
class Samples {
  readonly #session = new Session();
  #profile: Profiler.Profile | undefined;

  constructor() {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.setSamplingInterval', { interval: 500 });
    this.#session.post('Profiler.start');
  }

  stop(): void {
    this.#session.post('Profiler.stop', (_, { profile }) => {
      this.#profile = profile;
    });
    this.#session.disconnect();
  }

  /** The functions of ours in which most samples between two times were taken, callees with their callers' share. */
  within(from: number, to: number): string {
    const profile = this.#profile;
    if (!profile) return '';
    const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
    const parents = new Map(
      profile.nodes.flatMap(({ id, children }) => (children ?? []).map((c) => [c, id])),
    );
    const counts = new Map<string, number>();
    const offset = Number(process.hrtime.bigint() / 1000n) - performance.now() * 1000;
    let [at, all] = [profile.startTime, 0];
    for (const [i, id] of (profile.samples ?? []).entries()) {
      at += profile.timeDeltas?.[i] ?? 0;
      if (at < from * 1000 + offset || at > to * 1000 + offset) continue;
      all++;
      const seen = new Set<string>();
      for (let n: number | undefined = id; n !== undefined; n = parents.get(n)) {
        const frame = nodes.get(n)?.callFrame;
        if (frame && OURS.test(frame.url))
          seen.add(`${frame.functionName} ${place(frame.url, frame.lineNumber)}`);
      }
      for (const name of seen) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return deepest(counts, all);
  }
}

function place(url: string, line: number): string {
  return `${url.replace(/^.*\/(server|node_modules)\//, '')}:${line + 1}`;
}

/** Of the functions that held more than a fifth, those that held least: the ones that are to blame. */
function deepest(counts: ReadonlyMap<string, number>, all: number): string {
  return [...counts]
    .filter(([, count]) => count > all / 5)
    .sort(([, a], [, b]) => a - b)
    .slice(0, FRAMES)
    .map(([name, count]) => `${((100 * count) / all).toFixed(0)}% ${name}`)
    .join(' < ');
}

/**
 * Types a line and lets the machines compute for `runMs` of CPU, in turns as they are taken between worlds. Returns the
 * long ones, longest first.
 */
export async function turnsOf(seat: Seat, line: string, runMs: number, profiled = false): Promise<Turn[]> {
  const { clock, master } = seat;
  const who = lastRun(seat.hosts);
  clock.advance(SETTLE_MS);
  master.take();
  const garbage = new Collections();
  const samples = profiled ? new Samples() : undefined;
  master.input(`${line}\r`);
  const long: { from: number; to: number; ms: number; who: string }[] = [];
  const until = threadMs() + runMs;
  for (let cpu = threadMs(); cpu < until; ) {
    const from = performance.now();
    let more = true;
    while (more && performance.now() - from < TURN_MS) more = !clock.held && clock.step();
    master.take();
    const to = performance.now();
    const now = threadMs();
    if (now - cpu > LONG_MS) long.push({ from, to, ms: Math.min(to - from, now - cpu), who: who() });
    cpu = now;
    if (!more && !clock.held) break;
    if (!more) await new Promise((resolve) => setImmediate(resolve));
  }
  samples?.stop();
  await new Promise((resolve) => setTimeout(resolve, 20));
  garbage.stop();
  return long
    .sort((a, b) => b.ms - a.ms)
    .map(({ from, to, ms, who }) => ({
      ms,
      who,
      collectedMs: garbage.within(from, to),
      where: samples?.within(from, to) ?? '',
    }));
}

/** The longest turns, as a person reads them. */
export function told(turns: readonly Turn[]): string {
  return turns
    .slice(0, TOLD)
    .flatMap(({ ms, collectedMs, who, where }) => [
      `  ${ms.toFixed(0)} ms (${collectedMs.toFixed(0)} of it garbage) in ${who}`,
      ...(where === '' ? [] : [`      ${where}`]),
    ])
    .join('\n');
}
