import { decode, encode } from '../../../host/index.ts';

/** A member of a tar archive. */
export interface TarEntry {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'link';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly user: string;
  readonly group: string;
  readonly mtimeMs: number;
  /** Content of a file. */
  readonly data: Uint8Array;
  /** Target of a link. */
  readonly target: string;
}

const BLOCK = 512;
const FLAGS = { file: '0', directory: '5', symlink: '2', link: '1' } as const;
const EMPTY = new Uint8Array(0);

/** An archive in ustar format with GNU's long names. */
export function packTar(entries: readonly TarEntry[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (const entry of entries) {
    for (const [text, flag] of [
      [entry.target, 'K'],
      [entry.name, 'L'],
    ] as const) {
      if (encode(text).length <= 100) continue;
      const data = encode(`${text}\0`);
      pieces.push(header({ ...entry, name: '././@LongLink', target: '' }, flag, data.length), padded(data));
    }
    const data = entry.type === 'file' ? entry.data : EMPTY;
    pieces.push(header(entry, FLAGS[entry.type], data.length), padded(data));
  }
  const total = pieces.reduce((sum, piece) => sum + piece.length, 0);
  // Two blocks of zeros, and the whole a multiple of 20 blocks.
  const out = new Uint8Array(Math.ceil((total + 2 * BLOCK) / (20 * BLOCK)) * 20 * BLOCK);
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

function padded(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(data.length / BLOCK) * BLOCK);
  out.set(data);
  return out;
}

function header(entry: TarEntry, flag: string, size: number): Uint8Array {
  const out = new Uint8Array(BLOCK);
  const put = (at: number, length: number, text: string) => out.set(encode(text).slice(0, length), at);
  const octal = (at: number, length: number, value: number) =>
    put(at, length, `${value.toString(8).padStart(length - 1, '0')}\0`);
  put(0, 100, entry.name);
  octal(100, 8, entry.mode);
  octal(108, 8, entry.uid);
  octal(116, 8, entry.gid);
  octal(124, 12, size);
  octal(136, 12, Math.floor(entry.mtimeMs / 1000));
  put(156, 1, flag);
  put(157, 100, entry.target);
  put(257, 8, 'ustar  \0');
  put(265, 32, entry.user);
  put(297, 32, entry.group);
  out.fill(32, 148, 156);
  const sum = out.reduce((total, byte) => total + byte, 0);
  put(148, 8, `${sum.toString(8).padStart(6, '0')}\0 `);
  return out;
}

/** The members of an archive; undefined when it is none. */
export function unpackTar(data: Uint8Array): TarEntry[] | undefined {
  const entries: TarEntry[] = [];
  let long: { name?: string; target?: string } = {};
  for (let at = 0; at + BLOCK <= data.length; ) {
    const block = data.subarray(at, at + BLOCK);
    if (block.every((byte) => byte === 0)) return entries;
    const text = (from: number, length: number) =>
      decode(block.slice(from, from + length)).replace(/\0.*$/s, '');
    const number = (from: number, length: number) => Number.parseInt(text(from, length).trim() || '0', 8);
    if (!text(257, 5).startsWith('ustar') || Number.isNaN(number(124, 12))) return undefined;
    const size = number(124, 12);
    const body = data.slice(at + BLOCK, at + BLOCK + size);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const flag = text(156, 1) || '0';
    if (flag === 'L') long.name = decode(body).replace(/\0.*$/s, '');
    else if (flag === 'K') long.target = decode(body).replace(/\0.*$/s, '');
    else if ('0125'.includes(flag)) {
      const prefix = text(257, 8) === 'ustar' ? text(345, 155) : '';
      const name = long.name ?? (prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`);
      const type =
        flag === '5' || name.endsWith('/')
          ? 'directory'
          : flag === '2'
            ? 'symlink'
            : flag === '1'
              ? 'link'
              : 'file';
      entries.push({
        name,
        type,
        mode: number(100, 8),
        uid: number(108, 8),
        gid: number(116, 8),
        user: text(265, 32),
        group: text(297, 32),
        mtimeMs: number(136, 12) * 1000,
        data: body,
        target: long.target ?? text(157, 100),
      });
      long = {};
    }
  }
  return entries.length > 0 ? entries : undefined;
}
