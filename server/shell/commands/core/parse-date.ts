import { DAYS, MONTHS, type Zone, zone } from '../../dates.ts';

/** What the words of a date said. */
interface Said {
  date?: [number, number, number];
  time?: [number, number, number, number];
  zoneMinutes?: number;
  weekday?: { day: number; ordinal: number };
  epoch?: number;
  /** Years, months, days and milliseconds to add. */
  shift: [number, number, number, number];
}

const UNITS: Record<string, [0 | 1 | 2 | 3, number]> = {
  year: [0, 1],
  month: [1, 1],
  fortnight: [2, 14],
  week: [2, 7],
  day: [2, 1],
  hour: [3, 3_600_000],
  minute: [3, 60_000],
  min: [3, 60_000],
  second: [3, 1000],
  sec: [3, 1000],
};

const ORDINALS: Record<string, number> = {
  last: -1,
  this: 0,
  next: 1,
  first: 1,
  third: 3,
  fourth: 4,
  fifth: 5,
  sixth: 6,
  seventh: 7,
  eighth: 8,
  ninth: 9,
  tenth: 10,
};

/** Models gnulib parse_datetime for the forms people type. Undefined: not a date. */
export function parseDate(text: string, nowMs: number, where: Zone): number | undefined {
  const tz = /^TZ="([^"]*)"\s*/.exec(text);
  const said = read(tz ? text.slice(tz[0].length) : text);
  return said && resolve(said, nowMs, tz ? zone(tz[1] as string) : where);
}

function read(text: string): Said | undefined {
  const said: Said = { shift: [0, 0, 0, 0] };
  let rest = text
    .replace(/\([^)]*\)/g, ' ')
    .trim()
    .toLowerCase();
  while (rest !== '') {
    const taken = takers.reduce((length, take) => length || take(rest, said), 0);
    if (taken === 0) return undefined;
    rest = rest.slice(taken).replace(/^[\s,]+/, '');
  }
  return said;
}

type Taker = (rest: string, said: Said) => number;

const takers: readonly Taker[] = [
  (rest, said) => {
    const match = /^@(-?\d+(?:\.\d+)?)/.exec(rest);
    if (!match) return 0;
    said.epoch = Number(match[1]) * 1000;
    return match[0].length;
  },
  (rest, said) => {
    const match = /^(\d{4})-(\d{1,2})-(\d{1,2})(?=$|[\st])t?/.exec(rest);
    return match ? setDate(said, match, Number(match[1]), Number(match[2]), Number(match[3])) : 0;
  },
  (rest, said) => {
    const match = /^(\d{1,2})\/(\d{1,2})(?:\/(\d{4}|\d\d))?(?![\d/])/.exec(rest);
    return match ? setDate(said, match, fullYear(match[3]), Number(match[1]), Number(match[2])) : 0;
  },
  (rest, said) => {
    const match = /^(\d{4})(\d\d)(\d\d)(?!\d)t?/.exec(rest);
    return match ? setDate(said, match, Number(match[1]), Number(match[2]), Number(match[3])) : 0;
  },
  (rest, said) => {
    const match = /^(\d{1,2})[ -]?([a-z]{3,9})\.?(?:[ -,]+(\d{4})(?![:\d]))?(?![a-z])/.exec(rest);
    const month = match && monthOf(match[2] as string);
    return match && month ? setDate(said, match, fullYear(match[3]), month, Number(match[1])) : 0;
  },
  (rest, said) => {
    const match = /^([a-z]{3,9})\.?[ -]+(\d{1,2})(?![:\d])(?:(?:,\s*|\s+)(\d{4})(?![:\d]))?/.exec(rest);
    const month = match && monthOf(match[1] as string);
    return match && month ? setDate(said, match, fullYear(match[3]), month, Number(match[2])) : 0;
  },
  takeTime,
  takeZone,
  takeWord,
  takeShift,
];

function setDate(said: Said, match: RegExpExecArray, year: number, month: number, day: number): number {
  if (month < 1 || month > 12 || day < 1 || day > 31) return 0;
  said.date = [year, month, day];
  return match[0].length;
}

/** -1: the year was not said. */
function fullYear(text: string | undefined): number {
  if (text === undefined) return -1;
  return text.length === 2 ? Number(text) + (Number(text) < 69 ? 2000 : 1900) : Number(text);
}

function monthOf(word: string): number {
  return (
    MONTHS.findIndex((name) => word.length >= 3 && name.toLowerCase().startsWith(word)) + 1 ||
    (word === 'sept' ? 9 : 0)
  );
}

