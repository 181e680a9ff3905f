import type { Context, HttpRequest, HttpResponse, Main } from '../../host/index.ts';
import { fineTime, type Steps } from '../../sim/index.ts';
import { account, alpineBase, debianBase } from './bases/unix.ts';
import { type ImageFamily, MEBI, PATH } from './image.ts';
import { byteLength, logTime } from './programs/nginx-pages.ts';
import { html, log, pathOf, tryListen, untilSignal } from './serve.ts';
import { releases, variants } from './tags.ts';
import { Workers } from './workers.ts';

const VERSION = 'Apache/2.4.65 (Unix)';
const CONFIG = '/usr/local/apache2/conf/httpd.conf';
/** Processes that mpm_event starts with. */
const SERVERS = 3;

/** Apache: serves the files below its document root. */
const httpd: Main = function* (context) {
  const flags = context.args.slice(1);
  if (flags.includes('-v')) {
    yield* context.out(`Server version: ${VERSION}\nServer built:   Jul 22 2025 01:15:11\n`);
    return 0;
  }
  const config = context.fs.isFile(CONFIG) ? context.fs.read(CONFIG) : '';
  if (setting(config, 'ServerName') === undefined) yield* context.err(unnamed(context, 'httpd'));
  if (flags.includes('-t')) {
    yield* context.err('Syntax OK\n');
    return 0;
  }
  const port = Number(/(\d+)$/.exec(setting(config, 'Listen') ?? '')?.[1] ?? 80);
  const root = setting(config, 'DocumentRoot') ?? '/usr/local/apache2/htdocs';
  const workers = new Workers(context);
  const problem = tryListen(context, {
    port,
    address: '::',
    backlog: 511,
    holders: workers.pids,
    http: (request) => answer(context, root, request),
  });
  if (problem) {
    const number = problem.startsWith('Address') ? 98 : 13;
    yield* context.err(
      `(${number})${problem}: AH00072: make_sock: could not bind to address [::]:${port}\n(${number})${problem}: AH00072: make_sock: could not bind to address 0.0.0.0:${port}\nno listening sockets available, shutting down\nAH00015: Unable to open logs\n`,
    );
    return 1;
  }
  const note = (module: string, text: string) =>
    context.err(`[${errorStamp(context)}] [${module}:notice] [pid 1:tid 1] ${text}\n`);
  yield* note('mpm_event', `AH00489: ${VERSION} configured -- resuming normal operations`);
  yield* note('core', "AH00094: Command line: 'httpd -D FOREGROUND'");
  return yield* serveApache(context, workers, note);
};

/** Keeps its children alive until somebody says stop. */
export function* serveApache(
  context: Context,
  workers: Workers,
  note: (module: string, text: string) => Steps<void>,
): Steps<number> {
  const start = () => workers.fork({ title: context.args.join(' '), user: 'www-data' });
  for (let i = 0; i < SERVERS; i++) start();
  for (;;) {
    const signal = yield* untilSignal(context, ['TERM', 'WINCH', 'INT', 'CHLD']);
    if (signal === 'CHLD') for (const _ of workers.takeEnded()) start();
    else {
      yield* workers.stop('TERM');
      const how =
        signal === 'WINCH'
          ? 'AH00492: caught SIGWINCH, shutting down gracefully'
          : `AH00491: caught SIG${signal}, shutting down`;
      yield* note('mpm_event', how);
      return 0;
    }
  }
}

/** The complaint about a missing ServerName, which comes twice. */
export function unnamed(context: Context, program: string): string {
  const address = context.network.primaryAddress() ?? '127.0.0.1';
  const line = `AH00558: ${program}: Could not reliably determine the server's fully qualified domain name, using ${address}. Set the 'ServerName' directive globally to suppress this message\n`;
  return line + line;
}

/** The value of a directive that stands alone on a line. */
function setting(config: string, name: string): string | undefined {
  for (const line of config.split('\n')) {
    const [word, value] = line.trim().split(/\s+/);
    if (word === name) return value?.replace(/^"(.*)"$/, '$1');
  }
  return undefined;
}

/** `Sat Nov 21 09:00:00.123456 2026`. */
export function errorStamp(context: Context): string {
  const date = new Date(context.now);
  const [day, , month, year] = date.toUTCString().replace(',', '').split(' ');
  const number = String(date.getUTCDate()).padStart(2, '0');
  return `${day} ${month} ${number} ${fineTime(context.now, '').slice(11, 26)} ${year}`;
}

