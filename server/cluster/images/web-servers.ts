import type { Context, HttpResponse } from '../../host/index.ts';
import { appImages } from './app.ts';
import { alpineBase, debianBase } from './bases/unix.ts';
import { flagValue } from './go-program.ts';
import { type ImageFamily, MEBI } from './image.ts';
import { html, pathOf, text } from './serve.ts';
import { releases, variants } from './tags.ts';

const iso = (context: Context) => new Date(context.now).toISOString();

/** HAProxy: nothing without a configuration; what it has is checked for the sections that must be there. */
const HAPROXY_CONFIG = '/usr/local/etc/haproxy/haproxy.cfg';
const HAPROXY = appImages({
  homes: ['haproxy', 'haproxytech/haproxy-alpine'],
  tags: variants(
    releases({ '3.2': 7, '3.1': 9, '3.0': 12, '2.8': 16, '2.6': 22, '2.4': 29, '2.2': 33, '1.8': 31 }),
    '3.2.7',
    ['alpine', 'bookworm', 'lts'],
  ).keys(),
  sizeBytes: 47_000_000,
  footprint: { memoryBytes: 70 * MEBI, cores: 0.001 },
  path: '/usr/local/sbin/haproxy',
  base: (into) => debianBase(into, 'debian', '12 bookworm'),
  config: () => ({ cmd: ['haproxy', '-f', HAPROXY_CONFIG], user: 'haproxy', stopSignal: 'TERM', ports: [] }),
  files(into) {
    into.fs.mkdirAll('/usr/local/etc/haproxy');
    into.write(
      '/etc/passwd',
      `${into.fs.read('/etc/passwd')}haproxy:x:99:99::/var/lib/haproxy:/usr/sbin/nologin\n`,
    );
  },
  spec: {
    program: 'haproxy',
    port: 80,
    fd: 2,
    listensOn: (context) => Number(/^\s*bind\s+\S*:(\d+)/m.exec(configOf(context) ?? '')?.[1] ?? 80),
    refusal(context) {
      const given = flagValue(context.args, 'f') ?? HAPROXY_CONFIG;
      const config = configOf(context);
      if (config === undefined)
        return `[ALERT]    (1) : Cannot open configuration file/directory ${given} : No such file or directory\n`;
      if (/^\s*bind\s/m.test(config)) return undefined;
      return `[NOTICE]   (1) : haproxy version is 3.2.7\n[ALERT]    (1) : config : no <listen> line. Nothing to do !\n[ALERT]    (1) : Fatal errors found in configuration.\n`;
    },
    started: () => '[NOTICE]   (1) : New worker (8) forked\n[NOTICE]   (1) : Loading success.\n',
    taken: () =>
      '[ALERT]    (1) : Binding [haproxy.cfg:1] for frontend: cannot bind socket (Address already in use)\n',
    http: (context) => (request) => {
      const servers = (configOf(context) ?? '').matchAll(/^\s*server\s+\S+\s+(\S+):(\d+)/gm);
      for (const [, address = '', port] of servers) {
        const reached = context.network.connect(address, Number(port));
        if (reached.ok && reached.listener.http) return reached.listener.http(request);
      }
      return html(
        503,
        '<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>\n',
      );
    },
  },
});

function configOf(context: Context): string | undefined {
  const path = flagValue(context.args, 'f') ?? HAPROXY_CONFIG;
  return context.fs.isFile(path) ? context.fs.read(path) : undefined;
}

/** Envoy with the configuration of its image: a proxy to a site of the Internet, and its own pages. */
const ENVOY = appImages({
  homes: ['envoyproxy/envoy'],
  tags: [
    'latest',
    ...[
      ...releases({
        '1.36': 2,
        '1.35': 6,
        '1.34': 10,
        '1.33': 11,
        '1.32': 13,
        '1.31': 10,
        '1.30': 11,
        '1.29': 12,
        '1.28': 7,
        '1.27': 7,
        '1.22': 11,
      }).keys(),
    ].flatMap((tag) => [`v${tag}`, `v${tag}-latest`]),
    'distroless-v1.28-latest',
  ],
  sizeBytes: 70_000_000,
  footprint: { memoryBytes: 35 * MEBI, cores: 0.002 },
  path: '/usr/local/bin/envoy',
  base: (into) => debianBase(into, 'ubuntu', '22.04 jammy'),
  config: () => ({ entrypoint: ['/docker-entrypoint.sh'], cmd: ['envoy', '-c', '/etc/envoy/envoy.yaml'] }),
  files(into) {
    into.write('/docker-entrypoint.sh', '#!/bin/sh\nexec "$@"\n', 0o755);
    into.write(
      '/etc/envoy/envoy.yaml',
      'admin:\n  address:\n    socket_address: {address: 0.0.0.0, port_value: 9901}\n',
    );
  },
  spec: {
    program: 'envoy',
    port: 10_000,
    also: [9901],
    fd: 2,
    refusal(context) {
      const path = flagValue(context.args, 'c') ?? flagValue(context.args, 'config-path') ?? '';
      if (context.fs.isFile(path)) return undefined;
      return `[${iso(context)}][1][critical][main] [source/server/server.cc:131] error initializing configuration '${path}': unable to read file: ${path}\n`;
    },
    started: (context) =>
      `[${iso(context)}][1][info][main] [source/server/server.cc:990] starting main dispatch loop\n`,
    taken: (context) =>
      `[${iso(context)}][1][critical][main] error adding listener '0.0.0.0:10000': cannot bind '0.0.0.0:10000': Address already in use\n`,
    http: () => () => text(503, 'no healthy upstream', { server: 'envoy' }),
  },
});

