import { decode, encode } from './text.ts';

export interface TarEntry {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'symlink';
  readonly mode: number;
  /** Content, or where a symlink points to. */
  readonly data: string;
}

const BLOCK = 512;

/** Entries as a ustar archive. */
export function packTar(entries: readonly TarEntry[]): string {
  const blocks: Uint8Array[] = [];
  for (const entry of entries) {
    const data = entry.type === 'file' ? encode(entry.data) : new Uint8Array(0);
    blocks.push(header(entry, data.length), padded(data));
  }
  blocks.push(new Uint8Array(2 * BLOCK));
  return decode(Buffer.concat(blocks));
}

function header(entry: TarEntry, length: number): Uint8Array {
  const out = Buffer.alloc(BLOCK);
  const octal = (value: number, size: number) => `${value.toString(8).padStart(size - 1, '0')}\0`;
  const long = Buffer.from(entry.name);
  const cut = long.length > 100 ? entry.name.lastIndexOf('/', 154) : -1;
  out.write(cut > 0 ? entry.name.slice(cut + 1) : entry.name, 0, 100);
  out.write(octal(entry.mode & 0o7777, 8), 100);
  out.write(octal(0, 8), 108);
  out.write(octal(0, 8), 116);
  out.write(octal(length, 12), 124);
  out.write(octal(0, 12), 136);
  out.write('        ', 148);
  out.write(entry.type === 'file' ? '0' : entry.type === 'directory' ? '5' : '2', 156);
  if (entry.type === 'symlink') out.write(entry.data, 157, 100);
  out.write('ustar\x0000', 257);
  if (cut > 0) out.write(entry.name.slice(0, cut), 345, 155);
  const sum = out.reduce((total, byte) => total + byte, 0);
  out.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return out;
}

function padded(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(data.length / BLOCK) * BLOCK);
  out.set(data);
  return out;
}

/** The entries of an archive. */
export function unpackTar(text: string): TarEntry[] {
  const bytes = Buffer.from(encode(text));
  const out: TarEntry[] = [];
  for (let at = 0; at + BLOCK <= bytes.length && bytes[at] !== 0; ) {
    const string = (from: number, size: number) =>
      bytes.toString('utf8', at + from, at + from + size).replace(/\0.*$/s, '');
    const length = Number.parseInt(string(124, 12).trim() || '0', 8);
    const prefix = string(345, 155);
    const name = prefix ? `${prefix}/${string(0, 100)}` : string(0, 100);
    const flag = string(156, 1);
    const type = flag === '5' ? 'directory' : flag === '2' ? 'symlink' : 'file';
    const data =
      type === 'symlink' ? string(157, 100) : decode(bytes.subarray(at + BLOCK, at + BLOCK + length));
    out.push({ name, type, mode: Number.parseInt(string(100, 8).trim() || '644', 8), data });
    at += BLOCK + Math.ceil(length / BLOCK) * BLOCK;
  }
  return out;
}
