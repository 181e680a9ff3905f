import type { Context } from '../host/index.ts';
import { belowMs } from '../sim/index.ts';

/** A line of klog: `I1121 09:46:30.123456       1 server.go:153] Version: v1.33.1`. */
export function klogLine(
  context: Context,
  severity: 'I' | 'W' | 'E' | 'F',
  source: string,
  message: string,
): string {
  const time = logTime(context, message);
  const date = `${time.slice(5, 7)}${time.slice(8, 10)}`;
  const pid = String(context.process.nspid).padStart(7);
  return `${severity}${date} ${time.slice(11, 26)} ${pid} ${source}] ${message}\n`;
}

/** When a process says something, in RFC 3339 with microseconds, or with nanoseconds. */
export function logTime(context: Context, message: string, digits: 6 | 9 = 6): string {
  const { now } = context;
  const micros = String(microsecond(context, message)).padStart(3, '0');
  const nanos = digits === 9 ? belowMs(now, message, 3) : '';
  return `${new Date(now).toISOString().slice(0, 23)}${micros}${nanos}Z`;
}

/** What a process said last: the moment, and the microsecond in it. */
const last = new WeakMap<object, { ms: number; micros: number }>();

/** Time passes between two lines of a process, also within one millisecond of the virtual clock: microseconds grow. */
function microsecond({ now, process }: Context, message: string): number {
  const noise = Number(belowMs(now, message, 5));
  const before = last.get(process);
  const micros = before?.ms === now ? before.micros + step(before.micros, noise) : noise % 700;
  last.set(process, { ms: now, micros });
  return micros;
}

/** Steps grow smaller towards the end of the millisecond, so that many lines fit into one. */
function step(micros: number, noise: number): number {
  const left = 999 - micros;
  return Math.min(left, 11 + (noise % 50), Math.max(1, Math.ceil(left / 16)));
}
