import type { Context, HttpRequest, HttpResponse, Main } from '../../host/index.ts';
import { alpineBase } from './bases/unix.ts';
import { flagValue } from './go-program.ts';
import { type ImageFamily, PATH } from './image.ts';
import { listen, log, pathOf, text, untilSignal } from './serve.ts';

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
    case 'liveness': {
      const started = context.now;
      listen(context, {
        port: 8080,
        http: (request) => livenessAnswer(pathOf(request), context.now - started),
      });
      yield* untilSignal(context);
      return 0;
    }
    case 'grpc-health-checking':
      healthServer(context, rest);
      yield* untilSignal(context);
      return 0;
    default:
      yield* context.err(`Error: unknown command "${command}" for "app"\nRun 'app --help' for usage.\n`);
      return 1;
  }
};

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
  const say = (what: string) => log(context, `${what}\n`, 2);
  say(`Http server starting to listen on :${httpPort}`);
  say(`gRPC server starting to listen on :${port}`);
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
      say(`Mark as ${serving ? 'serving' : 'not serving'}`);
      return text(200, '');
    },
  });
}

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
    for (const name of ['curl', 'dig', 'host', 'ip', 'iptables', 'nc', 'nslookup'])
      into.install(`/usr/bin/${name}`, name);
  },
  programs: [{ name: 'agnhost', main: agnhost }],
};
