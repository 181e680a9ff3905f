import { formatFloat, formatInteger, formatString } from '../core/printf.ts';
import { Failure } from '../core/tool.ts';

/** One conversion, or the text behind the last one. */
interface Piece {
  readonly before: string;
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  /** `text`, a conversion of C, or one of hexdump's own: `_a`, `_c`, `_p`, `_u`. */
  readonly type: string;
  readonly base: string;
  readonly bytes: number;
}

/** `16/1 "%02x "`: what is shown how often. */
interface Unit {
  readonly pieces: readonly Piece[];
  readonly bytes: number;
  repeats: number;
  readonly counted: boolean;
  /** `%_A`: shown once, at the end of the input. */
  readonly atEnd: boolean;
}

/** The units of one `-e`: together they show a block. */
export type Format = readonly Unit[];

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
const UNIT = /\s*(?:(\d+)(?=[\s/])\s*)?(?:\/\s*)?(?:(\d+)(?=\s)\s*)?"([^"]*)"/y;

/** Models util-linux hexdump-parse.c add_fmt. */
export function readFormat(text: string): Format {
  const units: Unit[] = [];
  for (let at = 0; text.slice(at).trim() !== ''; ) {
    UNIT.lastIndex = at;
    const match = UNIT.exec(text);
    if (!match) throw new Failure(`bad format {${text}}`);
    at = UNIT.lastIndex;
    const [, repeats, bytes, shown = ''] = match;
    const escaped = shown.replace(/\\(.)/gs, (_, char: string) => ESCAPES[char] ?? char);
    units.push(readUnit(escaped, Number(repeats ?? 1), Number(bytes ?? 0), repeats !== undefined));
  }
  return units;
}