function answer(context: Context, root: string, request: HttpRequest): HttpResponse {
  const path = pathOf(request);
  const at = `${root}${path}`;
  const index = `${at.replace(/\/$/, '')}/index.html`;
  const response =
    context.fs.isDirectory(at) && !path.endsWith('/')
      ? page(301, `The document has moved <a href="${here(request, path)}">here</a>.`, {
          location: here(request, path),
        })
      : fileAt(context, path.endsWith('/') ? index : at, path);
  log(
    context,
    `${request.peer?.address ?? '-'} - - [${logTime(context.now)}] "${request.method} ${request.path} HTTP/1.1" ${response.status} ${byteLength(response)}\n`,
  );
  return request.method === 'HEAD' ? { ...response, body: '' } : response;
}

const here = (request: HttpRequest, path: string) =>
  `http://${request.headers['host'] ?? 'localhost'}${path}/`;

function fileAt(context: Context, file: string, path: string): HttpResponse {
  const { fs } = context;
  if (!fs.isFile(file)) {
    const directory = file.slice(0, file.lastIndexOf('/')) || '/';
    if (path.endsWith('/') && fs.isDirectory(directory)) return listing(fs.list(directory), path);
    return page(404, 'The requested URL was not found on this server.');
  }
  if (!fs.can(file, 'read')) return page(403, "You don't have permission to access this resource.");
  const type = file.endsWith('.html') ? 'text/html' : 'text/plain';
  return { status: 200, headers: { server: VERSION, 'content-type': type }, body: fs.read(file) };
}

/** A directory without an index page. */
function listing(names: readonly string[], path: string): HttpResponse {
  const up = path === '/' ? '' : '<li><a href="/"> Parent Directory</a></li>\n';
  const rows = [...names].sort().map((name) => `<li><a href="${name}"> ${name}</a></li>\n`);
  return html(
    200,
    `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n<html>\n <head>\n  <title>Index of ${path}</title>\n </head>\n <body>\n<h1>Index of ${path}</h1>\n<ul>${up}${rows.join('')}</ul>\n</body></html>\n`,
    { server: VERSION },
  );
}

const TITLES: Readonly<Record<number, [title: string, heading: string]>> = {
  301: ['301 Moved Permanently', 'Moved Permanently'],
  403: ['403 Forbidden', 'Forbidden'],
  404: ['404 Not Found', 'Not Found'],
};

function page(status: number, says: string, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  const [title, heading] = TITLES[status] ?? [String(status), String(status)];
  return html(
    status,
    `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>${title}</title>\n</head><body>\n<h1>${heading}</h1>\n<p>${says}</p>\n</body></html>\n`,
    { server: VERSION, ...headers },
  );
}

export const HTTPD: ImageFamily = {
  repository: 'httpd',
  tags: [
    ...variants(releases({ '2.4': 65, '2.2': 34 }), '2.4.65', ['alpine', 'bookworm', 'alpine3.22']).keys(),
  ],
  sizeBytes: 59_160_000,
  footprint: { memoryBytes: 6 * MEBI, cores: 0.001 },
  config: () => ({
    cmd: ['httpd-foreground'],
    env: {
      PATH: `/usr/local/apache2/bin:${PATH}`,
      HTTPD_PREFIX: '/usr/local/apache2',
      HTTPD_VERSION: '2.4.65',
    },
    workingDir: '/usr/local/apache2',
    stopSignal: 'WINCH',
    ports: ['80/tcp'],
  }),
  files(into) {
    if (into.tag.includes('alpine')) alpineBase(into, '3.21.3');
    else debianBase(into, 'debian', '12 bookworm');
    if (into.tag.includes('alpine')) account(into, 'www-data', 82, '/home/www-data');
    into.install('/usr/local/apache2/bin/httpd', 'httpd');
    into.write(
      '/usr/local/bin/httpd-foreground',
      '#!/bin/sh\nset -e\n\nrm -f /usr/local/apache2/logs/httpd.pid\n\nexec httpd -DFOREGROUND "$@"\n',
      0o755,
    );
    into.fs.mkdirAll('/usr/local/apache2/logs');
    into.write('/usr/local/apache2/htdocs/index.html', '<html><body><h1>It works!</h1></body></html>\n');
    into.write(
      '/usr/local/apache2/conf/httpd.conf',
      'ServerRoot "/usr/local/apache2"\nListen 80\nDocumentRoot "/usr/local/apache2/htdocs"\n',
    );
  },
  programs: [{ name: 'httpd', main: httpd }],
};
