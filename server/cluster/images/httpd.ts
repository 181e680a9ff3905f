import type { HttpRequest, HttpResponse, Main } from '../../host/index.ts';
import { alpineBase, debianBase } from './bases/unix.ts';
import { type ImageFamily, MEBI, PATH } from './image.ts';
import { html, log, pathOf, tryListen, untilSignal } from './serve.ts';
import { releases, variants } from './tags.ts';

/** Apache: serves the files below htdocs. */
const httpd: Main = function* (context) {
  const root = '/usr/local/apache2/htdocs';
  const config = '/usr/local/apache2/conf/httpd.conf';
  const port = Number(
    /^\s*Listen\s+(?:\S*:)?(\d+)/m.exec(context.fs.isFile(config) ? context.fs.read(config) : '')?.[1] ?? 80,
  );
  const stamp = () => {
    const date = new Date(context.now);
    const [day, , month, year] = date.toUTCString().replace(',', '').split(' ') as [
      string,
      string,
      string,
      string,
    ];
    const number = String(date.getUTCDate()).padStart(2, '0');
    return `${day} ${month} ${number} ${date.toISOString().slice(11, 19)}.${String(date.getUTCMilliseconds()).padStart(3, '0')}000 ${year}`;
  };
  const address = context.network.primaryAddress() ?? '127.0.0.1';
  const name = `AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using ${address}. Set the 'ServerName' directive globally to suppress this message\n`;
  yield* context.err(name + name);
  const answer = (request: HttpRequest): HttpResponse => {
    const path = pathOf(request);
    const file = `${root}${path.endsWith('/') ? `${path}index.html` : path}`;
    const found = context.fs.isFile(file);
    const status = found ? 200 : 404;
    const body = found
      ? context.fs.read(file)
      : '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>404 Not Found</title>\n</head><body>\n<h1>Not Found</h1>\n<p>The requested URL was not found on this server.</p>\n</body></html>\n';
    const when = new Date(context.now).toISOString();
    log(
      context,
      `${request.peer?.address ?? '-'} - - [${when.slice(8, 10)}/${new Date(context.now).toUTCString().slice(8, 11)}/${when.slice(0, 4)}:${when.slice(11, 19)} +0000] "${request.method} ${request.path} HTTP/1.1" ${status} ${body.length}\n`,
    );
    return html(status, body, { server: 'Apache/2.4.65 (Unix)' });
  };
  const problem = tryListen(context, { port, http: answer });
  if (problem) {
    yield* context.err(
      `(98)${problem}: AH00072: make_sock: could not bind to address 0.0.0.0:${port}\nno listening sockets available, shutting down\nAH00015: Unable to open logs\n`,
    );
    return 1;
  }
  yield* context.err(
    `[${stamp()}] [mpm_event:notice] [pid 1:tid 1] AH00489: Apache/2.4.65 (Unix) configured -- resuming normal operations\n[${stamp()}] [core:notice] [pid 1:tid 1] AH00094: Command line: 'httpd -D FOREGROUND'\n`,
  );
  const signal = yield* untilSignal(context, ['TERM', 'WINCH', 'INT']);
  yield* context.err(
    `[${stamp()}] [mpm_event:notice] [pid 1:tid 1] ${signal === 'WINCH' ? 'AH00492: caught SIGWINCH, shutting down gracefully' : 'AH00491: caught SIGTERM, shutting down'}\n`,
  );
  return 0;
};

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
    for (const name of ['httpd', 'httpd-foreground']) into.install(`/usr/local/apache2/bin/${name}`, 'httpd');
    into.install('/usr/local/bin/httpd-foreground', 'httpd');
    into.write('/usr/local/apache2/htdocs/index.html', '<html><body><h1>It works!</h1></body></html>\n');
    into.write(
      '/usr/local/apache2/conf/httpd.conf',
      'ServerRoot "/usr/local/apache2"\nListen 80\nDocumentRoot "/usr/local/apache2/htdocs"\n',
    );
  },
  programs: [{ name: 'httpd', main: httpd }],
};
