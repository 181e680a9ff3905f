/** Why a cron schedule cannot be parsed, in the words of robfig/cron's standard parser; undefined: it can. */
export function scheduleProblem(text: string): string | undefined {
  let rest = text;
  const zone = /^(?:CRON_)?TZ=(\S+)/.exec(text);
  if (zone) {
    const name = zone[1] as string;
    if (!isTimeZone(name)) return `provided bad location ${name}: unknown time zone ${name}`;
    rest = text.slice(zone[0].length).trim();
  }
  if (rest === '') return 'empty spec string';
  if (rest.startsWith('@')) return descriptorProblem(rest);
  const fields = rest.trim().split(/\s+/);
  if (fields.length !== 5) return `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`;
  for (const [i, bounds] of BOUNDS.entries()) {
    const problem = fieldProblem(fields[i] as string, bounds);
    if (problem) return problem;
  }
  return undefined;
}

const DESCRIPTORS = new Set([
  '@yearly',
  '@annually',
  '@monthly',
  '@weekly',
  '@daily',
  '@midnight',
  '@hourly',
]);

function descriptorProblem(text: string): string | undefined {
  if (DESCRIPTORS.has(text)) return undefined;
  if (!text.startsWith('@every ')) return `unrecognized descriptor: ${text}`;
  const duration = text.slice('@every '.length);
  if (/^[-+]?(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+$/.test(duration)) return undefined;
  return `failed to parse duration ${text}: time: invalid duration ${JSON.stringify(duration)}`;
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
}

const MONTHS = ['', 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
/** Minutes, hours, days of the month, months, days of the week. */
const BOUNDS: readonly Bounds[] = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 6, names: DAYS },
];

function fieldProblem(text: string, bounds: Bounds): string | undefined {
  for (const part of text.split(',')) {
    if (part === '') continue;
    const problem = rangeProblem(part, bounds);
    if (problem) return problem;
  }
  return undefined;
}

/** Models robfig/cron getRange. */
function rangeProblem(text: string, { min, max, names }: Bounds): string | undefined {
  const [range = '', ...steps] = text.split('/');
  const [low = '', ...rest] = range.split('-');
  let start = min;
  let end = max;
  if (low !== '*' && low !== '?') {
    const first = parseNumber(low, names);
    if (typeof first === 'string') return first;
    start = first;
    end = first;
    if (rest.length > 1) return `too many hyphens: ${text}`;
    if (rest.length === 1) {
      const last = parseNumber(rest[0] as string, names);
      if (typeof last === 'string') return last;
      end = last;
    }
  }
  let step: number | string = 1;
  if (steps.length > 1) return `too many slashes: ${text}`;
  if (steps.length === 1) {
    step = parseNumber(steps[0] as string, []);
    if (typeof step === 'string') return step;
    if (rest.length === 0) end = max;
  }
  if (start < min) return `beginning of range (${start}) below minimum (${min}): ${text}`;
  if (end > max) return `end of range (${end}) above maximum (${max}): ${text}`;
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${text}`;
  return step === 0 ? `step of range should be a positive number: ${text}` : undefined;
}

function parseNumber(text: string, names: readonly string[]): number | string {
  const named = text === '' ? -1 : names.indexOf(text.toLowerCase());
  if (named >= 0) return named;
  if (!/^[+-]?\d+$/.test(text)) {
    return `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
  }
  const value = Number(text);
  return value < 0 ? `negative number (${value}) not allowed: ${text}` : value;
}

/** True for a name of the time zone database. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
