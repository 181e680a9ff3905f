import { decode, encode } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { textFile } from '../core/child.ts';
import { openForReading } from '../core/input.ts';
import { demandCount, demandSize } from '../core/numbers.ts';
import { quote, quoteName } from '../core/quote.ts';
import { type Call, Failure, tool } from '../core/tool.ts';
import { lastPart } from '../shell/basics.ts';

const OUT_OF_RANGE = 'Numerical result out of range';

/** How the text is cut, by the option that says so. */
type Cut = (text: string, separator: string) => string[];

export const split = tool({
  name: 'split',
  summary: 'split a file into pieces',
  usage: '[OPTION]... [FILE [PREFIX]]',
  options:
    'a|suffix-length= additional-suffix= b|bytes= C|line-bytes= d x e|elide-empty-files filter= hex-suffixes? l|lines= n|number= numeric-suffixes? t|separator= u|unbuffered verbose',
  prepare: (args) => args.map((arg) => arg.replace(/^-(\d+)$/, '-l$1')),
  *run(call: Call) {
    const { options, operands, context } = call;
    if (operands.length > 2) call.misuse(`extra operand ${quote(operands[2] as string)}`);
    const naming = namingOf(call);
    const separator = separatorOf(call);
    const chosen = cutOf(call);
    const input = yield* openForReading(call, operands[0] ?? '-');
    if (!input) return 1;
    const pieces = chosen.cut(yield* input.rest(), separator);
    if (chosen.only !== undefined) {
      yield* call.print(pieces[chosen.only - 1] ?? '');
      return 0;
    }
    const prefix = operands[1] ?? 'x';
    let number = naming.first;
    for (const piece of pieces) {
      if (piece === '' && options.has('e')) continue;
      const suffix = suffixOf(
        number++,
        naming,
        chosen.count === undefined ? 2 : lengthFor(chosen.count, naming),
      );
      const path = `${prefix}${suffix}${options.get('additional-suffix') ?? ''}`;
      const filter = options.get('filter');
      if (options.has('verbose'))
        yield* call.print(
          filter === undefined ? `creating file '${path}'\n` : `executing with FILE=${quoteName(path)}\n`,
        );
      if (filter === undefined) context.fs.write(path, piece);
      else yield* through(call, filter, path, piece);
      yield* call.spend(1 + (piece.length >> 10));
    }
    return 0;
  },
});

/** `--filter`: the piece goes into a command, which finds its name in `$FILE`. Models split.c create. */
function* through(call: Call, filter: string, path: string, piece: string): Steps<void> {
  const { context } = call;
  if (context.isTerminal(1)) yield* call.flush();
  const shell = context.env.get('SHELL') ?? '/bin/sh';
  const fds = new Map(context.fds);
  fds.set(0, textFile(piece));
  const env = new Map(context.env).set('FILE', path);
  const args = [lastPart(shell), '-c', filter];
  const status = yield* context.run(shell, args, { fds, env });
  if (status !== 0) call.fail(`with FILE=${path}, exit ${status} from command: ${filter}`, status);
}

interface Naming {
  readonly digits: string;
  readonly first: number;
  /** As `-a` says; otherwise names grow as they must. */
  readonly length: number | undefined;
}

function namingOf({ options }: Call): Naming {
  const kind = options.last('d', 'x', 'numeric-suffixes', 'hex-suffixes');
  const digits =
    kind === undefined
      ? 'abcdefghijklmnopqrstuvwxyz'
      : kind === 'd' || kind === 'numeric-suffixes'
        ? '0123456789'
        : '0123456789abcdef';
  const start = options.get('numeric-suffixes') ?? options.get('hex-suffixes') ?? '0';
  const given = options.get('a');
  const length = given === undefined ? undefined : demandCount(given, 'suffix length');
  return { digits, first: Number.parseInt(start, digits.length === 26 ? 10 : digits.length), length };
}

/** Letters or digits that so many names need. */
function lengthFor(count: number, { digits, first }: Naming): number {
  let length = 2;
  while (digits.length ** length < count + first) length++;
  return length;
}

/**
 * The end of a name. Without `-a` the names grow: before the last letter is used up at the front, two more places
 * follow it (`xyz`, `xzaaa`).
 */
function suffixOf(number: number, { digits, length, first }: Naming, least: number): string {
  const base = digits.length;
  if (length !== undefined && length > 0 && number >= base ** length)
    throw new Failure('output file suffixes exhausted');
  if (length !== undefined && length > 0) return inBase(number, digits, length);
  if (least > 2 || first > 0) return inBase(number, digits, least);
  let rest = number;
  let front = '';
  for (let width = 2; ; width++) {
    const room = (base - 1) * base ** (width - 1);
    if (rest < room) return front + inBase(rest, digits, width);
    rest -= room;
    front += digits.at(-1);
  }
}

function inBase(number: number, digits: string, width: number): string {
  let out = '';
  for (let n = number, i = 0; i < width; i++, n = Math.floor(n / digits.length))
    out = (digits[n % digits.length] as string) + out;
  return out;
}

