import type { Host, HttpStream } from '../../host/index.ts';
import { WaitQueue } from '../../sim/index.ts';

export interface LogOptions {
  readonly follow: boolean;
  readonly tailLines: number | undefined;
  readonly sinceMs: number | undefined;
  readonly timestamps: boolean;
  readonly limitBytes: number | undefined;
  readonly stream: 'All' | 'Stdout' | 'Stderr';
}

/** One line of a CRI log: `2026-11-21T00:12:04.123456789Z stdout F text`. */
function show(line: string, options: LogOptions): string {
  const match = /^(\S+) (stdout|stderr) ([FP])(?::\S+)? (.*)$/s.exec(line);
  if (!match) return '';
  const [, time = '', stream = '', tag, text = ''] = match;
  if (options.stream !== 'All' && options.stream.toLowerCase() !== stream) return '';
  if (options.sinceMs !== undefined && Date.parse(time) < options.sinceMs) return '';
  return `${options.timestamps ? `${time} ` : ''}${text}${tag === 'F' ? '\n' : ''}`;
}

/** What `kubectl logs` shows of a log that is there now. */
export function readLog(text: string, options: LogOptions): string {
  let lines = text.split('\n').filter((line) => line !== '');
  if (options.tailLines !== undefined) lines = options.tailLines === 0 ? [] : lines.slice(-options.tailLines);
  const shown = lines.map((line) => show(line, options)).join('');
  return options.limitBytes === undefined ? shown : shown.slice(0, options.limitBytes);
}

/** A log that goes on until its container has ended, also in a new file when the old one is put aside. */
export class LogStream implements HttpStream {
  readonly ready = new WaitQueue();
  readonly #host: Host;
  readonly #path: string;
  #ino: number;
  readonly #options: LogOptions;
  readonly #running: () => boolean;
  #position: number;
  #first: string | undefined;
  #left: number;
  #closed = false;

  constructor(host: Host, path: string, options: LogOptions, running: () => boolean, ended: WaitQueue) {
    this.#host = host;
    this.#path = path;
    this.#ino = host.init.fs.stat(path).ino;
    this.#options = options;
    this.#running = running;
    const text = this.#text();
    this.#first = readLog(text, options);
    this.#position = text.length;
    this.#left = options.limitBytes ?? Number.POSITIVE_INFINITY;
    this.#follow(() => host.disk.changed(this.#ino));
    const { fs } = host.init;
    const directory = path.slice(0, path.lastIndexOf('/'));
    this.#follow(() => (fs.isDirectory(directory) ? fs.changed(directory) : undefined));
    this.#follow(() => ended);
  }

  next(): string | undefined {
    if (this.#left <= 0) return undefined;
    const piece = this.#first || this.#more();
    this.#first = undefined;
    if (piece === '') return undefined;
    const cut = piece.slice(0, this.#left);
    this.#left -= cut.length;
    return cut;
  }

  get ended(): boolean {
    if (this.#closed || this.#left <= 0) return true;
    return !this.#running() && !this.#first && this.#text().length <= this.#position;
  }

  close(): void {
    this.#closed = true;
  }

  #more(): string {
    let text = this.#text();
    let end = text.lastIndexOf('\n') + 1;
    if (end <= this.#position && this.#isPutAside()) {
      text = this.#text();
      end = text.lastIndexOf('\n') + 1;
    }
    if (end <= this.#position) return '';
    const fresh = text.slice(this.#position, end);
    this.#position = end;
    return readLog(fresh, { ...this.#options, tailLines: undefined });
  }

  /** Goes on with the file that has the log's name now, if that is another one. */
  #isPutAside(): boolean {
    const ino = this.#host.init.fs.tryStat(this.#path)?.ino;
    if (ino === undefined || ino === this.#ino) return false;
    this.#ino = ino;
    this.#position = 0;
    this.#follow(() => this.#host.disk.changed(ino));
    return true;
  }

  #text(): string {
    return this.#host.disk.inode(this.#ino)?.data ?? '';
  }

  /** Undefined: nothing will happen there any more. */
  #follow(queue: () => WaitQueue | undefined): void {
    queue()?.subscribe(() => {
      if (this.#closed) return;
      this.ready.notify();
      this.#follow(queue);
    });
  }
}
