import {
  bodyText,
  type HttpHandler,
  type HttpRequest,
  type HttpResponse,
  isSystemError,
} from '../../host/index.ts';
import { linearRegex, matchesPart } from '../../objects/linear-regex.ts';
import { type Steps, WaitQueue, waitOn } from '../../sim/index.ts';
import { ExitError, KubectlError, messageOf } from './errors.ts';
import type { Kubectl } from './kubectl.ts';
import { fileAnswer } from './proxy-files.ts';

/** Models kubectl/pkg/proxy: an HTTP server on this host that passes requests on with our identity. */
export function* proxy(k: Kubectl): Steps<void> {
  const { flags } = k;
  const socket = flags.string('unix-socket');
  if (socket !== '' && flags.changed('port'))
    throw new KubectlError('cannot set --unix-socket and --port at the same time');
  if (flags.bool('disable-filter') && socket === '')
    yield* k.klog(
      'W',
      'proxy.go:177',
      'Request filter disabled, your proxy is vulnerable to XSRF attacks, please be cautious',
    );
  yield* checkPatterns(k);
  yield* checkFiles(k);
  const http = (request: HttpRequest): HttpResponse => {
    const response = handle(k, request);
    return response.stream || response.upgrade ? response : { ...response, body: bodyText(response) };
  };
  const where = socket === '' ? listen(k, http) : listenUnix(k, socket, http);
  yield* k.out(`Starting to serve on ${where}\n`);
  const never = new WaitQueue();
  for (;;) yield* waitOn([never]);
}

function listen(k: Kubectl, http: HttpHandler): string {
  const { network, process } = k.context;
  const address = k.flags.string('address');
  const port = k.flags.int('port') === 0 ? network.ephemeralPort() : k.flags.int('port');
  if (port < 0 || port > 65_535) throw new KubectlError(`listen tcp: address ${port}: invalid port`);
  try {
    process.onExit.push(network.listen({ protocol: 'TCP', address, port, pid: process.pid, http }));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new KubectlError(`listen tcp ${address}:${port}: bind: ${error.message.toLowerCase()}`);
  }
  return `${address}:${port}`;
}

function listenUnix(k: Kubectl, socket: string, http: HttpHandler): string {
  const { fs, host, network, process } = k.context;
  const key = `${host.hostname}:${socket}`;
  if (network.network.unix.has(key))
    throw new KubectlError(`listen unix ${socket}: bind: address already in use`);
  try {
    fs.write(socket, '', 0o755);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new KubectlError(`listen unix ${socket}: bind: ${error.message.toLowerCase()}`);
  }
  network.network.unix.set(key, { protocol: 'TCP', address: '', port: 0, pid: process.pid, http });
  process.onExit.push(() => {
    network.network.unix.delete(key);
    fs.removeAll(socket);
  });
  return socket;
}

/** The API below --api-prefix, files below --www-prefix. */
function handle(k: Kubectl, request: HttpRequest): HttpResponse {
  const { flags } = k;
  if (!flags.bool('disable-filter') && !passes(k, request)) return refused(403, 'Forbidden');
  const { path } = request;
  const files = prefixOf(flags.string('www-prefix'));
  if (flags.string('www') !== '' && path.startsWith(files))
    return fileAnswer(k, flags.string('www'), path.slice(files.length - 1));
  if (flags.string('www') !== '' && path === files.slice(0, -1))
    return { status: 301, headers: { location: files }, body: '' };
  const prefix = prefixOf(flags.string('api-prefix'));
  if (!path.startsWith(prefix)) return refused(404, '404 page not found');
  try {
    return k.api.sendNow(request.method, path.slice(prefix.length - 1), {
      absolute: !flags.bool('append-server-path'),
      ...(request.value !== undefined ? { body: request.value } : {}),
      ...(request.body !== undefined ? { body: request.body } : {}),
      ...(request.headers['content-type'] ? { contentType: request.headers['content-type'] } : {}),
      ...(request.headers['user-agent'] ? { userAgent: request.headers['user-agent'] } : {}),
      ...(request.headers['accept'] ? { accept: request.headers['accept'] } : {}),
    });
  } catch (error) {
    return refused(502, messageOf(error));
  }
}

function prefixOf(text: string): string {
  return `/${text.replace(/^\/|\/$/g, '')}/`.replace('//', '/');
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

/** Files that cannot be served are told of, and nothing more. */
function* checkFiles(k: Kubectl): Steps<void> {
  const folder = k.flags.string('www');
  if (folder === '') return;
  const { fs } = k.context;
  if (!fs.exists(folder)) {
    const why = `stat ${folder}: no such file or directory`;
    yield* k.klog('W', 'proxy.go:200', `Failed to stat static file directory ${folder}: ${why}`);
  } else if (!fs.isDirectory(folder)) {
    yield* k.klog('W', 'proxy.go:202', `Static file directory ${folder} is not a directory`);
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
