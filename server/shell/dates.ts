import type { Files } from '../host/index.ts';

/** A time zone: minutes east of UTC and its abbreviation at a moment. */
export interface Zone {
  at(timeMs: number): { minutes: number; name: string };
}

const UTC: Zone = { at: () => ({ minutes: 0, name: 'UTC' }) };

/** The zone of a process: TZ, else /etc/localtime, else UTC. */
export function zoneOf({ env, fs }: { env: { get(name: string): string | undefined }; fs: Files }): Zone {
  const tz = env.get('TZ');
  if (tz !== undefined) return zone(tz);
  const link = fs.tryStat('/etc/localtime', false);
  const name = link?.type === 'symlink' ? /zoneinfo\/(.+)$/.exec(link.data)?.[1] : undefined;
  return name ? zone(name) : UTC;
}

/** `Asia/Seoul`, `UTC`, `EST5EDT`, `UTC-9`; what is not known is UTC, as in glibc. */
export function zone(name: string): Zone {
  const text = name.replace(/^:/, '');
  if (text === '' || text === 'UTC' || text === 'Etc/UTC' || text === 'UTC0') return UTC;
  const fixed = /^([A-Za-z]{3,})([-+]?)(\d{1,2})(?::?(\d\d))?$/.exec(text);
  if (fixed) {
    const minutes = (Number(fixed[3]) * 60 + Number(fixed[4] ?? 0)) * (fixed[2] === '-' ? 1 : -1);
    return { at: () => ({ minutes, name: fixed[1] as string }) };
  }
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: text, timeZoneName: 'longOffset' });
    const short = new Intl.DateTimeFormat('en-US', { timeZone: text, timeZoneName: 'short' });
    return {
      at: (timeMs) => ({ minutes: offset(format, timeMs), name: abbreviation(short, format, text, timeMs) }),
    };
  } catch {
    return { at: () => ({ minutes: 0, name: /^[A-Za-z]{3,}/.exec(text)?.[0] ?? 'UTC' }) };
  }
}

function part(format: Intl.DateTimeFormat, timeMs: number): string {
  return format.formatToParts(new Date(timeMs)).find((one) => one.type === 'timeZoneName')?.value ?? 'GMT';
}

function offset(format: Intl.DateTimeFormat, timeMs: number): number {
  const match = /([-+])(\d\d):(\d\d)/.exec(part(format, timeMs));
  return match ? (Number(match[2]) * 60 + Number(match[3])) * (match[1] === '-' ? -1 : 1) : 0;
}

const ABBREVIATIONS: Record<string, string> = {
  'Asia/Seoul': 'KST',
  'Asia/Tokyo': 'JST',
  'Asia/Shanghai': 'CST',
  'Asia/Hong_Kong': 'HKT',
  'Asia/Kolkata': 'IST',
};

function abbreviation(
  short: Intl.DateTimeFormat,
  long: Intl.DateTimeFormat,
  name: string,
  timeMs: number,
): string {
  const known = ABBREVIATIONS[name] ?? part(short, timeMs);
  if (!known.startsWith('GMT')) return known;
  const minutes = offset(long, timeMs);
  const summer = minutes !== offset(long, Date.UTC(new Date(timeMs).getUTCFullYear(), 0, 1));
  if (name.startsWith('Europe/')) {
    if (minutes - (summer ? 60 : 0) === 60) return summer ? 'CEST' : 'CET';
    if (minutes - (summer ? 60 : 0) === 120) return summer ? 'EEST' : 'EET';
    if (name === 'Europe/London') return summer ? 'BST' : 'GMT';
  }
  const hours = pad2(Math.floor(Math.abs(minutes) / 60));
  return `${minutes < 0 ? '-' : '+'}${hours}${minutes % 60 === 0 ? '' : pad2(Math.abs(minutes) % 60)}`;
}

export const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

const pad2 = (value: number) => String(value).padStart(2, '0');

