import { encode } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { parseOffset } from '../core/numbers.ts';
import { formatFloat } from '../core/printf.ts';
import { quote } from '../core/quote.ts';
import { type Call, Failure, tool } from '../core/tool.ts';

/** One way of showing a block: its type, bytes a field, columns a field. */
interface Format {
  readonly type: string;
  readonly size: number;
  readonly width: number;
  /** `z`: the characters follow. */
  readonly text: boolean;
}

const WIDTHS: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  o: { 1: 3, 2: 6, 4: 11, 8: 22 },
  x: { 1: 2, 2: 4, 4: 8, 8: 16 },
  d: { 1: 4, 2: 6, 4: 11, 8: 20 },
  u: { 1: 3, 2: 5, 4: 10, 8: 20 },
  a: { 1: 3 },
  c: { 1: 3 },
  f: { 4: 15, 8: 24 },
};

const FLOATS: Readonly<Record<string, number>> = { F: 4, D: 8 };
const SIZES: Readonly<Record<string, number>> = { C: 1, S: 2, I: 4, L: 8 };

/** Old one-letter options, and what they stand for. */
const OLD: Readonly<Record<string, string>> = {
  a: 'a',
  b: 'o1',
  c: 'c',
  d: 'u2',
  f: 'fF',
  i: 'dI',
  l: 'dL',
  o: 'o2',
  s: 'd2',
  x: 'x2',
};

const NAMES =
  'nul soh stx etx eot enq ack bel bs ht nl vt ff cr so si dle dc1 dc2 dc3 dc4 nak syn etb can em sub esc fs gs rs us sp'.split(
    ' ',
  );
const ESCAPES: Readonly<Record<number, string>> = {
  0: '\\0',
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
};
const RADIX: Readonly<Record<string, readonly [number, number]>> = {
  o: [8, 7],
  d: [10, 7],
  x: [16, 6],
  n: [0, 0],
};

export const od = tool({
  name: 'od',
  summary: 'dump files in octal and other formats',
  usage: ['[OPTION]... [FILE]...', '[-abcdfilosx]... [FILE] [[+]OFFSET[.][b]]'],
  options:
    'A|address-radix= j|skip-bytes= N|read-bytes= S= strings? t|format= v|output-duplicates w|width? endian= a b c d f i l o s x',
  *run(call: Call) {
    const { options } = call;
    const endian = options.get('endian') ?? 'little';
    if (endian !== 'little' && endian !== 'big')
      call.misuse(
        `invalid argument ${quote(endian)} for ${quote('--endian')}\nValid arguments are:\n  - ${quote('little')}\n  - ${quote('big')}`,
      );
    const formats = options.given.flatMap(({ name, value }) =>
      name === 't' ? formatsOf(value as string) : name in OLD ? formatsOf(OLD[name] as string) : [],
    );
    const radix = RADIX[options.get('A') ?? 'o'];
    if (!radix)
      call.fail(`invalid output address radix '${options.get('A')}'; it must be one character from [doxn]`);
    const data = yield* input(call);
    if (data && options.has('S', 'strings')) yield* strings(call, data, radix);
    else if (data) yield* dump(call, data, formats.length === 0 ? formatsOf('o2') : formats, radix);
    return undefined;
  },
});

/** The number that an option has. Models gnulib xstrtol-error.c. */
function size(call: Call, option: string, usual: number): number {
  const given = call.options.given.findLast(({ name }) => name === option);
  if (given?.value === undefined) return usual;
  const value = parseOffset(given.value);
  if (value !== undefined) return value;
  const what = /^\d/.test(given.value) ? 'suffix in ' : '';
  return call.fail(`invalid ${what}${given.shown} argument '${given.value}'`);
}

function* input(call: Call): Steps<{ bytes: Uint8Array; start: number } | undefined> {
  const skip = size(call, 'j', 0);
  const count = call.options.has('N') ? size(call, 'N', 0) : undefined;
  const inputs = yield* call.inputs();
  if (inputs.length === 0) return undefined;
  let text = '';
  for (const one of inputs) text += yield* one.rest();
  const bytes = encode(text);
  if (skip > bytes.length) throw new Failure('cannot skip past end of combined input');
  return { bytes: bytes.slice(skip, count === undefined ? undefined : skip + count), start: skip };
}

/** `x1z`, `c`, `dI`, several in one word. */
function formatsOf(text: string): Format[] {
  const out: Format[] = [];
  const pattern = /(?:([acdoux])(\d+|[CSIL])?|(f)(\d+|[FDL])?)(z)?/y;
  for (let at = 0; at < text.length; at = pattern.lastIndex) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) throw new Failure(`invalid character '${text[at]}' in type string ${quote(text)}`);
    const type = match[1] ?? 'f';
    const named = type === 'a' || type === 'c' ? '1' : (match[2] ?? match[4] ?? (type === 'f' ? 'D' : 'I'));
    const size = (type === 'f' ? FLOATS : SIZES)[named] ?? Number(named);
    const width = WIDTHS[type]?.[size];
    if (width === undefined)
      throw new Failure(
        `invalid type string ${quote(text)};\nthis system doesn't provide a ${size}-byte ${type === 'f' ? 'floating point' : 'integral'} type`,
      );
    out.push({ type, size, width, text: match[5] !== undefined });
  }
  return out;
}

