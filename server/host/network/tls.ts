import { certificateKey, parseCertificates } from '../pki/index.ts';

/** What TLS shows of a server, and asks of its clients. Certificates and keys are PEM. */
export interface TlsServer {
  /** Leaf first. */
  readonly certificates: string;
  /** Those that are shown to who asks for a name (SNI), where they differ. */
  readonly certificatesFor?: (name: string) => string;
  /** `TLSv1.2`, `TLSv1.3`: the versions it speaks. Default: both. */
  readonly versions?: readonly string[] | undefined;
  /** Its cipher suites as OpenSSL names them, the preferred first. Default: those of Go. */
  readonly suites?: readonly string[] | undefined;
  /** CA bundle that client certificates must come from; undefined: none is asked for. */
  readonly clientCa?: string;
  /** CA bundle whose certificates are asked for, but not required: the program judges what comes. */
  readonly requestedCa?: string;
}

/** The certificates that a server shows to who asks for `name`. */
export function shownCertificates(tls: TlsServer, name: string): string {
  return tls.certificatesFor?.(name) ?? tls.certificates;
}

/** What a client offers. */
export interface TlsOffer {
  /** The name it asks for. */
  readonly host: string;
  /** Default: both. */
  readonly versions?: readonly string[] | undefined;
  /** Suites of TLS 1.2; default: all. Those of 1.3 cannot be chosen. */
  readonly suites?: readonly string[] | undefined;
}

export interface TlsSession {
  readonly version: string;
  readonly suite: string;
}

const VERSIONS = ['TLSv1.3', 'TLSv1.2'];

/** Models Go's crypto/tls cipherSuitesPreferenceOrder and defaultCipherSuitesTLS13, with hardware for AES */
export const GO_SUITES: readonly string[] = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-SHA',
  'ECDHE-RSA-AES128-SHA',
  'ECDHE-ECDSA-AES256-SHA',
  'ECDHE-RSA-AES256-SHA',
];

/** As servers with OpenSSL choose, of which clients with OpenSSL think alike. */
export const OPENSSL_SUITES: readonly string[] = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-SHA384',
  'ECDHE-RSA-AES256-SHA384',
  'ECDHE-ECDSA-AES128-SHA256',
  'ECDHE-RSA-AES128-SHA256',
  'ECDHE-ECDSA-AES256-SHA',
  'ECDHE-RSA-AES256-SHA',
  'ECDHE-ECDSA-AES128-SHA',
  'ECDHE-RSA-AES128-SHA',
  'AES256-GCM-SHA384',
  'AES128-GCM-SHA256',
  'AES256-SHA256',
  'AES128-SHA256',
  'AES256-SHA',
  'AES128-SHA',
];

/** What both sides agree on; or what is missing for that: a version or a suite in common, a certificate of the server. */
export function negotiateTls(
  tls: TlsServer,
  offer: TlsOffer,
): TlsSession | 'version' | 'suite' | 'no-certificate' {
  if (shownCertificates(tls, offer.host) === '') return 'no-certificate';
  const [theirs, ours] = [tls.versions ?? VERSIONS, offer.versions ?? VERSIONS];
  const version = VERSIONS.find((one) => ours.includes(one) && theirs.includes(one));
  if (version === undefined) return 'version';
  const suites = tls.suites ?? GO_SUITES;
  const isNew = version === 'TLSv1.3';
  const fits = isNew ? undefined : suitesFit(shownCertificates(tls, offer.host));
  const suite = suites.find((one) =>
    fits ? fits(one) && (offer.suites?.includes(one) ?? true) : one.startsWith('TLS_'),
  );
  return suite === undefined ? 'suite' : { version, suite };
}

/** Of TLS 1.2: which suites can be used with the key of a certificate. */
function suitesFit(certificates: string): (suite: string) => boolean {
  const [leaf] = parseCertificates(certificates);
  const isEc = leaf !== undefined && certificateKey(leaf).asymmetricKeyType === 'ec';
  return (suite) => !suite.startsWith('TLS_') && suite.startsWith('ECDHE-ECDSA') === isEc;
}
