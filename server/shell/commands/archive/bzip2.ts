import type { Steps } from '../../../sim/index.ts';
import { BitReader, BitWriter } from './bits.ts';
import { forwardCrc32 } from './checksums.ts';
import { codeLengths, codesOf } from './huffman.ts';

/** Bytes of a block; the format allows 900,000, but sorting so many would keep everybody else waiting. */
const BLOCK = 20_000;
const GROUP = 50;
const MAX_BLOCK = 900_000;
const BLOCK_MAGIC = 0x314159265359;
const END_MAGIC = 0x177245385090;
const RUN_B = 1;

/** What is done between two blocks, so that others have their turn. */
type Rest = (bytes: number) => Steps<void>;

/** Packs data as bzip2 does. */
export function* bzip2Bytes(data: Uint8Array, rest: Rest): Steps<Uint8Array> {
  const out = new BitWriter();
  for (const char of 'BZh9') out.put(char.charCodeAt(0), 8);
  let all = 0;
  for (let at = 0; at < data.length; at += BLOCK) {
    const piece = data.subarray(at, at + BLOCK);
    const crc = forwardCrc32(piece);
    all = (((all << 1) | (all >>> 31)) ^ crc) >>> 0;
    out.put(BLOCK_MAGIC, 48);
    out.put(crc, 32);
    writeBlock(out, withRuns(piece));
    yield* rest(piece.length);
  }
  out.put(END_MAGIC, 48);
  out.put(all, 32);
  return out.finish();
}

/** Four equal bytes are followed by how many more there are. */
function withRuns(data: Uint8Array): Uint8Array {
  const out: number[] = [];
  for (let at = 0; at < data.length; ) {
    const byte = data[at] as number;
    let count = 1;
    while (count < 255 + 4 && data[at + count] === byte) count++;
    for (let i = 0; i < Math.min(4, count); i++) out.push(byte);
    if (count >= 4) out.push(count - 4);
    at += count;
  }
  return Uint8Array.from(out);
}

function writeBlock(out: BitWriter, block: Uint8Array): void {
  const order = rotations(block);
  const origin = order.indexOf(0);
  const last = order.map((start) => block[(start + block.length - 1) % block.length] as number);
  out.put(0, 1);
  out.put(origin, 24);
  const used = [...new Set(block)].sort((a, b) => a - b);
  for (let row = 0; row < 16; row++) out.put(used.some((byte) => byte >> 4 === row) ? 1 : 0, 1);
  for (let row = 0; row < 16; row++)
    if (used.some((byte) => byte >> 4 === row))
      for (let i = 0; i < 16; i++) out.put(used.includes(row * 16 + i) ? 1 : 0, 1);
  writeSymbols(out, movedToFront(last, used), used.length + 2);
}

/** The starts of a block's rotations in alphabetical order; each round compares twice as many bytes. */
function rotations(block: Uint8Array): Uint32Array {
  const size = block.length;
  const order = Uint32Array.from({ length: size }, (_, i) => i);
  let rank = Uint32Array.from(block);
  for (let width = 0; ; width = Math.max(1, width * 2)) {
    const keys = Float64Array.from(order.length ? rank : [], (first, i) =>
      width === 0 ? first : first * (size + 256) + (rank[(i + width) % size] as number),
    );
    order.sort((a, b) => (keys[a] as number) - (keys[b] as number) || a - b);
    const next = new Uint32Array(size);
    let classes = 0;
    for (let i = 0; i < size; i++) {
      const differs = i > 0 && keys[order[i] as number] !== keys[order[i - 1] as number];
      if (differs) classes++;
      next[order[i] as number] = classes;
    }
    rank = next;
    if (classes === size - 1 || width >= size) return order;
  }
}

/** Places of the bytes in a list that brings the last one to its front; runs of 0 in a numeration of their own. */
function movedToFront(bytes: Uint32Array | readonly number[], used: readonly number[]): number[] {
  const list = [...used];
  const out: number[] = [];
  let zeros = 0;
  const flush = () => {
    for (; zeros > 0; zeros = (zeros - 1) >> 1) out.push(zeros & 1 ? 0 : RUN_B);
  };
  for (const byte of bytes) {
    const place = list.indexOf(byte);
    if (place === 0) {
      zeros++;
      continue;
    }
    flush();
    out.push(place + 1);
    list.splice(place, 1);
    list.unshift(byte);
  }
  flush();
  out.push(used.length + 1);
  return out;
}

function writeSymbols(out: BitWriter, symbols: readonly number[], alphabet: number): void {
  const counts = new Array<number>(alphabet).fill(0);
  for (const symbol of symbols) counts[symbol] = (counts[symbol] as number) + 1;
  const lengths = codeLengths(counts, 17);
  const codes = codesOf(lengths);
  const groups = Math.ceil(symbols.length / GROUP);
  // The format wants two tables at the least; all groups use the first.
  out.put(2, 3);
  out.put(groups, 15);
  for (let i = 0; i < groups; i++) out.put(0, 1);
  for (let table = 0; table < 2; table++) {
    let current = lengths[0] as number;
    out.put(current, 5);
    for (const length of lengths) {
      for (; current < length; current++) out.put(0b10, 2);
      for (; current > length; current--) out.put(0b11, 2);
      out.put(0, 1);
    }
  }
  for (const symbol of symbols) out.put(codes[symbol] as number, lengths[symbol] as number);
}

