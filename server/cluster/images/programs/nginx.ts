import {
  type Context,
  isSystemError,
  KERNEL,
  type Main,
  resolveName,
  type TlsServer,
  Users,
} from '../../../host/index.ts';
import { type Process, SIGNALS } from '../../../sim/index.ts';
import { log, tryListen, untilSignal } from '../serve.ts';
import { Workers } from '../workers.ts';
import { errorTime, NginxAnswers } from './nginx-answers.ts';
import { checkDirectives, checkUpstreams, NginxConfigError, readNginxConfig } from './nginx-config.ts';
import { type Site, sites } from './nginx-sites.ts';
import { checkTls, tlsOf } from './nginx-tls.ts';

const CONFIG = '/etc/nginx/nginx.conf';
/** How often it tries to listen where somebody else does, and how long it waits between; its clock stands still meanwhile. */
const BIND_TRIES = 5;
const BIND_PAUSE_MS = 500;

/** nginx: serves the files and locations of its configuration. */
export const nginx: Main = function* (context) {
  const options = parseArguments(context.args.slice(1));
  if (typeof options === 'string') {
    yield* context.err(`nginx: ${options}\n`);
    return 1;
  }
  const version = context.env.get('NGINX_VERSION') ?? '1.27.5';
  if (options.version) {
    yield* context.err(`nginx version: nginx/${version}\n`);
    return 0;
  }
  if (!options.test && !options.signal) context.process.argv = [masterTitle(context.args)];
  const server = new Nginx(context, version);
  const problem = server.load(options.config);
  if (problem) {
    yield* context.err(
      options.test
        ? `nginx: [emerg] ${problem}\nnginx: configuration file ${options.config} test failed\n`
        : `${server.stamp('emerg')}: ${problem}\nnginx: [emerg] ${problem}\n`,
    );
    return 1;
  }
  if (options.test) {
    yield* context.err(
      `nginx: the configuration file ${options.config} syntax is ok\nnginx: configuration file ${options.config} test is successful\n`,
    );
    return 0;
  }
  if (options.signal) return yield* signalMaster(context, options.signal);
  return yield* server.run();
};

function masterTitle(args: readonly string[]): string {
  return `nginx: master process ${args.join(' ')}`;
}

interface Options {
  config: string;
  test: boolean;
  version: boolean;
  signal: string | undefined;
}

function parseArguments(args: readonly string[]): Options | string {
  const options: Options = { config: CONFIG, test: false, version: false, signal: undefined };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === '-t' || arg === '-T') options.test = true;
    else if (arg === '-v' || arg === '-V') options.version = true;
    else if (arg === '-c') options.config = args[++i] ?? CONFIG;
    else if (arg === '-s') options.signal = args[++i];
    else if (arg === '-g' || arg === '-p' || arg === '-e') i++;
    else if (arg !== '-q') return `invalid option: "${arg.replace(/^-/, '')}"`;
  }
  return options;
}

function* signalMaster(context: Context, name: string) {
  const signals = { stop: 'TERM', quit: 'QUIT', reload: 'HUP', reopen: 'USR1' } as const;
  const signal = signals[name as keyof typeof signals];
  if (!signal) {
    yield* context.err(`nginx: invalid option: "-s ${name}"\n`);
    return 1;
  }
  const pid = context.fs.isFile('/run/nginx.pid') ? Number(context.fs.read('/run/nginx.pid')) : 0;
  const master = context.process.namespace.members.get(pid);
  if (!master?.alive) {
    yield* context.err('nginx: [error] open() "/run/nginx.pid" failed (2: No such file or directory)\n');
    return 1;
  }
  master.signal(signal);
  return 0;
}

function stampOf(context: Context, level: string): string {
  const pid = context.process.nspid;
  return `${errorTime(context)} [${level}] ${pid}#${pid}`;
}

