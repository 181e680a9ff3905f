import {
  type Listener,
  negotiateTls,
  shownCertificates,
  type TlsServer,
  type TlsSession,
} from '../../../host/index.ts';
import { type Certificate, certificateKey, parseCertificates } from '../../../host/pki/index.ts';
import { starred } from './curl-verbose.ts';
import { type TlsIdentity, type TlsTrouble, VERIFY_TEXTS } from './dial.ts';

/** A TLS handshake that curl tells of with `-v`. */
export interface Handshake {
  readonly listener: Listener;
  readonly offer: TlsIdentity;
  /** Why it fails. */
  readonly trouble: TlsTrouble | undefined;
  /** Why the certificate could not be trusted, where nobody insists that it can. */
  readonly doubt: TlsTrouble | undefined;
  /** The CAs that were looked at; undefined: none. */
  readonly caFile: string | undefined;
  /** Whether there is a certificate of our own to send. */
  readonly sendsCertificate: boolean;
}

/** The alerts of OpenSSL that end a handshake. */
const ALERTS: Readonly<Partial<Record<TlsTrouble, string>>> = {
  version: 'protocol version (582)',
  suite: 'handshake failure (552)',
  'no-certificate': 'internal error (592)',
  'self-signed': 'unknown CA (560)',
  'chain-self-signed': 'unknown CA (560)',
  'unknown-issuer': 'unknown CA (560)',
  expired: 'certificate expired (557)',
  'not-yet-valid': 'bad certificate (554)',
  usage: 'unsupported certificate (555)',
};

/** A message, and when it is sent: when the server asks for a certificate, when there is one to prove. */
type Step = readonly [text: string, when?: 'asked' | 'proved'];

/** The steps up to the server's certificate, and those after it. */
const STEPS: Readonly<Record<string, readonly [readonly Step[], readonly Step[]]>> = {
  'TLSv1.3': [
    [
      ['(IN), TLS handshake, Encrypted Extensions (8):'],
      ['(IN), TLS handshake, Request CERT (13):', 'asked'],
      ['(IN), TLS handshake, Certificate (11):'],
    ],
    [
      ['(IN), TLS handshake, CERT verify (15):'],
      ['(IN), TLS handshake, Finished (20):'],
      ['(OUT), TLS change cipher, Change cipher spec (1):'],
      ['(OUT), TLS handshake, Certificate (11):', 'asked'],
      ['(OUT), TLS handshake, CERT verify (15):', 'proved'],
      ['(OUT), TLS handshake, Finished (20):'],
    ],
  ],
  'TLSv1.2': [
    [['(IN), TLS handshake, Certificate (11):']],
    [
      ['(IN), TLS handshake, Server key exchange (12):'],
      ['(IN), TLS handshake, Request CERT (13):', 'asked'],
      ['(IN), TLS handshake, Server finished (14):'],
      ['(OUT), TLS handshake, Certificate (11):', 'asked'],
      ['(OUT), TLS handshake, Client key exchange (16):'],
      ['(OUT), TLS handshake, CERT verify (15):', 'proved'],
      ['(OUT), TLS change cipher, Change cipher spec (1):'],
      ['(OUT), TLS handshake, Finished (20):'],
      ['(IN), TLS handshake, Finished (20):'],
    ],
  ],
};

/** The lines of a handshake, up to where it fails. */
export function handshakeLines(handshake: Handshake): string {
  const { listener, offer, trouble } = handshake;
  const { tls } = listener;
  const newest = offer.versions?.at(-1) ?? 'TLSv1.3';
  const hello = helloLines(handshake, newest);
  if (!tls) return starred(hello);
  const session = negotiateTls(tls, offer);
  if (typeof session === 'string')
    return starred([...hello, `${newest} (IN), TLS alert, ${ALERTS[session]}:`]);
  const { version } = session;
  const asked = (tls.clientCa ?? tls.requestedCa) !== undefined;
  const due = { asked, proved: asked && handshake.sendsCertificate };
  const [before = [], after = []] = (STEPS[version] ?? []).map((steps) =>
    steps.flatMap(([text, when]) => (when === undefined || due[when] ? [`${version} ${text}`] : [])),
  );
  const begun = [...hello, `${newest} (IN), TLS handshake, Server hello (2):`, ...before];
  const alert = trouble && ALERTS[trouble];
  if (alert) return starred([...begun, `${version} (OUT), TLS alert, ${alert}:`]);
  return starred([...begun, ...after, ...sessionLines(handshake, tls, session)]);
}

