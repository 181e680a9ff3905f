import {
  type Context,
  type HttpRequest,
  type HttpResponse,
  httpRequest,
  isSystemError,
  KERNEL,
  type Main,
} from '../../../host/index.ts';
import { html, log, pathOf, tryListen, untilSignal } from '../serve.ts';
import { checkDirectives, type Directive, NginxConfigError, readNginxConfig } from './nginx-config.ts';

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

interface Site {
  readonly names: readonly string[];
  readonly isDefault: boolean;
  readonly directives: readonly Directive[];
}

class Nginx {
  readonly #context: Context;
  readonly #version: string;
  #http: readonly Directive[] = [];
  #ports = new Map<number, Site[]>();
  #requests = 0;

  constructor(context: Context, version: string) {
    this.#context = context;
    this.#version = version;
  }

  /** Reads the configuration; returns what is wrong with it. */
  load(path: string): string | undefined {
    const { fs } = this.#context;
    if (!fs.isFile(path)) return `open() "${path}" failed (2: No such file or directory)`;
    try {
      const directives = readNginxConfig(path, fs.read(path), (pattern) => this.#include(pattern));
      checkDirectives(directives);
      this.#http = directives.find((d) => d.name === 'http')?.block ?? [];
      this.#ports = sites(this.#http);
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
        log(context, `${this.#time()} [notice] 29#29: ${how}\n`, 2);
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
    return `${this.#time()} [${level}] ${pid}#${pid}`;
  }

  readonly #bound = new Set<number>();

  /** Listens on every port that is new; true: one is taken. */
  *#bind() {
    for (const port of this.#ports.keys()) {
      if (this.#bound.has(port)) continue;
      const problem = tryListen(this.#context, { port, http: (request) => this.#answer(port, request) });
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

  #time(): string {
    return new Date(this.#context.now).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
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

  #answer(port: number, request: HttpRequest): HttpResponse {
    const site = siteFor(
      this.#ports.get(port) ?? [],
      (request.headers['host'] ?? '').split(':')[0] as string,
    );
    const response = site ? this.#serve(site, request) : this.#error(404);
    this.#requests++;
    this.#access(request, response);
    const headers = {
      server: `nginx/${this.#version}`,
      date: new Date(this.#context.now).toUTCString(),
      ...response.headers,
    };
    return request.method === 'HEAD'
      ? { status: response.status, headers, body: '' }
      : { ...response, headers };
  }

  #serve(site: Site, request: HttpRequest): HttpResponse {
    const path = pathOf(request);
    const location = locationFor(site.directives, path);
    const scope = [...(location?.block ? [location.block] : []), site.directives, this.#http];
    const own = location?.block ?? site.directives;
    const back = own.find((d) => d.name === 'return') ?? site.directives.find((d) => d.name === 'return');
    if (back) return this.#return(back, request);
    if (own.some((d) => d.name === 'deny' && d.args[0] === 'all')) return this.#error(403);
    const proxy = own.find((d) => d.name === 'proxy_pass');
    if (proxy) return this.#proxy(proxy.args[0] ?? '', location, request);
    if (own.some((d) => d.name === 'stub_status')) {
      const n = this.#requests + 1;
      return {
        status: 200,
        headers: { 'content-type': 'text/plain' },
        body: `Active connections: 1 \nserver accepts handled requests\n ${n} ${n} ${n} \nReading: 0 Writing: 1 Waiting: 0 \n`,
      };
    }
    const alias = own.find((d) => d.name === 'alias')?.args[0];
    const root = first(scope, 'root')?.[0] ?? '/etc/nginx/html';
    const file = alias !== undefined ? alias + path.slice((location?.args.at(-1) ?? '').length) : root + path;
    const tries = own.find((d) => d.name === 'try_files');
    return this.#file(file, path, first(scope, 'index') ?? ['index.html'], tries?.args, root, own);
  }

  #file(
    file: string,
    path: string,
    indexes: readonly string[],
    tries: readonly string[] | undefined,
    root: string,
    own: readonly Directive[],
  ): HttpResponse {
    const { fs } = this.#context;
    if (tries) {
      for (const candidate of tries.slice(0, -1)) {
        const at = root + candidate.replaceAll('$uri', path);
        if (candidate.endsWith('/') ? fs.isDirectory(at) : fs.isFile(at))
          return this.#file(at, path, indexes, undefined, root, own);
      }
      const last = tries.at(-1) ?? '=404';
      if (last.startsWith('=')) return this.#error(Number(last.slice(1)));
      return this.#file(root + last.replaceAll('$uri', path), path, indexes, undefined, root, own);
    }
    if (fs.isDirectory(file)) {
      if (!path.endsWith('/')) return this.#redirect(301, `${path}/`);
      for (const index of indexes) {
        const at = `${file.replace(/\/$/, '')}/${index}`;
        if (fs.isFile(at)) return this.#file(at, path, indexes, undefined, root, own);
      }
      if (own.some((d) => d.name === 'autoindex' && d.args[0] === 'on')) return this.#listing(file, path);
      this.#problem(`directory index of "${file}" is forbidden`, path);
      return this.#error(403);
    }
    if (!fs.isFile(file)) {
      this.#problem(`open() "${file}" failed (2: No such file or directory)`, path);
      return this.#error(404);
    }
    if (!fs.can(file, 'read')) {
      this.#problem(`open() "${file}" failed (13: Permission denied)`, path);
      return this.#error(403);
    }
    const stat = fs.stat(file);
    const etag = `"${Math.floor(stat.mtimeMs / 1000).toString(16)}-${stat.size.toString(16)}"`;
    return {
      status: 200,
      headers: {
        'content-type': contentType(file),
        'content-length': String(stat.size),
        'last-modified': new Date(stat.mtimeMs).toUTCString(),
        connection: 'keep-alive',
        etag,
        'accept-ranges': 'bytes',
      },
      body: stat.data,
    };
  }

  #listing(directory: string, path: string): HttpResponse {
    const names = this.#context.fs.list(directory).sort();
    const rows = names.map((name) => `<a href="${name}">${name}</a>\n`).join('');
    return html(
      200,
      `<html>\r\n<head><title>Index of ${path}</title></head>\r\n<body>\r\n<h1>Index of ${path}</h1><hr><pre><a href="../">../</a>\n${rows}</pre><hr></body>\r\n</html>\r\n`,
    );
  }

  #return(directive: Directive, request: HttpRequest): HttpResponse {
    const [code = '', ...rest] = directive.args;
    const status = /^\d+$/.test(code) ? Number(code) : 302;
    const body = this.#variables(/^\d+$/.test(code) ? rest.join(' ') : code, request);
    if (status >= 301 && status <= 308 && body !== '') return this.#redirect(status, body);
    if (body === '') return status >= 400 ? this.#error(status) : { status, headers: {}, body: '' };
    return { status, headers: { 'content-type': 'text/plain' }, body: body.replaceAll('\\n', '\n') };
  }

  #variables(value: string, request: HttpRequest): string {
    const known: Record<string, string> = {
      hostname: this.#context.hostname,
      host: (request.headers['host'] ?? '').split(':')[0] as string,
      http_host: request.headers['host'] ?? '',
      request_uri: request.path,
      uri: pathOf(request),
      remote_addr: request.peer?.address ?? '',
      server_addr: this.#context.network.primaryAddress() ?? '',
      request_method: request.method,
      scheme: 'http',
      nginx_version: this.#version,
    };
    return value.replace(
      /\$\{?(\w+)\}?/g,
      (_, name: string) =>
        known[name] ?? request.headers[name.replace(/^http_/, '').replaceAll('_', '-')] ?? '',
    );
  }

  #proxy(target: string, location: Directive | undefined, request: HttpRequest): HttpResponse {
    const match = /^http:\/\/([^/:]+)(?::(\d+))?(\/.*)?$/.exec(this.#variables(target, request));
    const upstream = this.#http.find((d) => d.name === 'upstream' && d.args[0] === match?.[1]);
    const server = upstream?.block?.find((d) => d.name === 'server')?.args[0]?.split(':');
    const name = server?.[0] ?? match?.[1] ?? '';
    const port = Number(server?.[1] ?? match?.[2] ?? 80);
    const address = /^\d+(\.\d+){3}$/.test(name) ? name : this.#hosts(name);
    if (address === undefined) return this.#error(502);
    const prefix = location?.args.at(-1) ?? '';
    const path = match?.[3] ? match[3] + request.path.slice(prefix.length) : request.path;
    try {
      return httpRequest(
        this.#context.network,
        { address, port },
        { ...request, path, headers: { ...request.headers, host: name } },
      );
    } catch (error) {
      if (!isSystemError(error)) throw error;
      this.#problem(`connect() failed (111: ${error.message}) while connecting to upstream`, pathOf(request));
      return this.#error(error.code === 'ETIMEDOUT' ? 504 : 502);
    }
  }

  #hosts(name: string): string | undefined {
    const line = this.#context.fs
      .read('/etc/hosts')
      .split('\n')
      .find((l) => l.split(/\s+/).slice(1).includes(name));
    return line?.split(/\s+/)[0];
  }

  #redirect(status: number, to: string): HttpResponse {
    const response = this.#error(status);
    return { ...response, headers: { ...response.headers, location: to } };
  }

