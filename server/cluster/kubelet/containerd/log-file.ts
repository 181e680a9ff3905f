import { type Host, isSystemError } from '../../../host/index.ts';
import type { LogLimit } from '../../client/cri.ts';

/**
 * A container's log in the format of CRI: time, stream, F or P (a line that goes on), text. Written to the open file, so
 * that it goes on where it is although its name may be gone.
 */
export class LogFile {
  readonly #host: Host;
  readonly #limit: LogLimit;
  readonly #lineBytes: number;
  readonly path: string;
  #bytes = 0;
  #ino: number | undefined;
  #partial = { stdout: '', stderr: '' };
  #sequence = 0;

  constructor(host: Host, path: string, limits: { readonly full: LogLimit; readonly lineBytes: number }) {
    this.#host = host;
    this.#limit = limits.full;
    this.#lineBytes = limits.lineBytes || Number.POSITIVE_INFINITY;
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
    const last = lines.pop() as string;
    let out = lines.map((line) => this.#line(stream, line)).join('');
    // An end that is still to come may belong to a line that is too long already.
    const full = last.length > this.#lineBytes ? last.length - (last.length % this.#lineBytes) : 0;
    if (full > 0) out += this.#parts(stream, last.slice(0, full));
    this.#partial[stream] = last.slice(full);
    if (out !== '') this.#append(out);
  }

  /** A whole line, cut where it is too long. Models containerd internal/cri/io/logger.go redirectLogs. */
  #line(stream: string, text: string): string {
    const cut = Math.max(0, Math.ceil(text.length / this.#lineBytes) - 1) * this.#lineBytes || 0;
    return `${this.#parts(stream, text.slice(0, cut))}${this.#stamp()} ${stream} F ${text.slice(cut)}\n`;
  }

  /** The beginnings of a line, each as long as a part may be. */
  #parts(stream: string, text: string): string {
    let out = '';
    for (let at = 0; at < text.length; at += this.#lineBytes)
      out += `${this.#stamp()} ${stream} P ${text.slice(at, at + this.#lineBytes)}\n`;
    return out;
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
