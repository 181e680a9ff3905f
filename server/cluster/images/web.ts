import { type HttpRequest, type HttpResponse, isSystemError, type Main } from '../../host/index.ts';
import { alpineBase, debianBase, distrolessBase } from './bases/unix.ts';
import type { ImageFamily } from './image.ts';
import { nginxFiles } from './nginx.ts';
import { html, listen, log, pathOf, text, tryListen, untilSignal } from './serve.ts';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

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
    'latest',
    '2',
    '2.4',
    '2.4.65',
    '2.4.63',
    '2.4.62',
    '2.4.59',
    '2.4.58',
    '2.4.54',
    '2.4.46',
    '2.4.41',
    '2.4.39',
    '2.4.38',
    '2.4.35',
    '2.4.33',
    'alpine',
    '2.4-alpine',
    '2-alpine',
    '2.4.39-alpine',
    '2.4.41-alpine',
    'alpine3.17',
    'alpine3.18',
  ],
  sizeBytes: 59_160_000,
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

/** Answers with what it was asked. */
const whoami: Main = function* (context) {
  const port = flagValue(context.args, 'port') ?? context.env.get('WHOAMI_PORT_NUMBER') ?? '80';
  const problem = tryListen(context, {
    port: Number(port),
    http: (request) => {
      const addresses = context.network.addresses().map((address) => `IP: ${address}\n`);
      const headers = Object.entries(request.headers).map(
        ([k, v]) => `${k.replace(/(^|-)\w/g, (c) => c.toUpperCase())}: ${v}\n`,
      );
      return text(
        200,
        `Hostname: ${context.hostname}\n${addresses.join('')}RemoteAddr: ${request.peer?.address}:${request.peer?.port}\n${request.method} ${request.path} HTTP/1.1\nHost: ${request.headers['host'] ?? ''}\n${headers.filter((h) => !h.startsWith('Host:')).join('')}\n`,
      );
    },
  });
  if (problem) {
    yield* context.err(`${goTime(context.now)} listen tcp :${port}: bind: ${problem.toLowerCase()}\n`);
    return 1;
  }
  yield* context.err(`${goTime(context.now)} Starting up on port ${port}\n`);
  yield* untilSignal(context);
  return 0;
};

export const WHOAMI: ImageFamily = {
  repository: 'traefik/whoami',
  tags: ['latest', 'v1.11', 'v1.11.0', 'v1.10', 'v1.10.1', 'v1.9', 'v1.8'],
  sizeBytes: 2_870_000,
  config: () => ({ entrypoint: ['/whoami'], env: { PATH }, ports: ['80/tcp'] }),
  files(into) {
    distrolessBase(into);
    into.install('/whoami', 'whoami-server');
  },
  programs: [{ name: 'whoami-server', main: whoami }],
};

const httpEcho: Main = function* (context) {
  const message = flagValue(context.args, 'text') ?? context.env.get('ECHO_TEXT') ?? '';
  const address = flagValue(context.args, 'listen') ?? ':5678';
  const port = Number(address.slice(address.lastIndexOf(':') + 1));
  if (message === '') {
    yield* context.err('Missing -text option!\n');
    return 127;
  }
  const problem = tryListen(context, {
    port,
    http: (request) => {
      log(
        context,
        `${goTime(context.now)} ${request.headers['host'] ?? ''} ${request.peer?.address}:${request.peer?.port} "${request.method} ${request.path} HTTP/1.1" 200 ${message.length + 1} "${request.headers['user-agent'] ?? ''}" 10µs\n`,
      );
      return text(200, `${message}\n`, { 'x-app-name': 'http-echo', 'x-app-version': '1.0.0' });
    },
  });
  if (problem) {
    yield* context.err(
      `${goTime(context.now)} [ERR] server exited with: listen tcp ${address}: bind: ${problem.toLowerCase()}\n`,
    );
    return 127;
  }
  yield* context.err(`${goTime(context.now)} [INFO] server is listening on ${address}\n`);
  yield* untilSignal(context);
  return 0;
};

export const HTTP_ECHO: ImageFamily = {
  repository: 'hashicorp/http-echo',
  tags: ['latest', '1.0', '1.0.0', '0.2.3', '0.2.1'],
  sizeBytes: 4_240_000,
  config: () => ({ entrypoint: ['/http-echo'], env: { PATH }, user: '65532', ports: ['5678/tcp'] }),
  files(into) {
    distrolessBase(into);
    into.install('/http-echo', 'http-echo');
  },
  programs: [{ name: 'http-echo', main: httpEcho }],
};

