import {
  type Context,
  isSystemError,
  KERNEL,
  resolveName,
  type TlsServer,
  Users,
} from '../../../host/index.ts';
import { type Process, SIGNALS } from '../../../sim/index.ts';
import { tryListen, untilSignal } from '../serve.ts';
import { Workers } from '../workers.ts';
import { NginxAnswers } from './nginx-answers.ts';
import { checkDirectives } from './nginx-check.ts';
import { checkUpstreams, type Directive, NginxConfigError, readNginxConfig } from './nginx-config.ts';
import { errorTime, openLogs, writeError } from './nginx-log.ts';
import { type Site, sites } from './nginx-sites.ts';
import { checkTls, tlsOf } from './nginx-tls.ts';

export const CONFIG = '/etc/nginx/nginx.conf';
/** How often it tries to listen where somebody else does, and how long it waits between; its clock stands still meanwhile. */
const BIND_TRIES = 5;
const BIND_PAUSE_MS = 500;

export function stampOf(context: Context, level: string): string {
  const pid = context.process.nspid;
  return `${errorTime(context)} [${level}] ${pid}#${pid}`;
}

const USER_IGNORED = `the "user" directive makes sense only if the master process runs with super-user privileges, ignored in ${CONFIG}:2`;

/** What a system call that fails says; undefined when it does not. */
function attempt(name: string, path: string, call: () => void, id?: number): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const said = id === undefined ? `${name} "${path}"` : `${name.slice(0, -1)}"${path}", ${id})`;
    return `${said} failed (${ERRNO[error.code] ?? 5}: ${error.message})`;
  }
}

const ERRNO: Readonly<Record<string, number>> = {
  EPERM: 1,
  ENOENT: 2,
  EACCES: 13,
  ENOTDIR: 20,
  ENOSPC: 28,
  EROFS: 30,
};

function userId({ fs }: Context, name: string): number | undefined {
  return new Users((path) => (fs.isFile(path) ? fs.read(path) : undefined)).user(name)?.uid;
}

export function gccOf({ fs }: Context): string {
  return fs.isFile('/etc/alpine-release') ? '14.2.0 (Alpine 14.2.0)' : '12.2.0 (Debian 12.2.0-14+deb12u1)';
}

/** The master process: what it reads, where it listens, its workers. */
export class Nginx {
  readonly #context: Context;
  readonly #version: string;
  /** The files that were read, as `-T` shows them. */
  readonly files = new Map<string, string>();
  #main: readonly Directive[] = [];
  #ports: ReadonlyMap<number, readonly Site[]> = new Map();
  #answers: NginxAnswers | undefined;
  /** What ports with TLS show, as the configuration has it that was read last. */
  readonly #tls = new Map<number, TlsServer>();
  readonly #workers: Workers;
  #user = 'nginx';
  #workerCount = 1;
  /** `error_log` asks for what is merely worth a note, too. */
  isTalkative = false;

  constructor(context: Context, version: string) {
    this.#context = context;
    this.#version = version;
    this.#workers = new Workers(context);
  }

