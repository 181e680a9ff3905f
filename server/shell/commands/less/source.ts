import { byteLength, type OpenFile } from '../../../host/index.ts';
import { append, LIMITS, type Steps } from '../../../sim/index.ts';
import type { Call } from '../core/tool.ts';

/** A text that is read as far as it is wanted. */
export class Source {
  readonly name: string;
  readonly lines: string[] = [];
  complete = false;
  /** Bytes of a file on the disk. */
  size: number | undefined;
  readonly #call: Call;
  readonly #file: OpenFile | undefined;
  #rest = '';
  #length = 0;
  /** Where the last view of it was left. */
  left: { line: number; piece: number } | undefined;

  /** Without a file it is the text that is given. */
  constructor(call: Call, name: string, from: OpenFile | readonly string[]) {
    this.#call = call;
    this.name = name;
    this.#file = Array.isArray(from) ? undefined : (from as OpenFile);
    if (this.#file) return;
    append(this.lines, from as readonly string[]);
    this.complete = true;
  }

  get isPipe(): boolean {
    return this.name === '';
  }

  /** Bytes of the first so many lines. */
  bytesBefore(count: number): number {
    let bytes = 0;
    for (let i = 0; i < count && i < this.lines.length; i++) bytes += byteLength(this.lines[i] as string) + 1;
    return bytes;
  }

  /** Reads until there are so many lines, or the end. */
  *load(lines: number): Steps<void> {
    while (!this.complete && this.lines.length < lines && this.#file) {
      const piece = yield* this.#call.readSome(this.#file, 65_536);
      this.#take(piece);
      yield* this.#call.spend(piece.length >> 10);
    }
  }

  /** What has been added since the end was reached. False: nothing. */
  more(): boolean {
    const piece = this.#file?.read(65_536);
    if (piece === undefined || piece === '') return false;
    this.#take(piece);
    return true;
  }

  get readable() {
    return this.#file?.readable;
  }

  #take(piece: string): void {
    this.#length += piece.length;
    if (piece === '' || this.#length > LIMITS.stringBytes) {
      this.complete = true;
      if (this.#rest !== '') this.lines.push(this.#rest);
      this.#rest = '';
      return;
    }
    const [first = '', ...others] = piece.split('\n');
    if (this.complete && this.lines.length > 0 && this.#rest === '') this.complete = false;
    const lines = [this.#rest + first, ...others];
    this.#rest = lines.pop() as string;
    for (const line of lines) this.lines.push(line);
  }
}
