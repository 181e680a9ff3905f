const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const two = (n: number) => String(n).padStart(2, '0');

function clockTime(date: Date): string {
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
}

/** `Sat 2026-11-21 09:46:30 UTC`, as systemd writes a time. */
export function systemdTime(ms: number): string {
  const date = new Date(ms);
  return `${DAYS[date.getUTCDay()]} ${date.toISOString().slice(0, 10)} ${clockTime(date)} UTC`;
}

/** `Nov 21 09:46:30`, as syslog does. */
export function syslogTime(ms: number): string {
  const date = new Date(ms);
  return `${MONTHS[date.getUTCMonth()]} ${two(date.getUTCDate())} ${clockTime(date)}`;
}

/** `Sat Nov 21 09:46:30 2026`, as `ctime` does. */
export function ctime(ms: number): string {
  const date = new Date(ms);
  const day = String(date.getUTCDate()).padStart(2);
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${day} ${clockTime(date)} ${date.getUTCFullYear()}`;
}

const SPANS: readonly (readonly [string, number])[] = [
  ['y', 31_557_600_000],
  ['month', 2_629_800_000],
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
  ['ms', 1],
];

/** `3min 12s`, `1.204s`, `35ms`: a time span as systemd writes it. */
export function timeSpan(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  const parts: string[] = [];
  let rest = ms;
  for (const [unit, length] of SPANS) {
    if (unit === 'ms') break;
    if (unit === 's' && rest > 0) {
      parts.push(`${String(Math.round(rest) / 1000)}s`);
      break;
    }
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) parts.push(`${count}${unit === 'month' && count > 1 ? 'months' : unit}`);
  }
  return parts.join(' ');
}

const SECOND = 1000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

/** Spans of which two units are told: `3 weeks 2 days`. */
const LONG: readonly (readonly [name: string, ms: number, smaller: string, smallerMs: number])[] = [
  ['year', 31_557_600_000, 'month', 2_629_800_000],
  ['month', 2_629_800_000, 'day', DAY],
  ['week', 604_800_000, 'day', DAY],
];

/** `3s ago`, `5min ago`, `1h 2min ago`, `2 days ago`. */
export function ago(ms: number): string {
  return `${left(Math.max(0, ms))} ago`;
}

/** A span with its one or two largest units. Models systemd's format_timestamp_relative. */
export function left(ms: number): string {
  const count = (number: number, name: string) => `${number} ${name}${number === 1 ? '' : 's'}`;
  for (const [name, length, smaller, smallerMs] of LONG)
    if (ms >= length)
      return `${count(Math.floor(ms / length), name)} ${count(Math.floor((ms % length) / smallerMs), smaller)}`;
  if (ms >= 2 * DAY) return `${Math.floor(ms / DAY)} days`;
  if (ms >= 25 * HOUR) return `1 day ${Math.floor((ms - DAY) / HOUR)}h`;
  if (ms >= 6 * HOUR) return `${Math.floor(ms / HOUR)}h`;
  if (ms >= HOUR) return `${Math.floor(ms / HOUR)}h ${Math.floor((ms % HOUR) / MINUTE)}min`;
  if (ms >= 5 * MINUTE) return `${Math.floor(ms / MINUTE)}min`;
  if (ms >= MINUTE) return `${Math.floor(ms / MINUTE)}min ${Math.floor((ms % MINUTE) / SECOND)}s`;
  return ms >= SECOND ? `${Math.floor(ms / SECOND)}s` : `${Math.floor(ms)}ms`;
}

/** A moment as journalctl takes it: `2026-11-21 09:46`, `today`, `-5min`, `10 min ago`, `now`. Undefined: none of these. */
export function parseMoment(text: string, now: number): number | undefined {
  const day = Math.floor(now / 86_400_000) * 86_400_000;
  const named: Record<string, number> = {
    now,
    today: day,
    yesterday: day - 86_400_000,
    tomorrow: day + 86_400_000,
  };
  if (text in named) return named[text];
  const back = /^(?:-(.+)|(.+) ago)$/.exec(text);
  if (back) {
    const span = parseSpan((back[1] ?? back[2]) as string);
    return span === undefined ? undefined : now - span;
  }
  if (/^@\d+$/.test(text)) return Number(text.slice(1)) * 1000;
  const full = /^(?:(\d{4}-\d\d-\d\d)(?:[ T]|$))?(?:(\d\d?):(\d\d)(?::(\d\d))?)?$/.exec(text.trim());
  if (!full || text.trim() === '') return undefined;
  const start = full[1] ? Date.parse(`${full[1]}T00:00:00Z`) : day;
  if (Number.isNaN(start)) return undefined;
  return start + (Number(full[2] ?? 0) * 3600 + Number(full[3] ?? 0) * 60 + Number(full[4] ?? 0)) * 1000;
}

function parseSpan(text: string): number | undefined {
  const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
  let total = 0;
  let rest = text.trim();
  while (rest !== '') {
    const part =
      /^(\d+)\s*(s(?:ec(?:onds?)?)?|m(?:in(?:utes?)?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?|w(?:eeks?)?)?\s*/.exec(
        rest,
      );
    if (!part) return undefined;
    total += Number(part[1]) * (units[(part[2] ?? 's')[0] as string] as number);
    rest = rest.slice(part[0].length);
  }
  return total;
}
