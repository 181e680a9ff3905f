import { type Host, isSystemError } from '../../../host/index.ts';
import type { LogLimit } from '../../client/cri.ts';

/**
 * A container's log in the format of CRI: time, stream, F or P (a line that goes on), text. Written to the open file, so
 * that it goes on where it is although its name may be gone.
 */
export class LogFile {
  readonly #host: Host;
  readonly #limit: LogLimit;
  readonly path: string;
  #bytes = 0;
  #ino: number | undefined;
  #partial = { stdout: '', stderr: '' };
  #sequence = 0;

  constructor(host: Host, path: string, limit: LogLimit) {
    this.#host = host;
    this.#limit = limit;
    this.path = path;
  }

  /** The next line goes to the file that then has its name. */
  reopen(): void {
    this.#ino = undefined;
    this.create();
  }

  /** Makes the file: it is there from the container's start, though nothing is in it. */
  create(): void {
    try {
      this.#open();
    } catch (error) {
      if (!isSystemError(error)) throw error;
    }
  }

  write(stream: 'stdout' | 'stderr', text: string): void {
    const lines = (this.#partial[stream] + text).split('\n');
    this.#partial[stream] = lines.pop() as string;
    let out = '';
    for (const line of lines) out += `${this.#stamp()} ${stream} F ${line}\n`;
    if (out !== '') this.#append(out);
    // Lines without an end are cut, as containerd does at 16 KiB.
    if (this.#partial[stream].length > 16_384) {
      this.#append(`${this.#stamp()} ${stream} P ${this.#partial[stream]}\n`);
      this.#partial[stream] = '';
    }
  }

  /** Writes what is left of an unfinished line. */
  end(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      if (this.#partial[stream] === '') continue;
      this.#append(`${this.#stamp()} ${stream} F ${this.#partial[stream]}\n`);
      this.#partial[stream] = '';
    }
  }

  /** RFC 3339 with nanoseconds; never the same twice. */
  #stamp(): string {
    this.#sequence = (this.#sequence + 7919) % 1_000_000;
    const nanos = String(this.#sequence).padStart(6, '0');
    return `${new Date(this.#host.clock.now).toISOString().slice(0, 23)}${nanos}Z`;
  }

  #append(text: string): void {
    try {
      const { disk } = this.#host;
      if (this.#ino === undefined || !disk.inode(this.#ino)) this.#open();
      if (this.#ino !== undefined) disk.append(this.#ino, text);
      this.#bytes += text.length;
      if (this.#bytes > this.#limit.limit) this.#limit.full.notify();
    } catch (error) {
      // A full disk loses log lines, on a real node as well.
      if (!isSystemError(error)) throw error;
    }
  }

  #open(): void {
    const directory = this.path.slice(0, this.path.lastIndexOf('/'));
    const { fs } = this.#host.init;
    fs.mkdirAll(directory, 0o755);
    if (!fs.exists(this.path)) fs.write(this.path, '', 0o640);
    const { ino, size } = fs.stat(this.path);
    this.#ino = ino;
    this.#bytes = size;
  }
}
