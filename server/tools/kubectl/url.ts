import { handshakeFailure } from '../../cluster/client/tls.ts';
import {
  bodyText,
  type HttpResponse,
  httpRequest,
  isSystemError,
  resolveName,
  resolverTrouble,
} from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import { ConnectionError, KubectlError } from './errors.ts';
import type { Kubectl } from './kubectl.ts';

const ROUND_TRIP_MS = 40;
/** Models net/http Client.checkRedirect */
const REDIRECTS = 10;
const SYSTEM_ROOTS = '/etc/ssl/certs/ca-certificates.crt';

/** The text behind a URL, over the host's network. Models resource.URLVisitor. */
export function* fetchUrl(k: Kubectl, url: string): Steps<string> {
  let at = url;
  for (let hops = 0; hops <= REDIRECTS; hops++) {
    yield* k.context.sleep(ROUND_TRIP_MS);
    const response = get(k, url, at);
    const { location } = response.headers;
    if (location !== undefined && response.status >= 300 && response.status < 400) {
      at = new URL(location, at).href;
      continue;
    }
    if (response.status === 200) return bodyText(response);
    const text = response.status === 404 ? '404 Not Found' : String(response.status);
    throw unreadable(url, `server reported ${text}, status code=${response.status}`);
  }
  throw unreadable(url, `Get "${at}": stopped after ${REDIRECTS} redirects`);
}

function unreadable(url: string, why: string): KubectlError {
  return new KubectlError(`unable to read URL "${url}", ${why}`);
}

function get(k: Kubectl, url: string, at: string): HttpResponse {
  const match = /^(https?):\/\/(\[[^\]]+\]|[^/:]+)(?::(\d+))?(\/.*)?$/.exec(at);
  if (!match) throw new KubectlError(`the URL passed to filename "${url}" is not valid`);
  const [, scheme, host = '', port, path = '/'] = match;
  const server = `${scheme}://${host}${port ? `:${port}` : ''}`;
  const unreachable = (why: string) => new ConnectionError(server, 'GET', path, why);
  const found = resolveName(k.context, host);
  if (!found.ok) {
    const unknown = `lookup ${host} on ${found.server ?? '127.0.0.53'}:53: no such host`;
    throw unreachable(`dial tcp: ${resolverTrouble(k.context, host) ?? unknown}`);
  }
  const address = found.addresses[0] as string;
  const target = { address, port: Number(port ?? (scheme === 'https' ? 443 : 80)) };
  const { network } = k.context;
  const connected = scheme === 'https' ? network.connect(address, target.port) : undefined;
  if (connected?.ok) {
    const wrong = handshakeFailure(connected.listener, trust(k), host, k.context.now);
    if (wrong) throw unreachable(wrong);
  }
  try {
    return httpRequest(network, target, { method: 'GET', path, headers: { host } });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const why = error.message.toLowerCase();
    throw unreachable(`dial tcp ${target.address}:${target.port}: connect: ${why}`);
  }
}

function trust(k: Kubectl) {
  const { fs } = k.context;
  return { ca: fs.can(SYSTEM_ROOTS, 'read') ? fs.read(SYSTEM_ROOTS) : undefined, certificates: [] };
}
