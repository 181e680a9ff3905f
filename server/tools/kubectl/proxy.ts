import { bodyText, type HttpRequest, type HttpResponse, isSystemError } from '../../host/index.ts';
import { linearRegex, matchesPart } from '../../objects/linear-regex.ts';
import { type Steps, WaitQueue, waitOn } from '../../sim/index.ts';
import { ExitError, KubectlError, messageOf } from './errors.ts';
import type { Kubectl } from './kubectl.ts';

/** Models kubectl/pkg/proxy: an HTTP server on this host that passes requests on with our identity. */
export function* proxy(k: Kubectl): Steps<void> {
  const { flags } = k;
  if (flags.string('unix-socket') !== '' && flags.changed('port'))
    throw new KubectlError('cannot set --unix-socket and --port at the same time');
  yield* checkPatterns(k);
  for (const name of ['unix-socket', 'www'])
    if (flags.string(name) !== '') throw new KubectlError(`--${name} is not simulated`);
  const address = flags.string('address');
  const port = flags.int('port') === 0 ? k.context.network.ephemeralPort() : flags.int('port');
  if (port < 0 || port > 65_535) throw new KubectlError(`listen tcp: address ${port}: invalid port`);
  const prefix = `/${flags.string('api-prefix').replace(/^\/|\/$/g, '')}/`.replace('//', '/');
  const handle = (request: HttpRequest): HttpResponse => {
    if (!flags.bool('disable-filter') && !passes(k, request)) return refused(403, 'Forbidden');
    if (!request.path.startsWith(prefix)) return refused(404, '404 page not found');
    try {
      return k.api.sendNow(request.method, request.path.slice(prefix.length - 1), {
        ...(request.value !== undefined ? { body: request.value } : {}),
        ...(request.body !== undefined ? { body: request.body } : {}),
        ...(request.headers['content-type'] ? { contentType: request.headers['content-type'] } : {}),
        ...(request.headers['user-agent'] ? { userAgent: request.headers['user-agent'] } : {}),
        ...(request.headers['accept'] ? { accept: request.headers['accept'] } : {}),
      });
    } catch (error) {
      return refused(502, messageOf(error));
    }
  };
  try {
    const stop = k.context.network.listen({
      protocol: 'TCP',
      address,
      port,
      pid: k.context.process.pid,
      http: (request) => {
        const response = handle(request);
        return response.stream || response.upgrade ? response : { ...response, body: bodyText(response) };
      },
    });
    k.context.process.onExit.push(stop);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new KubectlError(`listen tcp ${address}:${port}: bind: ${error.message.toLowerCase()}`);
  }
  yield* k.out(`Starting to serve on ${address}:${port}\n`);
  const never = new WaitQueue();
  for (;;) yield* waitOn([never]);
}

function refused(status: number, text: string): HttpResponse {
  return { status, headers: { 'content-type': 'text/plain' }, body: `${text}\n` };
}

const PATTERNS = ['accept-paths', 'reject-paths', 'accept-hosts', 'reject-methods'];

function* checkPatterns(k: Kubectl): Steps<void> {
  if (k.flags.bool('disable-filter')) return;
  for (const pattern of PATTERNS.flatMap((name) => k.flags.string(name).split(','))) {
    try {
      linearRegex(pattern);
    } catch (error) {
      yield* k.klog('F', 'proxy_server.go:83', `Error compiling re: ${messageOf(error)}`);
      throw new ExitError(255);
    }
  }
}

/** Models kubectl/pkg/proxy FilterServer. */
function passes({ flags }: Kubectl, { method, path, headers }: HttpRequest): boolean {
  const [plain = ''] = path.split('?');
  const host = (headers['host'] ?? '').replace(/:\d+$/, '');
  const fits = (name: string, text: string) =>
    flags
      .string(name)
      .split(',')
      .some((pattern) => matchesPart(pattern, text));
  if (fits('reject-paths', plain) || fits('reject-methods', method)) return false;
  return fits('accept-paths', plain) && (host === '' || fits('accept-hosts', host));
}
