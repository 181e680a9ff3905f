import {
  type Duplex,
  FunctionFile,
  type Host,
  type Master,
  OpenFile,
  Pipe,
  SystemError,
} from '../../../host/index.ts';
import { LIMITS, type Process, WaitQueue } from '../../../sim/index.ts';
import type { LogFile } from './log-file.ts';

/** Channels of the streaming protocol. */
export const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4 } as const;

/** How long the output of a container still reaches a client whose input has ended. */
const DETACH_MS = 500;

/** Frames for one client: what it has not taken yet. */
export class Frames {
  readonly ready = new WaitQueue();
  readonly writable = new WaitQueue();
  #frames: { channel: number; data: string }[] = [];
  #length = 0;
  ended = false;

  push(channel: number, data: string): void {
    this.#frames.push({ channel, data });
    this.#length += data.length;
    this.ready.notify();
  }

  take(): { channel: number; data: string } | undefined {
    const frame = this.#frames.shift();
    if (frame) {
      this.#length -= frame.data.length;
      this.writable.notify();
    }
    return frame;
  }

  get room(): number {
    return Math.max(0, LIMITS.pipeBytes - this.#length);
  }

  get empty(): boolean {
    return this.#frames.length === 0;
  }

  end(): void {
    this.ended = true;
    this.ready.notify();
  }
}

/** A descriptor whose output goes to a client, which may be slow. */
class FramesFile extends OpenFile {
  readonly name: string;
  override readonly writable: WaitQueue;
  readonly #frames: Frames;
  readonly #channel: number;

  constructor(frames: Frames, channel: number) {
    super();
    this.#frames = frames;
    this.#channel = channel;
    this.writable = frames.writable;
    this.name = `pipe:[${50_000 + channel}]`;
  }

  read(): string {
    throw new SystemError('EBADF');
  }