  #error(status: number): HttpResponse {
    const title = `${status} ${REASONS[status] ?? ''}`.trim();
    return html(
      status,
      `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx/${this.#version}</center>\r\n</body>\r\n</html>\r\n`,
    );
  }

  #problem(message: string, path: string): void {
    log(
      this.#context,
      `${this.#time()} [error] 29#29: *${this.#requests + 1} ${message}, client: 0.0.0.0, server: localhost, request: "GET ${path} HTTP/1.1"\n`,
      2,
    );
  }

  #access(request: HttpRequest, response: HttpResponse): void {
    const off = first([this.#http], 'access_log')?.[0] === 'off';
    if (off) return;
    const when = new Date(this.#context.now);
    const month = MONTHS[when.getUTCMonth()] as string;
    const iso = when.toISOString();
    const time = `${iso.slice(8, 10)}/${month}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
    const agent = request.headers['user-agent'] ?? '-';
    const size = response.body?.length ?? 0;
    log(
      this.#context,
      `${request.peer?.address ?? '-'} - - [${time}] "${request.method} ${request.path} HTTP/1.1" ${response.status} ${size} "${request.headers['referer'] ?? '-'}" "${agent}" "${request.headers['x-forwarded-for'] ?? '-'}"\n`,
    );
  }
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const REASONS: Record<number, string> = {
  301: 'Moved Permanently',
  302: 'Found',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Authorization Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Not Allowed',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

const TYPES: Record<string, string> = {
  html: 'text/html',
  htm: 'text/html',
  css: 'text/css',
  js: 'application/javascript',
  json: 'application/json',
  txt: 'text/plain',
  xml: 'text/xml',
  svg: 'image/svg+xml',
  png: 'image/png',
};

function contentType(file: string): string {
  return TYPES[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
}

function sites(http: readonly Directive[]): Map<number, Site[]> {
  const ports = new Map<number, Site[]>();
  for (const server of http.filter((d) => d.name === 'server')) {
    const directives = server.block ?? [];
    const names = directives.filter((d) => d.name === 'server_name').flatMap((d) => d.args);
    const listens = directives.filter((d) => d.name === 'listen').map((d) => d.args);
    for (const args of listens.length > 0 ? listens : [['80']]) {
      const port = Number(/(\d+)$/.exec(args[0] ?? '')?.[1] ?? 80);
      const list = ports.get(port) ?? [];
      if (!list.some((site) => site.directives === directives)) {
        list.push({ names, isDefault: args.includes('default_server'), directives });
      }
      ports.set(port, list);
    }
  }
  return ports;
}

function siteFor(list: readonly Site[], host: string): Site | undefined {
  return list.find((site) => site.names.includes(host)) ?? list.find((site) => site.isDefault) ?? list[0];
}

/** Exact, then the longest prefix unless a regular expression that stands first matches. */
function locationFor(directives: readonly Directive[], path: string): Directive | undefined {
  const locations = directives.filter((d) => d.name === 'location');
  const exact = locations.find((d) => d.args[0] === '=' && d.args[1] === path);
  if (exact) return exact;
  const prefixes = locations.filter(
    (d) => !['=', '~', '~*'].includes(d.args[0] ?? '') && path.startsWith(d.args.at(-1) ?? ''),
  );
  const best = prefixes.sort((a, b) => (b.args.at(-1) ?? '').length - (a.args.at(-1) ?? '').length)[0];
  if (best?.args[0] === '^~') return best;
  const suffix = locations.find((d) => /^~\*?$/.test(d.args[0] ?? '') && endsAs(path, d.args[1] ?? ''));
  return suffix ?? best;
}

/** The usual pattern `\.(php|html)$`, looked at without a regular expression engine: others match nothing. */
function endsAs(path: string, pattern: string): boolean {
  const match = /^\\\.\(?([\w|]+)\)?\$$/.exec(pattern);
  return match?.[1]?.split('|').some((extension) => path.endsWith(`.${extension}`)) ?? false;
}

function first(scopes: readonly (readonly Directive[])[], name: string): readonly string[] | undefined {
  for (const scope of scopes) {
    const found = scope.find((d) => d.name === name);
    if (found) return found.args;
  }
  return undefined;
}
