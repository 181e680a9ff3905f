import { appImages, mirrors } from './app.ts';
import { debianBase } from './bases/unix.ts';
import { type ImageFamily, MEBI } from './image.ts';
import { REDIS } from './redis.ts';
import { html, log, pathOf, text } from './serve.ts';

const PAGE = `<html ng-app="redis">
  <head>
    <title>Guestbook</title>
  </head>
  <body ng-controller="RedisCtrl">
    <div style="width: 50%; margin-left: 20px">
      <h2>Guestbook</h2>
    </div>
  </body>
</html>
`;

/** The page of the guestbook: PHP behind Apache. */
const FRONTEND = appImages({
  homes: [
    'gcr.io/google-samples/gb-frontend',
    'gcr.io/google_samples/gb-frontend',
    'us-docker.pkg.dev/google-samples/containers/gke/gb-frontend',
  ],
  tags: ['v1', 'v2', 'v3', 'v4', 'v5', 'v6', 'latest'],
  sizeBytes: 176_000_000,
  footprint: { memoryBytes: 9 * MEBI, cores: 0.001 },
  path: '/usr/local/bin/apache2-foreground',
  base: (into) => debianBase(into, 'debian', '11 bullseye'),
  config: () => ({ cmd: ['apache2-foreground'], workingDir: '/var/www/html', stopSignal: 'WINCH' }),
  files: (into) => into.write('/var/www/html/index.html', PAGE),
  spec: {
    program: 'gb-frontend',
    port: 80,
    fd: 2,
    title: () => 'apache2 -DFOREGROUND',
    started: (context) =>
      `AH00558: apache2: Could not reliably determine the server's fully qualified domain name, using ${context.network.primaryAddress()}. Set the 'ServerName' directive globally to suppress this message\n`,
    taken: () => '(98)Address already in use: AH00072: make_sock: could not bind to address 0.0.0.0:80\n',
    http: (context) => (request) => {
      const found = pathOf(request) === '/';
      log(
        context,
        `${request.peer?.address} - - "${request.method} ${request.path} HTTP/1.1" ${found ? 200 : 404}\n`,
      );
      return found
        ? html(200, context.fs.read('/var/www/html/index.html'))
        : html(404, '<h1>Not Found</h1>\n');
    },
  },
});

const REDIS_HOMES = [
  'gcr.io/google-samples',
  'gcr.io/google_samples',
  'us-docker.pkg.dev/google-samples/containers/gke',
];

/** Its stores: redis under other names. */
const FOLLOWERS = mirrors(
  { ...REDIS, tags: ['v1', 'v2', 'v3', 'latest'] },
  REDIS_HOMES.flatMap((home) => ['gb-redis-follower', 'gb-redisslave'].map((name) => `${home}/${name}`)),
);

const NODE_HELLO = appImages({
  homes: ['gcr.io/google-samples/node-hello', 'us-docker.pkg.dev/google-samples/containers/gke/node-hello'],
  tags: ['1.0', '2.0', 'latest'],
  sizeBytes: 262_000_000,
  footprint: { memoryBytes: 30 * MEBI, cores: 0.001 },
  path: '/usr/local/bin/node-hello',
  base: (into) => debianBase(into, 'debian', '8 jessie'),
  config: () => ({ cmd: ['/bin/sh', '-c', 'exec node-hello'] }),
  spec: {
    program: 'node-hello',
    port: 8080,
    title: () => 'node server.js',
    started: () => '',
    taken: () => 'Error: listen EADDRINUSE :::8080\n',
    http: () => () => text(200, 'Hello Kubernetes!'),
  },
});

/** What the tutorials of Kubernetes' documentation deploy. */
export const GUESTBOOK: readonly ImageFamily[] = [...FRONTEND, ...FOLLOWERS, ...NODE_HELLO];
