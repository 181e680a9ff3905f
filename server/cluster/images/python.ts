import type { Context, HttpRequest, HttpResponse, Main } from '../../host/index.ts';
import { alpineBase, debianBase } from './bases/unix.ts';
import { type ImageFamily, MEBI, PATH } from './image.ts';
import { html, log, pathOf, tryListen, untilSignal } from './serve.ts';
import { releases, variants } from './tags.ts';

const VERSIONS = variants(
  releases({
    '3.14': 0,
    '3.13': 9,
    '3.12': 12,
    '3.11': 14,
    '3.10': 19,
    '3.9': 24,
    '3.8': 20,
    '3.7': 17,
    '3.6': 15,
    '2.7': 18,
  }),
  '3.14.0',
  ['alpine', 'slim', 'bookworm', 'slim-bookworm', 'buster', 'slim-buster'],
);

/** python: its version, and its web server; programs of the language are refused. */
const python: Main = function* (context) {
  const [first, second, ...rest] = context.args.slice(1);
  if (first === '-V' || first === '--version') {
    yield* context.out(`Python ${context.env.get('PYTHON_VERSION') ?? '3.14.0'}\n`);
    return 0;
  }
  if (first === '-m' && second === 'http.server') return yield* httpServer(context, rest);
  const [, text] =
    /^\s*print\((["'])([^"'\\]*)\1\)\s*$/.exec(first === '-c' ? (second ?? '') : '')?.slice(1) ?? [];
  if (text !== undefined) {
    yield* context.out(`${text}\n`);
    return 0;
  }
  if (first !== undefined && !first.startsWith('-') && !context.fs.isFile(first)) {
    const at = first.startsWith('/') ? first : `${context.cwd.replace(/\/$/, '')}/${first}`;
    yield* context.err(`python: can't open file '${at}': [Errno 2] No such file or directory\n`);
    return 2;
  }
  if (first === undefined && !context.isTerminal(0) && (yield* context.readAll(0)).trim() === '') return 0;
  yield* context.err('python: scripts are not simulated here, but for print and http.server\n');
  return 1;
};

function* httpServer(context: Context, args: readonly string[]) {
  const value = (...names: string[]) => {
    const at = args.findIndex((arg) => names.includes(arg));
    return at < 0 ? undefined : args[at + 1];
  };
  const root = value('-d', '--directory') ?? context.cwd;
  const valued = new Set(['-d', '--directory', '-b', '--bind', '-p', '--protocol']);
  const port = Number(args.find((arg, i) => /^\d+$/.test(arg) && !valued.has(args[i - 1] ?? '')) ?? 8000);
  const problem = tryListen(context, { port, http: (request) => serve(context, root, request) });
  if (problem) {
    const number = problem.startsWith('Address') ? 98 : 13;
    yield* context.err(`Traceback (most recent call last):\nOSError: [Errno ${number}] ${problem}\n`);
    return 1;
  }
  // Python holds back what it prints to a pipe; on a terminal it is there at once.
  if (context.isTerminal(1))
    log(context, `Serving HTTP on 0.0.0.0 port ${port} (http://0.0.0.0:${port}/) ...\n`);
  yield* untilSignal(context);
  return 0;
}

function serve(context: Context, root: string, request: HttpRequest): HttpResponse {
  const path = pathOf(request);
  const response = fileAt(context, root, path);
  const when = new Date(context.now).toUTCString();
  const stamp = `${when.slice(5, 7)}/${when.slice(8, 11)}/${when.slice(12, 16)} ${when.slice(17, 25)}`;
  log(
    context,
    `${request.peer?.address} - - [${stamp}] "${request.method} ${request.path} HTTP/1.1" ${response.status} -\n`,
    2,
  );
  const server = `SimpleHTTP/0.6 Python/${context.env.get('PYTHON_VERSION') ?? '3.14.0'}`;
  const date = new Date(context.now).toUTCString();
  return { ...response, headers: { server, date, ...response.headers } };
}

function fileAt(context: Context, root: string, path: string): HttpResponse {
  const { fs } = context;
  const file = `${root.replace(/\/$/, '')}${path}`;
  const index = `${file.replace(/\/$/, '')}/index.html`;
  const found = fs.isFile(file) ? file : fs.isDirectory(file) && fs.isFile(index) ? index : undefined;
  if (found !== undefined) return content(fs.read(found), typeOf(found), fs.stat(found).mtimeMs);
  if (fs.isDirectory(file) && !path.endsWith('/'))
    return { status: 301, headers: { location: `${path}/`, 'content-length': '0' }, body: '' };
  if (fs.isDirectory(file)) {
    const items = fs
      .list(file)
      .sort()
      .map((name) => {
        const slash = fs.isDirectory(`${file}/${name}`) ? '/' : '';
        const isLink = fs.lstat(`${file}/${name}`).type === 'symlink';
        return `<li><a href="${encodeURIComponent(name)}${slash}">${name}${isLink ? '@' : slash}</a></li>\n`;
      });
    const title = `Directory listing for ${path}`;
    return content(
      `<!DOCTYPE HTML>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>${title}</title>\n</head>\n<body>\n<h1>${title}</h1>\n<hr>\n<ul>\n${items.join('')}</ul>\n<hr>\n</body>\n</html>\n`,
      'text/html; charset=utf-8',
    );
  }
  return html(
    404,
    '<!DOCTYPE HTML>\n<html lang="en">\n    <head>\n        <meta charset="utf-8">\n        <title>Error response</title>\n    </head>\n    <body>\n        <h1>Error response</h1>\n        <p>Error code: 404</p>\n        <p>Message: File not found.</p>\n        <p>Error code explanation: 404 - Nothing matches the given URI.</p>\n    </body>\n</html>\n',
  );
}

function content(body: string, type: string, modifiedMs?: number): HttpResponse {
  const length = { 'content-type': type, 'content-length': String(Buffer.byteLength(body)) };
  const modified = modifiedMs === undefined ? {} : { 'last-modified': new Date(modifiedMs).toUTCString() };
  return { status: 200, headers: { ...length, ...modified }, body };
}

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css',
  csv: 'text/csv',
  gif: 'image/gif',
  htm: 'text/html',
  html: 'text/html',
  jpg: 'image/jpeg',
  js: 'text/javascript',
  json: 'application/json',
  png: 'image/png',
  py: 'text/x-python',
  svg: 'image/svg+xml',
  txt: 'text/plain',
  xml: 'text/xml',
};

function typeOf(path: string): string {
  return TYPES[/\.(\w+)$/.exec(path)?.[1] ?? ''] ?? 'application/octet-stream';
}

export const PYTHON: ImageFamily = {
  repository: 'python',
  tags: [...VERSIONS.keys()],
  sizeBytes: 362_000_000,
  footprint: { memoryBytes: 12 * MEBI, cores: 0.001 },
  config: (tag) => ({ cmd: ['python3'], env: { PATH, PYTHON_VERSION: VERSIONS.get(tag) ?? '3.14.0' } }),
  files(into) {
    if (into.tag.includes('alpine')) alpineBase(into, '3.22.1');
    else debianBase(into, 'debian', '12 bookworm');
    for (const name of ['python', 'python3']) into.install(`/usr/local/bin/${name}`, 'python-image');
  },
  programs: [{ name: 'python-image', main: python }],
};
