import {
  type ExitStatus,
  type Process,
  ProcessExit,
  SIGNALS,
  type SpawnOptions,
  type Steps,
  sleep,
  waitOn,
} from '../sim/index.ts';
import { capable } from './capabilities.ts';
import { type Credentials, ROOT } from './credentials.ts';
import { SystemError } from './errors.ts';
import { executable } from './exec.ts';
import { Files, type FilesOwner, type OpenSpecial } from './files/files.ts';
import type { MountTable } from './files/mounts.ts';
import { type OpenFile, RegularFile } from './files/open-file.ts';
import type { Host } from './host.ts';
import type { NetworkNamespace } from './network/namespace.ts';
import type { Main } from './program.ts';
import type { Terminal } from './pty.ts';

/** What a child gets that differs from its parent. */
export interface ChildOptions {
  args: readonly string[];
  env?: ReadonlyMap<string, string>;
  cwd?: string;
  /** Descriptors of the child. Default: the parent's. */
  fds?: ReadonlyMap<number, OpenFile>;
  credentials?: Credentials;
  umask?: number;
  process?: Partial<Pick<SpawnOptions, 'group' | 'newSession' | 'cgroup' | 'newNamespace' | 'namespace'>>;
  /** Namespaces of a container. Default: the parent's. */
  mounts?: MountTable;
  network?: NetworkNamespace;
  hostname?: string;
}

/** What a context starts with. */
export interface ContextState {
  host: Host;
  args: readonly string[];
  env: ReadonlyMap<string, string>;
  cwd: string;
  umask: number;
  credentials: Credentials;
  fds: ReadonlyMap<number, OpenFile>;
  mounts: MountTable;
  network: NetworkNamespace;
  /** Undefined: the host's. */
  hostname: string | undefined;
}

/** What starting a program costs: fork, exec, the dynamic linker. */
const START_CPU_MS = 0.8;
/** Characters taken in one read. */
const CHUNK = 64 * 1024;

/**
 * A process's only door to the world: its arguments, environment, descriptors, files, network and children. Methods
 * that may wait are generators (`yield*`); the others are system calls that return at once or throw `SystemError`.
 */
export class Context implements FilesOwner {
  readonly host: Host;
  readonly process: Process;
  readonly fs: Files;
  /** Descriptors by number. Change through `setFd` and `closeFd`. */
  readonly fds = new Map<number, OpenFile>();
  readonly env: Map<string, string>;
  readonly openSpecial: OpenSpecial;
  args: readonly string[];
  cwd: string;
  umask: number;
  credentials: Credentials;
  mounts: MountTable;
  network: NetworkNamespace;
  #hostname: string | undefined;

  constructor(process: Process, state: ContextState) {
    this.process = process;
    this.host = state.host;
    this.args = state.args;
    this.env = new Map(state.env);
    this.cwd = state.cwd;
    this.umask = state.umask;
    this.credentials = state.credentials;
    this.mounts = state.mounts;
    this.network = state.network;
    this.#hostname = state.hostname;
    this.openSpecial = (place, node, flags) => this.host.devices.open(this, place, node, flags);
    this.fs = new Files(this);
    for (const [fd, file] of state.fds) this.#point(fd, file);
    process.onExit.push(() => {
      for (const fd of [...this.fds.keys()]) this.closeFd(fd);
    });
  }

  /** Virtual ms since the epoch. */
  get now(): number {
    return this.process.clock.now;
  }

  get hostname(): string {
    return this.#hostname ?? this.host.hostname;
  }

  /** Goes by the hostname of another process's UTS namespace. */
  joinHostname(other: Context): void {
    this.#hostname = other.#hostname;
  }

  /**
   * Whether it may listen on a port: those below `net.ipv4.ip_unprivileged_port_start` are not for everybody.
   * `byFile`: the program's file brings the capability, as far as the container leaves it to anybody.
   */
  mayListen(port: number, byFile = false): boolean {
    const { confinement } = this.credentials;
    if (port >= this.network.unprivilegedPorts || capable(this.credentials, 'NET_BIND_SERVICE')) return true;
    return byFile && capable({ ...ROOT, ...(confinement ? { confinement } : {}) }, 'NET_BIND_SERVICE');
  }

  /** The controlling terminal, if there is one. */
  get terminal(): Terminal | undefined {
    return this.process.terminal as Terminal | undefined;
  }

  fd(number: number): OpenFile {
    const file = this.fds.get(number);
    if (!file) throw new SystemError('EBADF');
    return file;
  }

  descriptor(number: number): OpenFile {
    return this.fd(number);
  }

  /** Points a descriptor at a file, closing what it pointed to (`dup2`). */
  setFd(number: number, file: OpenFile): void {
    if (number >= this.process.limits.openFiles) throw new SystemError('EMFILE');
    this.#point(number, file);
  }

