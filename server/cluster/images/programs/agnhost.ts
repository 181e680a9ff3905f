import type { Context, HttpHandler, HttpResponse, Main } from '../../../host/index.ts';
import { httpRequest, isSystemError, resolveName, resolverConfig } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { klogLine } from '../../klog.ts';
import { flagValue } from '../go-program.ts';
import { listen, log, pathOf, text, untilSignal } from '../serve.ts';

type Subcommand = (context: Context, args: readonly string[]) => Steps<number>;

/** A line of the package `log`, which agnhost sends through klog. */
const say = (context: Context, message: string, fd: 1 | 2 = 2) =>
  log(context, klogLine(context, 'I', 'log.go:245', message), fd);

/** Listens, says so and runs until it is told to stop. */
function serving(start: (context: Context, args: readonly string[]) => void): Subcommand {
  return function* (context, args) {
    start(context, args);
    yield* untilSignal(context);
    return 0;
  };
}

/** What it can do here. Models test/images/agnhost */
const SUBCOMMANDS: Readonly<Record<string, readonly [about: string, run: Subcommand]>> = {
  connect: ['Attempts a TCP, UDP or SCTP connection', connect],
  'dns-server-list': [
    'Prints the DNS server list',
    (context) => print(context, resolverConfig(context).nameservers),
  ],
  'dns-suffix': ['Prints the DNS suffix list', (context) => print(context, resolverConfig(context).search)],
  'entrypoint-tester': [
    'Prints the args it was passed and exits',
    (context, args) => print(context, [`[${['/agnhost', 'entrypoint-tester', ...args].join(' ')}]`], ''),
  ],
  'etc-hosts': [
    'Prints the contents of /etc/hosts',
    (context) => print(context, [context.fs.read('/etc/hosts')], '\n', ''),
  ],
  'grpc-health-checking': ['Starts a simple grpc health checking endpoint', serving(healthServer)],
  liveness: ['Starts a server that is alive for 10 seconds', serving(liveness)],
  'logs-generator': ['Outputs lines of logs to stdout uniformly', generateLogs],
  netexec: ['Creates HTTP(S), UDP, and (optionally) SCTP servers with various endpoints', serving(netexec)],
  pause: [
    'Pauses the execution',
    function* (context) {
      yield* context.err('Paused\n');
      yield* untilSignal(context);
      return 0;
    },
  ],
  'serve-hostname': ['Serves the hostname', serving(serveHostname)],
  'test-webserver': ['Starts an HTTP file server on the given port', serving(fileServer)],
};

/** A server and client with many subcommands, of which the usual are here. */
export const agnhost: Main = function* (context) {
  const [, command = 'help', ...args] = context.args;
  const found = Object.hasOwn(SUBCOMMANDS, command) ? SUBCOMMANDS[command] : undefined;
  if (found) return yield* found[1](context, args);
  if (command === '--version' || command === '-v') return yield* print(context, ['app version 2.53.0']);
  if (['help', '--help', '-h'].includes(command)) {
    const rows = Object.entries(SUBCOMMANDS).map(([name, [about]]) => `  ${name.padEnd(22)} ${about}`);
    return yield* print(context, ['Usage:', '  app [command]', '', 'Available Commands:', ...rows]);
  }
  const why = ELSEWHERE.has(command) ? 'is not simulated here' : 'for "app"';
  yield* context.err(`Error: unknown command "${command}" ${why}\nRun 'app --help' for usage.\n`);
  return 1;
};

/** Subcommands of the real one that are not here. */
const ELSEWHERE = new Set(
  'audit-proxy crd-conversion-webhook fake-gitserver fake-registry-server guestbook inclusterclient mounttest net nettest no-snat-test no-snat-test-proxy openid port-forward-tester porter resource-consumer-controller stress-mem tcp-reset webhook'.split(
    ' ',
  ),
);

function* print(context: Context, lines: readonly string[], between = '\n', end = '\n'): Steps<number> {
  yield* context.out(`${lines.join(between)}${end}`);
  return 0;
}

/** How long Linux tries to connect to somebody who does not answer. */
const SYN_MS = 130_000;

