import { type HttpRequest, type Listener, shownCertificates } from '../../../host/index.ts';
import { type Certificate, certificateKey, parseCertificates } from '../../../host/pki/index.ts';
import { type TlsTrouble, VERIFY_TEXTS } from './dial.ts';

/** What curl says of a TLS handshake with `-v`. */
export interface Handshake {
  readonly listener: Listener;
  /** `TLSv1.3`. */
  readonly version: string;
  readonly host: string;
  /** Nobody asked whether the certificate can be trusted. */
  readonly insecure: boolean;
  /** Why it could not be. */
  readonly doubt: TlsTrouble | undefined;
  /** The CAs that were looked at; undefined: none. */
  readonly caFile: string | undefined;
  /** Whether there is a certificate of our own to send. */
  readonly sendsCertificate: boolean;
}

export function tlsLines({
  listener,
  version,
  host,
  insecure,
  doubt,
  caFile,
  sendsCertificate,
}: Handshake): string {
  const chain = parseCertificates(listener.tls ? shownCertificates(listener.tls, host) : '');
  const [leaf] = chain;
  const asks = (listener.tls?.clientCa ?? listener.tls?.requestedCa) !== undefined;
  const lines = [
    'ALPN: curl offers h2,http/1.1',
    'TLSv1.3 (OUT), TLS handshake, Client hello (1):',
    ...(caFile === undefined ? [] : [` CAfile: ${caFile}`, ' CApath: /etc/ssl/certs']),
    'TLSv1.3 (IN), TLS handshake, Server hello (2):',
    'TLSv1.3 (IN), TLS handshake, Encrypted Extensions (8):',
    ...(asks ? ['TLSv1.3 (IN), TLS handshake, Request CERT (13):'] : []),
    'TLSv1.3 (IN), TLS handshake, Certificate (11):',
    'TLSv1.3 (IN), TLS handshake, CERT verify (15):',
    'TLSv1.3 (IN), TLS handshake, Finished (20):',
    'TLSv1.3 (OUT), TLS change cipher, Change cipher spec (1):',
    ...(asks ? ['TLSv1.3 (OUT), TLS handshake, Certificate (11):'] : []),
    ...(asks && sendsCertificate ? ['TLSv1.3 (OUT), TLS handshake, CERT verify (15):'] : []),
    'TLSv1.3 (OUT), TLS handshake, Finished (20):',
    `SSL connection using ${version} / ${version === 'TLSv1.3' ? 'TLS_AES_128_GCM_SHA256' : 'ECDHE-RSA-AES256-GCM-SHA384'} / X25519 / ${leaf && isRsa(leaf) ? 'RSASSA-PSS' : 'id-ecPublicKey'}`,
    'ALPN: server accepted h2',
    ...(leaf ? certificateLines(leaf, doubt, insecure ? undefined : host) : []),
    ...chain.map(levelLine),
    'using HTTP/2',
  ];
  return starred(lines);
}

function starred(lines: readonly string[]): string {
  return lines.map((line) => `* ${line}\n`).join('');
}

function isRsa(certificate: Certificate): boolean {
  return certificateKey(certificate).asymmetricKeyType === 'rsa';
}

/** How strong keys are, in OpenSSL's bits of security. */
const STRENGTH: Readonly<Record<number, number>> = { 1024: 80, 2048: 112, 3072: 128, 4096: 152 };

function levelLine(certificate: Certificate, level: number): string {
  const bits = certificateKey(certificate).asymmetricKeyDetails?.modulusLength;
  const key = bits === undefined ? 'EC/prime256v1 (256/128' : `RSA (${bits}/${STRENGTH[bits] ?? 112}`;
  const signed = certificate.algorithm === 'SHA256-RSA' ? 'sha256WithRSAEncryption' : 'ecdsa-with-SHA256';
  return `  Certificate level ${level}: Public key type ${key} Bits/secBits), signed using ${signed}`;
}

function certificateLines(
  leaf: Certificate,
  doubt: TlsTrouble | undefined,
  host: string | undefined,
): string[] {
  const date = (ms: number) => {
    const [, day, month, year, time] = new Date(ms).toUTCString().split(' ');
    return `${month} ${String(Number(day)).padStart(2)} ${time} ${year} GMT`;
  };
  const name = (parts: Certificate['subject']) => parts.map(([key, value]) => `${key}=${value}`).join('; ');
  const [code, why] = (doubt && VERIFY_TEXTS[doubt]) ?? [];
  return [
    'Server certificate:',
    ` subject: ${name(leaf.subject)}`,
    ` start date: ${date(leaf.notBefore)}`,
    ` expire date: ${date(leaf.notAfter)}`,
    ...(host === undefined ? [] : [matchedLine(leaf, host)]),
    ` issuer: ${name(leaf.issuer)}`,
    why === undefined
      ? ' SSL certificate verify ok.'
      : ` SSL certificate verify result: ${why} (${code}), continuing anyway.`,
  ];
}

function matchedLine(leaf: Certificate, host: string): string {
  if (leaf.dnsNames.length + leaf.ipAddresses.length === 0)
    return ` common name: ${leaf.commonName} (matched)`;
  const kind = /^[\d.]+$/.test(host) ? "cert's IP address!" : `cert's "${host}"`;
  return ` subjectAltName: host "${host}" matched ${kind}`;
}

/** The request's head as `-v` shows it; over HTTP/2 its stream is told first, and the session's ticket comes after it. */
export function requestLines(request: HttpRequest, http2: boolean): string {
  const names: Record<string, string> = { host: 'Host', 'user-agent': 'User-Agent', accept: 'Accept' };
  const headers = Object.entries(request.headers);
  const lines = headers.map(
    ([name, value]) =>
      `${names[name] ?? (http2 ? name : name.replace(/(^|-)([a-z])/g, (text) => text.toUpperCase()))}: ${value}`,
  );
  const sent = [`${request.method} ${request.path} HTTP/${http2 ? '2' : '1.1'}`, ...lines, '']
    .map((line) => `> ${line}\n`)
    .join('');
  if (!http2) return sent;
  const fields = [
    `:method: ${request.method}`,
    ':scheme: https',
    `:authority: ${request.headers['host']}`,
    `:path: ${request.path}`,
    ...headers.filter(([name]) => name !== 'host').map(([name, value]) => `${name}: ${value}`),
  ];
  const stream = [
    `[HTTP/2] [1] OPENED stream for https://${request.headers['host']}${request.path}`,
    ...fields.map((field) => `[HTTP/2] [1] [${field}]`),
  ];
  return starred(stream) + sent + starred(['TLSv1.3 (IN), TLS handshake, Newsession Ticket (4):']);
}

/** How long the request is that these lines show, with its line ends. */
export function requestBytes(shown: string): number {
  return [...shown.matchAll(/^> (.*)$/gm)].reduce((sum, [, line = '']) => sum + line.length + 2, 0);
}
