import type { Context, TlsServer, TlsSession } from '../../../host/index.ts';
import { type Certificate, certificateKey, parseCertificates, showName } from '../../../host/pki/index.ts';
import { opensslDate } from './openssl-text.ts';

/** What the check of a chain comes to, by OpenSSL's number. */
export interface Verdict {
  readonly code: number;
  readonly text: string;
}

/** What a connection has shown. */
export interface Seen {
  readonly tls: TlsServer;
  readonly chain: readonly Certificate[];
  readonly verdict: Verdict;
  readonly session: TlsSession;
  /** The client has ended the handshake, because it does not trust the server. */
  readonly isStrict: boolean;
  /** All certificates of the chain are to be shown. */
  readonly all: boolean;
}

/** Bytes of a handshake beside its certificates. */
const READ_BYTES = { 'TLSv1.3': 556, 'TLSv1.2': 641 } as const;
const WRITTEN_BYTES = { 'TLSv1.3': 377, 'TLSv1.2': 281 } as const;
const HELLO_BYTES = { 'TLSv1.3': 304, 'TLSv1.2': 188 } as const;
const ALERT_BYTES = 7;
const NONE = 'no peer certificate available\n---\n';

/** Who does not speak TLS. */
export const NO_PEER = `---\n${NONE}No client certificate CA names sent\n---\nSSL handshake has read 5 bytes and written ${HELLO_BYTES['TLSv1.3']} bytes\nVerification: OK\n---\nNew, (NONE), Cipher is (NONE)\n${common(false)}Early data was not sent\nVerify return code: 0 (ok)\n---\n`;

/** Who has hung up on what was offered. */
export function unagreedText(context: Context, { versions }: { versions: readonly string[] }): string {
  const [version = 'TLSv1.2'] = versions;
  const session = sessionBlock(context, { version, suite: '0000' }, { code: 0, text: 'ok' }, false);
  const after = version === 'TLSv1.3' ? 'Early data was not sent\nVerify return code: 0 (ok)\n' : session;
  return `---\n${NONE}No client certificate CA names sent\n---\nSSL handshake has read ${ALERT_BYTES} bytes and written ${HELLO_BYTES[version as 'TLSv1.2']} bytes\nVerification: OK\n---\nNew, (NONE), Cipher is (NONE)\n${common(false)}${after}---\n`;
}

/** What stands after the suite. */
function common(renegotiates: boolean): string {
  return `Secure Renegotiation IS ${renegotiates ? '' : 'NOT '}supported\nCompression: NONE\nExpansion: NONE\nNo ALPN negotiated\n`;
}

const keyBits = (leaf: Certificate | undefined) =>
  leaf ? (certificateKey(leaf).asymmetricKeyDetails?.modulusLength ?? 256) : 0;
const isRsa = (leaf: Certificate | undefined) =>
  leaf !== undefined && certificateKey(leaf).asymmetricKeyType === 'rsa';
const verificationLine = ({ code, text }: Verdict) =>
  code === 0 ? 'Verification: OK\n' : `Verification error: ${text}\n`;

/** With `-brief`. */
export function briefText({ chain, session, verdict }: Seen): string {
  const [leaf] = chain;
  const points =
    session.version === 'TLSv1.2'
      ? 'Supported Elliptic Curve Point Formats: uncompressed:ansiX962_compressed_prime:ansiX962_compressed_char2\n'
      : '';
  const name = leaf ? showName(leaf.subject) : '';
  return `CONNECTION ESTABLISHED\nProtocol version: ${session.version}\nCiphersuite: ${session.suite}\nPeer certificate: ${name}\nHash used: SHA256\nSignature type: ${isRsa(leaf) ? 'RSA-PSS' : 'ECDSA'}\n${verificationLine(verdict)}${points}Server Temp Key: X25519, 253 bits\n`;
}

