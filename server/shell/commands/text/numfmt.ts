import type { Steps } from '../../../sim/index.ts';
import { formatFloat } from '../core/printf.ts';
import { quote } from '../core/quote.ts';
import { inRanges, parseRanges, type Range } from '../core/ranges.ts';
import { type Call, tool } from '../core/tool.ts';

const LETTERS = 'KMGTPEZYRQ';
const UNITS = ['none', 'auto', 'si', 'iec', 'iec-i'] as const;
type Unit = (typeof UNITS)[number];

const ROUND: Readonly<Record<string, (value: number) => number>> = {
  up: Math.ceil,
  down: Math.floor,
  'from-zero': (value) => (value < 0 ? Math.floor(value) : Math.ceil(value)),
  'towards-zero': Math.trunc,
  nearest: (value) => (value < 0 ? -Math.round(-value) : Math.round(value)),
};

/** A number that cannot be converted; what happens then is the user's choice. */
class Invalid extends Error {}

interface Settings {
  readonly from: Unit;
  readonly to: Unit;
  readonly fromUnit: number;
  readonly toUnit: number;
  readonly round: (value: number) => number;
  readonly suffix: string;
  readonly padding: number;
  readonly format: {
    flags: string;
    width: number;
    precision: number | undefined;
    before: string;
    after: string;
  };
}

export const numfmt = tool({
  name: 'numfmt',
  summary: 'convert numbers from/to human-readable strings',
  usage: '[OPTION]... [NUMBER]...',
  options:
    'debug d|delimiter= field= format= from= from-unit= grouping header? invalid= padding= round= suffix= to= to-unit= z|zero-terminated',
  prepare: (args) => {
    const first = args.findIndex((arg) => /^-\d/.test(arg));
    return first < 0 || args.includes('--') ? args : [...args.slice(0, first), '--', ...args.slice(first)];
  },
  *run(call: Call) {
    const settings = settingsOf(call);
    const ranges = parseRanges((call.options.get('field') ?? '1').replace(/^-$/, '1-'), 'field');
    if (typeof ranges === 'string') call.misuse(ranges);
    const end = call.options.has('z') ? '\0' : '\n';
    const lines = call.operands.length > 0 ? call.operands : yield* call.stdin.lines(end);
    let header = call.operands.length > 0 ? 0 : headerOf(call);
    for (const line of lines) {
      if (header-- > 0) yield* call.print(line + end);
      else if (!(yield* convertLine(call, line, ranges, settings, end))) return 2;
    }
    return undefined;
  },
});

function headerOf(call: Call): number {
  if (!call.options.has('header')) return 0;
  const text = call.options.get('header') ?? '1';
  if (!/^[1-9]\d*$/.test(text)) call.fail(`invalid header value ${quote(text)}`);
  return Number(text);
}

function unit(call: Call, name: 'from' | 'to'): Unit {
  const text = call.options.get(name) ?? 'none';
  if (!(UNITS as readonly string[]).includes(text) || (name === 'to' && text === 'auto')) {
    const valid = UNITS.filter((one) => name === 'from' || one !== 'auto').map(
      (one) => `\n  - ${quote(one)}`,
    );
    call.misuse(
      `invalid argument ${quote(text)} for ${quote(`--${name}`)}\nValid arguments are:${valid.join('')}`,
    );
  }
  return text as Unit;
}

function settingsOf(call: Call): Settings {
  const { options } = call;
  const count = (name: string): number => {
    const text = options.get(name) ?? '1';
    const match = /^(\d+)([KMGTPEZYRQ]i?)?$/.exec(text);
    const value = match ? Number(match[1]) * scale(match[2] ?? '', match[2]?.endsWith('i') ? 1024 : 1000) : 0;
    if (value <= 0) call.fail(`invalid unit size: ${quote(text)}`);
    return value;
  };
  const padding = options.get('padding');
  if (padding !== undefined && (!/^-?\d+$/.test(padding) || Number(padding) === 0))
    call.fail(`invalid padding value ${quote(padding)}`);
  const round = options.get('round') ?? 'from-zero';
  if (!(round in ROUND)) call.misuse(`invalid argument ${quote(round)} for ${quote('--round')}`);
  return {
    from: unit(call, 'from'),
    to: unit(call, 'to'),
    fromUnit: count('from-unit'),
    toUnit: count('to-unit'),
    round: ROUND[round] as (value: number) => number,
    suffix: options.get('suffix') ?? '',
    padding: Number(padding ?? 0),
    format: formatOf(call),
  };
}

