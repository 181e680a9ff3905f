import { charge, type Steps } from '../../../sim/index.ts';
import { compareBytes } from '../core/numbers.ts';
import { quote, quoteName } from '../core/quote.ts';
import { sorted } from '../core/sorted.ts';
import { type Call, Failure, tool } from '../core/tool.ts';
import { compareGeneral, compareHuman, compareMonth, compareNumeric, compareVersion } from './sort-orders.ts';

type Compare = (a: string, b: string) => number;

/** A sort key: from field and character to field and character, and how it is ordered. */
interface Key {
  readonly from: Position;
  readonly to: Position | undefined;
  readonly flags: string;
}

interface Position {
  readonly field: number;
  readonly char: number;
  readonly skipBlanks: boolean;
}

const ORDERS = 'b d f g h i M n R r V';

export const sort = tool({
  name: 'sort',
  summary: 'sort lines of text files',
  usage: ['[OPTION]... [FILE]...', '[OPTION]... --files0-from=F'],
  options: `b|ignore-leading-blanks d|dictionary-order f|ignore-case g|general-numeric-sort i|ignore-nonprinting
    M|month-sort h|human-numeric-sort n|numeric-sort R|random-sort random-source= r|reverse sort= V|version-sort
    batch-size= c|check? C debug files0-from= k|key= m|merge o|output= s|stable S|buffer-size= t|field-separator=
    T|temporary-directory= parallel= u|unique z|zero-terminated compress-program=`,
  usageStatus: 2,
  *run(call) {
    const { options } = call;
    const separator = options.has('z') ? '\0' : '\n';
    const compare = comparison(call);
    if (options.has('c', 'C')) return yield* check(call, compare, separator);
    const files: string[][] = [];
    for (const path of call.operands.length === 0 ? ['-'] : call.operands)
      files.push(yield* linesOf(call, path, separator));
    const lines = options.has('m')
      ? yield* merged(call, files, compare.full)
      : yield* sorted(call, files.flat(), compare.full);
    const kept = options.has('u')
      ? lines.filter((line, i) => i === 0 || compare.keys(lines[i - 1] as string, line) !== 0)
      : lines;
    const output = options.get('o');
    if (output !== undefined) {
      call.context.fs.write(output, kept.map((line) => line + separator).join(''));
      return 0;
    }
    for (const line of kept) yield* call.print(line + separator);
    return 0;
  },
});

function* linesOf(call: Call, path: string, separator: string): Steps<string[]> {
  try {
    const input = call.open(path);
    const lines = yield* input.lines(separator);
    if (path !== '-') input.close();
    return lines;
  } catch (error) {
    const { message } = error as Error;
    if (message === 'Is a directory') throw new Failure(`read failed: ${quoteName(path)}: ${message}`, 2);
    throw new Failure(`cannot read: ${quoteName(path)}: ${message}`, 2);
  }
}

/** Takes the smallest first line of the files, again and again. */
function* merged(call: Call, files: readonly (readonly string[])[], compare: Compare): Steps<string[]> {
  const out: string[] = [];
  const at = files.map(() => 0);
  for (;;) {
    let best = -1;
    files.forEach((lines, i) => {
      const line = lines[at[i] as number];
      if (line !== undefined && (best < 0 || compare(line, files[best]?.[at[best] as number] as string) < 0))
        best = i;
    });
    if (best < 0) return out;
    out.push(files[best]?.[at[best] as number] as string);
    at[best] = (at[best] as number) + 1;
    yield* call.spend();
  }
}

function* check(call: Call, compare: { keys: Compare; full: Compare }, separator: string): Steps<number> {
  const [path = '-', extra] = call.operands;
  if (extra !== undefined) throw new Failure(`extra operand ${quote(extra)} not allowed with -c`, 2);
  const lines = yield* linesOf(call, path, separator);
  for (let i = 1; i < lines.length; i++) {
    const order = (call.options.has('u') ? compare.keys : compare.full)(
      lines[i - 1] as string,
      lines[i] as string,
    );
    if (order < 0 || (order === 0 && !call.options.has('u'))) continue;
    if (call.options.last('c', 'C') === 'c' && !/^(quiet|silent)$/.test(call.options.get('c') ?? ''))
      yield* call.context.err(`${call.name}: ${path}:${i + 1}: disorder: ${lines[i]}\n`);
    return 1;
  }
  return 0;
}

function comparison(call: Call): { keys: Compare; full: Compare } {
  const { options } = call;
  const global = globalFlags(call);
  const separator = fieldSeparator(call);
  const keys = options.all('k').map((text) => parseKey(text, global));
  const parts: { of: (line: string) => string; compare: Compare; sign: number }[] =
    keys.length === 0
      ? [{ of: wholeLine(global), compare: orderOf(call, global), sign: global.includes('r') ? -1 : 1 }]
      : keys.map((key) => ({
          of: extractor(key, separator),
          compare: orderOf(call, key.flags),
          sign: key.flags.includes('r') ? -1 : 1,
        }));
  const byKeys: Compare = (a, b) => {
    for (const part of parts) {
      const order = part.compare(part.of(a), part.of(b));
      if (order !== 0) return order * part.sign;
    }
    return 0;
  };
  const last = global.includes('r') ? -1 : 1;
  const stable = options.has('s') || options.has('u');
  return { keys: byKeys, full: stable ? byKeys : (a, b) => byKeys(a, b) || compareBytes(a, b) * last };
}

