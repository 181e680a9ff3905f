import { createPublicKey, verify } from 'node:crypto';
import { type Certificate, parseCertificates } from './certificate.ts';
import type { ExtendedUsage } from './extensions.ts';

export interface VerifyOptions {
  /** The certificate and any intermediates, PEM, leaf first. */
  certificates: string;
  /** Bundle of trusted CAs, PEM. */
  roots: string;
  /** Virtual ms since the epoch. */
  now: number;
  usage?: ExtendedUsage;
  /** DNS name or address the client dialled. */
  host?: string;
}

/** Why a chain is not to be trusted, in the words of Go's crypto/x509; undefined when it is. */
export function verifyChain(options: VerifyOptions): string | undefined {
  const [leaf, ...intermediates] = parseCertificates(options.certificates);
  if (!leaf) return 'tls: certificate required';
  const expired = outsideValidity(leaf, options.now);
  if (expired) return expired;
  if (options.host !== undefined) {
    const mismatch = hostMismatch(leaf, options.host);
    if (mismatch) return mismatch;
  }
  const roots = parseCertificates(options.roots);
  const failure = chainFailure(leaf, intermediates, roots, options.now, 0);
  if (failure) return failure;
  const { usage } = options;
  if (
    usage &&
    leaf.extendedUsages.length > 0 &&
    !leaf.extendedUsages.some((u) => u === usage || u === 'any')
  ) {
    return 'x509: certificate specifies an incompatible key usage';
  }
  return undefined;
}

/** Whether `certificate` was signed by the holder of `issuer`. */
export function signedBy(certificate: Certificate, issuer: Certificate): boolean {
  const key = createPublicKey({ key: issuer.publicKey, format: 'der', type: 'spki' });
  if (certificate.algorithm === 'other') return false;
  return verify('sha256', certificate.signed, key, certificate.signature);
}

function chainFailure(
  certificate: Certificate,
  intermediates: readonly Certificate[],
  roots: readonly Certificate[],
  now: number,
  depth: number,
): string | undefined {
  if (roots.some((root) => root.pem === certificate.pem)) return undefined;
  let hint = '';
  const candidates = [
    ...roots.map((root) => ({ root, trusted: true })),
    ...intermediates.map((root) => ({ root, trusted: false })),
  ];
  for (const { root, trusted } of candidates) {
    if (JSON.stringify(root.subject) !== JSON.stringify(certificate.issuer)) continue;
    if (!signedBy(certificate, root)) {
      const kind =
        certificate.algorithm === 'SHA256-RSA'
          ? 'crypto/rsa: verification error'
          : 'x509: ECDSA verification failure';
      hint ||= ` (possibly because of "${kind}" while trying to verify candidate authority certificate "${root.commonName}")`;
      continue;
    }
    const expired = outsideValidity(root, now);
    if (expired) return expired;
    if (trusted) return undefined;
    if (depth < 8 && !chainFailure(root, intermediates, roots, now, depth + 1)) return undefined;
  }
  return `x509: certificate signed by unknown authority${hint}`;
}

function outsideValidity(certificate: Certificate, now: number): string | undefined {
  const show = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
  const text = 'x509: certificate has expired or is not yet valid: current time';
  if (now < certificate.notBefore) return `${text} ${show(now)} is before ${show(certificate.notBefore)}`;
  if (now > certificate.notAfter) return `${text} ${show(now)} is after ${show(certificate.notAfter)}`;
  return undefined;
}

function hostMismatch(certificate: Certificate, host: string): string | undefined {
  if (/^\d+(\.\d+){3}$/.test(host) || host.includes(':')) {
    if (certificate.ipAddresses.includes(host)) return undefined;
    if (certificate.ipAddresses.length === 0) {
      return `x509: cannot validate certificate for ${host} because it doesn't contain any IP SANs`;
    }
    return `x509: certificate is valid for ${certificate.ipAddresses.join(', ')}, not ${host}`;
  }
  if (certificate.dnsNames.some((name) => matches(name.toLowerCase(), host.toLowerCase()))) return undefined;
  if (certificate.dnsNames.length === 0 && certificate.ipAddresses.length === 0) {
    return 'x509: certificate relies on legacy Common Name field, use SANs instead';
  }
  if (certificate.dnsNames.length === 0)
    return `x509: certificate is not valid for any names, but wanted to match ${host}`;
  return `x509: certificate is valid for ${certificate.dnsNames.join(', ')}, not ${host}`;
}

function matches(pattern: string, host: string): boolean {
  if (!pattern.startsWith('*.')) return pattern === host;
  const dot = host.indexOf('.');
  return dot > 0 && host.slice(dot) === pattern.slice(1);
}