function readUnit(text: string, repeats: number, bytes: number, counted: boolean): Unit {
  const pieces: Piece[] = [];
  let rest = text;
  while (rest.includes('%')) {
    const [piece, length] = readPiece(rest, bytes);
    pieces.push(piece);
    rest = rest.slice(length);
  }
  if (rest !== '') pieces.push({ ...TEXT, before: rest });
  const conversions = pieces.filter(({ type }) => type !== 'text' && type !== '_a');
  if (bytes > 0 && conversions.length > 1)
    throw new Failure('byte count with multiple conversion characters');
  return {
    pieces,
    bytes: bytes || conversions.reduce((sum, piece) => sum + piece.bytes, 0),
    repeats,
    counted,
    atEnd: /%[-+ #0-9.]*_A/.test(text),
  };
}

const TEXT: Piece = {
  before: '',
  flags: '',
  width: 0,
  precision: undefined,
  type: 'text',
  base: '',
  bytes: 0,
};
const PIECE = /^([^%]*)%([-+ #0]*)(\d*)(?:\.(\d*))?(_[aA]([dox])|_[cpu]|[cdiouxXeEfgGs])?/;
/** How many bytes a conversion may take; the first is the usual. */
const SIZES: Readonly<Record<string, readonly number[]>> = {
  _a: [0],
  _c: [1],
  _p: [1],
  _u: [1],
  c: [1],
  ...Object.fromEntries([...'diouxX'].map((type) => [type, [4, 1, 2, 8]])),
  ...Object.fromEntries([...'eEfgG'].map((type) => [type, [8, 4]])),
};

function readPiece(text: string, bytes: number): [Piece, number] {
  const [whole = '', before = '', flags = '', width = '', precision, given, base = ''] =
    PIECE.exec(text) ?? [];
  if (given === undefined)
    throw new Failure(`bad conversion character %${text.slice(whole.length)[0] ?? ''}`);
  const type = given.startsWith('_a') || given.startsWith('_A') ? '_a' : given;
  const head = { before, flags, width: Number(width), type, base };
  const limit = precision === undefined ? undefined : Number(precision);
  if (type === 's') {
    if (bytes === 0 && limit === undefined) throw new Failure('%s requires a precision or a byte count');
    return [{ ...head, precision: limit, bytes: bytes || (limit as number) }, whole.length];
  }
  const sizes = SIZES[type] as readonly number[];
  if (bytes !== 0 && type !== '_a' && !sizes.includes(bytes))
    throw new Failure(`bad byte count for conversion character ${given}`);
  return [
    { ...head, precision: limit, bytes: type === '_a' ? 0 : bytes || (sizes[0] as number) },
    whole.length,
  ];
}

const sizeOf = (format: Format): number => format.reduce((sum, unit) => sum + unit.bytes * unit.repeats, 0);

/** The bytes that all formats show at a time; the last unit of one that shows fewer is repeated. Models rewrite_rules. */
export function fitted(formats: readonly Format[]): number {
  const size = Math.max(...formats.map(sizeOf));
  for (const format of formats) {
    const last = format.at(-1);
    if (last && !last.counted && last.bytes > 0)
      last.repeats += Math.floor((size - sizeOf(format)) / last.bytes);
  }
  return size;
}

/** A block as a format shows it; what lies behind the end of the input is blank. */
export function showBlock(format: Format, block: Uint8Array, address: number, known: number): string {
  let out = '';
  let at = 0;
  for (const unit of format) {
    if (unit.atEnd) break;
    for (let turn = 1; turn <= unit.repeats; turn++)
      for (const [i, piece] of unit.pieces.entries()) {
        const last = turn === unit.repeats && unit.repeats > 1 && i === unit.pieces.length - 1;
        const blank = known < block.length && at >= known && piece.type !== 'text';
        out += showPiece(piece, block.subarray(at, at + piece.bytes), blank ? undefined : address + at, last);
        at += piece.bytes;
      }
  }
  return out;
}

/** What the last `%_A` says at the end. */
export function showEnd(formats: readonly Format[], address: number): string {
  const unit = formats.flat().findLast(({ atEnd }) => atEnd);
  return (unit?.pieces ?? [])
    .filter(({ type }) => type === 'text' || type === '_a')
    .map((piece) => showPiece(piece, new Uint8Array(), address, false))
    .join('');
}

function showPiece(piece: Piece, bytes: Uint8Array, address: number | undefined, last: boolean): string {
  const before = last && piece.type === 'text' ? piece.before.replace(/\s$/, '') : piece.before;
  if (piece.type === 'text') return before;
  const conversion = { flags: piece.flags, width: piece.width, precision: piece.precision };
  if (address === undefined) return before + formatString('', { ...conversion, flags: '', type: 's' });
  if (piece.type === '_a')
    return before + formatInteger(BigInt(address), { ...conversion, type: piece.base });
  if (piece.type in NAMED || piece.type === 's')
    return before + formatString(charText(piece.type, bytes), { ...conversion, type: 's' });
  const view = new DataView(bytes.slice().buffer);
  if ('eEfgG'.includes(piece.type)) {
    const value = bytes.length === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
    return before + formatFloat(value, { ...conversion, type: piece.type });
  }
  const unsigned = bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const value = 'di'.includes(piece.type) ? BigInt.asIntN(bytes.length * 8, unsigned) : unsigned;
  return before + formatInteger(value, { ...conversion, type: piece.type });
}

const CONTROL: Readonly<Record<number, string>> = {
  0: '\\0',
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
};
const ASCII_NAMES =
  'nul soh stx etx eot enq ack bel bs ht lf vt ff cr so si dle dc1 dc2 dc3 dc4 nak syn etb can em sub esc fs gs rs us'.split(
    ' ',
  );
const isPrintable = (byte: number): boolean => byte >= 32 && byte < 127;
const char = (byte: number): string => String.fromCharCode(byte);

/** The conversions that show a byte as a character, or by its name. */
const NAMED: Readonly<Record<string, (byte: number) => string>> = {
  c: char,
  _p: (byte) => (isPrintable(byte) ? char(byte) : '.'),
  _c: (byte) => CONTROL[byte] ?? (isPrintable(byte) ? char(byte) : byte.toString(8).padStart(3, '0')),
  _u: (byte) =>
    ASCII_NAMES[byte] ??
    (byte === 127 ? 'del' : isPrintable(byte) ? char(byte) : byte.toString(16).padStart(2, '0')),
};

function charText(type: string, bytes: Uint8Array): string {
  if (type !== 's') return NAMED[type]?.(bytes[0] ?? 0) ?? '';
  const text = String.fromCharCode(...bytes);
  return text.slice(0, text.includes('\0') ? text.indexOf('\0') : undefined);
}
