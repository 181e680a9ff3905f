import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { decode, encode } from '../../../host/index.ts';
import { crc32 } from './checksums.ts';

/** A member of a zip archive. */
export interface ZipEntry {
  /** With a slash at the end: a directory. */
  readonly name: string;
  /** The type of the file and its mode, as `stat` has them. */
  readonly mode: number;
  readonly mtimeMs: number;
  readonly size: number;
  readonly crc: number;
  /** 8: deflated, 0: as it is. */
  readonly method: number;
  readonly packed: Uint8Array;
}

/** Unpacked, at most so many bytes. */
const MAX_BYTES = 64 * 1024 * 1024;
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const LOCAL_SIZE = 30;
const CENTRAL_SIZE = 46;
const END_SIZE = 22;
/** Made by version 3.0 on Unix, read by 2.0. */
const MADE_BY = 0x031e;
const FILE_TYPE = 0o100000;
const DIRECTORY_TYPE = 0o40000;
const LINK_TYPE = 0o120000;

export interface ZipSource {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'symlink';
  readonly mode: number;
  readonly mtimeMs: number;
  readonly data: Uint8Array;
}

/** Packs a file; what does not get smaller is stored. */
export function zipEntry({ name, type, mode, mtimeMs, data }: ZipSource, level: number): ZipEntry {
  const deflated = data.length === 0 || level === 0 ? data : deflateRawSync(data, { level });
  const shrinks = deflated.length < data.length;
  const kind = { file: FILE_TYPE, directory: DIRECTORY_TYPE, symlink: LINK_TYPE }[type];
  return {
    name,
    mode: kind | mode,
    mtimeMs,
    size: data.length,
    crc: crc32(data),
    method: shrinks ? 8 : 0,
    packed: shrinks ? deflated : data,
  };
}

/** The content of a member; undefined when it is damaged. */
export function contentOf(entry: ZipEntry): Uint8Array | undefined {
  try {
    const data =
      entry.method === 0 ? entry.packed : inflateRawSync(entry.packed, { maxOutputLength: MAX_BYTES });
    return crc32(data) === entry.crc ? data : undefined;
  } catch {
    return undefined;
  }
}

/** How much smaller it became, in whole per cent. */
export function savedPercent(size: number, packed: number): number {
  return size === 0 ? 0 : Math.round(((size - packed) * 100) / size);
}

/** Date and time as DOS had them: to two seconds. */
function dosTime(ms: number): number {
  const at = new Date(ms);
  const date = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  return ((date << 16) | time) >>> 0;
}

function fromDosTime(value: number): number {
  const date = value >>> 16;
  return Date.UTC(
    (date >> 9) + 1980,
    ((date >> 5) & 15) - 1,
    date & 31,
    (value >> 11) & 31,
    (value >> 5) & 63,
    (value & 31) * 2,
  );
}

/** What the headers of a member have in common, from its flags on. */
function writeCommon(view: DataView, at: number, entry: ZipEntry, nameBytes: number): void {
  view.setUint16(at + 2, entry.method, true);
  view.setUint32(at + 4, dosTime(entry.mtimeMs), true);
  view.setUint32(at + 8, entry.crc, true);
  view.setUint32(at + 12, entry.packed.length, true);
  view.setUint32(at + 16, entry.size, true);
  view.setUint16(at + 20, nameBytes, true);
}

export function packZip(entries: readonly ZipEntry[]): Uint8Array {
  const names = entries.map((entry) => encode(entry.name));
  const total = entries.reduce(
    (sum, entry, i) => sum + LOCAL_SIZE + CENTRAL_SIZE + 2 * (names[i]?.length ?? 0) + entry.packed.length,
    END_SIZE,
  );
  const out = new Uint8Array(total);
  const view = new DataView(out.buffer);
  const starts: number[] = [];
  let at = 0;
  for (const [i, entry] of entries.entries()) {
    const name = names[i] as Uint8Array;
    starts.push(at);
    view.setUint32(at, LOCAL, true);
    view.setUint16(at + 4, entry.method === 0 ? 10 : 20, true);
    writeCommon(view, at + 6, entry, name.length);
    out.set(name, at + LOCAL_SIZE);
    out.set(entry.packed, at + LOCAL_SIZE + name.length);
    at += LOCAL_SIZE + name.length + entry.packed.length;
  }
  const directory = at;
  for (const [i, entry] of entries.entries()) {
    const name = names[i] as Uint8Array;
    view.setUint32(at, CENTRAL, true);
    view.setUint16(at + 4, MADE_BY, true);
    view.setUint16(at + 6, 20, true);
    writeCommon(view, at + 8, entry, name.length);
    view.setUint32(at + 38, (entry.mode * 0x10000) >>> 0, true);
    view.setUint32(at + 42, starts[i] as number, true);
    out.set(name, at + CENTRAL_SIZE);
    at += CENTRAL_SIZE + name.length;
  }
  view.setUint32(at, END, true);
  view.setUint16(at + 8, entries.length, true);
  view.setUint16(at + 10, entries.length, true);
  view.setUint32(at + 12, at - directory, true);
  view.setUint32(at + 16, directory, true);
  return out;
}

/** The members of an archive; undefined when it is none. */
export function readZip(data: Uint8Array): ZipEntry[] | undefined {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let end = data.length - END_SIZE;
  while (end >= 0 && view.getUint32(end, true) !== END) end--;
  if (end < 0) return undefined;
  const out: ZipEntry[] = [];
  let at = view.getUint32(end + 16, true);
  try {
    for (let i = view.getUint16(end + 10, true); i > 0; i--) {
      if (view.getUint32(at, true) !== CENTRAL) return undefined;
      const nameBytes = view.getUint16(at + 28, true);
      const local = view.getUint32(at + 42, true);
      const start = local + LOCAL_SIZE + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      out.push({
        name: decode(data.subarray(at + CENTRAL_SIZE, at + CENTRAL_SIZE + nameBytes)),
        mode: view.getUint16(at + 40, true),
        mtimeMs: fromDosTime(view.getUint32(at + 12, true)),
        size: view.getUint32(at + 24, true),
        crc: view.getUint32(at + 16, true),
        method: view.getUint16(at + 10, true),
        packed: data.subarray(start, start + view.getUint32(at + 20, true)),
      });
      at += CENTRAL_SIZE + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
  return out;
}
