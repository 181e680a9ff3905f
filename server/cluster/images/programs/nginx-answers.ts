import {
  type Context,
  contentOf,
  type HttpRequest,
  type HttpResponse,
  httpRequest,
  isSystemError,
  resolveName,
} from '../../../host/index.ts';
import { html, log, pathOf } from '../serve.ts';
import type { Directive } from './nginx-config.ts';
import { logTime, nginxPage } from './nginx-pages.ts';
import { first, locationFor, type Site, siteFor } from './nginx-sites.ts';

/** `2026/11/21 09:00:00`, as the error log has it. */
export function errorTime(context: Context): string {
  return new Date(context.now).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
}

/** What nginx answers by a configuration: files, redirects, what other servers say. */
export class NginxAnswers {
  readonly #context: Context;
  readonly #version: string;
  readonly #http: readonly Directive[];
  readonly #ports: ReadonlyMap<number, readonly Site[]>;
  #requests = 0;

  constructor(
    context: Context,
    version: string,
    http: readonly Directive[],
    ports: ReadonlyMap<number, readonly Site[]>,
  ) {
    this.#context = context;
    this.#version = version;
    this.#http = http;
    this.#ports = ports;
  }

  answer(port: number, request: HttpRequest): HttpResponse {
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
      body: contentOf(stat),
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
    const found = resolveName(this.#context, name);
    if (!found.ok) return this.#error(502);
    const address = found.addresses[0] as string;
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

  #redirect(status: number, to: string): HttpResponse {
    const response = this.#error(status);
    return { ...response, headers: { ...response.headers, location: to } };
  }

  #error(status: number): HttpResponse {
    return nginxPage(status, `nginx/${this.#version}`);
  }

  #problem(message: string, path: string): void {
    log(
      this.#context,
      `${errorTime(this.#context)} [error] 29#29: *${this.#requests + 1} ${message}, client: 0.0.0.0, server: localhost, request: "GET ${path} HTTP/1.1"\n`,
      2,
    );
  }

  #access(request: HttpRequest, response: HttpResponse): void {
    const off = first([this.#http], 'access_log')?.[0] === 'off';
    if (off) return;
    const time = logTime(this.#context.now);
    const agent = request.headers['user-agent'] ?? '-';
    const size = response.body?.length ?? 0;
    log(
      this.#context,
      `${request.peer?.address ?? '-'} - - [${time}] "${request.method} ${request.path} HTTP/1.1" ${response.status} ${size} "${request.headers['referer'] ?? '-'}" "${agent}" "${request.headers['x-forwarded-for'] ?? '-'}"\n`,
    );
  }
}

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