  /** Reads the configuration; returns what is wrong with it. */
  load(path: string): string | undefined {
    const { fs } = this.#context;
    if (!fs.isFile(path)) return `open() "${path}" failed (2: No such file or directory)`;
    try {
      this.files.clear();
      this.files.set(path, fs.read(path));
      const directives = readNginxConfig(path, fs.read(path), (pattern, at) => this.#include(pattern, at));
      checkDirectives(directives);
      const http = directives.find((d) => d.name === 'http')?.block ?? [];
      checkUpstreams(http, (name) => resolveName(this.#context, name).ok);
      checkTls(this.#context, http);
      const closed = openLogs(this.#context, directives);
      if (closed) return `open() "${closed.path}" failed (${ERRNO[closed.code] ?? 5}: ${closed.message})`;
      this.#main = directives;
      const main = (name: string) => directives.find((d) => d.name === name)?.args[0];
      this.#user = main('user') ?? 'nobody';
      const wanted = main('worker_processes') ?? '1';
      const level = directives.find((d) => d.name === 'error_log')?.args[1];
      this.isTalkative = ['notice', 'info', 'debug'].includes(level ?? '');
      this.#workerCount = wanted === 'auto' ? this.#context.host.cores : Number(wanted);
      this.#ports = sites(http);
      this.#tls.clear();
      for (const [port, list] of this.#ports) {
        const tls = tlsOf(this.#context, port, list, http);
        if (tls) this.#tls.set(port, tls);
      }
      this.#answers = new NginxAnswers(this.#context, {
        version: this.#version,
        http,
        ports: this.#ports,
        hasTls: (port) => this.#tls.has(port),
        worker: () => this.#workers.first?.nspid ?? this.#context.process.nspid,
      });
      return undefined;
    } catch (error) {
      if (error instanceof NginxConfigError) return error.message;
      throw error;
    }
  }

  *run() {
    const context = this.#context;
    if (context.credentials.uid !== 0) yield* this.#say('warn', USER_IGNORED);
    const noPath = this.#makePaths();
    if (noPath) return yield* this.#fail(noPath);
    if (yield* this.#bind()) return 1;
    this.#announce();
    const noPid = attempt('open()', '/run/nginx.pid', () =>
      context.fs.write('/run/nginx.pid', `${context.process.nspid}\n`),
    );
    if (noPid) return yield* this.#fail(noPid);
    for (;;) {
      const signal = yield* untilSignal(context, ['TERM', 'INT', 'QUIT', 'HUP', 'CHLD']);
      if (signal === 'CHLD') this.#replaceEnded();
      else if (signal === 'HUP') yield* this.#reload();
      else {
        const how = signal === 'QUIT' ? 'shutting down' : 'exiting';
        this.#notice(`signal ${SIGNALS[signal]} (SIG${signal}) received, ${how}`);
        this.#tellEnded(yield* this.#workers.stop(signal));
        this.#notice('exit');
        return 0;
      }
    }
  }

  /** The directories of what it keeps for a while, owned by its workers. Models ngx_create_paths. */
  #makePaths(): string | undefined {
    const { fs, credentials } = this.#context;
    const uid = credentials.uid === 0 ? userId(this.#context, this.#user) : undefined;
    for (const name of ['client_temp', 'proxy_temp', 'fastcgi_temp', 'uwsgi_temp', 'scgi_temp']) {
      const path = `/var/cache/nginx/${name}`;
      const problem =
        (fs.isDirectory(path) ? undefined : attempt('mkdir()', path, () => fs.mkdir(path, 0o700))) ??
        (uid === undefined || fs.stat(path).uid === uid
          ? undefined
          : attempt('chown()', path, () => fs.chown(path, uid, undefined), uid));
      if (problem) return problem;
    }
    return undefined;
  }

  *#say(level: string, message: string, stamp = this.stamp(level)) {
    this.#tell(`${stamp}: ${message}\n`);
    yield* this.#context.err(`nginx: [${level}] ${message}\n`);
  }

  *#fail(problem: string) {
    yield* this.#say('emerg', problem);
    return 1;
  }

  *#reload() {
    this.#notice('signal 1 (SIGHUP) received, reconfiguring');
    this.#notice('reconfiguring');
    const problem = this.load(CONFIG);
    if (problem) {
      this.#tell(`${this.stamp('emerg')}: ${problem}\n`);
      return;
    }
    if (yield* this.#bind()) return;
    this.#notice('using the "epoll" event method');
    const ended = yield* this.#workers.stop('QUIT');
    this.#startWorkers();
    this.#tellEnded(ended);
  }

  #startWorkers(): void {
    this.#notice('start worker processes');
    for (let i = 0; i < this.#workerCount; i++) this.#startWorker();
  }

  #startWorker(): void {
    const worker = this.#workers.fork({
      title: 'nginx: worker process',
      user: this.#user,
      stopped: (own, signal) => {
        if (!this.isTalkative) return;
        const messages = [...(signal === 'QUIT' ? ['gracefully shutting down'] : []), 'exiting', 'exit'];
        for (const message of messages)
          writeError(own, this.#main, `${stampOf(own, 'notice')}: ${message}\n`);
      },
    });
    this.#notice(`start worker process ${worker.nspid}`);
  }

  #tellEnded(ended: readonly Process[]): void {
    if (ended.length > 0) this.#notice(`signal 17 (SIGCHLD) received from ${ended.at(-1)?.nspid}`);
    for (const { nspid, status } of ended) {
      const how = status?.signal ? `on signal ${SIGNALS[status.signal]}` : `with code ${status?.code}`;
      this.#notice(`worker process ${nspid} exited ${how}`);
    }
  }

