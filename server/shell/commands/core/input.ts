import { byteLength, type Context, isSystemError, type OpenFile, outOfMemory } from '../../../host/index.ts';
import { allocate, append, LIMITS, type Steps } from '../../../sim/index.ts';
import { quoteFile } from './quote.ts';

/** What reading needs of a tool. */
export interface Reader {
  readonly context: Context;
  spend(steps?: number): Steps<void>;
  readSome(file: OpenFile, limit: number): Steps<string>;
}

const CHUNK = 64 * 1024;
/** What a line takes beside its text. */
const LINE_BYTES = 8;
/** Texts above count as what a process holds. */
const LARGE = 1024 * 1024;

/** A file being read, by lines or in pieces. Reading spends the tool's time. */
export class Input {
  readonly name: string;
  readonly file: OpenFile;
  /** Whether the last line that `line` gave ended with the separator. */
  terminated = true;
  readonly #call: Reader;
  #buffer = '';
  #at = 0;
  #ended = false;
  #closed = false;
  /** The longest text that was read as one: who asked may keep it. */
  #longest = 0;

  constructor(call: Reader, file: OpenFile, name: string) {
    this.#call = call;
    this.file = file;
    this.name = name;
  }

  /** The next line without its separator, which is one character; undefined at the end. */
  *line(separator = '\n'): Steps<string | undefined> {
    yield* this.#call.spend(1);
    let end = this.#buffer.indexOf(separator, this.#at);
    if (end < 0 && !this.#ended) end = yield* this.#gather(separator);
    if (end >= 0) {
      const line = this.#buffer.slice(this.#at, end);
      this.#at = end + 1;
      this.terminated = true;
      return line;
    }
    if (this.#at >= this.#buffer.length) return undefined;
    const line = this.#buffer.slice(this.#at);
    this.#at = this.#buffer.length;
    this.terminated = false;
    return line;
  }

  /** The next line when it has been read already and the tool need not give way; else `line` is to be asked. */
  lineAtHand(separator: string): string | undefined {
    const end = this.#buffer.indexOf(separator, this.#at);
    if (end < 0 || this.#call.context.process.spend(1)) return undefined;
    const line = this.#buffer.slice(this.#at, end);
    this.#at = end + 1;
    this.terminated = true;
    return line;
  }

  /** The next piece, as it comes; '' at the end. */
  *chunk(): Steps<string> {
    if (this.#at >= this.#buffer.length && !this.#ended) yield* this.#fill();
    const piece = this.#buffer.slice(this.#at);
    this.#at = this.#buffer.length;
    yield* this.#call.spend(1 + (byteLength(piece) >> 8));
    return piece;
  }

  /** Everything that is left. */
  *rest(): Steps<string> {
    const pieces: string[] = [];
    for (let length = 0; ; ) {
      const piece = yield* this.chunk();
      if (piece === '') return pieces.join('');
      length += piece.length;
      yield* this.#holds(piece.length, length);
      pieces.push(piece);
    }
  }

  /** All lines that are left. */
  *lines(separator = '\n'): Steps<string[]> {
    const lines: string[] = [];
    /** Of the line that has not ended. */
    let open: string[] = [];
    for (let length = 0; ; ) {
      const piece = yield* this.chunk();
      if (piece === '') break;
      const [first = '', ...rest] = piece.split(separator);
      const bytes = piece.length + LINE_BYTES * rest.length;
      length += bytes;
      yield* this.#holds(bytes, length);
      open.push(first);
      if (rest.length === 0) continue;
      const last = rest.pop() as string;
      lines.push(open.join(''));
      append(lines, rest);
      open = [last];
      yield* this.#call.spend(rest.length >> 2);
    }
    if (open.length === 0) return lines;
    const last = open.join('');
    this.terminated = last === '';
    if (!this.terminated) lines.push(last);
    return lines;
  }

  /** Whether nothing is left; waits to know. */
  *atEnd(): Steps<boolean> {
    if (this.#at >= this.#buffer.length && !this.#ended) yield* this.#fill();
    return this.#at >= this.#buffer.length;
  }

  /** Lets a file that grew be read on. */
  again(): void {
    this.#ended = false;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.file.release();
  }

  /** Reads on until a line is whole, and tells where it ends. Pieces are joined once: a line may be very long. */
  *#gather(separator: string): Steps<number> {
    const pieces = [this.#buffer.slice(this.#at)];
    let length = pieces[0]?.length ?? 0;
    let known = 0;
    for (let found = false; !found && !this.#ended; ) {
      const piece = yield* this.#call.readSome(this.file, CHUNK);
      yield* this.#call.spend(piece.length >> 10);
      if (piece === '') this.#ended = true;
      known = length;
      length += piece.length;
      yield* this.#holds(piece.length, length);
      pieces.push(piece);
      found = piece.includes(separator);
    }
    this.#buffer = pieces.join('');
    this.#at = 0;
    return this.#buffer.indexOf(separator, known);
  }

  *#holds(more: number, length: number): Steps<void> {
    allocate(more);
    const { held } = this.#call.context.process;
    if (this.#longest === 0 && length > LARGE) held.push(() => this.#longest);
    if (length > LARGE) this.#longest = Math.max(this.#longest, length);
    if (length > LIMITS.stringBytes) yield* outOfMemory(this.#call.context);
  }

  *#fill(): Steps<void> {
    const piece = yield* this.#call.readSome(this.file, CHUNK);
    if (piece === '') this.#ended = true;
    this.#buffer = this.#at >= this.#buffer.length ? piece : this.#buffer.slice(this.#at) + piece;
    this.#at = 0;
  }
}

/** Opens a file for the tools that say `cannot open 'x' for reading` when they cannot. */
export function* openForReading(
  call: { open(path: string): Input; warn(message: string): Steps<void> },
  path: string,
): Steps<Input | undefined> {
  try {
    return call.open(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    yield* call.warn(`cannot open ${quoteFile(path)} for reading: ${error.message}`);
    return undefined;
  }
}