  write(text: string): number {
    if (this.#frames.ended) throw new SystemError('EPIPE');
    const piece = text.slice(0, this.#frames.room);
    if (piece !== '') this.#frames.push(this.#channel, piece);
    return piece.length;
  }
}

/** Descriptors of a program, and the client's side of them. */
export interface Wiring {
  readonly fds: ReadonlyMap<number, OpenFile>;
  readonly master: Master | undefined;
  readonly frames: Frames;
  readonly stream: Duplex;
}

/** Wires a program to a streaming client: through a terminal, or through three pipes. */
export function wireExec(host: Host, options: { stdin: boolean; tty: boolean }): Wiring {
  return options.tty ? wireTerminal(host) : wirePipes(options.stdin);
}

function wireTerminal(host: Host): Wiring {
  const master = host.terminals.create({ columns: 80, rows: 24 });
  const slave = master.open();
  const frames = new Frames();
  pumpTerminal(master, (text) => frames.push(CHANNEL.stdout, text));
  return {
    fds: new Map([0, 1, 2].map((fd) => [fd, slave])),
    master,
    frames,
    stream: duplex(
      frames,
      (channel, data) => toTerminal(master, channel, data),
      () => master.hangup(),
    ),
  };
}

function wirePipes(stdin: boolean): Wiring {
  const frames = new Frames();
  const pipe = new Pipe();
  const writer = pipe.writer().retain();
  const input = stdin ? pipe.reader() : new FunctionFile('/dev/null', {});
  let open = true;
  const close = () => {
    if (open) writer.release();
    open = false;
  };
  let backlog = '';
  let complete = false;
  const feed = () => {
    while (open && backlog !== '') {
      let taken = 0;
      try {
        taken = writer.write(backlog);
      } catch {
        backlog = '';
        return;
      }
      backlog = backlog.slice(taken);
      if (taken === 0) {
        pipe.writable.subscribe(feed);
        return;
      }
    }
    if (complete) close();
  };
  return {
    fds: new Map([
      [0, input],
      [1, new FramesFile(frames, CHANNEL.stdout) as OpenFile],
      [2, new FramesFile(frames, CHANNEL.stderr)],
    ]),
    master: undefined,
    frames,
    stream: duplex(
      frames,
      (channel, data) => {
        if (channel !== CHANNEL.stdin || !stdin) return;
        // An empty frame is the end of the input.
        if (data === '') complete = true;
        backlog += data;
        feed();
      },
      close,
    ),
  };
}

export function duplex(
  frames: Frames,
  send: (channel: number, data: string) => void,
  close: () => void,
): Duplex {
  return {
    ready: frames.ready,
    receive: () => frames.take(),
    send,
    get ended() {
      return frames.ended && frames.empty;
    },
    close() {
      frames.end();
      close();
    },
  };
}

export function toTerminal(master: Master, channel: number, data: string): void {
  if (channel === CHANNEL.stdin) master.input(data);
  if (channel !== CHANNEL.resize) return;
  const size = JSON.parse(data) as { Width?: number; Height?: number };
  if (size.Width && size.Height) master.resize({ columns: size.Width, rows: size.Height });
}

/** Calls `take` with all output of a terminal, as it comes. */
export function pumpTerminal(master: Master, take: (text: string) => void): void {
  const pump = () => {
    for (;;) {
      const text = master.take();
      if (text === undefined) break;
      if (text === '') return;
      take(text);
    }
    master.output.subscribe(pump);
  };
  pump();
}

/** Standard streams of a container: its log, and whoever is attached. */
export class ContainerIo {
  readonly fds: ReadonlyMap<number, OpenFile>;
  readonly master: Master | undefined;
  readonly #log: LogFile;
  readonly #attached = new Set<Frames>();
  readonly #stdin: Pipe | undefined;
  readonly #stdinWriter: OpenFile | undefined;
  readonly #stdinOnce: boolean;
  readonly #host: Host;
  /** Output of programs that merely run again after a restore is not new. */
  muted = false;

  constructor(host: Host, log: LogFile, options: { stdin: boolean; stdinOnce: boolean; tty: boolean }) {
    this.#log = log;
    this.#stdinOnce = options.stdinOnce;
    this.#host = host;
    if (options.tty) {
      const master = host.terminals.create({ columns: 80, rows: 24 });
      const slave = master.open();
      this.master = master;
      pumpTerminal(master, (text) => this.#output('stdout', text));
      this.fds = new Map([0, 1, 2].map((fd) => [fd, slave]));
      return;
    }
    if (options.stdin) {
      this.#stdin = new Pipe();
      this.#stdinWriter = this.#stdin.writer().retain();
    }
    const output = (stream: 'stdout' | 'stderr') =>
      new FunctionFile(`pipe:[${stream === 'stdout' ? 51_001 : 51_002}]`, {
        write: (text) => {
          this.#output(stream, text);
          return text.length;
        },
      });
    this.fds = new Map<number, OpenFile>([
      [0, this.#stdin ? this.#stdin.reader() : new FunctionFile('/dev/null', {})],
      [1, output('stdout')],
      [2, output('stderr')],
    ]);
  }

  reopenLog(): void {
    this.#log.reopen();
  }

  attach(): Duplex {
    const frames = new Frames();
    this.#attached.add(frames);
    const master = this.master;
    return duplex(
      frames,
      (channel, data) => {
        if (master) toTerminal(master, channel, data);
        else if (channel === CHANNEL.stdin) this.#input(data);
        // The program's input stays open for the next client, but this one has said all and leaves.
        const left = channel === CHANNEL.stdin && data === '' && !this.#stdinOnce;
        if (left) this.#host.clock.after(DETACH_MS, () => frames.end());
      },
      () => {
        this.#attached.delete(frames);
      },
    );
  }

  ended(exitCode: number): void {
    this.#log.end();
    for (const frames of this.#attached) {
      frames.push(CHANNEL.error, statusFrame(exitCode));
      frames.end();
    }
    this.#attached.clear();
  }

  #input(data: string): void {
    if (data === '') {
      if (this.#stdinOnce) this.#stdinWriter?.release();
      return;
    }
    try {
      this.#stdinWriter?.write(data);
    } catch {
      // Nobody reads any more.
    }
  }

  #output(stream: 'stdout' | 'stderr', text: string): void {
    if (this.muted) return;
    this.#log.write(stream, this.master ? text.replaceAll('\r\n', '\n') : text);
    for (const frames of this.#attached) {
      if (frames.room > 0) frames.push(stream === 'stdout' ? CHANNEL.stdout : CHANNEL.stderr, text);
    }
  }
}

/** The last frame of a session: a `metav1.Status` that tells how the program ended. */
export function statusFrame(exitCode: number): string {
  if (exitCode === 0) return JSON.stringify({ metadata: {}, status: 'Success' });
  return JSON.stringify({
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  });
}

/** The only frame of a session in which no program was started. */
export function internalFailure(why: string): string {
  return JSON.stringify({
    metadata: {},
    status: 'Failure',
    message: `Internal error occurred: ${why}`,
    reason: 'InternalError',
    details: { causes: [{ message: why }] },
    code: 500,
  });
}

/** Tells the client how the program ended, once it has. */
export function finishWith(wiring: Wiring, process: Process, done: (exitCode: number) => void): void {
  const onEnd = () => {
    const code = process.status?.code ?? 0;
    wiring.frames.push(CHANNEL.error, statusFrame(code));
    wiring.frames.end();
    done(code);
  };
  if (process.alive) process.ended.subscribe(onEnd);
  else onEnd();
}