  #replaceEnded(): void {
    const ended = this.#workers.takeEnded().map(({ process }) => process);
    this.#tellEnded(ended);
    for (let i = 0; i < ended.length; i++) this.#startWorker();
  }

  stamp(level: string): string {
    return stampOf(this.#context, level);
  }

  readonly #bound = new Set<number>();

  /** Listens on every port that is new; true: one is taken, and stays so. Models ngx_open_listening_sockets. */
  *#bind() {
    const stamps = { emerg: this.stamp('emerg'), notice: this.stamp('notice') };
    for (let tries = 0; tries < BIND_TRIES; tries++) {
      let failed = false;
      for (const port of this.#ports.keys()) {
        const problem = this.#bound.has(port) ? undefined : this.#listen(port);
        if (!problem) continue;
        const isTaken = problem.startsWith('Address');
        const said = ` failed (${isTaken ? 98 : 13}: ${problem})`;
        yield* this.#say('emerg', `bind() to 0.0.0.0:${port}${said}`, stamps.emerg);
        if (!isTaken) return true;
        if (this.#isSix(port)) yield* this.#say('emerg', `bind() to [::]:${port}${said}`, stamps.emerg);
        failed = true;
      }
      if (!failed) return false;
      if (this.isTalkative) this.#tell(`${stamps.notice}: try again to bind() after ${BIND_PAUSE_MS}ms\n`);
      yield* this.#context.sleep(BIND_PAUSE_MS);
    }
    yield* this.#say('emerg', 'still could not bind()', stamps.emerg);
    return true;
  }

  #isSix(port: number): boolean {
    return this.#ports.get(port)?.some(({ six }) => six) ?? false;
  }

  /** Why that port cannot be listened on; undefined: it is. */
  #listen(port: number): string | undefined {
    const problem = tryListen(this.#context, {
      port,
      http: (request) => (this.#answers as NginxAnswers).answer(port, request),
      ...this.#secure(port),
      backlog: 511,
      holders: this.#workers.pids,
      alsoSix: this.#isSix(port),
    });
    if (!problem) this.#bound.add(port);
    return problem;
  }

  #secure(port: number): { tls?: TlsServer } {
    const standing = this.#tls.get(port);
    if (!standing) return {};
    const now = () => this.#tls.get(port) ?? standing;
    const certificatesFor = (name: string) => now().certificatesFor?.(name) ?? '';
    return {
      tls: {
        get certificates() {
          return now().certificates;
        },
        certificatesFor,
        get versions() {
          return now().versions ?? [];
        },
      },
    };
  }

  #announce(): void {
    this.#notice('using the "epoll" event method');
    this.#notice(`nginx/${this.#version}`);
    this.#notice(`built by gcc ${gccOf(this.#context)}`);
    this.#notice(`OS: Linux ${KERNEL.release}`);
    this.#notice('getrlimit(RLIMIT_NOFILE): 1048576:1048576');
    this.#startWorkers();
  }

  #notice(message: string): void {
    if (this.isTalkative) this.#tell(`${this.stamp('notice')}: ${message}\n`);
  }

  #tell(line: string): void {
    writeError(this.#context, this.#main, line);
  }

  #include(pattern: string, at: Directive): { path: string; text: string }[] {
    const { fs } = this.#context;
    const full = pattern.startsWith('/') ? pattern : `/etc/nginx/${pattern}`;
    const directory = full.slice(0, full.lastIndexOf('/'));
    const name = full.slice(directory.length + 1);
    if (!name.includes('*') && !fs.isFile(full))
      throw new NginxConfigError(`open() "${full}" failed (2: No such file or directory)`, at.file, at.line);
    if (!name.includes('*')) return [this.#included(full)];
    const [head = '', tail = ''] = name.split('*');
    if (!fs.isDirectory(directory)) return [];
    return fs
      .list(directory)
      .filter((file) => file.startsWith(head) && file.endsWith(tail) && fs.isFile(`${directory}/${file}`))
      .sort()
      .map((file) => this.#included(`${directory}/${file}`));
  }

  #included(path: string): { path: string; text: string } {
    const text = this.#context.fs.read(path);
    this.files.set(path, text);
    return { path, text };
  }
}