function globalFlags(call: Call): string {
  const words: Record<string, string> = {
    'general-numeric': 'g',
    'human-numeric': 'h',
    month: 'M',
    numeric: 'n',
    random: 'R',
    version: 'V',
  };
  let flags = ORDERS.split(' ')
    .filter((flag) => call.options.has(flag))
    .join('');
  const word = call.options.get('sort');
  if (word !== undefined) {
    const flag = words[word];
    if (!flag) call.misuse(`invalid argument ${quote(word)} for '--sort'`);
    flags += flag;
  }
  demandCompatible(flags);
  return flags;
}

function demandCompatible(flags: string): void {
  const kinds = [...flags].filter((flag) => 'ghMnRV'.includes(flag)).sort();
  const numeric = kinds.some((flag) => 'ghMn'.includes(flag)) && /[di]/.test(flags);
  if (kinds.length > 1 || numeric)
    throw new Failure(
      `options '-${[...new Set(flags)]
        .filter((f) => !'bfr'.includes(f))
        .sort()
        .join('')}' are incompatible`,
      2,
    );
}

function fieldSeparator(call: Call): string | undefined {
  const given = call.options.get('t');
  if (given === '') throw new Failure('empty tab', 2);
  if (given === '\\0') return '\0';
  if (given !== undefined && [...given].length > 1)
    throw new Failure(`multi-character tab ${quote(given)}`, 2);
  return given;
}

function parseKey(text: string, global: string): Key {
  const match = /^(\d+)(?:\.(\d+))?([a-zA-Z]*)(?:,(\d+)(?:\.(\d+))?([a-zA-Z]*))?(.*)$/.exec(text);
  const shown = quote(text);
  if (!match) throw new Failure(`invalid number at field start: invalid count at start of ${shown}`, 2);
  const [, field, char, flags1 = '', endField, endChar, flags2 = '', rest] = match;
  if (Number(field) === 0) throw new Failure(`field number is zero: invalid field specification ${shown}`, 2);
  if (char !== undefined && Number(char) === 0)
    throw new Failure(`character offset is zero: invalid field specification ${shown}`, 2);
  if (rest !== '' || /[^bdfghiMnRrV]/.test(flags1 + flags2))
    throw new Failure(`stray character in field spec: invalid field specification ${shown}`, 2);
  const own = flags1 + flags2;
  const flags = own === '' ? global : own;
  demandCompatible(flags);
  return {
    from: {
      field: Number(field),
      char: Number(char ?? 1),
      skipBlanks: own === '' ? global.includes('b') : flags1.includes('b'),
    },
    to:
      endField === undefined
        ? undefined
        : {
            field: Number(endField),
            char: Number(endChar ?? 0),
            skipBlanks: own === '' ? global.includes('b') : flags2.includes('b'),
          },
    flags,
  };
}

function wholeLine(flags: string): (line: string) => string {
  return flags.includes('b') ? (line) => line.replace(/^[ \t\n]+/, '') : (line) => line;
}

/** Start of a field: at a separator's end, or, without one, at the blanks before the field. */
function fieldStart(line: string, field: number, separator: string | undefined): number {
  let at = 0;
  for (let i = 1; i < field; i++) {
    if (separator === undefined) {
      while (at < line.length && isBlank(line[at] as string)) at++;
      while (at < line.length && !isBlank(line[at] as string)) at++;
    } else {
      const next = line.indexOf(separator, at);
      if (next < 0) return line.length;
      at = next + 1;
    }
  }
  return at;
}

function isBlank(char: string): boolean {
  return char === ' ' || char === '\t';
}

function fieldEnd(line: string, start: number, separator: string | undefined): number {
  if (separator !== undefined) {
    const end = line.indexOf(separator, start);
    return end < 0 ? line.length : end;
  }
  let at = start;
  while (at < line.length && isBlank(line[at] as string)) at++;
  while (at < line.length && !isBlank(line[at] as string)) at++;
  return at;
}

function extractor(key: Key, separator: string | undefined): (line: string) => string {
  return (line) => {
    const start = place(line, key.from, separator) + key.from.char - 1;
    if (!key.to) return line.slice(start);
    const base = fieldStart(line, key.to.field, separator);
    const end =
      key.to.char === 0 ? fieldEnd(line, base, separator) : place(line, key.to, separator) + key.to.char;
    return line.slice(start, Math.max(start, end));
  };
}

function place(line: string, position: Position, separator: string | undefined): number {
  let at = fieldStart(line, position.field, separator);
  if (position.skipBlanks) while (at < line.length && isBlank(line[at] as string)) at++;
  return at;
}

function orderOf(call: Call, flags: string): Compare {
  if (flags.includes('n')) return compareNumeric;
  if (flags.includes('g')) return compareGeneral;
  if (flags.includes('h')) return compareHuman;
  if (flags.includes('M')) return compareMonth;
  if (flags.includes('V')) return compareVersion;
  if (flags.includes('R')) return shuffled(call);
  const fold = flags.includes('f');
  const dictionary = flags.includes('d');
  const printing = flags.includes('i');
  if (!fold && !dictionary && !printing) return compareBytes;
  const shape = (text: string) => {
    let out = text;
    if (dictionary) out = out.replace(/[^0-9A-Za-z \t]/g, '');
    else if (printing) out = out.replace(/[^ -~]/g, '');
    return fold ? out.toUpperCase() : out;
  };
  return (a, b) => compareBytes(shape(a), shape(b));
}

/** What it costs to give a text its place. */
const PLACE_STEPS = 0.25;

/** Equal lines stay together: every text gets one random place. */
function shuffled(call: Call): Compare {
  const places = new Map<string, number>();
  const placeOf = (text: string) => {
    let at = places.get(text);
    if (at === undefined) {
      charge(PLACE_STEPS);
      at = call.context.host.random.next();
      places.set(text, at);
    }
    return at;
  };
  return (a, b) => placeOf(a) - placeOf(b);
}
