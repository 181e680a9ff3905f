import type { Context } from '../host/index.ts';

/** A line of klog: `I1121 09:46:30.123456       1 server.go:153] Version: v1.33.1`. */
export function klogLine(
  context: Context,
  severity: 'I' | 'W' | 'E' | 'F',
  source: string,
  message: string,
): string {
  const iso = new Date(context.now).toISOString();
  const date = `${iso.slice(5, 7)}${iso.slice(8, 10)}`;
  const micros = String(microsecond(context, message)).padStart(3, '0');
  const pid = String(context.process.nspid).padStart(7);
  return `${severity}${date} ${iso.slice(11, 23)}${micros} ${pid} ${source}] ${message}\n`;
}

/** What a process said last: the moment, and the microsecond in it. */
const last = new WeakMap<object, { ms: number; micros: number }>();

/**
 * Time passes between two lines of a process, also within one millisecond of the virtual clock: the microseconds are
 * made up from what is said, and grow.
 */
function microsecond({ now, process }: Context, message: string): number {
  let noise = Math.trunc(now) % 997;
  for (let i = 0; i < message.length; i++) noise = (noise * 31 + message.charCodeAt(i)) % 65_521;
  const before = last.get(process);
  const micros = before?.ms === now ? Math.min(999, before.micros + 11 + (noise % 50)) : noise % 700;
  last.set(process, { ms: now, micros });
  return micros;
}