function noticeOf(context: Context, message: string): void {
  log(context, `${stampOf(context, 'notice')}: ${message}\n`, 2);
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

class Nginx {
  readonly #context: Context;
  readonly #version: string;
  #ports: ReadonlyMap<number, readonly Site[]> = new Map();
  #answers: NginxAnswers;
  /** What ports with TLS show, as the configuration has it that was read last. */
  readonly #tls = new Map<number, TlsServer>();
  readonly #workers: Workers;
  #user = 'nginx';
  #workerCount = 1;
  /** `error_log` asks for what is merely worth a note, too. */
  #isTalkative = false;

  constructor(context: Context, version: string) {
    this.#context = context;
    this.#version = version;
    this.#workers = new Workers(context);
    this.#answers = new NginxAnswers(context, version, [], this.#ports);
  }

  /** Reads the configuration; returns what is wrong with it. */
  load(path: string): string | undefined {
    const { fs } = this.#context;
    if (!fs.isFile(path)) return `open() "${path}" failed (2: No such file or directory)`;
    try {
      const directives = readNginxConfig(path, fs.read(path), (pattern) => this.#include(pattern));
      checkDirectives(directives);
      const http = directives.find((d) => d.name === 'http')?.block ?? [];
      checkUpstreams(http, (name) => resolveName(this.#context, name).ok);
      checkTls(this.#context, http);
      const main = (name: string) => directives.find((d) => d.name === name)?.args[0];
      this.#user = main('user') ?? 'nobody';
      const wanted = main('worker_processes') ?? '1';
      const level = directives.find((d) => d.name === 'error_log')?.args[1];
      this.#isTalkative = ['notice', 'info', 'debug'].includes(level ?? '');
      this.#workerCount = wanted === 'auto' ? this.#context.host.cores : Number(wanted);
      this.#ports = sites(http);
      this.#tls.clear();
      for (const [port, list] of this.#ports) {
        const tls = tlsOf(this.#context, port, list, http);
        if (tls) this.#tls.set(port, tls);
      }
      this.#answers = new NginxAnswers(this.#context, this.#version, http, this.#ports);
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
    yield* this.#context.err(`${stamp}: ${message}\nnginx: [${level}] ${message}\n`);
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
      log(this.#context, `${this.stamp('emerg')}: ${problem}\n`, 2);
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
        if (!this.#isTalkative) return;
        if (signal === 'QUIT') noticeOf(own, 'gracefully shutting down');
        noticeOf(own, 'exiting');
        noticeOf(own, 'exit');
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
      if (this.#isTalkative)
        yield* this.#context.err(`${stamps.notice}: try again to bind() after ${BIND_PAUSE_MS}ms\n`);
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
      http: (request) => this.#answers.answer(port, request),
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
    const isAlpine = this.#context.fs.isFile('/etc/alpine-release');
    this.#notice(`built by gcc ${isAlpine ? '14.2.0 (Alpine 14.2.0)' : '12.2.0 (Debian 12.2.0-14+deb12u1)'}`);
    this.#notice(`OS: Linux ${KERNEL.release}`);
    this.#notice('getrlimit(RLIMIT_NOFILE): 1048576:1048576');
    this.#startWorkers();
  }

  #notice(message: string): void {
    if (this.#isTalkative) noticeOf(this.#context, message);
  }

  #include(pattern: string): { path: string; text: string }[] {
    const { fs } = this.#context;
    const full = pattern.startsWith('/') ? pattern : `/etc/nginx/${pattern}`;
    const directory = full.slice(0, full.lastIndexOf('/'));
    const name = full.slice(directory.length + 1);
    if (!name.includes('*')) return fs.isFile(full) ? [{ path: full, text: fs.read(full) }] : [];
    const [head = '', tail = ''] = name.split('*');
    if (!fs.isDirectory(directory)) return [];
    return fs
      .list(directory)
      .filter((file) => file.startsWith(head) && file.endsWith(tail) && fs.isFile(`${directory}/${file}`))
      .sort()
      .map((file) => ({ path: `${directory}/${file}`, text: fs.read(`${directory}/${file}`) }));
  }
}