/** What was packed; undefined when it is no bzip2 file, or more than `most` bytes. */
export function* bunzip2Bytes(data: Uint8Array, most: number, rest: Rest): Steps<Uint8Array | undefined> {
  const out: number[] = [];
  const bits = new BitReader(data);
  try {
    do {
      if (bits.take(24) !== 0x425a68 || bits.take(8) < 0x31) return undefined;
      while (bits.take(48) === BLOCK_MAGIC) {
        bits.take(32);
        const block = readBlock(bits);
        if (!unrun(block, out, most)) return undefined;
        yield* rest(block.length);
      }
      bits.take(32);
      bits.align();
    } while (!bits.atEnd);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
  return Uint8Array.from(out);
}

function unrun(block: readonly number[], out: number[], most: number): boolean {
  let same = 0;
  let before = -1;
  for (const byte of block) {
    if (same === 4) {
      for (let i = 0; i < byte; i++) out.push(before);
      same = 0;
      before = -1;
    } else {
      same = byte === before ? same + 1 : 1;
      before = byte;
      out.push(byte);
    }
    if (out.length > most) return false;
  }
  return true;
}

function readBlock(bits: BitReader): number[] {
  bits.take(1);
  const origin = bits.take(24);
  const rows = Array.from({ length: 16 }, () => bits.take(1));
  const list: number[] = [];
  for (const [row, isUsed] of rows.entries())
    if (isUsed) for (let i = 0; i < 16; i++) if (bits.take(1)) list.push(row * 16 + i);
  const bytes = readSymbols(bits, list);
  // The rotations that follow each other: counting sort gives where each byte stands in the first column.
  const starts = new Array<number>(257).fill(0);
  for (const byte of bytes) starts[byte + 1] = (starts[byte + 1] as number) + 1;
  for (let i = 1; i < 257; i++) starts[i] = (starts[i] as number) + (starts[i - 1] as number);
  const next = new Uint32Array(bytes.length);
  for (const [i, byte] of bytes.entries()) {
    const place = starts[byte] as number;
    next[place] = i;
    starts[byte] = place + 1;
  }
  const out: number[] = [];
  let at = next[origin] ?? 0;
  for (let i = 0; i < bytes.length; i++) {
    out.push(bytes[at] as number);
    at = next[at] as number;
  }
  return out;
}

/** The last column of the sorted rotations. */
function readSymbols(bits: BitReader, list: number[]): number[] {
  const tables = bits.take(3);
  const groups = bits.take(15);
  const recent = Array.from({ length: tables }, (_, i) => i);
  const selectors = Array.from({ length: groups }, () => {
    let place = 0;
    while (bits.take(1)) place++;
    const [table = 0] = recent.splice(place, 1);
    recent.unshift(table);
    return table;
  });
  const decoders = Array.from({ length: tables }, () => readTable(bits, list.length + 2));
  const end = list.length + 1;
  const out: number[] = [];
  let run = 0;
  let weight = 1;
  for (let i = 0; ; i++) {
    const symbol = decode(bits, decoders[selectors[Math.floor(i / GROUP)] ?? 0] as Map<number, number>);
    if (symbol <= RUN_B) {
      run += weight * (symbol + 1);
      weight *= 2;
      if (run > MAX_BLOCK) throw new RangeError('a run longer than a block');
      continue;
    }
    for (; run > 0; run--) out.push(list[0] as number);
    weight = 1;
    if (symbol === end) return out;
    if (out.length > MAX_BLOCK) throw new RangeError('a block that is too long');
    const [byte = 0] = list.splice(symbol - 1, 1);
    list.unshift(byte);
    out.push(byte);
  }
}

/** Symbols by their code with a leading one, which tells codes of different lengths apart. */
function readTable(bits: BitReader, alphabet: number): Map<number, number> {
  let length = bits.take(5);
  const lengths = Array.from({ length: alphabet }, () => {
    while (bits.take(1)) length += bits.take(1) ? -1 : 1;
    if (length < 1 || length > 20) throw new RangeError('a code of no length');
    return length;
  });
  return new Map(codesOf(lengths).map((code, symbol) => [code + 2 ** (lengths[symbol] as number), symbol]));
}

function decode(bits: BitReader, table: ReadonlyMap<number, number>): number {
  let code = 1;
  for (let length = 1; length <= 20; length++) {
    code = code * 2 + bits.take(1);
    const symbol = table.get(code);
    if (symbol !== undefined) return symbol;
  }
  throw new RangeError('a code that nothing has');
}
