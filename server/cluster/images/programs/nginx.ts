import { type Context, isSystemError, KERNEL, type Main, resolveName } from '../../../host/index.ts';
import { log, tryListen, untilSignal } from '../serve.ts';
import { errorTime, NginxAnswers } from './nginx-answers.ts';
import { checkDirectives, checkUpstreams, NginxConfigError, readNginxConfig } from './nginx-config.ts';
import { type Site, sites } from './nginx-sites.ts';

const CONFIG = '/etc/nginx/nginx.conf';

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

class Nginx {
  readonly #context: Context;
  readonly #version: string;
  #ports: ReadonlyMap<number, readonly Site[]> = new Map();
  #answers: NginxAnswers;

  constructor(context: Context, version: string) {
    this.#context = context;
    this.#version = version;
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
      this.#ports = sites(http);
      this.#answers = new NginxAnswers(this.#context, this.#version, http, this.#ports);
      return undefined;
    } catch (error) {
      if (error instanceof NginxConfigError) return error.message;
      throw error;
    }
  }

  *run() {
    const context = this.#context;
    if (yield* this.#bind()) return 1;
    this.#announce();
    context.fs.mkdirAll('/run');
    try {
      context.fs.write('/run/nginx.pid', `${context.process.nspid}\n`);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      const problem = `open() "/run/nginx.pid" failed (30: ${error.message})`;
      yield* context.err(`${this.stamp('emerg')}: ${problem}\nnginx: [emerg] ${problem}\n`);
      return 1;
    }
    for (;;) {
      const signal = yield* untilSignal(context, ['TERM', 'INT', 'QUIT', 'HUP']);
      if (signal !== 'HUP') {
        const how = signal === 'QUIT' ? 'gracefully shutting down' : 'exiting';
        this.#notice(
          `signal ${signal === 'QUIT' ? 3 : 15} (SIG${signal}) received from 0, ${signal === 'QUIT' ? 'shutting down' : 'exiting'}`,
        );
        log(context, `${errorTime(this.#context)} [notice] 29#29: ${how}\n`, 2);
        this.#notice('exit');
        return 0;
      }
      this.#notice('signal 1 (SIGHUP) received from 0, reconfiguring');
      const problem = this.load(CONFIG);
      if (problem) log(context, `${this.stamp('emerg')}: ${problem}\n`, 2);
      else yield* this.#bind();
    }
  }

  stamp(level: string): string {
    const pid = this.#context.process.nspid;
    return `${errorTime(this.#context)} [${level}] ${pid}#${pid}`;
  }

  readonly #bound = new Set<number>();

  /** Listens on every port that is new; true: one is taken. */
  *#bind() {
    for (const port of this.#ports.keys()) {
      if (this.#bound.has(port)) continue;
      const problem = tryListen(this.#context, {
        port,
        http: (request) => this.#answers.answer(port, request),
      });
      if (problem) {
        const number = problem.startsWith('Address') ? 98 : 13;
        const text = `bind() to 0.0.0.0:${port} failed (${number}: ${problem})`;
        yield* this.#context.err(`${this.stamp('emerg')}: ${text}\nnginx: [emerg] ${text}\n`);
        return true;
      }
      this.#bound.add(port);
    }
    return false;
  }

  #announce(): void {
    this.#notice('using the "epoll" event method');
    this.#notice(`nginx/${this.#version}`);
    this.#notice('built by gcc 12.2.0 (Debian 12.2.0-14)');
    this.#notice(`OS: Linux ${KERNEL.release}`);
    this.#notice('getrlimit(RLIMIT_NOFILE): 1048576:1048576');
    this.#notice('start worker processes');
    for (let i = 0; i < this.#context.host.cores; i++) this.#notice(`start worker process ${29 + i}`);
  }

  #notice(message: string): void {
    log(this.#context, `${this.stamp('notice')}: ${message}\n`, 2);
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
