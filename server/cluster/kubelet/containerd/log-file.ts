import { type Disk, type Files, isSystemError } from '../../../host/index.ts';

/**
 * A container's log in the format of CRI: time, stream, F or P (a line that goes on), text. Written to the open file, so
 * that it goes on where it is although its name may be gone.
 */
export class LogFile {
  readonly #fs: Files;
  readonly #disk: Disk;
  readonly #now: () => number;
  readonly path: string;
  #ino: number | undefined;
  #partial = { stdout: '', stderr: '' };
  #sequence = 0;

  constructor(fs: Files, disk: Disk, now: () => number, path: string) {
    this.#fs = fs;
    this.#disk = disk;
    this.#now = now;
    this.path = path;
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
    return `${new Date(this.#now()).toISOString().slice(0, 23)}${nanos}Z`;
  }

  #append(text: string): void {
    try {
      if (this.#ino === undefined || !this.#disk.inode(this.#ino)) this.#open();
      if (this.#ino !== undefined) this.#disk.append(this.#ino, text);
    } catch (error) {
      // A full disk loses log lines, on a real node as well.
      if (!isSystemError(error)) throw error;
    }
  }

  #open(): void {
    const directory = this.path.slice(0, this.path.lastIndexOf('/'));
    this.#fs.mkdirAll(directory, 0o755);
    if (!this.#fs.exists(this.path)) this.#fs.write(this.path, '', 0o640);
    this.#ino = this.#fs.stat(this.path).ino;
  }
}