function helloLines({ offer, caFile }: Handshake, newest: string): string[] {
  return [
    'ALPN: curl offers h2,http/1.1',
    ...(offer.ciphers === undefined ? [] : [`Cipher selection: ${offer.ciphers}`]),
    `${newest} (OUT), TLS handshake, Client hello (1):`,
    ...(caFile === undefined ? [] : [` CAfile: ${caFile}`, ' CApath: /etc/ssl/certs']),
  ];
}

/** What both have agreed on, and who the server is. */
function sessionLines(handshake: Handshake, tls: TlsServer, { version, suite }: TlsSession): string[] {
  const { offer, trouble } = handshake;
  const chain = parseCertificates(shownCertificates(tls, offer.host));
  const [leaf] = chain;
  const isRsa = leaf && certificateKey(leaf).asymmetricKeyType === 'rsa';
  const agreed = [
    `SSL connection using ${version} / ${suite} / X25519 / ${isRsa ? 'RSASSA-PSS' : 'id-ecPublicKey'}`,
    'ALPN: server accepted h2',
  ];
  if (!leaf) return [...agreed, 'using HTTP/2'];
  const who = [...agreed, ...ownerLines(leaf)];
  if (trouble === 'name')
    return isNamedOtherwise(leaf) ? [...who, ` subjectAltName does not match ${offer.host}`] : who;
  return [...who, ...trustLines(leaf, handshake), ...chain.map(levelLine), 'using HTTP/2'];
}

const nameText = (parts: Certificate['subject']) => parts.map(([key, value]) => `${key}=${value}`).join('; ');

function ownerLines(leaf: Certificate): string[] {
  const date = (ms: number) => {
    const [, day, month, year, time] = new Date(ms).toUTCString().split(' ');
    return `${month} ${String(Number(day)).padStart(2)} ${time} ${year} GMT`;
  };
  return [
    'Server certificate:',
    ` subject: ${nameText(leaf.subject)}`,
    ` start date: ${date(leaf.notBefore)}`,
    ` expire date: ${date(leaf.notAfter)}`,
  ];
}

function trustLines(leaf: Certificate, { offer, doubt }: Handshake): string[] {
  const [code, why] = (doubt && VERIFY_TEXTS[doubt]) ?? [];
  return [
    ...(offer.insecure ? [] : [matchedLine(leaf, offer.host)]),
    ` issuer: ${nameText(leaf.issuer)}`,
    why === undefined
      ? ' SSL certificate verify ok.'
      : ` SSL certificate verify result: ${why} (${code}), continuing anyway.`,
  ];
}

const isNamedOtherwise = (leaf: Certificate) => leaf.dnsNames.length + leaf.ipAddresses.length > 0;

function matchedLine(leaf: Certificate, host: string): string {
  if (!isNamedOtherwise(leaf)) return ` common name: ${leaf.commonName} (matched)`;
  const kind = /^[\d.]+$/.test(host) ? "cert's IP address!" : `cert's "${host}"`;
  return ` subjectAltName: host "${host}" matched ${kind}`;
}

/** How strong keys are, in OpenSSL's bits of security. */
const STRENGTH: Readonly<Record<number, number>> = { 1024: 80, 2048: 112, 3072: 128, 4096: 152 };

function levelLine(certificate: Certificate, level: number): string {
  const bits = certificateKey(certificate).asymmetricKeyDetails?.modulusLength;
  const key = bits === undefined ? 'EC/prime256v1 (256/128' : `RSA (${bits}/${STRENGTH[bits] ?? 112}`;
  const signed = certificate.algorithm === 'SHA256-RSA' ? 'sha256WithRSAEncryption' : 'ecdsa-with-SHA256';
  return `  Certificate level ${level}: Public key type ${key} Bits/secBits), signed using ${signed}`;
}