function separatorOf(call: Call): string {
  const given = call.options.get('t');
  if (given === undefined) return '\n';
  if (given === '') call.fail('empty record separator');
  if (given === '\\0') return '\0';
  if (given.length > 1) call.fail(`multi-character separator ${quote(given)}`);
  return given;
}

interface Chosen {
  readonly cut: Cut;
  /** The one piece that is printed instead. */
  readonly only?: number;
  /** How many pieces there will be, where that is known. */
  readonly count?: number;
}

function cutOf(call: Call): Chosen {
  const { options } = call;
  const given = options.given.filter(({ name }) => ['b', 'C', 'l', 'n'].includes(name));
  if (new Set(given.map(({ name }) => name)).size > 1) call.misuse('cannot split in more than one way');
  const [one] = given.slice(-1);
  if (one?.name === 'n') return chunks(call, one.value as string);
  if (one?.name === 'b') {
    const size = positiveSize(one.value as string, 'number of bytes');
    return { cut: (text) => byBytes(encode(text), size) };
  }
  if (one?.name === 'C') {
    const size = positiveSize(one.value as string, 'number of bytes');
    return { cut: (text, separator) => byLineBytes(text, size, separator) };
  }
  const count = positiveSize(one?.value ?? '1000', 'number of lines');
  return { cut: (text, separator) => byLines(text, count, separator) };
}

function positiveSize(text: string, what: string): number {
  const size = demandSize(text, what);
  if (size === 0) throw new Failure(`invalid ${what}: ${quote(text)}: ${OUT_OF_RANGE}`);
  return size;
}

/** `-n N`, `K/N`, `l/N`, `r/K/N` … */
function chunks(call: Call, text: string): Chosen {
  const [, kind = '', k, n = ''] = /^([lr]\/)?(?:([^/]*)\/)?(.*)$/.exec(text) ?? [];
  const number = (what: string, given: string, most: number) => {
    if (!/^\d+$/.test(given)) return call.fail(`invalid ${what}: ${quote(given)}`);
    const value = Number(given);
    return value >= 1 && value <= most
      ? value
      : call.fail(`invalid ${what}: ${quote(given)}: ${OUT_OF_RANGE}`);
  };
  const count = number('number of chunks', n, Number.MAX_SAFE_INTEGER);
  const only = k === undefined ? undefined : number('chunk number', k, count);
  const cut: Cut =
    kind === ''
      ? (all) => inParts(encode(all), count)
      : kind === 'l/'
        ? (all, separator) => inLineParts(all, count, separator)
        : (all, separator) => inTurns(all, count, separator);
  return { cut, count, ...(only === undefined ? {} : { only }) };
}

/** Lines with their ends; the last may lack its own. */
function linesOf(text: string, separator: string): string[] {
  const lines = text.split(separator).map((line) => line + separator);
  const last = (lines.pop() as string).slice(0, -separator.length);
  return last === '' ? lines : [...lines, last];
}

function byLines(text: string, count: number, separator: string): string[] {
  const lines = linesOf(text, separator);
  const out: string[] = [];
  for (let i = 0; i < lines.length; i += count) out.push(lines.slice(i, i + count).join(''));
  return out;
}

function byBytes(data: Uint8Array, size: number): string[] {
  const out: string[] = [];
  for (let i = 0; i < data.length; i += size) out.push(decode(data.slice(i, i + size)));
  return out;
}

/** Whole lines, as many as fit; a longer one is cut. */
function byLineBytes(text: string, size: number, separator: string): string[] {
  const out: string[] = [];
  let piece = '';
  let room = size;
  for (const line of linesOf(text, separator)) {
    let data = encode(line);
    if (data.length > room && piece !== '') {
      out.push(piece);
      piece = '';
      room = size;
    }
    for (; data.length > size; data = data.slice(size)) out.push(decode(data.slice(0, size)));
    piece += decode(data);
    room -= data.length;
  }
  return piece === '' ? out : [...out, piece];
}

/** Parts of one size, the first ones a byte larger where it does not come out even. */
function inParts(data: Uint8Array, count: number): string[] {
  const size = Math.floor(data.length / count);
  const larger = data.length % count;
  let at = 0;
  return Array.from({ length: count }, (_, i) => {
    const end = at + size + (i < larger ? 1 : 0);
    const piece = decode(data.slice(at, end));
    at = end;
    return piece;
  });
}

/** Parts of about one size; a line belongs to the part that its first byte falls into. */
function inLineParts(text: string, count: number, separator: string): string[] {
  const total = encode(text).length;
  const size = Math.floor(total / count);
  const larger = total % count;
  const ends = Array.from({ length: count }, (_, i) => size * (i + 1) + Math.min(i + 1, larger));
  const out = new Array<string>(count).fill('');
  let at = 0;
  for (const line of linesOf(text, separator)) {
    const part = ends.findIndex((end) => at < end);
    out[part < 0 ? count - 1 : part] += line;
    at += encode(line).length;
  }
  return out;
}

function inTurns(text: string, count: number, separator: string): string[] {
  const out = new Array<string>(count).fill('');
  for (const [i, line] of linesOf(text, separator).entries()) out[i % count] += line;
  return out;
}
