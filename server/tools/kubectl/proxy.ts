import { bodyText, type HttpRequest, type HttpResponse, isSystemError } from '../../host/index.ts';
import { type Steps, WaitQueue, waitOn } from '../../sim/index.ts';
import { KubectlError, messageOf } from './errors.ts';
import type { Kubectl } from './kubectl.ts';

/** Models kubectl/pkg/proxy: an HTTP server on this host that passes requests on with our identity. */
export function* proxy(k: Kubectl): Steps<void> {
  const { flags } = k;
  for (const name of ['unix-socket', 'www'])
    if (flags.string(name) !== '') throw new KubectlError(`--${name} is not simulated`);
  const address = flags.string('address');
  const port = flags.int('port') === 0 ? k.context.network.ephemeralPort() : flags.int('port');
  const filter = filterOf(k);
  const handle = (request: HttpRequest): HttpResponse => {
    if (!flags.bool('disable-filter') && !filter(request))
      return { status: 403, headers: { 'content-type': 'text/plain' }, body: 'Forbidden\n' };
    try {
      return k.api.sendNow(request.method, request.path, {
        ...(request.value !== undefined ? { body: request.value } : {}),
        ...(request.body !== undefined ? { body: request.body } : {}),
        ...(request.headers['content-type'] ? { contentType: request.headers['content-type'] } : {}),
        ...(request.headers['accept'] ? { accept: request.headers['accept'] } : {}),
      });
    } catch (error) {
      return { status: 502, headers: { 'content-type': 'text/plain' }, body: `${messageOf(error)}\n` };
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

function patterns(text: string): RegExp[] {
  return text.split(',').map((part) => {
    if (part.length > 200 || /[*+?]\)?[*+{]/.test(part))
      throw new KubectlError(`invalid regular expression ${part}`);
    try {
      return new RegExp(part);
    } catch {
      throw new KubectlError(`error parsing regexp: ${part}`);
    }
  });
}

function filterOf(k: Kubectl): (request: HttpRequest) => boolean {
  const { flags } = k;
  const accept = patterns(flags.string('accept-paths'));
  const reject = patterns(flags.string('reject-paths'));
  const methods = patterns(flags.string('reject-methods'));
  return ({ method, path }) => {
    const [plain = ''] = path.split('?');
    if (methods.some((pattern) => pattern.test(method))) return false;
    return !reject.some((pattern) => pattern.test(plain)) && accept.some((pattern) => pattern.test(plain));
  };
}
