import type { Context, HttpRequest, HttpResponse, Main } from '../../../host/index.ts';
import { log, pathOf, tryListen, untilSignal } from '../serve.ts';

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css',
  htm: 'text/html',
  html: 'text/html',
  ico: 'image/x-icon',
  jpg: 'image/jpeg',
  js: 'application/javascript',
  json: 'application/json',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain',
};

interface Settings {
  readonly port: number;
  readonly home: string;
  readonly foreground: boolean;
  readonly verbose: boolean;
}

/** The server that busybox has: files below a folder. */
export const busyboxHttpd: Main = function* (context) {
  const settings = settingsOf(context, context.args.slice(1));
  if (typeof settings === 'string') {
    yield* context.err(settings);
    return 1;
  }
  if (!settings.foreground) {
    context.spawn('/bin/httpd', { args: ['httpd', '-f', ...context.args.slice(1)] });
    return 0;
  }
  const problem = tryListen(context, {
    port: settings.port,
    http: (request) => answer(context, settings, request),
  });
  if (problem) {
    yield* context.err(`httpd: bind: ${problem}\n`);
    return 1;
  }
  yield* untilSignal(context);
  return 0;
};

function settingsOf(context: Context, args: readonly string[]): Settings | string {
  let [port, home] = [80, context.cwd];
  const letters = new Set<string>();
  for (let i = 0; i < args.length; i++) {
    const [, letter = '', rest = ''] = /^-([a-z])(.*)$/.exec(args[i] as string) ?? [];
    if (letter === 'p' || letter === 'h') {
      const value = rest === '' ? args[++i] : rest;
      if (value === undefined) return `httpd: option requires an argument -- '${letter}'\n`;
      if (letter === 'h') home = value.startsWith('/') ? value : `${context.cwd.replace(/\/$/, '')}/${value}`;
      else port = Number(value.split(':').at(-1));
      if (!(port > 0 && port < 65_536)) return `httpd: invalid port '${value}'\n`;
    } else if (/^[fv]$/.test(letter) && /^[fv]*$/.test(rest))
      for (const one of letter + rest) letters.add(one);
    else return `httpd: unrecognized option: ${(args[i] as string).replace(/^-/, '')}\n`;
  }
  if (!context.fs.isDirectory(home))
    return `httpd: can't change directory to '${home}': No such file or directory\n`;
  return { port, home, foreground: letters.has('f'), verbose: letters.has('v') };
}

/** Models busybox networking/httpd.c: no lists of folders, errors of one sentence. */
function answer(context: Context, { home, verbose }: Settings, request: HttpRequest): HttpResponse {
  const response = found(context, home, request);
  const { address, port } = request.peer ?? { address: '', port: 0 };
  if (verbose) log(context, `[::ffff:${address}]:${port}: response:${response.status}\n`, 2);
  return {
    ...response,
    headers: { date: new Date(context.now).toUTCString(), connection: 'close', ...response.headers },
  };
}

function found(context: Context, home: string, request: HttpRequest): HttpResponse {
  const { fs } = context;
  if (!/^(GET|HEAD|POST)$/.test(request.method))
    return error(501, 'Not Implemented', 'The requested method is not recognized');
  const path = pathOf(request);
  if (path.split('/').includes('..')) return error(400, 'Bad Request', 'Unsupported method');
  const asked = `${home.replace(/\/$/, '')}${path}`;
  if (fs.isDirectory(asked) && !path.endsWith('/'))
    return { status: 302, headers: { location: `${path}/`, 'content-length': '0' }, body: '' };
  const file = path.endsWith('/') ? `${asked}index.html` : asked;
  if (!fs.isFile(file)) return error(404, 'Not Found', 'The requested URL was not found');
  const body = fs.read(file);
  return {
    status: 200,
    headers: {
      'content-type': TYPES[/\.(\w+)$/.exec(file)?.[1] ?? ''] ?? 'application/octet-stream',
      'last-modified': new Date(fs.stat(file).mtimeMs).toUTCString(),
      'content-length': String(Buffer.byteLength(body)),
    },
    body,
  };
}

function error(status: number, title: string, sentence: string): HttpResponse {
  const body = `<HTML><HEAD><TITLE>${status} ${title}</TITLE></HEAD>\n<BODY><H1>${status} ${title}</H1>\n${sentence}\n</BODY></HTML>\n`;
  return { status, headers: { 'content-type': 'text/html' }, body };
}