/** Caddy: files of its directory. */
const CADDY = appImages({
  homes: ['caddy'],
  tags: variants(releases({ '2.10': 2, '2.9': 1, '2.8': 4, '2.7': 6, '2.6': 4 }), '2.10.2', [
    'alpine',
  ]).keys(),
  sizeBytes: 21_000_000,
  footprint: { memoryBytes: 14 * MEBI, cores: 0.001 },
  path: '/usr/bin/caddy',
  base: (into) => alpineBase(into, '3.22.1'),
  config: () => ({
    cmd: ['caddy', 'run', '--config', '/etc/caddy/Caddyfile', '--adapter', 'caddyfile'],
    workingDir: '/srv',
  }),
  files(into) {
    into.write('/etc/caddy/Caddyfile', ':80 {\n\troot * /usr/share/caddy\n\tfile_server\n}\n');
    into.write(
      '/usr/share/caddy/index.html',
      '<!DOCTYPE html>\n<html>\n<head>\n\t<title>Caddy works!</title>\n</head>\n<body>\n<h1>Congratulations!</h1>\n</body>\n</html>\n',
    );
  },
  spec: {
    program: 'caddy',
    port: 80,
    also: [2019],
    fd: 2,
    started: (context) =>
      `{"level":"info","ts":${context.now / 1000},"msg":"serving initial configuration"}\n`,
    taken: () =>
      'Error: loading initial config: loading new config: http app module: start: listening on :80: listen tcp :80: bind: address already in use\n',
    http: (context) => (request) =>
      fileOf(context, '/usr/share/caddy', pathOf(request)) ?? {
        status: 404,
        headers: { server: 'Caddy' },
        body: '',
      },
  },
});

function fileOf(context: Context, root: string, path: string): HttpResponse | undefined {
  for (const file of [`${root}${path}`, `${root}${path.replace(/\/$/, '')}/index.html`])
    if (context.fs.isFile(file)) return html(200, context.fs.read(file), { server: 'Caddy' });
  return undefined;
}

/** Traefik without routes. */
const TRAEFIK = appImages({
  homes: ['traefik'],
  tags: [
    'latest',
    ...[
      ...releases({
        '3.5': 3,
        '3.4': 5,
        '3.3': 7,
        '3.2': 5,
        '3.1': 7,
        '3.0': 4,
        '2.11': 29,
        '2.10': 7,
        '2.9': 10,
        '1.7': 34,
      }).keys(),
    ].flatMap((tag) => [tag, `v${tag}`]),
  ],
  sizeBytes: 49_000_000,
  footprint: { memoryBytes: 30 * MEBI, cores: 0.001 },
  path: '/usr/local/bin/traefik',
  base: (into) => alpineBase(into, '3.22.1'),
  config: () => ({ entrypoint: ['/entrypoint.sh'], cmd: ['traefik'] }),
  files: (into) =>
    into.write(
      '/entrypoint.sh',
      '#!/bin/sh\ncase "$1" in -*|"") set -- traefik "$@" ;; esac\nexec "$@"\n',
      0o755,
    ),
  spec: {
    program: 'traefik',
    port: 80,
    listensOn: (context) =>
      Number(flagValue(context.args, 'entrypoints.web.address')?.replace(/.*:/, '') ?? 80),
    started: (context) => `${iso(context)} INF Traefik version 3.5.3 built on 2025-09-26T09:29:19Z\n`,
    taken: (context) =>
      `${iso(context)} ERR error="command traefik error: error while building entryPoint web: error preparing server: listen tcp :80: bind: address already in use"\n`,
    http: () => () => text(404, '404 page not found\n'),
  },
});

/** Servers in front of others. */
export const WEB_SERVERS: readonly ImageFamily[] = [...HAPROXY, ...ENVOY, ...CADDY, ...TRAEFIK];