function formatOf(call: Call): Settings['format'] {
  const text = call.options.get('format') ?? '%f';
  const match = /^((?:[^%]|%%)*)%(['0 -]*)(\d*)(?:\.(\d+))?f((?:[^%]|%%)*)$/.exec(text);
  if (!match) {
    if (!/%(?!%)/.test(text.replaceAll('%%', ''))) call.fail(`format ${quote(text)} has no % directive`);
    call.fail(`invalid format ${quote(text)}, directive must be %[0]['][-][N][.][N]f`);
  }
  const [, before = '', flags = '', width = '', precision, after = ''] = match;
  return {
    flags,
    width: Number(width),
    precision: precision === undefined ? undefined : Number(precision),
    before: before.replaceAll('%%', '%'),
    after: after.replaceAll('%%', '%'),
  };
}

const scale = (letter: string, base: number) =>
  base ** (letter === '' ? 0 : LETTERS.indexOf(letter[0] as string) + 1);

/** Converts the chosen fields of a line; false: the tool ends. */
function* convertLine(
  call: Call,
  line: string,
  ranges: readonly Range[],
  settings: Settings,
  end: string,
): Steps<boolean> {
  const delimiter = call.options.get('d');
  const joiner = delimiter ?? ' ';
  const parts = delimiter === undefined ? blankFields(line) : line.split(delimiter);
  const mode = call.options.get('invalid') ?? 'abort';
  const out: string[] = [];
  for (const [i, part] of parts.entries()) {
    if (!inRanges(ranges, i + 1)) {
      out.push(part);
      continue;
    }
    try {
      const keepsWidth = delimiter === undefined && (i > 0 || /^[ \t]/.test(part));
      out.push(convertField(part, settings, keepsWidth));
    } catch (error) {
      if (!(error instanceof Invalid)) throw error;
      if (mode !== 'ignore') {
        if (mode !== 'abort') yield* call.flush();
        yield* call.context.err(`numfmt: ${error.message}\n`);
      }
      if (mode === 'abort') {
        yield* call.print(out.map((field) => field + joiner).join(''));
        return false;
      }
      if (mode === 'fail') call.status = 2;
      out.push(part);
    }
  }
  yield* call.print(out.join(joiner) + end);
  yield* call.spend(1);
  return true;
}

/** Fields with the blanks before them, but for the one that separates. */
function blankFields(line: string): string[] {
  const out: string[] = [];
  const pattern = /[ \t]*[^ \t]*/y;
  for (let at = 0; ; at = pattern.lastIndex + 1) {
    pattern.lastIndex = at;
    out.push(pattern.exec(line)?.[0] ?? '');
    if (pattern.lastIndex >= line.length) return out;
  }
}

/** The field converted; one that was in a column stays as wide as it was. */
function convertField(part: string, settings: Settings, keepsWidth: boolean): string {
  const text = part.trim();
  const shown = show(parse(text, settings), settings, settings.from === 'none' ? fractionOf(text) : 0);
  if (settings.padding < 0) return shown.padEnd(-settings.padding);
  return shown.padStart(settings.padding || (keepsWidth ? part.length : 0));
}

/** What was read; a plain whole number keeps its digits, of which a double would lose some. */
interface Parsed {
  readonly value: number;
  readonly exact?: string;
}

/** More digits than a number may have that is shown as it is, and the largest that has a letter. */
const MAX_UNSCALED_DIGITS = 18;
const MAX_DIGITS = 33;
const MAX_SCALED = 999e30;

/** Models numfmt.c prepare_padded_number. */
function refuseLarge(value: number, { to }: Settings, places: number): void {
  const size = Math.abs(value);
  const digits = size < 1 ? 0 : BigInt(Math.trunc(size)).toString().length - 1;
  const shown = formatFloat(value, { flags: '', width: 0, precision: undefined, type: 'g' });
  if (to === 'none' && digits + places > MAX_UNSCALED_DIGITS)
    throw new Invalid(
      places === 0
        ? `value too large to be printed: '${shown}' (consider using --to)`
        : `value/precision too large to be printed: '${shown}/${places}' (consider using --to)`,
    );
  if (to !== 'none' && size > MAX_SCALED)
    throw new Invalid(`value too large to be printed: '${shown}' (cannot handle values > 999Q)`);
}

const fractionOf = (text: string): number => /^[-+]?\d*\.(\d+)/.exec(text)?.[1]?.length ?? 0;

function parse(text: string, settings: Settings): Parsed {
  const { from, suffix } = settings;
  const body = suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
  const match = /^(-?\d+(?:\.\d+)?)\s?(.*)$/.exec(body);
  if (!match) throw new Invalid(`invalid number: ${quote(text)}`);
  const [, digits = '', rest = ''] = match;
  if (digits.replace(/\D/g, '').length > MAX_DIGITS)
    throw new Invalid(`value too large to be converted: ${quote(text)}`);
  const value = Number(digits) * settings.fromUnit;
  const whole = settings.fromUnit === 1 && /^-?\d+$/.test(digits);
  if (rest === '') return whole ? { value, exact: String(BigInt(digits)) } : { value };
  if (!LETTERS.includes(rest[0] as string)) throw new Invalid(`invalid suffix in input: ${quote(text)}`);
  if (from === 'none') throw new Invalid(`rejecting suffix in input: ${quote(text)} (consider using --from)`);
  const tail = rest.slice(1);
  if (from === 'iec-i' && tail !== 'i')
    throw new Invalid(`missing 'i' suffix in input: ${quote(text)} (e.g Ki/Mi/Gi)`);
  if (tail !== '' && !(tail === 'i' && (from === 'auto' || from === 'iec-i')))
    throw new Invalid(`invalid suffix in input ${quote(text)}: ${quote(tail)}`);
  return { value: value * scale(rest, from === 'si' || (from === 'auto' && tail === '') ? 1000 : 1024) };
}

/** Models coreutils numfmt.c double_to_human. */
function show(given: Parsed, settings: Settings, fraction: number): string {
  const { to, format, round, suffix } = settings;
  const value = given.value / settings.toUnit;
  let text: string;
  refuseLarge(value, settings, format.precision ?? fraction);
  if (to === 'none' && settings.toUnit === 1 && given.exact !== undefined && !format.precision)
    text = given.exact;
  else if (to === 'none') {
    const places = format.precision ?? fraction;
    text = formatFloat(round(Number(`${value}e${places}`)) / 10 ** places, {
      flags: '',
      width: 0,
      precision: places,
      type: 'f',
    });
  } else text = scaled(value, to, settings);
  const whole = text + suffix;
  const { flags, width, before, after } = format;
  const padded = flags.includes('-')
    ? whole.padEnd(width)
    : flags.includes('0')
      ? whole.padStart(width, '0')
      : whole.padStart(width);
  return before + padded + after;
}

function scaled(value: number, to: Unit, { format, round }: Settings): string {
  const base = to === 'si' ? 1000 : 1024;
  let power = 0;
  let rest = value;
  while (Math.abs(rest) >= base && power < LETTERS.length) {
    rest /= base;
    power++;
  }
  const places = format.precision ?? (power > 0 && Math.abs(rest) < 10 ? 1 : 0);
  rest = round(rest * 10 ** places) / 10 ** places;
  if (Math.abs(rest) >= base && power < LETTERS.length) {
    rest /= base;
    power++;
  }
  const shownPlaces = format.precision ?? (power > 0 && Math.abs(rest) < 10 ? 1 : 0);
  const letter =
    power === 0 ? '' : `${to === 'si' && power === 1 ? 'K' : LETTERS[power - 1]}${to === 'iec-i' ? 'i' : ''}`;
  return rest.toFixed(shownPlaces) + letter;
}