/** strftime with GNU's flags (`-`, `_`, `0`, `^`, `#`) and widths. `nanos` is what lies below the millisecond. */
export function formatDate(format: string, timeMs: number, where: Zone, nanos = 0): string {
  const { minutes, name } = where.at(timeMs);
  const local = new Date(timeMs + minutes * 60_000);
  const moment: Moment = { local, minutes, name, timeMs, nanos };
  return format.replace(
    /%([-_0^#+]*)(\d*)([EO]?)(:{0,3}z|[a-zA-Z%+])/g,
    (all, flags: string, width: string, _mod, what: string) => {
      const made = field(what, moment);
      if (made === undefined) return all;
      if (what === 'N') return fraction(made as string, flags, width);
      return shape(made, flags, width);
    },
  );
}

/** Nanoseconds are cut to the width and filled up behind, like digits after a point. */
function fraction(nanos: string, flags: string, width: string): string {
  const digits = nanos.slice(0, Number(width) || 9).padEnd(Number(width), '0');
  return flags.includes('_') ? digits.replace(/0+$/, (zeros) => ' '.repeat(zeros.length)) : digits;
}

interface Moment {
  readonly local: Date;
  readonly minutes: number;
  readonly name: string;
  readonly timeMs: number;
  readonly nanos: number;
}

/** Text, or a number with its usual width and filler. */
type Field = string | { readonly value: number; readonly width: number; readonly fill: '0' | ' ' };

const number = (value: number, width: number, fill: '0' | ' ' = '0'): Field => ({ value, width, fill });

function shape(made: Field, flags: string, width: string): string {
  if (typeof made === 'string') {
    let text = made;
    if (flags.includes('^')) text = text.toUpperCase();
    if (flags.includes('#')) text = text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
    return text.padStart(Number(width), flags.includes('0') ? '0' : ' ');
  }
  const flag = [...flags].findLast((one) => '-_0'.includes(one));
  const digits = String(Math.abs(made.value));
  const sign = made.value < 0 ? '-' : '';
  if (flag === '-') return sign + digits;
  const filler = flag === '_' ? ' ' : flag === '0' ? '0' : made.fill;
  return sign + digits.padStart(width === '' ? made.width : Number(width), filler);
}

function field(what: string, moment: Moment): Field | undefined {
  const { local } = moment;
  const again = (format: string) => formatDate(format, moment.timeMs, { at: () => moment }, moment.nanos);
  const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()];
  const weekday = local.getUTCDay();
  const hour = local.getUTCHours();
  const yearDay = Math.floor((Date.UTC(year, month, day) - Date.UTC(year, 0, 1)) / 86_400_000);
  switch (what) {
    case '%':
      return '%';
    case 'a':
      return (DAYS[weekday] as string).slice(0, 3);
    case 'A':
      return DAYS[weekday];
    case 'b':
    case 'h':
      return (MONTHS[month] as string).slice(0, 3);
    case 'B':
      return MONTHS[month];
    case 'c':
      return again('%a %b %e %H:%M:%S %Y');
    case 'C':
      return number(Math.floor(year / 100), 2);
    case 'd':
      return number(day, 2);
    case 'D':
    case 'x':
      return again('%m/%d/%y');
    case 'e':
      return number(day, 2, ' ');
    case 'F':
      return again('%Y-%m-%d');
    case 'g':
      return number(isoWeek(year, yearDay, weekday).year % 100, 2);
    case 'G':
      return number(isoWeek(year, yearDay, weekday).year, 4);
    case 'H':
      return number(hour, 2);
    case 'I':
      return number(hour % 12 || 12, 2);
    case 'j':
      return number(yearDay + 1, 3);
    case 'k':
      return number(hour, 2, ' ');
    case 'l':
      return number(hour % 12 || 12, 2, ' ');
    case 'm':
      return number(month + 1, 2);
    case 'M':
      return number(local.getUTCMinutes(), 2);
    case 'n':
      return '\n';
    case 'N':
      return String(local.getUTCMilliseconds() * 1_000_000 + moment.nanos).padStart(9, '0');
    case 'p':
      return hour < 12 ? 'AM' : 'PM';
    case 'P':
      return hour < 12 ? 'am' : 'pm';
    case 'q':
      return number(Math.floor(month / 3) + 1, 1);
    case 'r':
      return again('%I:%M:%S %p');
    case 'R':
      return again('%H:%M');
    case 's':
      return number(Math.floor(moment.timeMs / 1000), 1);
    case 'S':
      return number(local.getUTCSeconds(), 2);
    case 't':
      return '\t';
    case 'T':
    case 'X':
      return again('%H:%M:%S');
    case 'u':
      return number(weekday || 7, 1);
    case 'U':
      return number(Math.floor((yearDay + 7 - weekday) / 7), 2);
    case 'V':
      return number(isoWeek(year, yearDay, weekday).week, 2);
    case 'w':
      return number(weekday, 1);
    case 'W':
      return number(Math.floor((yearDay + 7 - ((weekday + 6) % 7)) / 7), 2);
    case 'y':
      return number(year % 100, 2);
    case 'Y':
      return number(year, 4);
    case 'Z':
      return moment.name;
    case '+':
      return undefined;
    default:
      return what.endsWith('z') ? offsetText(moment.minutes, what.length - 1) : undefined;
  }
}

function offsetText(minutes: number, colons: number): string {
  const sign = minutes < 0 ? '-' : '+';
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  if (colons === 0) return `${sign}${pad2(hours)}${pad2(rest)}`;
  if (colons === 1) return `${sign}${pad2(hours)}:${pad2(rest)}`;
  if (colons === 2) return `${sign}${pad2(hours)}:${pad2(rest)}:00`;
  return `${sign}${pad2(hours)}${rest === 0 ? '' : `:${pad2(rest)}`}`;
}

function isoWeek(year: number, yearDay: number, weekday: number): { year: number; week: number } {
  const monday = (weekday + 6) % 7;
  const week = Math.floor((yearDay - monday + 10) / 7);
  if (week < 1) {
    const lastDay = isLeap(year - 1) ? 365 : 364;
    return isoWeek(year - 1, lastDay + yearDay + 1, weekday);
  }
  if (week === 53) {
    const days = isLeap(year) ? 366 : 365;
    if (days - yearDay <= 3 - monday) return { year: year + 1, week: 1 };
  }
  return { year, week };
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}
