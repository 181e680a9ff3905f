import type { Context, HttpRequest, Main } from '../../host/index.ts';
import { appImages } from './app.ts';
import { alpineBase } from './bases/unix.ts';
import { type ImageFamily, MEBI } from './image.ts';
import { html, pathOf, text } from './serve.ts';
import { releases, variants } from './tags.ts';

const hello: Main = function* (context) {
  yield* context.out(`
Hello from Docker!
This message shows that your installation appears to be working correctly.

To generate this message, Docker took the following steps:
 1. The Docker client contacted the Docker daemon.
 2. The Docker daemon pulled the "hello-world" image from the Docker Hub.
    (amd64)
 3. The Docker daemon created a new container from that image which runs the
    executable that produces the output you are currently reading.
 4. The Docker daemon streamed that output to the Docker client, which sent it
    to your terminal.

`);
  return 0;
};

const HELLO: ImageFamily = {
  repository: 'hello-world',
  tags: ['latest', 'linux'],
  sizeBytes: 2_493,
  config: () => ({ cmd: ['/hello'] }),
  files: (into) => into.install('/hello', 'hello-docker'),
  programs: [{ name: 'hello-docker', main: hello }],
};

const address = (context: Context) => context.network.primaryAddress() ?? '127.0.0.1';

/** nginx that tells where it runs, in two forms. */
const NGINX_HELLO = appImages({
  homes: ['nginxdemos/hello', 'nginxdemos/nginx-hello'],
  tags: ['latest', 'plain-text', '0.2', '0.3', '0.4'],
  sizeBytes: 20_400_000,
  footprint: { memoryBytes: 3 * MEBI, cores: 0 },
  path: '/usr/sbin/nginx-hello',
  base: (into) => alpineBase(into, '3.21.3'),
  config: (tag) => ({
    cmd: ['/usr/sbin/nginx-hello'],
    env: { FORM: tag === 'plain-text' ? 'text' : 'html' },
    stopSignal: 'QUIT',
  }),
  spec: {
    program: 'nginx-hello',
    port: 80,
    title: () => 'nginx: master process nginx -g daemon off;',
    started: () => '',
    taken: () => 'nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)\n',
    http: (context) => (request) => {
      const date = new Date(context.now).toISOString();
      const facts = [
        ['Server address', `${address(context)}:80`],
        ['Server name', context.hostname],
        ['Date', date],
        ['URI', request.path],
        ['Request ID', context.host.random.hex(32)],
      ];
      const lines = facts.map(([name, value]) => `${name}: ${value}\n`).join('');
      if (context.env.get('FORM') === 'text') return text(200, lines);
      const rows = facts.map(([name, value]) => `<p><span>${name}:</span> <span>${value}</span></p>\n`);
      return html(
        200,
        `<!DOCTYPE html>\n<html>\n<head>\n<title>Hello World</title>\n</head>\n<body>\n${rows.join('')}</body>\n</html>\n`,
      );
    },
  },
});

/** A page with a message, the pod and the node. */
const HELLO_KUBERNETES = appImages({
  homes: ['paulbouwer/hello-kubernetes'],
  tags: ['1', '1.5', '1.7', '1.8', '1.9', '1.10', '1.10.1'],
  sizeBytes: 48_000_000,
  footprint: { memoryBytes: 38 * MEBI, cores: 0.001 },
  path: '/usr/local/bin/hello-kubernetes',
  base: (into) => alpineBase(into, '3.15.0'),
  config: () => ({ cmd: ['hello-kubernetes'], user: '1000' }),
  spec: {
    program: 'hello-kubernetes',
    port: 8080,
    listensOn: (context) => Number(context.env.get('PORT') ?? 8080),
    title: () => 'node server.js',
    started: (context) => `Listening on: http://${context.hostname}:${context.env.get('PORT') ?? 8080}\n`,
    taken: () => 'Error: listen EADDRINUSE: address already in use :::8080\n',
    http: (context) => () => {
      const message = context.env.get('MESSAGE') ?? 'Hello world!';
      const pod = context.env.get('KUBERNETES_POD_NAME') ?? context.hostname;
      return html(
        200,
        `<!DOCTYPE html>\n<html>\n<head>\n    <title>Hello Kubernetes!</title>\n</head>\n<body>\n  <div class="main">\n    <div id="message">\n  ${message}\n</div>\n<table>\n  <tr><th>pod:</th><td>${pod}</td></tr>\n</table>\n  </div>\n</body>\n</html>\n`,
      );
    },
  },
});

const PODINFO_TAGS = variants(
  releases({ '6.9': 2, '6.8': 0, '6.7': 1, '6.6': 3, '6.5': 4, '5.2': 1 }),
  '6.9.2',
);

/** podinfo: a service that answers about itself, with probes. */
const PODINFO = appImages({
  homes: ['stefanprodan/podinfo', 'ghcr.io/stefanprodan/podinfo'],
  tags: PODINFO_TAGS.keys(),
  sizeBytes: 21_000_000,
  footprint: { memoryBytes: 16 * MEBI, cores: 0.001 },
  path: '/home/app/podinfo',
  base: (into) => alpineBase(into, '3.22.1'),
  config: (tag) => ({
    cmd: ['./podinfo'],
    workingDir: '/home/app',
    user: '100',
    env: { PODINFO_VERSION: PODINFO_TAGS.get(tag) ?? '6.9.2' },
  }),
  files: (into) => into.install('/usr/bin/curl', 'curl'),
  spec: {
    program: 'podinfo',
    port: 9898,
    also: [9797, 9999],
    started: (context) =>
      `{"level":"info","ts":"${new Date(context.now).toISOString()}","caller":"podinfo/main.go:153","msg":"Starting podinfo","version":"${context.env.get('PODINFO_VERSION')}","port":"9898"}\n`,
    taken: () => 'listen tcp :9898: bind: address already in use\n',
    http: (context) => (request) => podinfo(context, request),
  },
});

function podinfo(context: Context, request: HttpRequest) {
  const json = (status: number, value: object) =>
    text(status, `${JSON.stringify(value, undefined, 2)}\n`, {
      'content-type': 'application/json; charset=utf-8',
    });
  const version = context.env.get('PODINFO_VERSION') ?? '';
  const message = context.env.get('PODINFO_UI_MESSAGE') ?? `greetings from podinfo v${version}`;
  switch (pathOf(request)) {
    case '/':
    case '/api/info':
      return json(200, {
        hostname: context.hostname,
        version,
        revision: 'unknown',
        color: context.env.get('PODINFO_UI_COLOR') ?? '#34577c',
        logo: 'https://raw.githubusercontent.com/stefanprodan/podinfo/gh-pages/cuddle_clap.gif',
        message,
        goos: 'linux',
        goarch: 'amd64',
        runtime: 'go1.25.1',
        num_goroutine: '8',
        num_cpu: String(context.host.processes.cores),
      });
    case '/healthz':
    case '/readyz':
      return json(200, { status: 'OK' });
    case '/version':
      return json(200, { commit: 'unknown', version });
    case '/env':
      return json(
        200,
        [...context.env].map(([name, value]) => `${name}=${value}`),
      );
    default:
      return text(404, '404 page not found\n');
  }
}

/** What people start to see whether anything works at all. */
export const HELLO_WORLDS: readonly ImageFamily[] = [HELLO, ...NGINX_HELLO, ...HELLO_KUBERNETES, ...PODINFO];