function* dump(
  call: Call,
  { bytes, start }: { bytes: Uint8Array; start: number },
  formats: readonly Format[],
  [radix, digits]: readonly [number, number],
): Steps<void> {
  const { options } = call;
  const least = formats.reduce((size, format) => Math.max(size, format.size), 1);
  const width = options.has('w') ? size(call, 'w', 32) : 16;
  if (width === 0 || width % least !== 0) call.fail(`invalid line width ${width}; using ${least} instead`);
  const columns = Math.max(...formats.map((format) => ((format.width + 1) * width) / format.size));
  const address = (at: number) => (radix === 0 ? '' : at.toString(radix).padStart(digits, '0'));
  const indent = ' '.repeat(radix === 0 ? 0 : digits);
  let last: string | undefined;
  let starred = false;
  for (let at = 0; at < bytes.length; at += width) {
    const row = bytes.slice(at, at + width);
    const same = row.join() === last && row.length === width && !options.has('v');
    last = row.join();
    if (same) {
      if (!starred) yield* call.print('*\n');
      starred = true;
      continue;
    }
    starred = false;
    const lines = formats.map((format) =>
      line(ordered(row, format, options.get('endian')), format, width, columns),
    );
    yield* call.print(lines.map((text, i) => `${i === 0 ? address(start + at) : indent}${text}\n`).join(''));
    yield* call.spend(1);
  }
  if (radix !== 0) yield* call.print(`${address(start + bytes.length)}\n`);
}

/** The bytes of each field the other way round, where they are to be read so. */
function ordered(row: Uint8Array, { size }: Format, endian: string | undefined): Uint8Array {
  if (endian !== 'big' || size === 1) return row;
  const full = new Uint8Array(Math.ceil(row.length / size) * size);
  full.set(row);
  for (let at = 0; at < full.length; at += size) full.subarray(at, at + size).reverse();
  return full;
}

/** `-S`: texts of at least so many printable characters that a zero byte ends. */
function* strings(
  call: Call,
  { bytes, start }: { bytes: Uint8Array; start: number },
  [radix, digits]: readonly [number, number],
): Steps<void> {
  const least = size(call, call.options.last('S', 'strings') ?? 'S', 3);
  let text = '';
  for (const [i, byte] of bytes.entries()) {
    if (byte === 0 && text.length >= least) {
      const at = start + i - text.length;
      yield* call.print(`${radix === 0 ? '' : `${at.toString(radix).padStart(digits, '0')} `}${text}\n`);
    }
    text = byte >= 32 && byte < 127 ? text + String.fromCharCode(byte) : '';
    if (i % 1024 === 0) yield* call.spend(1);
  }
}

/** The shortest digits that give the number back, as `%g` writes them. */
function floatText(value: number, size: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  for (let digits = size === 4 ? 6 : 15; ; digits++) {
    const text = value.toPrecision(digits);
    const isSame = size === 4 ? Math.fround(Number(text)) === value : Number(text) === value;
    if (isSame || digits >= 17)
      return formatFloat(value, { flags: '', width: 0, precision: digits, type: 'g' });
  }
}

/** Models coreutils od.c: fields share what is left of the widest format's columns. */
function line(row: Uint8Array, format: Format, width: number, columns: number): string {
  const fields = width / format.size;
  const pad = columns - fields * format.width;
  let left = pad;
  let out = '';
  for (let i = fields; i > 0; i--) {
    const at = (fields - i) * format.size;
    if (at >= row.length) break;
    const next = Math.floor((pad * (i - 1)) / fields);
    out += shown(row.slice(at, at + format.size), format).padStart(left - next + format.width);
    left = next;
  }
  if (!format.text) return out;
  const text = Array.from(row, (byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join(
    '',
  );
  return `${out.padEnd(columns)}  >${text}<`;
}

function shown(bytes: Uint8Array, { type, size, width }: Format): string {
  const byte = bytes[0] as number;
  if (type === 'c')
    return (
      ESCAPES[byte] ??
      (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : byte.toString(8).padStart(3, '0'))
    );
  if (type === 'a') {
    const low = byte & 127;
    return low === 127 ? 'del' : (NAMES[low] ?? String.fromCharCode(low));
  }
  if (type === 'f') {
    const view = new DataView(Uint8Array.from({ length: size }, (_, i) => bytes[i] ?? 0).buffer);
    return floatText(size === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true), size);
  }
  let value = 0n;
  for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  if (type === 'd') return String(BigInt.asIntN(size * 8, value));
  if (type === 'u') return String(value);
  return value.toString(type === 'x' ? 16 : 8).padStart(width, '0');
}
