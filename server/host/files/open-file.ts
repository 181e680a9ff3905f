import { LIMITS, WaitQueue } from '../../sim/index.ts';
import { SystemError } from '../errors.ts';
import { byteLength, isZeros, zeros } from '../text.ts';
import { contentOf, type Inode } from './filesystem.ts';
import type { Place } from './mounts.ts';

/**
 * An open file description: what file descriptors of one or several processes point to. `read` and `write` never
 * wait; `Context.read` and `Context.write` wait on the queues for them.
 */
export abstract class OpenFile {
  #references = 0;
  /** Shown by `ls -l /proc/<pid>/fd`: a path, `pipe:[4711]`, `socket:[4712]`. */
  abstract readonly name: string;
  /** Set when the file is a terminal (`isatty`). */
  readonly terminal?: import('../pty.ts').Terminal;

  /** Up to `limit` characters; '' at the end of the file; undefined: nothing yet, wait on `readable`. */
  abstract read(limit: number): string | undefined;
  /** Takes as much of `text` as fits and returns how many characters; 0: full, wait on `writable`. */
  abstract write(text: string): number;
  readonly readable: WaitQueue | undefined;
  readonly writable: WaitQueue | undefined;

  /** What `fstat` shows, for files on a disk. */
  inode(): Inode | undefined {
    return undefined;
  }

  /** Takes over what a regular file holds. */
  takeContent(node: Inode): void {
    this.write(contentOf(node));
  }

  /** Sets the position in characters. Throws ESPIPE where there is none. */
  seek(_position: number): void {
    throw new SystemError('ESPIPE');
  }

  /** One more descriptor points here. */
  retain(): this {
    this.#references++;
    return this;
  }

  /** One descriptor less; the last one closes the file. */
  release(): void {
    if (--this.#references === 0) this.close();
  }

  protected close(): void {}
}

export interface OpenFlags {
  read?: boolean;
  write?: boolean;
  append?: boolean;
  create?: boolean;
  exclusive?: boolean;
  truncate?: boolean;
  /** Permission bits of a created file, before the umask. Default 0o666. */
  mode?: number;
}

/** A regular file on a disk, open. It keeps its last content when its name is removed. */
export class RegularFile extends OpenFile {
  readonly name: string;
  readonly place: Place;
  readonly #flags: OpenFlags;
  #position = 0;
  #last: Inode;

  constructor(place: Place, flags: OpenFlags) {
    super();
    this.place = place;
    this.name = place.path;
    this.#flags = flags;
    this.#last = place.mount.fs.inode(place.ino) as Inode;
  }

  override inode(): Inode {
    this.#last = this.place.mount.fs.inode(this.place.ino) ?? this.#last;
    return this.#last;
  }

  override seek(position: number): void {
    this.#position = position;
  }

  get position(): number {
    return this.#position;
  }

