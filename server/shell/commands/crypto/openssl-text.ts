import { createPublicKey } from 'node:crypto';
import { children, readNode } from '../../../host/pki/der.ts';
import {
  type Certificate,
  type CertificateRequest,
  type ExtendedUsage,
  type ExtensionName,
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
export function hexLines(bytes: Uint8Array, indent: number, length: number): string {
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

const pairs = (hex: string): string => (hex.toUpperCase().match(/../g) ?? []).join(':');

/** An extension: its title, what the command line calls it, and its value. */
interface Shown {
  readonly title: string;
  readonly option: string;
  readonly value: (extensions: Extensions) => string;
}

const EXTENSIONS: Readonly<Record<ExtensionName, Shown>> = {
  keyUsage: {
    title: 'Key Usage',
    option: 'keyUsage',
    value: ({ keyUsages }) => keyUsages.map((usage) => USAGES[usage]).join(', '),
  },
  extendedUsage: {
    title: 'Extended Key Usage',
    option: 'extendedKeyUsage',
    value: ({ extendedUsages }) => extendedUsages.map((usage) => EXTENDED[usage]).join(', '),
  },
  basicConstraints: {
    title: 'Basic Constraints',
    option: 'basicConstraints',
    value: ({ isCa, pathLength }) =>
      `CA:${isCa ? 'TRUE' : 'FALSE'}${pathLength === undefined ? '' : `, pathlen:${pathLength}`}`,
  },
  subjectKeyId: {
    title: 'Subject Key Identifier',
    option: 'subjectKeyIdentifier',
    value: ({ subjectKeyId = '' }) => pairs(subjectKeyId),
  },
  authorityKeyId: {
    title: 'Authority Key Identifier',
    option: 'authorityKeyIdentifier',
    value: ({ authorityKeyId = '' }) => pairs(authorityKeyId),
  },
  altNames: {
    title: 'Subject Alternative Name',
    option: 'subjectAltName',
    value: ({ dnsNames, ipAddresses }) =>
      [
        ...dnsNames.map((name) => `DNS:${name}`),
        ...ipAddresses.map((address) => `IP Address:${address}`),
      ].join(', '),
  },
};

function extensionsText(extensions: Extensions, indent: number, wanted?: readonly string[]): string {
  const pad = ' '.repeat(indent);
  return (extensions.order ?? [])
    .map(({ name, critical }) => {
      const { title, option, value } = EXTENSIONS[name];
      if (wanted && !wanted.includes(option)) return '';
      return `${pad}X509v3 ${title}: ${critical ? 'critical' : ''}\n${pad}    ${value(extensions)}\n`;
    })
    .join('');
}

/** What `openssl x509 -ext` shows: some of the extensions. */
export function extensionText(extensions: Extensions, names: readonly string[]): string {
  const text = extensionsText(extensions, 0, names);
  return text === '' ? 'No extensions in certificate\n' : text;
}

/** What `openssl x509 -text` shows. */
export function certificateText(certificate: Certificate, without: readonly string[] = []): string {
  const hex = certificate.serial.padStart(Math.ceil(certificate.serial.length / 2) * 2, '0');
  const short = BigInt(`0x${certificate.serial}`);
  const serial =
    hex.length <= 16
      ? ` ${short} (0x${certificate.serial})\n`
      : `\n${hexLines(Buffer.from(hex, 'hex'), 12, 64)}`;
  const extensions = extensionsText(certificate, 12);
  const algorithm = ALGORITHMS[certificate.algorithm];
  const parts: readonly (readonly [option: string, text: string])[] = [
    ['no_header', 'Certificate:\n    Data:\n'],
    ['no_version', `        Version: ${certificate.version} (0x${certificate.version - 1})\n`],
    ['no_serial', `        Serial Number:${serial}`],
    ['no_signame', `        Signature Algorithm: ${algorithm}\n`],
    ['no_issuer', `        Issuer: ${showName(certificate.issuer)}\n`],
    ['no_validity', validityText(certificate)],
    ['no_subject', `        Subject: ${showName(certificate.subject)}\n`],
    ['no_pubkey', `        Subject Public Key Info:\n${keyText(certificate.publicKey)}`],
    ['no_extensions', extensions === '' ? '' : `        X509v3 extensions:\n${extensions}`],
    ['no_sigdump', signatureText(algorithm, certificate.signature)],
  ];
  return parts.map(([option, text]) => (without.includes(option) ? '' : text)).join('');
}

function validityText({ notBefore, notAfter }: Certificate): string {
  const pad = ' '.repeat(12);
  return `        Validity\n${pad}Not Before: ${opensslDate(notBefore)}\n${pad}Not After : ${opensslDate(notAfter)}\n`;
}

function signatureText(algorithm: string, signature: Uint8Array): string {
  return `    Signature Algorithm: ${algorithm}\n    Signature Value:\n${hexLines(signature, 8, 18)}`;
}

/** What `openssl req -text` shows. */
export function requestText(request: CertificateRequest): string {
  const wanted = extensionsText(request, 16);
  const signature = children(readNode(request.der))[2]?.content.subarray(1) ?? Buffer.alloc(0);
  return `Certificate Request:
    Data:
        Version: 1 (0x0)
        Subject: ${showName(request.subject)}
        Subject Public Key Info:
${keyText(request.publicKey)}        Attributes:
            ${wanted === '' ? '(none)\n            Requested Extensions:' : 'Requested Extensions:'}
${wanted}${signatureText(ALGORITHMS[request.algorithm], signature)}`;
}