/** All that is told of a connection. */
export function sessionText(context: Context, seen: Seen): string {
  const { tls, chain, verdict, session, isStrict } = seen;
  const isNew = session.version === 'TLSv1.3';
  const [leaf] = chain;
  const signed = isStrict
    ? ''
    : `Peer signing digest: SHA256\nPeer signature type: ${isRsa(leaf) ? 'RSA-PSS' : 'ECDSA'}\n`;
  const key = isStrict ? '' : `Server public key is ${keyBits(leaf)} bit\n`;
  const after = isNew
    ? `Early data was not sent\nVerify return code: ${verdict.code} (${verdict.text})\n`
    : sessionBlock(context, session, verdict, true);
  return `---\nCertificate chain\n${chain.map((one, i) => chainEntry(one, i, seen.all)).join('')}${isStrict ? `---\n${NONE}` : serverPart(seen)}${authoritiesPart(tls)}${signed}Server Temp Key: X25519, 253 bits\n---\n${bytesLine(seen)}${verificationLine(verdict)}---\nNew, ${session.version}, Cipher is ${session.suite}\n${key}${common(!isNew)}${after}---\n`;
}

function chainEntry(one: Certificate, index: number, all: boolean): string {
  const bits = certificateKey(one).asymmetricKeyDetails?.modulusLength;
  const key = `   a:PKEY: ${bits ? `rsaEncryption, ${bits}` : 'id-ecPublicKey, 256'} (bit); sigalg: ${one.algorithm === 'SHA256-RSA' ? 'RSA-SHA256' : 'ecdsa-with-SHA256'}\n`;
  const valid = `   v:NotBefore: ${opensslDate(one.notBefore)}; NotAfter: ${opensslDate(one.notAfter)}\n`;
  return ` ${index} s:${showName(one.subject)}\n   i:${showName(one.issuer)}\n${key}${valid}${all ? one.pem : ''}`;
}

function serverPart({ chain, all }: Seen): string {
  const [leaf] = chain;
  if (!leaf) return `---\n${NONE}`;
  return `---\nServer certificate\n${all ? '' : leaf.pem}subject=${showName(leaf.subject)}\nissuer=${showName(leaf.issuer)}\n---\n`;
}

/** Algorithms that servers written in Go ask for, and those of them that OpenSSL has too. */
const SIGNATURES =
  'RSA-PSS+SHA256:ECDSA+SHA256:Ed25519:RSA-PSS+SHA384:RSA-PSS+SHA512:RSA+SHA256:RSA+SHA384:RSA+SHA512:ECDSA+SHA384:ECDSA+SHA512';

/** Whose certificates the server wants to see. */
function authoritiesPart({ clientCa, requestedCa }: TlsServer): string {
  const authorities = parseCertificates(clientCa ?? requestedCa ?? '');
  if (authorities.length === 0) return 'No client certificate CA names sent\n';
  const names = authorities.map(({ subject }) => `${showName(subject)}\n`).join('');
  return `Acceptable client certificate CA names\n${names}Requested Signature Algorithms: ${SIGNATURES}:RSA+SHA1:ECDSA+SHA1\nShared Requested Signature Algorithms: ${SIGNATURES}\n`;
}

function bytesLine({ chain, session, isStrict }: Seen): string {
  const version = session.version as keyof typeof READ_BYTES;
  const certificates = chain.reduce((sum, { pem }) => sum + derBytes(pem), 0);
  const read = certificates + READ_BYTES[version];
  const written = isStrict ? HELLO_BYTES[version] : WRITTEN_BYTES[version];
  return `SSL handshake has read ${read} bytes and written ${written} bytes\n`;
}

function derBytes(pem: string): number {
  const body = pem.replace(/-----[^-]+-----|\s/g, '');
  return (body.length / 4) * 3 - (/=*$/.exec(body)?.[0].length ?? 0);
}

/** The session as TLS 1.2 has it when the handshake is over. */
function sessionBlock(
  { host, now }: Context,
  { version, suite }: TlsSession,
  { code, text }: Verdict,
  stands: boolean,
): string {
  const { random } = host;
  const [id, key] = stands ? [random.hex(64), random.hex(96)].map((hex) => hex.toUpperCase()) : ['', ''];
  return `SSL-Session:
    Protocol  : ${version}
    Cipher    : ${suite}
    Session-ID: ${id}
    Session-ID-ctx: 
    Master-Key: ${key}
    PSK identity: None
    PSK identity hint: None
    SRP username: None
    Start Time: ${Math.floor(now / 1000)}
    Timeout   : 7200 (sec)
    Verify return code: ${code} (${text})
    Extended master secret: ${stands ? 'yes' : 'no'}
`;
}
