import { GoStruct, isNothing, numeric } from '../../go-template/values.ts';
import { type Functions, fn } from './table.ts';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
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

const two = (value: number) => String(value).padStart(2, '0');

/** The pieces of Go's reference time, the longer ones first. */
const LAYOUT =
  /Monday|Mon|January|Jan|MST|2006|-07:00|-0700|Z07:00|\.0+|\.9+|01|02|03|04|05|06|15|PM|pm|_2|1|2|3|4|5/g;

/** A time in Go's layout, in UTC. Models time.Time Format. */
export function formatTime(ms: number, layout: string): string {
  const at = new Date(ms);
  const day = DAYS[at.getUTCDay()] as string;
  const month = MONTHS[at.getUTCMonth()] as string;
  const twelve = at.getUTCHours() % 12 || 12;
  const pieces: Record<string, string> = {
    Monday: day,
    Mon: day.slice(0, 3),
    January: month,
    Jan: month.slice(0, 3),
    MST: 'UTC',
    '2006': String(at.getUTCFullYear()),
    '06': two(at.getUTCFullYear() % 100),
    '01': two(at.getUTCMonth() + 1),
    '1': String(at.getUTCMonth() + 1),
    '02': two(at.getUTCDate()),
    _2: String(at.getUTCDate()).padStart(2),
    '2': String(at.getUTCDate()),
    '15': two(at.getUTCHours()),
    '03': two(twelve),
    '3': String(twelve),
    '04': two(at.getUTCMinutes()),
    '4': String(at.getUTCMinutes()),
    '05': two(at.getUTCSeconds()),
    '5': String(at.getUTCSeconds()),
    PM: at.getUTCHours() < 12 ? 'AM' : 'PM',
    pm: at.getUTCHours() < 12 ? 'am' : 'pm',
    '-0700': '+0000',
    '-07:00': '+00:00',
    'Z07:00': 'Z',
  };
  return layout.replace(LAYOUT, (piece) => {
    if (!piece.startsWith('.')) return pieces[piece] ?? piece;
    const digits = String(at.getUTCMilliseconds())
      .padStart(3, '0')
      .padEnd(9, '0')
      .slice(0, piece.length - 1);
    return piece.startsWith('.9') ? `.${digits}`.replace(/\.?0+$/, '') : `.${digits}`;
  });
}

/** A time as templates hold it. */
export class GoTime extends GoStruct {
  readonly ms: number;

  constructor(ms: number) {
    const at = new Date(ms);
    super(
      'time.Time',
      {},
      {
        text: formatTime(ms, '2006-01-02 15:04:05.999999999 -0700 MST'),
        methods: {
          Format: (layout: string) => formatTime(ms, layout),
          Unix: () => Math.floor(ms / 1000),
          UnixNano: () => ms * 1e6,
          Year: () => BigInt(at.getUTCFullYear()),
          Month: () => MONTHS[at.getUTCMonth()],
          Day: () => BigInt(at.getUTCDate()),
          Hour: () => BigInt(at.getUTCHours()),
          Minute: () => BigInt(at.getUTCMinutes()),
          Second: () => BigInt(at.getUTCSeconds()),
          Weekday: () => DAYS[at.getUTCDay()],
          UTC: () => new GoTime(ms),
          String: () => formatTime(ms, '2006-01-02 15:04:05.999999999 -0700 MST'),
        },
      },
    );
    this.ms = ms;
  }
}

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

function spanMs(text: string): number {
  let total = 0;
  for (const [, value, unit] of text.replace(/^-/, '').matchAll(/([\d.]+)(ms|h|m|s)/g))
    total += Number(value) * (UNITS[unit as string] as number);
  return text.startsWith('-') ? -total : total;
}

/** `1h2m3s`. Models time.Duration String. */
function spanText(ms: number): string {
  const seconds = Math.abs(ms) / 1000;
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  const sign = ms < 0 ? '-' : '';
  if (h > 0) return `${sign}${h}h${m}m${s}s`;
  return m > 0 ? `${sign}${m}m${s}s` : `${sign}${s}s`;
}

const ROUNDED: readonly [string, number][] = [
  ['y', 31_536_000],
  ['mo', 2_592_000],
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
];

function rounded(is: unknown): string {
  const seconds = Math.abs(typeof is === 'string' ? spanMs(is) / 1000 : Number(numeric(is)) / 1e9);
  for (const [unit, size] of ROUNDED) if (seconds >= size) return `${Math.floor(seconds / size)}${unit}`;
  return '0s';
}

/** Times of a render that happens at `nowMs`. Models sprig date.go. */
export function dates(nowMs: number): Functions {
  const moment = (is: unknown) => {
    if (is instanceof GoTime) return is.ms;
    return typeof is === 'number' || typeof is === 'bigint' ? Number(is) * 1000 : nowMs;
  };
  const parsed = (layout: string, text: string) => {
    const [, year, month, day, hour = '0', minute = '0', second = '0'] =
      /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?/.exec(text) ?? [];
    if (year === undefined || !layout.includes('2006')) return new GoTime(Date.UTC(1, 0, 1));
    return new GoTime(Date.UTC(+year, Number(month) - 1, Number(day), +hour, +minute, +second));
  };
  const modify = fn('string any', (span: string, is: unknown) => new GoTime(moment(is) + spanMs(span)));
  const inZone = fn('string any string', (layout: string, is: unknown) => formatTime(moment(is), layout));
  const html = (is: unknown) => formatTime(moment(is), '2006-01-02');
  return {
    now: fn('', () => new GoTime(nowMs)),
    date: fn('string any', (layout: string, is: unknown) => formatTime(moment(is), layout)),
    dateInZone: inZone,
    date_in_zone: inZone,
    dateModify: modify,
    date_modify: modify,
    mustDateModify: modify,
    must_date_modify: modify,
    htmlDate: fn('any', html),
    htmlDateInZone: fn('any string', html),
    toDate: fn('string string', parsed),
    mustToDate: fn('string string', parsed),
    unixEpoch: fn('any', (is: unknown) => String(Math.floor(moment(is) / 1000))),
    ago: fn('any', (is: unknown) => spanText(Math.round((nowMs - moment(is)) / 1000) * 1000)),
    duration: fn('any', (is: unknown) =>
      spanText(isNothing(is) ? 0 : Number(typeof is === 'string' ? is : numeric(is)) * 1000),
    ),
    durationRound: fn('any', rounded),
  };
}
