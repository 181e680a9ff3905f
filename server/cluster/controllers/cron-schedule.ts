import { Cron } from 'croner';

const MACROS: Record<string, string> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const UTC = new Set(['UTC', 'Etc/UTC']);

/** When a schedule is due. */
export interface Schedule {
  /** The first time after `fromMs`; undefined: never. */
  next(fromMs: number): number | undefined;
}

/** Reads a five-part schedule; without a time zone it is UTC, the zone of kube-controller-manager. Throws on a bad one. */
export function parseSchedule(text: string, timeZone?: string): Schedule {
  const zoned = /^(?:CRON_TZ|TZ)=(\S+)\s+(.*)$/.exec(text.trim());
  const plain = zoned ? (zoned[2] as string) : text.trim();
  const pattern = MACROS[plain] ?? plain;
  // `?` means any, as in Go's cron; a paused Cron sets no timer of its own.
  const zone = timeZone ?? zoned?.[1] ?? 'UTC';
  const cron = new Cron(pattern.replaceAll('?', '*'), {
    // A third of the work of looking the zone's rules up.
    ...(UTC.has(zone) ? { utcOffset: 0 } : { timezone: zone }),
    mode: '5-part',
    paused: true,
    // As in cron(8), day of month or day of week: either will do.
    domAndDow: false,
  });
  return { next: (fromMs) => cron.nextRun(new Date(fromMs))?.getTime() };
}
