import type { Context, HttpRequest, HttpResponse } from '../../host/index.ts';
import type { ImageFamily } from './image.ts';
import { phpPage } from './php-fpm.ts';
import { html, log, pathOf } from './serve.ts';
import { serverProgram } from './server.ts';

const ROOT = '/var/www/html';

/** PHP with Apache in front of it, where a tag asks for it: pages as they are; what has to be computed is refused. */
export function withApache(php: ImageFamily): ImageFamily {
  return {
    ...php,
    config: (tag) => ({
      ...php.config(tag),
      ...(tag.includes('apache')
        ? {
            entrypoint: ['docker-php-entrypoint'],
            cmd: ['apache2-foreground'],
            stopSignal: 'WINCH' as const,
            ports: ['80/tcp'],
          }
        : {}),
    }),
    files(into) {
      php.files(into);
      if (!into.tag.includes('apache')) return;
      into.install('/usr/local/bin/apache2-foreground', 'php-with-apache');
      into.write('/usr/local/bin/docker-php-entrypoint', '#!/bin/sh\nset -e\nexec "$@"\n', 0o755);
    },
    programs: [...(php.programs ?? []), { name: 'php-with-apache', main: APACHE }],
  };
}

const unnamed = ({ network }: Context) =>
  `AH00558: apache2: Could not reliably determine the server's fully qualified domain name, using ${network.primaryAddress()}. Set the 'ServerName' directive globally to suppress this message\n`;

const APACHE = serverProgram({
  program: 'php-with-apache',
  port: 80,
  fd: 2,
  title: () => 'apache2 -DFOREGROUND',
  workers: () => Array.from({ length: 5 }, () => 'apache2 -DFOREGROUND'),
  started: unnamed,
  taken: () => '(98)Address already in use: AH00072: make_sock: could not bind to address 0.0.0.0:80\n',
  http: (context) => (request) => {
    const response = answer(context, request);
    const size = typeof response.body === 'string' ? response.body.length : 0;
    log(
      context,
      `${request.peer?.address} - - "${request.method} ${request.path} HTTP/1.1" ${response.status} ${size}\n`,
    );
    return response;
  },
});

function answer(context: Context, request: HttpRequest): HttpResponse {
  const { fs } = context;
  const path = pathOf(request);
  const at = path.endsWith('/') ? ['index.php', 'index.html'].map((name) => path + name) : [path];
  const found = at.map((one) => `${ROOT}${one}`).find((one) => fs.isFile(one));
  if (found === undefined) return path === '/' ? problem(403, 'Forbidden') : problem(404, 'Not Found');
  const code = fs.read(found);
  return found.endsWith('.php') ? phpPage(context, code) : html(200, code);
}

function problem(status: number, title: string): HttpResponse {
  const says =
    status === 403
      ? "You don't have permission to access this resource."
      : 'The requested URL was not found on this server.';
  return html(
    status,
    `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>${status} ${title}</title>\n</head><body>\n<h1>${title}</h1>\n<p>${says}</p>\n<hr>\n<address>Apache/2.4.65 (Debian) Server at localhost Port 80</address>\n</body></html>\n`,
  );
}
