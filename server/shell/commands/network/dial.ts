import {
  type Connected,
  type ConnectFailure,
  type Context,
  type Listener,
  negotiateTls,
  resolveName,
  resolverConfig,
  shownCertificates,
} from '../../../host/index.ts';
import { parseCertificates, publicKeyOf, verifyChain } from '../../../host/pki/index.ts';
import type { Steps } from '../../../sim/index.ts';

/** How long Linux tries to connect to somebody who does not answer (tcp_syn_retries = 6). */
export const SYN_MS = 130_000;
/** One round trip between two hosts, and what a name server takes. */
const ROUND_TRIP_MS = 1;
const LOOKUP_MS = 3;
/** How long the resolver waits for each name server, and how often it asks it again. */
const RESOLVER_TIMEOUT_MS = 5000;
const RESOLVER_ATTEMPTS = 2;

export type LookedUp =
  | {
      readonly ok: true;
      readonly address: string;
      /** The whole name that was found: with the domain of the search list, or the first of a line in `/etc/hosts`. */
      readonly name: string;
      readonly local: boolean;
    }
  | { readonly ok: false; readonly why: 'not-found' | 'timeout' | 'failed' | 'deadline' };

/** The address of a name, taking the time that takes; `deadline` in virtual ms. */
export function* lookUp(
  context: Context,
  host: string,
  deadline = Number.POSITIVE_INFINITY,
): Steps<LookedUp> {
  const name = host.replace(/^\[|\]$/g, '');
  const found = resolveName(context, name);
  const asked = found.server !== undefined;
  const servers = Math.max(1, resolverConfig(context).nameservers.length);
  const silent = !found.ok && found.why === 'timeout' && asked;
  const takes = silent ? RESOLVER_TIMEOUT_MS * RESOLVER_ATTEMPTS * servers : asked ? LOOKUP_MS : 0;
  if (!(yield* pass(context, takes, deadline))) return { ok: false, why: 'deadline' };
  if (found.ok)
    return {
      ok: true,
      address: found.addresses[0] as string,
      name: found.name.replace(/\.$/, ''),
      local: !asked,
    };
  return { ok: false, why: found.why };
}

export type Dialled =
  | {
      readonly ok: true;
      readonly listener: Listener;
      readonly from: string;
      readonly to: string;
      readonly port: number;
      readonly asked: { address: string; port: number };
    }
  | { readonly ok: false; readonly why: ConnectFailure | 'deadline' };

/** Connects to a literal address, taking the time that takes. */
export function* dial(
  context: Context,
  address: string,
  port: number,
  deadline = Number.POSITIVE_INFINITY,
  protocol: 'TCP' | 'UDP' = 'TCP',
): Steps<Dialled> {
  const found: Connected = context.network.connect(address, port, protocol);
  const takes = found.ok || found.failure === 'refused' ? ROUND_TRIP_MS : delayOf(found.failure);
  if (!(yield* pass(context, takes, deadline))) return { ok: false, why: 'deadline' };
  if (!found.ok) return { ok: false, why: found.failure };
  return { ...found, asked: { address, port } };
}

function delayOf(failure: ConnectFailure): number {
  return failure === 'timeout' ? SYN_MS : failure === 'no-route' ? 3000 : 0;
}

/** Lets time pass, but not beyond the deadline. False: the deadline came first. */
export function* pass(context: Context, ms: number, deadline: number): Steps<boolean> {
  const left = deadline - context.now;
  if (ms > left) {
    if (left > 0) yield* context.sleep(left);
    return false;
  }
  if (ms > 0) yield* context.sleep(ms);
  return true;
}

/** What is wrong with a TLS handshake, as far as programs word it differently. */
export type TlsTrouble =
  | 'plain'
  | 'version'
  | 'suite'
  | 'no-certificate'
  | 'self-signed'
  | 'chain-self-signed'
  | 'unknown-issuer'
  | 'expired'
  | 'not-yet-valid'
  | 'name'
  | 'usage'
  | 'certificate-required'
  | 'certificate-refused';