  read(limit: number): string {
    if (!this.#flags.read) throw new SystemError('EBADF');
    const { data, zeros: run = 0 } = this.inode();
    const left = data.length + run - this.#position;
    const piece =
      this.#position < data.length
        ? data.slice(this.#position, this.#position + limit)
        : zeros(Math.max(0, Math.min(limit, left)));
    this.#position += piece.length;
    return piece;
  }

  write(text: string): number {
    if (!this.#flags.write) throw new SystemError('EBADF');
    const node = this.inode();
    const end = node.data.length + (node.zeros ?? 0);
    if (this.#flags.append) this.#position = end;
    const { fs } = this.place.mount;
    const isThere = fs.inode(this.place.ino) !== undefined;
    const isRun = isZeros(text);
    if (!isRun && end + text.length > LIMITS.fileBytes) throw new SystemError('EFBIG');
    if (isThere && this.#position === end) fs.append(this.place.ino, text);
    else {
      const data = splice(contentOf(node), this.#position, text);
      if (isThere) fs.set(this.place.ino, { data });
      else this.#keep(data);
    }
    this.#position += text.length;
    return text.length;
  }

  /** Cuts the file or fills it up with zero bytes. `length` in characters. */
  truncate(length: number): void {
    const data = this.inode().data.slice(0, length);
    const change = { data, zeros: length - data.length };
    if (this.place.mount.fs.inode(this.place.ino)) this.place.mount.fs.set(this.place.ino, change);
    else this.#last = { ...this.#last, ...change };
  }

  override takeContent({ data, zeros: run = 0 }: Inode): void {
    if (data.length + run > 0) this.place.mount.fs.set(this.place.ino, { data, zeros: run });
  }

  #keep(data: string): void {
    this.#last = { ...this.#last, data, zeros: 0 };
  }
}

function splice(data: string, position: number, text: string): string {
  const head = data.length < position ? data + '\0'.repeat(position - data.length) : data.slice(0, position);
  return head + text + data.slice(position + text.length);
}

/** A pipe's buffer. `reader` and `writer` give its two ends. */
export class Pipe {
  static #count = 40_000;
  readonly id = ++Pipe.#count;
  readonly readable = new WaitQueue();
  readonly writable = new WaitQueue();
  #chunks: string[] = [];
  #bytes = 0;
  readers = 0;
  writers = 0;
  /** A named pipe whose other end nobody has opened yet: both sides wait. */
  #awaitsReader: boolean;
  #awaitsWriter: boolean;

  constructor(options: { named?: boolean } = {}) {
    this.#awaitsReader = options.named ?? false;
    this.#awaitsWriter = options.named ?? false;
  }

  /** Opens the end that is read from. */
  reader(): OpenFile {
    this.readers++;
    this.#awaitsReader = false;
    this.writable.notify();
    return new PipeReader(this);
  }

  /** Opens the end that is written to. */
  writer(): OpenFile {
    this.writers++;
    this.#awaitsWriter = false;
    return new PipeWriter(this);
  }

  take(limit: number): string | undefined {
    const first = this.#chunks.shift();
    if (first === undefined) return this.writers === 0 && !this.#awaitsWriter ? '' : undefined;
    const piece = first.length > limit ? first.slice(0, limit) : first;
    if (first.length > limit) this.#chunks.unshift(first.slice(limit));
    this.#bytes -= byteLength(piece);
    this.writable.notify();
    return piece;
  }

  put(text: string): number {
    if (this.#awaitsReader) return 0;
    if (this.readers === 0) throw new SystemError('EPIPE');
    const room = LIMITS.pipeBytes - this.#bytes;
    if (room <= 0 || text === '') return 0;
    const piece = text.length > room ? text.slice(0, room) : text;
    this.#chunks.push(piece);
    this.#bytes += byteLength(piece);
    this.readable.notify();
    return piece.length;
  }
}

class PipeReader extends OpenFile {
  readonly #pipe: Pipe;
  override readonly readable: WaitQueue;

  constructor(pipe: Pipe) {
    super();
    this.#pipe = pipe;
    this.readable = pipe.readable;
  }

  get name(): string {
    return `pipe:[${this.#pipe.id}]`;
  }

  read(limit: number): string | undefined {
    return this.#pipe.take(limit);
  }

  write(): number {
    throw new SystemError('EBADF');
  }

  protected override close(): void {
    this.#pipe.readers--;
    this.#pipe.writable.notify();
  }
}

class PipeWriter extends OpenFile {
  readonly #pipe: Pipe;
  override readonly writable: WaitQueue;

  constructor(pipe: Pipe) {
    super();
    this.#pipe = pipe;
    this.writable = pipe.writable;
  }

  get name(): string {
    return `pipe:[${this.#pipe.id}]`;
  }

  read(): string {
    throw new SystemError('EBADF');
  }

  write(text: string): number {
    return this.#pipe.put(text);
  }

  protected override close(): void {
    this.#pipe.writers--;
    this.#pipe.readable.notify();
  }
}

/** An open file made of functions: devices such as `/dev/null`, and ends that the simulation itself holds. */
export class FunctionFile extends OpenFile {
  readonly name: string;
  readonly #read: (limit: number) => string | undefined;
  readonly #write: (text: string) => number;
  override readonly readable: WaitQueue | undefined;

  constructor(
    name: string,
    ends: {
      read?: (limit: number) => string | undefined;
      write?: (text: string) => number;
      readable?: WaitQueue;
    },
  ) {
    super();
    this.name = name;
    this.#read = ends.read ?? (() => '');
    this.#write = ends.write ?? ((text) => text.length);
    this.readable = ends.readable;
  }

  read(limit: number): string | undefined {
    return this.#read(limit);
  }

  write(text: string): number {
    return this.#write(text);
  }
}

/** What a device or pipe gives at once. */
export function readNow(file: OpenFile): string {
  file.retain();
  try {
    return file.read(LIMITS.pipeBytes) ?? '';
  } finally {
    file.release();
  }
}
