import { type Context, type HttpResponse, type Main, resolveName } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import { account, alpineBase, debianBase } from './bases/unix.ts';
import { errorStamp, serveApache, unnamed } from './httpd.ts';
import { type ImageFamily, MEBI, PATH } from './image.ts';
import { servePhp } from './php-fpm.ts';
import { html, log, tryListen } from './serve.ts';
import { releases, variants } from './tags.ts';
import { Workers } from './workers.ts';

const VERSIONS = variants(
  releases({
    '6.8': 3,
    '6.7': 2,
    '6.6': 2,
    '6.5': 5,
    '6.4': 3,
    '6.3': 2,
    '6.2': 2,
    '5.9': 3,
    '5.8': 3,
    '4.8': 3,
  }),
  '6.8.3',
  ['apache', 'php8.3-apache', 'php8.2-apache', 'fpm', 'fpm-alpine'],
);
const COPY_MS = 1500;
const NO_DATABASE = `<!DOCTYPE html>
<html>
<head>
	<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
	<title>Database Error</title>
</head>
<body>
	<h1>Error establishing a database connection</h1>
</body>
</html>
`;

/** Apache with WordPress: it needs the database that its environment names. */
const wordpress: Main = function* (context) {
  const fpm = context.args[0]?.endsWith('php-fpm') ?? false;
  const supplied = [...context.env.keys()].filter((name) => name.startsWith('WORDPRESS_')).sort();
  yield* context.err('WordPress not found in /var/www/html - copying now...\n');
  yield* context.sleep(COPY_MS);
  yield* context.err('Complete! WordPress has been successfully copied to /var/www/html\n');
  if (supplied.length > 0)
    yield* context.err(
      `No 'wp-config.php' found in /var/www/html, but 'WORDPRESS_...' variables supplied; copying 'wp-config-docker.php' (${supplied.join(' ')})\n`,
    );
  const port = fpm ? 9000 : 80;
  const workers = new Workers(context);
  const problem = tryListen(context, {
    port,
    address: '::',
    backlog: 511,
    holders: workers.pids,
    ...(fpm ? { service: { fastcgi: () => page(context) } } : { http: () => page(context) }),
  });
  if (problem) {
    yield* context.err(
      `(98)${problem}: AH00072: make_sock: could not bind to address 0.0.0.0:${port}\nno listening sockets available, shutting down\n`,
    );
    return 1;
  }
  return fpm ? yield* servePhp(context, workers) : yield* serveApache2(context, workers);
};

function* serveApache2(context: Context, workers: Workers): Steps<number> {
  yield* context.err(unnamed(context, 'apache2'));
  const note = (module: string, text: string) =>
    context.err(`[${errorStamp(context)}] [${module}:notice] [pid 1:tid 1] ${text}\n`);
  yield* note(
    'mpm_prefork',
    'AH00163: Apache/2.4.65 (Debian) PHP/8.3.27 configured -- resuming normal operations',
  );
  yield* note('core', "AH00094: Command line: 'apache2 -D FOREGROUND'");
  context.process.argv = ['apache2', '-DFOREGROUND'];
  return yield* serveApache(context, workers, note);
}

function page(context: Context): HttpResponse {
  const [name = 'mysql', port = '3306'] = (context.env.get('WORDPRESS_DB_HOST') ?? 'mysql').split(':');
  const found = resolveName(context, name);
  const connected = found.ok && context.network.connect(found.addresses[0] as string, Number(port)).ok;
  log(context, `- - - "GET / HTTP/1.1" ${connected ? 302 : 500} -\n`);
  const server = { server: 'Apache/2.4.65 (Debian)', 'x-powered-by': 'PHP/8.3.27' };
  if (!connected) return html(500, NO_DATABASE, server);
  const host = context.network.primaryAddress() ?? '';
  return { status: 302, headers: { ...server, location: `http://${host}/wp-admin/install.php` }, body: '' };
}

export const WORDPRESS: ImageFamily = {
  repository: 'wordpress',
  tags: [...VERSIONS.keys()],
  sizeBytes: 240_000_000,
  footprint: { memoryBytes: 45 * MEBI, cores: 0.001 },
  config: (tag) => ({
    entrypoint: ['docker-entrypoint.sh'],
    cmd: [tag.includes('fpm') ? 'php-fpm' : 'apache2-foreground'],
    env: { PATH, PHP_VERSION: '8.3.27' },
    workingDir: '/var/www/html',
    stopSignal: tag.includes('fpm') ? 'QUIT' : 'WINCH',
    ports: [tag.includes('fpm') ? '9000/tcp' : '80/tcp'],
  }),
  files(into) {
    if (into.tag.includes('alpine')) alpineBase(into, '3.22.1');
    else debianBase(into, 'debian', '12 bookworm');
    if (into.tag.includes('alpine')) account(into, 'www-data', 82, '/home/www-data');
    for (const name of ['apache2-foreground', 'php-fpm']) into.install(`/usr/local/bin/${name}`, 'wordpress');
    into.write('/usr/local/bin/docker-entrypoint.sh', '#!/bin/sh\nexec "$@"\n', 0o755);
    into.fs.mkdirAll('/var/www/html');
  },
  programs: [{ name: 'wordpress', main: wordpress }],
};
