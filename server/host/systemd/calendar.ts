/** A part of a calendar event: `5`, `1..4`, `0/15`. Undefined in its place: any value. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

type Field = readonly Span[] | undefined;

/** `Mon..Fri *-*-* 10:00:00`, taken apart. */
export interface Calendar {
  /** 0 is Monday. */
  readonly weekdays: Field;
  readonly year: Field;
  readonly month: Field;
  readonly day: Field;
  readonly hour: Field;
  readonly minute: Field;
  readonly second: Field;
}

const DAY_NAMES = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const DAY_MS = 86_400_000;
/** Ten years: no date that exists is further away, but those of leap days of one weekday. */
const FAR_DAYS = 3660;

const SHORTHANDS: Readonly<Record<string, string>> = {
  minutely: '*-*-* *:*:00',
  hourly: '*-*-* *:00:00',
  daily: '*-*-* 00:00:00',
  weekly: 'Mon *-*-* 00:00:00',
  monthly: '*-*-01 00:00:00',
  quarterly: '*-01,04,07,10-01 00:00:00',
  semiannually: '*-01,07-01 00:00:00',
  yearly: '*-01-01 00:00:00',
  annually: '*-01-01 00:00:00',
};

/** Reads a calendar event of systemd. Undefined: it is none. Models systemd's calendar_spec_from_string. */
export function parseCalendar(text: string): Calendar | undefined {
  const words = (SHORTHANDS[text.trim()] ?? text)
    .trim()
    .replace(/\s+UTC$/, '')
    .split(/\s+/);
  const days = /^[a-z]/i.test(words[0] ?? '') ? parseWeekdays(words.shift() as string) : undefined;
  const date = /^[^:]*-[^:]*$/.test(words[0] ?? '') ? (words.shift() as string) : '*-*-*';
  const time = words.shift() ?? '00:00:00';
  if (days === null || words.length > 0) return undefined;
  const dateParts = date.split('-');
  const timeParts = time.split(':');
  if (dateParts.length < 2 || dateParts.length > 3 || timeParts.length < 2 || timeParts.length > 3)
    return undefined;
  const all = [...(dateParts.length === 2 ? ['*', ...dateParts] : dateParts), ...timeParts];
  const limits = [
    [1970, 2200],
    [1, 12],
    [1, 31],
    [0, 23],
    [0, 59],
    [0, 59],
  ] as const;
  const fields = [...all, ...(timeParts.length === 2 ? ['00'] : [])].map((part, i) =>
    parseField(part, limits[i]?.[0] ?? 0, limits[i]?.[1] ?? 0),
  );
  if (fields.includes(null)) return undefined;
  const [year, month, day, hour, minute, second] = fields as Field[];
  return { weekdays: days, year, month, day, hour, minute, second };
}

/** Null: it is not a list of values. */
function parseField(text: string, low: number, high: number): Field | null {
  if (text === '*') return undefined;
  const spans: Span[] = [];
  for (const item of text.split(',')) {
    const match = /^(\*|\d+)(?:\.\.(\d+))?(?:\/(\d+))?$/.exec(item);
    if (!match) return null;
    const from = match[1] === '*' ? low : Number(match[1]);
    const step = Number(match[3] ?? 1);
    const to = match[2] !== undefined ? Number(match[2]) : match[3] !== undefined ? high : from;
    if (from < low || to > high || step === 0 || from > to) return null;
    spans.push({ from, to, step });
  }
  return spans;
}

function parseWeekdays(text: string): Field | null {
  const spans: Span[] = [];
  for (const item of text.replace(/,$/, '').split(',')) {
    const [from, to = from] = item.split(/\.\.|-/).map(weekday);
    if (from === undefined || to === undefined || from < 0 || to < 0) return null;
    if (from <= to) spans.push({ from, to, step: 1 });
    else spans.push({ from, to: 6, step: 1 }, { from: 0, to, step: 1 });
  }
  return spans.sort((a, b) => a.from - b.from);
}

function weekday(name: string): number {
  const full = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
  return full.findIndex((day) => day === name.toLowerCase() || day.slice(0, 3) === name.toLowerCase());
}

/** The first moment after another at which the event comes; undefined: never. All in UTC. */
export function nextElapse(calendar: Calendar, afterMs: number): number | undefined {
  const start = Math.floor(afterMs / 1000) * 1000 + 1000;
  for (let day = Math.floor(start / DAY_MS), i = 0; i < FAR_DAYS; day++, i++) {
    const date = new Date(day * DAY_MS);
    if (!holds(calendar.year, date.getUTCFullYear())) continue;
    if (!holds(calendar.month, date.getUTCMonth() + 1) || !holds(calendar.day, date.getUTCDate())) continue;
    if (!holds(calendar.weekdays, (date.getUTCDay() + 6) % 7)) continue;
    const at = timeOfDay(calendar, Math.max(0, start - day * DAY_MS) / 1000);
    if (at !== undefined) return day * DAY_MS + at * 1000;
  }
  return undefined;
}

/** The first second of a day, from one on, that the time of the event names. */
function timeOfDay({ hour, minute, second }: Calendar, from: number): number | undefined {
  for (let h = Math.floor(from / 3600); h < 24; h++) {
    if (!holds(hour, h)) continue;
    const fromMinute = Math.max(0, Math.floor((from - h * 3600) / 60));
    for (let m = fromMinute; m < 60; m++) {
      if (!holds(minute, m)) continue;
      const fromSecond = Math.max(0, from - h * 3600 - m * 60);
      for (let s = fromSecond; s < 60; s++) if (holds(second, s)) return h * 3600 + m * 60 + s;
    }
  }
  return undefined;
}

function holds(field: Field, value: number): boolean {
  return (
    field === undefined ||
    field.some(({ from, to, step }) => value >= from && value <= to && (value - from) % step === 0)
  );
}

/** The event as systemd writes it: `Mon..Fri *-*-* 10:00:00`. */
export function calendarText(calendar: Calendar): string {
  const { weekdays, year, month, day, hour, minute, second } = calendar;
  const days = weekdays?.map(({ from, to }) =>
    from === to
      ? DAY_NAMES[from]
      : to === from + 1
        ? `${DAY_NAMES[from]},${DAY_NAMES[to]}`
        : `${DAY_NAMES[from]}..${DAY_NAMES[to]}`,
  );
  const date = [fieldText(year, 4), fieldText(month, 2, 12), fieldText(day, 2, 31)].join('-');
  const time = [fieldText(hour, 2, 23), fieldText(minute, 2, 59), fieldText(second, 2, 59)].join(':');
  return `${days ? `${days.join(',')} ` : ''}${date} ${time}`;
}

function fieldText(field: Field, width: number, high = -1): string {
  if (field === undefined) return '*';
  const number = (value: number) => String(value).padStart(width, '0');
  return field
    .map(({ from, to, step }) => {
      const range = to === from || (to === high && step > 1) ? '' : `..${number(to)}`;
      return `${number(from)}${range}${step > 1 ? `/${step}` : ''}`;
    })
    .join(',');
}
