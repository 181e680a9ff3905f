import { type Context, type Listener, resolveName, shownCertificates } from '../../host/index.ts';
import { verifyChain } from '../../host/pki/index.ts';

/** What a client brings to a TLS handshake. Certificates are PEM, leaf first. */
export interface TlsClient {
  /** CA bundle that the server must come from; undefined: nobody is trusted. */
  readonly ca?: string | undefined;
  readonly certificates: readonly string[];
  readonly insecure?: boolean;
}

/** Why a handshake fails, in the words of Go's crypto/tls; undefined when it does not. */
export function handshakeFailure(
  listener: Listener,
  client: TlsClient,
  host: string,
  now: number,
): string | undefined {
  const { tls } = listener;
  if (!tls) return 'http: server gave HTTP response to HTTPS client';
  const certificates = shownCertificates(tls, host);
  if (certificates === '') return 'remote error: tls: internal error';
  const options = { certificates, roots: client.ca ?? '', now, host };
  const distrust = client.insecure ? undefined : verifyChain({ ...options, usage: 'server auth' });
  return distrust === undefined ? undefined : `tls: failed to verify certificate: ${distrust}`;
}

/** Why a server that insists on client certificates refuses one; undefined when it does not. */
export function clientRefusal(listener: Listener, client: TlsClient, now: number): string | undefined {
  const roots = listener.tls?.clientCa;
  if (roots === undefined) return undefined;
  if (client.certificates.length === 0) return 'remote error: tls: certificate required';
  const certificates = client.certificates.join('\n');
  const wrong = verifyChain({ certificates, roots, now, usage: 'client auth' });
  return wrong === undefined ? undefined : 'remote error: tls: bad certificate';
}

/** The address of a host name as the process's machine knows it: a literal, from /etc/hosts, or from DNS. */
export function lookupHost(context: Context, name: string): string | undefined {
  const found = resolveName(context, name);
  return found.ok ? found.addresses[0] : undefined;
}

/** The failure of a connection as Go words it: `dial tcp 172.30.1.2:6443: connect: connection refused`. */
export function dialError(address: string, port: number, failure: string): string {
  const words: Record<string, string> = {
    refused: 'connect: connection refused',
    timeout: 'i/o timeout',
    unreachable: 'connect: network is unreachable',
    'no-route': 'connect: no route to host',
  };
  return `dial tcp ${address}:${port}: ${words[failure] ?? failure}`;
}
