import { type Context, type HttpRequest, type HttpResponse, KERNEL, type Main } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import type { ImageFamily } from './image.ts';
import { logTime } from './programs/nginx-pages.ts';
import type { FastCgi } from './programs/nginx-proxy.ts';
import { html, log, text, tryListen, untilSignal } from './serve.ts';
import { Workers } from './workers.ts';

const POOL = 2;
const PORT = 9000;

/** php-fpm of the official images: scripts of its own files, for who hands them on. */
const phpFpm: Main = function* (context) {
  const workers = new Workers(context);
  const service: FastCgi = { fastcgi: (script, request) => serve(context, script, request) };
  const options = { port: PORT, address: '::', backlog: 511, holders: workers.pids, service };
  const problem = tryListen(context, options);
  if (problem) {
    const error = `[${phpTime(context.now)}] ERROR:`;
    yield* context.err(
      `${error} unable to bind listening socket for address '${PORT}': ${problem} (98)\n${error} FPM initialization failed\n`,
    );
    return 78;
  }
  return yield* servePhp(context, workers);
};

/** A master with the pool `www`, until it is told to stop. */
export function* servePhp(context: Context, workers: Workers): Steps<number> {
  const say = (message: string) => context.err(`[${phpTime(context.now)}] NOTICE: ${message}\n`);
  context.process.argv = ['php-fpm: master process (/usr/local/etc/php-fpm.conf)'];
  for (let i = 0; i < POOL; i++) workers.fork({ title: 'php-fpm: pool www', user: 'www-data' });
  yield* say('fpm is running, pid 1');
  yield* say('ready to handle connections');
  const signal = yield* untilSignal(context, ['TERM', 'QUIT', 'INT']);
  yield* say(signal === 'QUIT' ? 'Finishing ...' : 'Terminating ...');
  yield* workers.stop('TERM');
  yield* say('exiting, bye-bye!');
  return 0;
}

/** `21-Nov-2026 09:00:00`. */
function phpTime(ms: number): string {
  const [, day, month, year, time] = new Date(ms).toUTCString().split(' ');
  return `${day}-${month}-${year} ${time}`;
}

function serve(context: Context, script: string, { method, path, peer }: HttpRequest): HttpResponse {
  const { fs } = context;
  const isThere = fs.isFile(script);
  const response = isThere ? phpPage(context, fs.read(script)) : text(404, 'File not found.\n');
  const client = peer?.address ?? '-';
  const [uri] = path.split('?');
  log(context, `${client} -  ${logTime(context.now)} "${method} ${uri}" ${response.status}\n`, 2);
  const { PHP_VERSION = '8.4.14' } = Object.fromEntries(context.env);
  return { ...response, headers: { 'x-powered-by': `PHP/${PHP_VERSION}`, ...response.headers } };
}

/** A page: what stands outside of PHP, `phpinfo()` and what is echoed as it stands; other programs are refused. */
export function phpPage(context: Context, code: string): HttpResponse {
  const parts = code.split(/<\?php\b|<\?=/);
  let page = parts[0] ?? '';
  for (const part of parts.slice(1)) {
    const [program = '', ...rest] = part.split('?>');
    for (const statement of program.split(';').map((one) => one.trim())) {
      const said = /^(?:echo\s+|print\s*\(?\s*)(["'])([^"'$\\]*)\1\)?$/.exec(statement)?.[2];
      if (statement === 'phpinfo()') page += phpInfo(context);
      else if (said !== undefined) page += said;
      else if (statement !== '') return text(501, 'php: programs are not simulated here\n');
    }
    page += rest.join('?>').replace(/^\n/, '');
  }
  return html(200, page, { 'content-type': 'text/html; charset=UTF-8' });
}

function phpInfo({ env, hostname, process }: Context): string {
  const version = env.get('PHP_VERSION') ?? '8.4.14';
  const api = process.argv[0]?.startsWith('php-fpm') ? 'FPM/FastCGI' : 'Apache 2.0 Handler';
  const system = `Linux ${hostname} ${KERNEL.release} ${KERNEL.version} ${KERNEL.machine}`;
  const row = ([name, value]: readonly [string, string]) =>
    `<tr><td class="e">${name} </td><td class="v">${value} </td></tr>\n`;
  const rows = [
    ['System', system],
    ['Server API', api],
    ['Configuration File (php.ini) Path', '/usr/local/etc/php'],
    ['PHP Version', version],
  ] as const;
  return `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head>
<title>PHP ${version} - phpinfo()</title></head>
<body><div class="center">
<table>
<tr class="h"><td>
<h1 class="p">PHP Version ${version}</h1>
</td></tr>
</table>
<table>
${rows.map(row).join('')}</table>
</div></body></html>`;
}

/** php-fpm, where a tag asks for it. */
export function withFpm(php: ImageFamily): ImageFamily {
  const isFpm = (tag: string) => tag.includes('fpm');
  return {
    ...php,
    config: (tag) => ({
      ...php.config(tag),
      ...(isFpm(tag)
        ? {
            entrypoint: ['docker-php-entrypoint'],
            cmd: ['php-fpm'],
            stopSignal: 'QUIT' as const,
            ports: ['9000/tcp'],
          }
        : {}),
    }),
    files(into) {
      php.files(into);
      if (!isFpm(into.tag)) return;
      into.install('/usr/local/sbin/php-fpm', 'php-fpm');
      into.write('/usr/local/bin/docker-php-entrypoint', '#!/bin/sh\nset -e\nexec "$@"\n', 0o755);
      into.fs.mkdirAll('/var/www/html');
    },
    programs: [...(php.programs ?? []), { name: 'php-fpm', main: phpFpm }],
  };
}
