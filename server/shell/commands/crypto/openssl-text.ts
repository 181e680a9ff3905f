import { createPublicKey } from 'node:crypto';
import { children, readNode } from '../../../host/pki/der.ts';
import {
  type Certificate,
  type CertificateRequest,
  type ExtendedUsage,
  type Extensions,
  type KeyUsage,
  showName,
} from '../../../host/pki/index.ts';

const USAGES: Readonly<Record<KeyUsage, string>> = {
  'digital signature': 'Digital Signature',
  'content commitment': 'Non Repudiation',
  'key encipherment': 'Key Encipherment',
  'data encipherment': 'Data Encipherment',
  'key agreement': 'Key Agreement',
  'cert sign': 'Certificate Sign',
  'crl sign': 'CRL Sign',
  'encipher only': 'Encipher Only',
  'decipher only': 'Decipher Only',
};
const EXTENDED: Readonly<Record<ExtendedUsage, string>> = {
  'server auth': 'TLS Web Server Authentication',
  'client auth': 'TLS Web Client Authentication',
  'code signing': 'Code Signing',
  'email protection': 'E-mail Protection',
  timestamping: 'Time Stamping',
  'ocsp signing': 'OCSP Signing',
  any: 'Any Extended Key Usage',
};
const ALGORITHMS = {
  'ECDSA-SHA256': 'ecdsa-with-SHA256',
  'SHA256-RSA': 'sha256WithRSAEncryption',
  other: 'undef',
} as const;

/** `Nov 21 12:25:42 2026 GMT`. */
export function opensslDate(ms: number): string {
  const [, day, month, year, time] = new Date(ms).toUTCString().split(' ');
  return `${month} ${String(Number(day)).padStart(2)} ${time} ${year} GMT`;
}

/** Bytes as lines of `length` pairs, indented. */
function hexLines(bytes: Uint8Array, indent: number, length: number): string {
  const pairs = [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));
  let out = '';
  for (let i = 0; i < pairs.length; i += length) {
    const more = i + length < pairs.length;
    out += `${' '.repeat(indent)}${pairs.slice(i, i + length).join(':')}${more ? ':' : ''}\n`;
  }
  return out;
}

function keyText(spki: Buffer): string {
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  const pad = ' '.repeat(12);
  if (key.asymmetricKeyType !== 'rsa') {
    const point = hexLines(spki.subarray(-65), 20, 15);
    return `${pad}Public Key Algorithm: id-ecPublicKey\n${pad}    Public-Key: (256 bit)\n${pad}    pub:\n${point}${pad}    ASN1 OID: prime256v1\n${pad}    NIST CURVE: P-256\n`;
  }
  const modulus = Buffer.from(key.export({ format: 'jwk' }).n as string, 'base64url');
  const lines = hexLines(Buffer.concat([Buffer.from([0]), modulus]), 20, 15);
  return `${pad}Public Key Algorithm: rsaEncryption\n${pad}    Public-Key: (${modulus.length * 8} bit)\n${pad}    Modulus:\n${lines}${pad}    Exponent: 65537 (0x10001)\n`;
}

function extensionsText(extensions: Extensions): string {
  const pad = ' '.repeat(12);
  const entry = (title: string, value: string) => `${pad}${title}\n${pad}    ${value}\n`;
  const id = (hex: string) => (hex.toUpperCase().match(/../g) ?? []).join(':');
  const names = [
    ...extensions.dnsNames.map((name) => `DNS:${name}`),
    ...extensions.ipAddresses.map((address) => `IP Address:${address}`),
  ];
  let out = '';
  if (extensions.keyUsages.length > 0)
    out += entry('X509v3 Key Usage: critical', extensions.keyUsages.map((usage) => USAGES[usage]).join(', '));
  if (extensions.extendedUsages.length > 0)
    out += entry(
      'X509v3 Extended Key Usage: ',
      extensions.extendedUsages.map((usage) => EXTENDED[usage]).join(', '),
    );
  if (extensions.isCa !== undefined)
    out += entry('X509v3 Basic Constraints: critical', `CA:${extensions.isCa ? 'TRUE' : 'FALSE'}`);
  if (extensions.subjectKeyId) out += entry('X509v3 Subject Key Identifier: ', id(extensions.subjectKeyId));
  if (extensions.authorityKeyId)
    out += entry('X509v3 Authority Key Identifier: ', id(extensions.authorityKeyId));
  if (names.length > 0) out += entry('X509v3 Subject Alternative Name: ', names.join(', '));
  return out;
}

const EXTENSION_NAMES: Readonly<Record<string, string>> = {
  subjectAltName: 'Subject Alternative Name',
  keyUsage: 'Key Usage',
  extendedKeyUsage: 'Extended Key Usage',
  basicConstraints: 'Basic Constraints',
  subjectKeyIdentifier: 'Subject Key Identifier',
  authorityKeyIdentifier: 'Authority Key Identifier',
};

/** What `openssl x509 -ext` shows: some of the extensions, less indented. */
export function extensionText(extensions: Extensions, names: readonly string[]): string {
  const lines = extensionsText(extensions).split('\n');
  const found = lines.filter((line, i) => {
    const title = line.startsWith(`${' '.repeat(12)}X509v3`) ? line : (lines[i - 1] ?? '');
    return names.some((name) => title.includes(`X509v3 ${EXTENSION_NAMES[name]}:`));
  });
  if (found.length === 0) return 'No extensions matches or certificate has no extensions\n';
  return `${found.map((line) => line.slice(12)).join('\n')}\n`;
}

/** What `openssl x509 -text` shows. */
export function certificateText(certificate: Certificate): string {
  const hex = certificate.serial.padStart(Math.ceil(certificate.serial.length / 2) * 2, '0');
  const short = BigInt(`0x${certificate.serial}`);
  const serial =
    hex.length <= 16
      ? ` ${short} (0x${certificate.serial})\n`
      : `\n${hexLines(Buffer.from(hex, 'hex'), 12, 64)}`;
  const extensions = extensionsText(certificate);
  const algorithm = ALGORITHMS[certificate.algorithm];
  return `Certificate:
    Data:
        Version: ${certificate.version} (0x${certificate.version - 1})
        Serial Number:${serial}        Signature Algorithm: ${algorithm}
        Issuer: ${showName(certificate.issuer)}
        Validity
            Not Before: ${opensslDate(certificate.notBefore)}
            Not After : ${opensslDate(certificate.notAfter)}
        Subject: ${showName(certificate.subject)}
        Subject Public Key Info:
${keyText(certificate.publicKey)}${extensions === '' ? '' : `        X509v3 extensions:\n${extensions}`}    Signature Algorithm: ${algorithm}
    Signature Value:
${hexLines(certificate.signature, 8, 18)}`;
}

/** What `openssl req -text` shows. */
export function requestText(request: CertificateRequest): string {
  const wanted = extensionsText(request).replace(/^(?=.)/gm, '    ');
  const signature = children(readNode(request.der))[2]?.content.subarray(1) ?? Buffer.alloc(0);
  return `Certificate Request:
    Data:
        Version: 1 (0x0)
        Subject: ${showName(request.subject)}
        Subject Public Key Info:
${keyText(request.publicKey)}        Attributes:
            ${wanted === '' ? '(none)\n            Requested Extensions:' : 'Requested Extensions:'}
${wanted}    Signature Algorithm: ${ALGORITHMS[request.algorithm]}
    Signature Value:
${hexLines(signature, 8, 18)}`;
}