export interface TlsIdentity {
  /** CA bundle; '' trusts nobody. */
  readonly roots: string;
  readonly host: string;
  readonly insecure: boolean;
  /** Client certificates, PEM. */
  readonly certificates: string;
  /** The versions of TLS it may be. Default: all. */
  readonly versions?: readonly string[];
  /** Its suites of TLS 1.2. Default: all. */
  readonly suites?: readonly string[] | undefined;
  /** How these suites were asked for. */
  readonly ciphers?: string | undefined;
}

/** Why a handshake with a listener fails; undefined when it does not. */
export function handshake(listener: Listener, me: TlsIdentity, now: number): TlsTrouble | undefined {
  const { tls } = listener;
  if (!tls) return 'plain';
  const agreed = negotiateTls(tls, me);
  if (typeof agreed === 'string') return agreed;
  const trouble = me.insecure ? undefined : distrust(shownCertificates(tls, me.host), me.roots, now, me.host);
  if (trouble) return trouble;
  if (tls.clientCa === undefined) return undefined;
  if (me.certificates === '') return 'certificate-required';
  const options = { certificates: me.certificates, roots: tls.clientCa, now, usage: 'client auth' as const };
  return verifyChain(options) === undefined ? undefined : 'certificate-refused';
}

/** Why a chain is not trusted, by the kinds that OpenSSL knows. */
export function distrust(
  certificates: string,
  roots: string,
  now: number,
  host?: string,
): TlsTrouble | undefined {
  const why = verifyChain({ certificates, roots, now, usage: 'server auth' });
  if (why === undefined) {
    const mismatch = host === undefined ? undefined : verifyChain({ certificates, roots, now, host });
    return mismatch === undefined || commonNameFits(certificates, host ?? '') ? undefined : 'name';
  }
  if (why.includes('is before')) return 'not-yet-valid';
  if (why.includes('is after')) return 'expired';
  if (why.includes('incompatible key usage')) return 'usage';
  const chain = parseCertificates(certificates);
  const selfSigned = (at: number) => JSON.stringify(chain[at]?.issuer) === JSON.stringify(chain[at]?.subject);
  if (chain.length === 1 && selfSigned(0)) return 'self-signed';
  return chain.length > 1 && selfSigned(chain.length - 1) ? 'chain-self-signed' : 'unknown-issuer';
}

/** The common name counts where a certificate has no other names, as OpenSSL still has it. */
function commonNameFits(certificates: string, host: string): boolean {
  const name = nameWithoutOthers(certificates);
  if (name === undefined) return false;
  return name.startsWith('*.') ? host.slice(host.indexOf('.')) === name.slice(1) : name === host;
}

/** The common name of a certificate that has no other names. */
export function nameWithoutOthers(certificates: string): string | undefined {
  const [leaf] = parseCertificates(certificates);
  return leaf && leaf.dnsNames.length + leaf.ipAddresses.length === 0 ? leaf.commonName : undefined;
}

/** OpenSSL's text for a certificate that is not trusted, with its number. */
export const VERIFY_TEXTS: Readonly<Partial<Record<TlsTrouble, readonly [number, string]>>> = {
  'self-signed': [18, 'self-signed certificate'],
  'chain-self-signed': [19, 'self-signed certificate in certificate chain'],
  'unknown-issuer': [20, 'unable to get local issuer certificate'],
  expired: [10, 'certificate has expired'],
  'not-yet-valid': [9, 'certificate is not yet valid'],
  usage: [26, 'unsuitable certificate purpose'],
};

/** Whether a private key belongs to a certificate. */
export function keyMatches(certificate: string, key: string): boolean {
  try {
    const leaf = parseCertificates(certificate)[0];
    return leaf !== undefined && publicKeyOf(key).equals(leaf.publicKey);
  } catch {
    return false;
  }
}
