import { DAYS, formatDate, MONTHS, type Zone, zone } from '../../dates.ts';
import { type Builtins, computed } from './builtin.ts';
import { isArray, isNumber, JqError, type Json, numberOf } from './values.ts';

const UTC = zone('UTC');

/** Seconds as `[year, month from 0, day, hours, minutes, seconds, weekday, day of the year]`. */
function brokenDown(seconds: Json, name: string, where: Zone): Json {
  if (!isNumber(seconds)) throw new JqError(`${name}() requires a number`);
  const value = numberOf(seconds);
  const local = new Date(Math.floor(value) * 1000 + where.at(value * 1000).minutes * 60_000);
  if (Number.isNaN(local.getTime()))
    throw new JqError(`error converting number of seconds since epoch to datetime`);
  const year = local.getUTCFullYear();
  const day = Math.floor(
    (Date.UTC(year, local.getUTCMonth(), local.getUTCDate()) - Date.UTC(year, 0, 1)) / 86_400_000,
  );
  const fraction = value - Math.floor(value);
  return [
    year,
    local.getUTCMonth(),
    local.getUTCDate(),
    local.getUTCHours(),
    local.getUTCMinutes(),
    local.getUTCSeconds() + fraction,
    local.getUTCDay(),
    day,
  ];
}

/** The moment of a broken-down time. */
function timeOf(value: Json, name: string): number {
  if (!isArray(value)) throw new JqError(`${name} requires array of 6 numbers`);
  if (value.length < 6 || !value.every(isNumber))
    throw new JqError(`${name} requires parsed datetime inputs`);
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = (value as number[]).map(
    numberOf,
  );
  return Date.UTC(year, month, day, hours, minutes, Math.floor(seconds));
}

function strftime(value: Json, format: Json, name: string, where: Zone): Json {
  const moment = isNumber(value) ? brokenDown(value, name, where) : value;
  if (!isArray(moment)) throw new JqError(`${name}/1 requires parsed datetime inputs`);
  if (typeof format !== 'string') throw new JqError(`${name}/1 requires a string format`);
  const timeMs = timeOf(moment, `${name}/1`);
  const shift = where.at(timeMs).minutes * 60_000;
  return formatDate(format, timeMs - shift, where);
}

const LETTERS = (names: readonly string[]) => names.map((name) => `${name}|${name.slice(0, 3)}`).join('|');

const monthOf = (text: string): number =>
  MONTHS.findIndex((name) => name.slice(0, 3).toLowerCase() === text.slice(0, 3).toLowerCase());

/** What each conversion of strptime reads, and what that says. */
const FIELDS: Readonly<Record<string, readonly [string, (text: string) => Partial<Said>]>> = {
  Y: ['[-+]?\\d{1,4}', (text) => ({ year: Number(text) })],
  y: ['\\d{2}', (text) => ({ year: Number(text) + (Number(text) < 69 ? 2000 : 1900) })],
  m: ['\\d{1,2}', (text) => ({ month: Number(text) - 1 })],
  B: [LETTERS(MONTHS), (text) => ({ month: monthOf(text) })],
  d: ['[ \\d]?\\d', (text) => ({ day: Number(text) })],
  j: ['\\d{1,3}', (text) => ({ month: 0, day: Number(text) })],
  H: ['\\d{1,2}', (text) => ({ hours: Number(text) })],
  M: ['\\d{1,2}', (text) => ({ minutes: Number(text) })],
  S: ['\\d{1,2}', (text) => ({ seconds: Number(text) })],
  s: ['\\d+', (text) => ({ ...EPOCH, seconds: Number(text) })],
  A: [LETTERS(DAYS), () => ({})],
  Z: ['[A-Za-z]+', () => ({})],
  z: ['Z|[-+]\\d{2}:?\\d{2}|[-+]\\d{2}', () => ({})],
};

interface Said {
  year: number;
  month: number;
  day: number;
  hours: number;
  minutes: number;
  seconds: number;
}

const EPOCH: Said = { year: 1970, month: 0, day: 1, hours: 0, minutes: 0, seconds: 0 };

const ALIASES: Readonly<Record<string, string>> = { e: 'd', b: 'B', h: 'B', a: 'A', k: 'H' };
const SHORT: Readonly<Record<string, string>> = {
  T: '%H:%M:%S',
  F: '%Y-%m-%d',
  D: '%m/%d/%y',
  R: '%H:%M',
  c: '%a %b %e %H:%M:%S %Y',
};

function strptime(value: Json, format: Json): Json {
  if (typeof value !== 'string') throw new JqError(`strptime/1 requires string inputs and arguments`);
  if (typeof format !== 'string') throw new JqError(`strptime/1 requires string inputs and arguments`);
  const whole = format.replace(/%([TFDRc])/g, (_all, letter: string) => SHORT[letter] as string);
  const readers: ((text: string) => Partial<Said>)[] = [];
  const pattern = whole.replace(/%([a-zA-Z%])|\s+|[.*+?^${}()|[\]\\]/g, (all, letter: string | undefined) => {
    if (letter === undefined) return /\s/.test(all) ? '\\s*' : `\\${all}`;
    const field = FIELDS[ALIASES[letter] ?? letter];
    if (!field) return letter === '%' ? '%' : '(?!)';
    readers.push(field[1]);
    return `\\s*(${field[0]})`;
  });
  const found = new RegExp(`^${pattern}$`, 'i').exec(value);
  if (!found) throw new JqError(`date "${value}" does not match format "${format}"`);
  const said: Said = Object.assign(
    { ...EPOCH, year: 1900, day: 0 },
    ...readers.map((read, i) => read(found[i + 1] as string)),
  );
  const timeMs = Date.UTC(
    said.year,
    said.month,
    Math.max(said.day, 1),
    said.hours,
    said.minutes,
    said.seconds,
  );
  return brokenDown(timeMs / 1000, 'strptime', UTC);
}

function mktime(value: Json): Json {
  if (!isArray(value)) throw new JqError('mktime requires array of 6 numbers');
  return Math.floor(timeOf(value, 'mktime') / 1000);
}

export function dateBuiltins(where: Zone): Builtins {
  return computed({
    'gmtime/0': (value) => brokenDown(value, 'gmtime', UTC),
    'localtime/0': (value) => brokenDown(value, 'localtime', where),
    'mktime/0': mktime,
    'strftime/1': (value, format) => strftime(value, format, 'strftime', UTC),
    'strflocaltime/1': (value, format) => strftime(value, format, 'strflocaltime', where),
    'strptime/1': strptime,
  });
}