/** The test image of Kubernetes: a server with many subcommands, of which the usual are here. */
const agnhost: Main = function* (context) {
  const [, command = '', ...rest] = context.args;
  switch (command) {
    case 'pause':
      yield* context.err('Paused\n');
      yield* untilSignal(context);
      return 0;
    case 'netexec':
    case 'serve-hostname': {
      const port = Number(
        flagValue(rest, 'http-port') ?? flagValue(rest, 'port') ?? (command === 'netexec' ? 8080 : 9376),
      );
      listen(context, {
        port,
        http: (request) => agnhostAnswer(context.hostname, command, request, context.now),
      });
      yield* context.err(`I1121 00:00:00.000000       1 log.go:245] Started HTTP server on port ${port}\n`);
      yield* untilSignal(context);
      return 0;
    }
    default:
      yield* context.err(`Error: unknown command "${command}" for "app"\nRun 'app --help' for usage.\n`);
      return 1;
  }
};

function agnhostAnswer(hostname: string, command: string, request: HttpRequest, now: number): HttpResponse {
  const path = pathOf(request);
  if (command === 'serve-hostname' || path === '/hostname' || path === '/hostName')
    return text(200, hostname);
  if (path === '/clientip') return text(200, `${request.peer?.address}:${request.peer?.port}`);
  if (path === '/echo')
    return text(200, new URLSearchParams(request.path.split('?')[1] ?? '').get('msg') ?? '');
  if (path === '/healthz') return text(200, '');
  return text(200, `NOW: ${new Date(now).toISOString()}`);
}

export const AGNHOST: ImageFamily = {
  repository: 'registry.k8s.io/e2e-test-images/agnhost',
  tags: ['2.53', '2.52', '2.47', '2.45', '2.43', '2.40', '2.39', '2.32', '2.21'],
  sizeBytes: 53_000_000,
  config: () => ({ entrypoint: ['/agnhost'], cmd: ['pause'], env: { PATH } }),
  files(into) {
    alpineBase(into, '3.19.1');
    into.install('/agnhost', 'agnhost');
    for (const name of ['curl', 'dig', 'nc']) into.install(`/usr/bin/${name}`, name);
  },
  programs: [{ name: 'agnhost', main: agnhost }],
};

/** Shows the request that it got, as the echoserver image does. */
const echoserver: Main = function* (context) {
  listen(context, {
    port: 8080,
    http: (request) =>
      text(
        200,
        `\n\nHostname: ${context.hostname}\n\nPod Information:\n\t-no pod information available-\n\nServer values:\n\tserver_version=nginx: 1.13.3 - lua: 10008\n\nRequest Information:\n\tclient_address=${request.peer?.address}\n\tmethod=${request.method}\n\treal path=${request.path}\n\tquery=${request.path.split('?')[1] ?? ''}\n\trequest_version=1.1\n\trequest_scheme=http\n\trequest_uri=http://${request.headers['host'] ?? ''}:8080${request.path}\n\nRequest Headers:\n${Object.entries(
          request.headers,
        )
          .map(([k, v]) => `\t${k}=${v}\n`)
          .join('')}\nRequest Body:\n\t-no body in request-\n\n`,
      ),
  });
  yield* untilSignal(context);
  return 0;
};

const echoFamily = (repository: string, tags: readonly string[]): ImageFamily => ({
  repository,
  tags,
  sizeBytes: 43_000_000,
  config: () => ({ cmd: ['/usr/local/bin/run.sh'], env: { PATH }, ports: ['8080/tcp'] }),
  files(into) {
    debianBase(into, 'debian', '11 bullseye');
    into.install('/usr/local/bin/run.sh', 'echoserver');
  },
});

export const ECHOSERVERS: readonly ImageFamily[] = [
  {
    ...echoFamily('registry.k8s.io/echoserver', ['1.10', '1.9', '1.8', '1.4']),
    programs: [{ name: 'echoserver', main: echoserver }],
  },
  echoFamily('k8s.gcr.io/echoserver', ['1.10', '1.9', '1.8', '1.4']),
  echoFamily('kicbase/echo-server', ['latest', '1.0']),
];

const slim = (repository: string): ImageFamily => ({
  repository,
  tags: ['0.8', '0.21', '0.24', '0.26', '0.27'],
  sizeBytes: 44_000_000,
  config: () => ({
    cmd: ['nginx', '-g', 'daemon off;'],
    env: { PATH, NGINX_VERSION: '1.27.3' },
    ports: ['80/tcp'],
  }),
  files(into) {
    debianBase(into, 'debian', '12 bookworm');
    nginxFiles(into);
  },
});

export const NGINX_SLIM: readonly ImageFamily[] = [
  slim('registry.k8s.io/nginx-slim'),
  slim('k8s.gcr.io/nginx-slim'),
];

/** `-name value`, `--name=value`. */
export function flagValue(args: readonly string[], name: string): string | undefined {
  for (let i = 0; i < args.length; i++) {
    const arg = (args[i] as string).replace(/^--?/, '');
    if (arg === name && (args[i] as string).startsWith('-')) return args[i + 1];
    if (arg.startsWith(`${name}=`)) return arg.slice(name.length + 1);
  }
  return undefined;
}

export function goTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
}

/** Rethrows what is not a system call's error. */
export function messageOf(error: unknown): string {
  if (isSystemError(error)) return error.message;
  throw error;
}
