import { crc32 } from './checksums.ts';

/** The most a chunk of LZMA2 holds, and a block of zstd. */
const XZ_CHUNK = 65_536;
const ZSTD_BLOCK = 131_072;

const little = (value: number, bytes: number) =>
  Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) % 256);

function joined(pieces: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const out = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

/** Seven bits a byte, the lowest first. */
function variable(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...variable(Math.floor(value / 128))];
}

const checked = (bytes: readonly number[]) => [...bytes, ...little(crc32(Uint8Array.from(bytes)), 4)];
const filled = (bytes: readonly number[]) => [...bytes, ...little(0, (4 - (bytes.length % 4)) % 4)];

const XZ_MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0];
/** Check: CRC32. */
const XZ_FLAGS = [0, 1];
/** One block with the filter LZMA2 and a dictionary of 8 MiB, as `xz -6` has it. */
const XZ_BLOCK = checked(filled([2, 0, 0x21, 1, 0x16]));

/** A file in xz's format whose chunks are stored as they are: any xz reads it, nothing is saved. */
export function xzBytes(data: Uint8Array): Uint8Array {
  const chunks: (Uint8Array | readonly number[])[] = [];
  for (let at = 0; at < data.length; at += XZ_CHUNK) {
    const piece = data.subarray(at, at + XZ_CHUNK);
    const size = piece.length - 1;
    chunks.push([at === 0 ? 1 : 2, size >> 8, size & 255], piece);
  }
  const body = joined([...chunks, [0]]);
  const unpadded = XZ_BLOCK.length + body.length + 4;
  const blocks =
    data.length === 0 ? [] : [XZ_BLOCK, body, little(0, (4 - (body.length % 4)) % 4), little(crc32(data), 4)];
  const records = data.length === 0 ? [0] : [1, ...variable(unpadded), ...variable(data.length)];
  const index = checked(filled([0, ...records]));
  const footer = [...little(index.length / 4 - 1, 4), ...XZ_FLAGS];
  return joined([
    XZ_MAGIC,
    checked(XZ_FLAGS),
    ...blocks,
    index,
    little(crc32(Uint8Array.from(footer)), 4),
    footer,
    [0x59, 0x5a],
  ]);
}

/** Undefined: no xz file, or one whose chunks are packed. */
export function unxzBytes(data: Uint8Array): Uint8Array | undefined {
  if (XZ_MAGIC.some((byte, i) => data[i] !== byte)) return undefined;
  let at = 12;
  const pieces: Uint8Array[] = [];
  const headerSize = ((data[at] ?? 0) + 1) * 4;
  if (headerSize === 4) return new Uint8Array(0);
  for (at += headerSize; data[at] !== 0; ) {
    if (data[at] !== 1 && data[at] !== 2) return undefined;
    const size = (data[at + 1] as number) * 256 + (data[at + 2] as number) + 1;
    pieces.push(data.subarray(at + 3, at + 3 + size));
    at += 3 + size;
  }
  return joined(pieces);
}

const ZSTD_MAGIC = [0x28, 0xb5, 0x2f, 0xfd];

/** A frame of zstd with its content as it is; runs of one byte take four. */
export function zstdBytes(data: Uint8Array): Uint8Array {
  const pieces: (Uint8Array | readonly number[])[] = [ZSTD_MAGIC, [0xa0], little(data.length, 4)];
  for (let at = 0; at === 0 || at < data.length; at += ZSTD_BLOCK) {
    const piece = data.subarray(at, at + ZSTD_BLOCK);
    const isLast = at + ZSTD_BLOCK >= data.length ? 1 : 0;
    const isRun = piece.length > 1 && piece.every((byte) => byte === piece[0]);
    pieces.push(little(isLast + (isRun ? 2 : 0) + piece.length * 8, 3), isRun ? piece.subarray(0, 1) : piece);
  }
  return joined(pieces);
}

/** Undefined: no such frame, or one whose blocks are packed. */
export function unzstdBytes(data: Uint8Array): Uint8Array | undefined {
  if (ZSTD_MAGIC.some((byte, i) => data[i] !== byte) || data[4] !== 0xa0) return undefined;
  const pieces: Uint8Array[] = [];
  for (let at = 9; ; ) {
    const header = (data[at] ?? 0) + (data[at + 1] ?? 0) * 256 + (data[at + 2] ?? 0) * 65_536;
    const size = header >> 3;
    const kind = (header >> 1) & 3;
    if (kind > 1 || at + 3 > data.length) return undefined;
    pieces.push(
      kind === 1 ? new Uint8Array(size).fill(data[at + 3] ?? 0) : data.subarray(at + 3, at + 3 + size),
    );
    if (header & 1) return joined(pieces);
    at += 3 + (kind === 1 ? 1 : size);
  }
}