function takeTime(rest: string, said: Said): number {
  const match = /^(\d{1,2})(?::(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?\s*(am|pm|a\.m\.|p\.m\.)?(?![a-y0-9])/.exec(
    rest,
  );
  if (!match || (match[2] === undefined && match[5] === undefined)) return 0;
  let hour = Number(match[1]);
  if (match[5]) {
    if (hour < 1 || hour > 12) return 0;
    hour = (hour % 12) + (match[5].startsWith('p') ? 12 : 0);
  }
  const [minute, second] = [Number(match[2] ?? 0), Number(match[3] ?? 0)];
  if (hour > 23 || minute > 59 || second > 60) return 0;
  said.time = [hour, minute, second, match[4] ? Number(`0.${match[4]}`) * 1000 : 0];
  const offset = /^\s*([-+])(\d\d):?(\d\d)?/.exec(rest.slice(match[0].length));
  if (!offset) return match[0].length;
  said.zoneMinutes = (Number(offset[2]) * 60 + Number(offset[3] ?? 0)) * (offset[1] === '-' ? -1 : 1);
  return match[0].length + offset[0].length;
}

function takeZone(rest: string, said: Said): number {
  const match = /^(utc|gmt|z|est|edt|cst|cdt|mst|mdt|pst|pdt|cet|cest|jst|kst)(?![a-z])/.exec(rest);
  if (!match) return 0;
  const hours: Record<string, number> = {
    est: -5,
    edt: -4,
    cst: -6,
    cdt: -5,
    mst: -7,
    mdt: -6,
    pst: -8,
    pdt: -7,
    cet: 1,
    cest: 2,
    jst: 9,
    kst: 9,
  };
  said.zoneMinutes = (hours[match[1] as string] ?? 0) * 60;
  return match[0].length;
}

function takeWord(rest: string, said: Said): number {
  const match = /^(now|today|tomorrow|yesterday|noon|midnight)(?![a-z])/.exec(rest);
  if (match) {
    const word = match[1];
    if (word === 'tomorrow') said.shift[2] += 1;
    if (word === 'yesterday') said.shift[2] -= 1;
    if (word === 'noon') said.time = [12, 0, 0, 0];
    if (word === 'midnight') said.time = [0, 0, 0, 0];
    return match[0].length;
  }
  const weekday = /^(?:(last|this|next)\s+)?([a-z]{3,9})(?![a-z])/.exec(rest);
  const day = weekday ? DAYS.findIndex((name) => name.toLowerCase().startsWith(weekday[2] as string)) : -1;
  if (!weekday || day < 0) return 0;
  said.weekday = { day, ordinal: ORDINALS[weekday[1] ?? 'this'] ?? 0 };
  return weekday[0].length;
}

function takeShift(rest: string, said: Said): number {
  const match =
    /^(?:([-+]?\s*\d+)|(last|this|next|first|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth))?\s*(year|month|fortnight|week|day|hour|minute|min|second|sec)s?(\s+ago)?(?![a-z])/.exec(
      rest,
    );
  if (!match) return 0;
  const count =
    match[1] !== undefined ? Number(match[1].replace(/\s/g, '')) : (ORDINALS[match[2] ?? ''] ?? 1);
  const [slot, factor] = UNITS[match[3] as string] as [0 | 1 | 2 | 3, number];
  said.shift[slot] += count * factor * (match[4] ? -1 : 1);
  return match[0].length;
}

function resolve(said: Said, nowMs: number, where: Zone): number | undefined {
  if (said.epoch !== undefined) return said.epoch + said.shift[3];
  const local = new Date(nowMs + where.at(nowMs).minutes * 60_000);
  const [year, month, day] = said.date ?? [
    local.getUTCFullYear(),
    local.getUTCMonth() + 1,
    local.getUTCDate(),
  ];
  const keepsTime = !said.date && !said.time && !said.weekday;
  const time =
    said.time ??
    (keepsTime
      ? [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds(), local.getUTCMilliseconds()]
      : [0, 0, 0, 0]);
  const base = new Date(0);
  base.setUTCFullYear(
    (year < 0 ? local.getUTCFullYear() : year) + said.shift[0],
    month - 1 + said.shift[1],
    day + said.shift[2],
  );
  if (
    said.date &&
    said.shift[0] === 0 &&
    said.shift[1] === 0 &&
    said.shift[2] === 0 &&
    base.getUTCDate() !== day
  )
    return undefined;
  if (said.weekday) {
    const ahead = (said.weekday.day - base.getUTCDay() + 7) % 7;
    const { ordinal } = said.weekday;
    base.setUTCDate(base.getUTCDate() + ahead + 7 * (ordinal > 0 && ahead !== 0 ? ordinal - 1 : ordinal));
  }
  const [hour = 0, minute = 0, second = 0, ms = 0] = time;
  base.setUTCHours(hour, minute, second, ms);
  const wall = base.getTime();
  const minutes = said.zoneMinutes ?? where.at(wall - where.at(wall).minutes * 60_000).minutes;
  return wall - minutes * 60_000 + said.shift[3];
}
