import { handshakeFailure } from '../../../cluster/client/tls.ts';
import { bodyText, type HttpResponse, httpRequest, isSystemError, resolveName } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { HelmError } from '../errors.ts';
import type { Helm } from '../helm.ts';

const ROUND_TRIP_MS = 60;
/** Models net/http Client.checkRedirect */
const REDIRECTS = 10;
const SYSTEM_ROOTS = '/etc/ssl/certs/ca-certificates.crt';

export function isUrl(text: string): boolean {
  return /^(?:https?|oci):\/\//.test(text);
}

/** What lies behind an address, over the host's network. Models helm/pkg/getter HTTPGetter. */
export function* fetchText(helm: Helm, url: string): Steps<string> {
  if (url.startsWith('oci://')) throw new HelmError(`OCI registries are not simulated: ${url}`);
  let at = url;
  for (let hops = 0; hops <= REDIRECTS; hops++) {
    yield* helm.context.sleep(ROUND_TRIP_MS);
    const response = get(helm, at);
    const { location } = response.headers;
    if (location !== undefined && response.status >= 300 && response.status < 400) {
      at = new URL(location, at).href;
      continue;
    }
    if (response.status === 200) return bodyText(response);
    const reason = response.status === 404 ? 'Not Found' : '';
    throw new HelmError(`failed to fetch ${url} : ${response.status} ${reason}`);
  }
  throw new HelmError(`Get "${at}": stopped after ${REDIRECTS} redirects`);
}

function get(helm: Helm, url: string): HttpResponse {
  const { context } = helm;
  const match = /^(https?):\/\/(\[[^\]]+\]|[^/:]+)(?::(\d+))?(\/.*)?$/.exec(url);
  if (!match) throw new HelmError(`could not find protocol handler for: ${/^[^:/]*/.exec(url)?.[0] ?? ''}`);
  const [, scheme, host = '', port, path = '/'] = match;
  const fail = (why: string) => new HelmError(`Get "${url}": ${why}`);
  const found = resolveName(context, host);
  if (!found.ok) throw fail(`dial tcp: lookup ${host} on ${found.server ?? '127.0.0.53'}:53: no such host`);
  const target = {
    address: found.addresses[0] as string,
    port: Number(port ?? (scheme === 'https' ? 443 : 80)),
  };
  const connected = scheme === 'https' ? context.network.connect(target.address, target.port) : undefined;
  if (connected?.ok) {
    const { fs } = context;
    const trust = { ca: fs.can(SYSTEM_ROOTS, 'read') ? fs.read(SYSTEM_ROOTS) : undefined, certificates: [] };
    const wrong = handshakeFailure(connected.listener, trust, host, context.now);
    if (wrong && !helm.isSet('insecure-skip-tls-verify')) throw fail(wrong);
  }
  try {
    return httpRequest(context.network, target, { method: 'GET', path, headers: { host } });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw fail(`dial tcp ${target.address}:${target.port}: connect: ${error.message.toLowerCase()}`);
  }
}