/** Models test/images/agnhost/connect */
function* connect(context: Context, args: readonly string[]): Steps<number> {
  const target = args.find((arg) => /^[^-].*:\d+$/.test(arg));
  const [, host = '', port = ''] = /^\[?(.+?)\]?:(\d+)$/.exec(target ?? '') ?? [];
  if (target === undefined) {
    yield* context.err('Error: accepts 1 arg(s), received 0\n');
    return 1;
  }
  const found = resolveName(context, host);
  if (!found.ok) {
    yield* context.err(`DNS: lookup ${host}: no such host\n`);
    return 1;
  }
  const timeout = seconds(flagValue(args, 'timeout') ?? '0s') * 1000;
  const protocol = flagValue(args, 'protocol')?.toUpperCase() === 'UDP' ? 'UDP' : 'TCP';
  const answer = context.network.connect(found.addresses[0] as string, Number(port), protocol);
  if (answer.ok) return 0;
  if (answer.failure === 'timeout') yield* context.sleep(timeout > 0 ? Math.min(timeout, SYN_MS) : SYN_MS);
  const words = { refused: 'REFUSED', timeout: 'TIMEOUT' } as Partial<Record<string, string>>;
  const other = answer.failure === 'unreachable' ? 'network is unreachable' : 'no route to host';
  yield* context.err(`${words[answer.failure] ?? `OTHER: dial tcp ${host}:${port}: connect: ${other}`}\n`);
  return 1;
}

/** `1m30s`, `500ms` in seconds. */
function seconds(duration: string): number {
  const units: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600 };
  return [...duration.matchAll(/([\d.]+)(ms|s|m|h)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (units[unit as string] as number),
    0,
  );
}

/** Models test/images/agnhost/logs-generator */
function* generateLogs(context: Context, args: readonly string[]): Steps<number> {
  const total = Number(flagValue(args, 'log-lines-total') ?? flagValue(args, 't') ?? 0);
  const runs = seconds(flagValue(args, 'run-duration') ?? flagValue(args, 'd') ?? '0s') * 1000;
  if (total <= 0 || runs <= 0) {
    yield* context.err(
      `F${klogLine(context, 'F', 'logs_generator.go:62', `Invalid ${total <= 0 ? 'total number of lines' : 'duration'}: ${total <= 0 ? total : `${runs / 1000}s`}`).slice(1)}`,
    );
    return 255;
  }
  const verbs = ['GET', 'PUT', 'POST'];
  const kinds = ['pods', 'endpoints', 'services'];
  for (let i = 0; i < total; i++) {
    const { random } = context.host;
    const name = Array.from({ length: 3 }, () => String.fromCharCode(97 + random.below(26))).join('');
    const path = `/api/v1/namespaces/${['kube-system', 'default', 'ns'][random.below(3)]}/${kinds[random.below(3)]}/${name}`;
    const line = `${i} ${verbs[random.below(3)]} ${path} ${200 + random.below(400)}`;
    yield* context.out(klogLine(context, 'I', 'logs_generator.go:76', line));
    yield* context.sleep(runs / total);
  }
  return 0;
}

/** Models test/images/agnhost/netexec */
function netexec(context: Context, args: readonly string[]): void {
  const port = Number(flagValue(args, 'http-port') ?? 8080);
  const udpPort = Number(flagValue(args, 'udp-port') ?? 8081);
  listen(context, { port, http: netexecAnswer(context) });
  say(context, `Started HTTP server on port ${port}`);
  if (udpPort < 0) return;
  listen(context, { port: udpPort, protocol: 'UDP', service: 'netexec' });
  say(context, `Started UDP server on port  ${udpPort}`);
}

function netexecAnswer(context: Context): HttpHandler {
  return (request) => {
    const path = pathOf(request);
    const query = new URLSearchParams(request.path.split('?')[1] ?? '');
    const message = query.get('msg') ?? '';
    say(context, path === '/echo' ? `GET /echo?msg=${message}` : `GET ${path}`);
    switch (path) {
      case '/hostname':
      case '/hostName':
        return text(200, context.hostname);
      case '/clientip':
        return text(200, `${request.peer?.address}:${request.peer?.port}`);
      case '/dial':
        return dial(context, query);
      case '/echo':
        return text(Number(query.get('code') ?? 200), message);
      case '/header':
        return text(200, request.headers[(query.get('key') ?? '').toLowerCase()] ?? '');
      case '/healthz':
        return text(200, '');
      case '/redirect':
        return text(Number(query.get('code') ?? 302), '', { location: query.get('location') ?? '/' });
      case '/exit':
      case '/shell':
      case '/shutdown':
      case '/upload':
        return text(501, `${path} is not simulated here\n`);
      default:
        return text(200, `NOW: ${goNow(context)}`);
    }
  };
}