  #point(number: number, file: OpenFile): void {
    if (this.fds.get(number) === file) return;
    file.retain();
    this.closeFd(number);
    this.fds.set(number, file);
  }

  closeFd(number: number): void {
    const file = this.fds.get(number);
    this.fds.delete(number);
    file?.release();
  }

  isTerminal(fd: number): boolean {
    return this.fds.get(fd)?.terminal !== undefined;
  }

  /** Up to `limit` characters from a descriptor; '' at the end. A handled signal ends the wait with EINTR. */
  *read(fd: number, limit = CHUNK): Steps<string> {
    const file = this.fd(fd);
    for (;;) {
      const piece = file.read(limit);
      if (piece !== undefined) return piece;
      if (!file.readable) throw new SystemError('EIO');
      if ((yield* waitOn([file.readable])) === 'signal') throw new SystemError('EINTR');
    }
  }

  /** Everything up to the end of a descriptor. */
  *readAll(fd: number): Steps<string> {
    let all = '';
    for (;;) {
      const piece = yield* this.read(fd);
      if (piece === '') return all;
      all += piece;
    }
  }

  /**
   * Writes all of `text`, waiting while the reader is slow. Nobody left to read: SIGPIPE ends the process, or EPIPE is
   * thrown where that is ignored.
   */
  *write(fd: number, text: string): Steps<void> {
    const file = this.fd(fd);
    for (let rest = text; rest !== ''; ) {
      const taken = this.#writeSome(file, rest);
      rest = taken === rest.length ? '' : rest.slice(taken);
      if (rest === '') break;
      if (taken === 0) {
        if (!file.writable) throw new SystemError('EIO');
        yield* waitOn([file.writable]);
      }
    }
  }

  /** To standard output. */
  *out(text: string): Steps<void> {
    yield* this.write(1, text);
  }

  /** To standard error. */
  *err(text: string): Steps<void> {
    yield* this.write(2, text);
  }

  *sleep(durationMs: number): Steps<number> {
    return yield* sleep(this.process.clock, durationMs);
  }

  /**
   * Starts a program by path or by a name looked up in PATH (`execvpe`). Throws ENOENT, EACCES, ENOEXEC, EAGAIN before
   * anything runs.
   */
  spawn(file: string, options: ChildOptions): Process {
    const { main, args, path } = executable(this, file, options.args, options.env ?? this.env);
    (options.process?.cgroup ?? this.process.cgroup).account(START_CPU_MS);
    const child = this.fork(main, { ...options, args });
    child.exe = path;
    return child;
  }

  /** Starts a child that runs `main`: a subshell, or a program that is not a file. */
  fork(main: Main, options: ChildOptions): Process {
    return this.host.spawn({
      main,
      parent: this.process,
      process: options.process ?? {},
      state: {
        host: this.host,
        args: options.args,
        env: options.env ?? this.env,
        cwd: options.cwd ?? this.cwd,
        umask: options.umask ?? this.umask,
        credentials: options.credentials ?? this.credentials,
        fds: options.fds ?? this.fds,
        mounts: options.mounts ?? this.mounts,
        network: options.network ?? this.network,
        hostname: options.hostname ?? this.#hostname,
      },
    });
  }

  /** Replaces the program of this process (`execvpe`): the caller returns what this returns. */
  *exec(file: string, args: readonly string[]): Steps<number> {
    const found = executable(this, file, args, this.env);
    this.args = found.args;
    this.process.argv = found.args;
    this.process.exe = found.path;
    this.process.handlers.forEach((handler, signal) => {
      if (handler !== 'ignore') this.process.handlers.delete(signal);
    });
    // The other processes of a pipeline get to their programs before this one looks around.
    yield { until: this.now };
    return yield* found.main(this);
  }

  /** Waits until `child` has ended and forgets it. */
  *wait(child: Process): Steps<ExitStatus> {
    while (child.alive) yield* waitOn([child.ended]);
    return this.process.reap(child) ?? { code: 127 };
  }

  /** Runs a program to its end and returns its exit code. */
  *run(file: string, args: readonly string[], options: Partial<ChildOptions> = {}): Steps<number> {
    return (yield* this.wait(this.spawn(file, { ...options, args }))).code;
  }

  #writeSome(file: OpenFile, text: string): number {
    const room = this.process.limits.fileBytes - (file instanceof RegularFile ? file.position : 0);
    if (room <= 0) {
      this.process.signal('XFSZ');
      if (!this.process.handlers.has('XFSZ')) throw new ProcessExit(128 + SIGNALS.XFSZ);
      throw new SystemError('EFBIG');
    }
    try {
      return file.write(text.length > room ? text.slice(0, room) : text);
    } catch (error) {
      if (error instanceof SystemError && error.code === 'EPIPE') this.process.signal('PIPE');
      throw error;
    }
  }
}

/**
 * True for a program that runs again because its host was restored from a saved state: to everybody else it never
 * stopped, so it should neither take its time to start nor say anew what it said then.
 */
export function wasResumed({ host, process }: Context): boolean {
  const { startedAt } = host.init.process;
  return process.startedAt === startedAt && host.bootedAt < startedAt;
}
