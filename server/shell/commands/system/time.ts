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

const RELATIVE: readonly (readonly [string, number])[] = [
  ['year', 31_557_600_000],
  ['month', 2_629_800_000],
  ['week', 604_800_000],
  ['day', 86_400_000],
];

/** `3s ago`, `5min ago`, `1h 2min ago`, `2 days ago`. Models systemd's format_timestamp_relative. */
export function ago(ms: number): string {
  for (const [unit, length] of RELATIVE) {
    const count = Math.floor(ms / length);
    if (count >= 1) return `${count} ${unit}${count === 1 ? '' : 's'} ago`;
  }
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor(ms / 60_000) % 60;
  if (hours > 0) return `${hours}h ${minutes}min ago`;
  if (ms >= 300_000) return `${minutes}min ago`;
  if (ms >= 60_000) return `${minutes}min ${Math.floor(ms / 1000) % 60}s ago`;
  if (ms >= 1000) return `${Math.floor(ms / 1000)}s ago`;
  return `${Math.floor(ms)}ms ago`;
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