/** `2026-11-21 09:00:00.123 +0000 UTC m=+12.345` */
function goNow({ now, process }: Context): string {
  const stamp = new Date(now).toISOString();
  const since = ((now - process.startedAt) / 1000).toFixed(9);
  return `${stamp.slice(0, 10)} ${stamp.slice(11, 23)} +0000 UTC m=+${since}`;
}

/** Asks another one, as `request` says, `tries` times. */
function dial({ network }: Context, query: URLSearchParams): HttpResponse {
  const [host, port] = [query.get('host') ?? '', Number(query.get('port') ?? 8080)];
  const responses: string[] = [];
  const errors: string[] = [];
  for (let i = 0; i < Math.min(100, Number(query.get('tries') ?? 1)); i++) {
    try {
      const path = `/${query.get('request') ?? 'hostname'}`;
      const answer = httpRequest(network, { address: host, port }, { method: 'GET', path, headers: {} });
      responses.push(answer.body ?? '');
    } catch (error) {
      if (!isSystemError(error)) throw error;
      errors.push(`Get "http://${host}:${port}": dial tcp ${host}:${port}: ${error.message.toLowerCase()}`);
    }
  }
  return text(200, JSON.stringify({ responses, ...(errors.length > 0 ? { errors } : {}) }));
}

function serveHostname(context: Context, args: readonly string[]): void {
  const port = Number(flagValue(args, 'port') ?? 9376);
  listen(context, { port, http: () => text(200, context.hostname) });
  say(context, `Serving on port ${port}.`);
}

/** Serves the files of the container. Models test/images/agnhost/test-webserver */
function fileServer(context: Context, args: readonly string[]): void {
  const port = Number(flagValue(args, 'port') ?? 80);
  listen(context, {
    port,
    http(request) {
      const path = pathOf(request);
      if (context.fs.isFile(path)) return text(200, context.fs.read(path));
      if (!context.fs.isDirectory(path)) return text(404, '404 page not found\n');
      const names = context.fs.list(path).map((name) => `<a href="${name}">${name}</a>\n`);
      return text(200, `<pre>\n${names.join('')}</pre>\n`, { 'content-type': 'text/html; charset=utf-8' });
    },
  });
}

function liveness(context: Context): void {
  const started = context.now;
  listen(context, {
    port: 8080,
    http: (request) => livenessAnswer(pathOf(request), context.now - started),
  });
}

/** Well for its first ten seconds, and never again. Models test/images/agnhost/liveness */
function livenessAnswer(path: string, upMs: number): HttpResponse {
  const seconds = upMs / 1000;
  if (path === '/started') return text(200, `${seconds}s`);
  if (path !== '/healthz') return text(404, '404 page not found\n');
  return seconds > 10 ? text(500, `error: ${seconds}`) : text(200, 'ok');
}

/** A gRPC server whose health an HTTP server beside it turns on and off. */
function healthServer(context: Context, args: readonly string[]): void {
  const [port, httpPort] = [flagValue(args, 'port') ?? 5000, flagValue(args, 'http-port') ?? 8080].map(
    Number,
  );
  const delaySeconds = Number(flagValue(args, 'delay-unhealthy-sec') ?? -1);
  const until = delaySeconds < 0 ? Number.POSITIVE_INFINITY : context.now + delaySeconds * 1000;
  let serving = true;
  say(context, `Http server starting to listen on :${httpPort}`);
  say(context, `gRPC server starting to listen on :${port}`);
  const { pid } = context.process;
  const grpcHealth = (service: string) =>
    service !== '' ? undefined : serving && context.now < until ? 'SERVING' : 'NOT_SERVING';
  const stop = context.network.listen({
    protocol: 'TCP',
    address: '0.0.0.0',
    port: port as number,
    pid,
    grpcHealth,
  });
  context.process.onExit.push(stop);
  listen(context, {
    port: httpPort as number,
    http: (request) => {
      const asked = /^\/make-(not-)?serving$/.exec(pathOf(request));
      if (!asked) return text(404, '404 page not found\n');
      serving = asked[1] === undefined;
      say(context, `Mark as ${serving ? 'serving' : 'not serving'}`);
      return text(200, '');
    },
  });
}
