import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import type { Random } from '../../sim/index.ts';
import * as der from './der.ts';
import {
  type ExtendedUsage,
  type Extensions,
  type KeyUsage,
  readExtensions,
  writeExtensions,
} from './extensions.ts';
import { privateKey, publicKeyOf, signBytes } from './keys.ts';
import {
  commonNameOf,
  type NameParts,
  nameParts,
  organizationsOf,
  readName,
  type Subject,
  writeName,
} from './names.ts';
import { pemBlocks, toPem } from './pem.ts';

/** An X.509 certificate, read. */
export interface Certificate extends Extensions {
  readonly pem: string;
  readonly der: Buffer;
  readonly version: 1 | 3;
  /** Hexadecimal, lower case, without leading zeros. */
  readonly serial: string;
  readonly subject: NameParts;
  readonly issuer: NameParts;
  readonly commonName: string;
  readonly organizations: readonly string[];
  /** Virtual ms since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Buffer;
  readonly algorithm: SignatureAlgorithm;
  /** What was signed, and the signature. */
  readonly signed: Buffer;
  readonly signature: Buffer;
}

export type SignatureAlgorithm = 'ECDSA-SHA256' | 'SHA256-RSA' | 'other';

const ALGORITHMS: Record<string, SignatureAlgorithm> = {
  '1.2.840.10045.4.3.2': 'ECDSA-SHA256',
  '1.2.840.113549.1.1.11': 'SHA256-RSA',
};

/** A certificate together with its private key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateOptions {
  subject: Subject | NameParts;
  /** SubjectPublicKeyInfo of the holder. */
  publicKey: Uint8Array;
  notBefore: number;
  notAfter: number;
  isCa?: boolean;
  keyUsages?: readonly KeyUsage[];
  extendedUsages?: readonly ExtendedUsage[];
  dnsNames?: readonly string[];
  ipAddresses?: readonly string[];
  random: Random;
  /** Hexadecimal. Default: drawn. */
  serial?: string;
  /** What it shall have instead of what is worked out; 'none': a certificate of version 1. */
  extensions?: ExtensionWishes | 'none';
}

/** Extensions by name; key identifiers are worked out where they are wanted. */
export interface ExtensionWishes extends Partial<Omit<Extensions, 'subjectKeyId' | 'authorityKeyId'>> {
  readonly withSubjectKeyId?: boolean;
  readonly withAuthorityKeyId?: boolean;
}

/** Signs a certificate with a CA, or with its own key when `issuer.certificate` is undefined. Returns PEM. */
export function signCertificate(
  options: CertificateOptions,
  issuer: { certificate?: string; key: string },
): string {
  const parent = issuer.certificate === undefined ? undefined : parseCertificate(issuer.certificate);
  const subject = writeName(partsOf(options.subject));
  const algorithm = algorithmFor(issuer.key);
  const serial = Buffer.from(options.serial ?? options.random.hex(16), 'hex');
  if (options.serial === undefined) serial[0] = ((serial[0] as number) & 0x7f) | 0x10;
  const extensions = extensionsOf(options, parent);
  const body = der.sequence(
    ...(extensions ? [der.context(0, der.integer(2))] : []),
    der.integer(serial),
    algorithm,
    parent ? writeName(parent.subject) : subject,
    der.sequence(der.time(options.notBefore), der.time(options.notAfter)),
    subject,
    Buffer.from(options.publicKey),
    ...(extensions ? [der.context(3, writeExtensions(extensions))] : []),
  );
  return toPem('CERTIFICATE', der.sequence(body, algorithm, der.bits(signBytes(body, issuer.key))));
}

function extensionsOf(
  options: CertificateOptions,
  parent: Certificate | undefined,
): Partial<Extensions> | undefined {
  const { extensions: wishes } = options;
  if (wishes === 'none') return undefined;
  const own = keyIdOf(options.publicKey);
  const parentId = parent ? (parent.subjectKeyId ?? keyIdOf(parent.publicKey)) : undefined;
  const authority = parentId ?? (wishes?.withAuthorityKeyId ? own : undefined);
  const chosen = wishes ?? { ...options, isCa: options.isCa ?? false };
  const { isCa, keyUsages, extendedUsages, dnsNames, ipAddresses } = chosen;
  const { pathLength, order } = wishes ?? {};
  const says = (wish: boolean | undefined, otherwise: boolean) => (wishes ? (wish ?? otherwise) : otherwise);
  return {
    ...(keyUsages ? { keyUsages } : {}),
    ...(extendedUsages ? { extendedUsages } : {}),
    ...(dnsNames ? { dnsNames } : {}),
    ...(ipAddresses ? { ipAddresses } : {}),
    ...(isCa === undefined ? {} : { isCa }),
    ...(pathLength === undefined ? {} : { pathLength }),
    ...(order ? { order } : {}),
    ...(says(wishes?.withSubjectKeyId, wishes !== undefined || options.isCa === true)
      ? { subjectKeyId: own }
      : {}),
    ...(authority && says(wishes?.withAuthorityKeyId, true) ? { authorityKeyId: authority } : {}),
  };
}

/** Reads the first certificate of a PEM text. Throws DerError when there is none or it cannot be read. */
export function parseCertificate(pem: string): Certificate {
  const first = parseCertificates(pem)[0];
  if (!first) throw new der.DerError('data does not contain any valid RSA or ECDSA certificates');
  return first;
}

const parsed = new Map<string, Certificate>();

export function parseCertificates(pem: string): Certificate[] {
  return pemBlocks(pem)
    .filter((block) => block.label === 'CERTIFICATE')
    .map((block) => {
      const text = toPem('CERTIFICATE', block.der);
      let certificate = parsed.get(text);
      if (!certificate) {
        certificate = readCertificate(block.der, text);
        if (parsed.size > 500) parsed.clear();
        parsed.set(text, certificate);
      }
      return certificate;
    });
}

/** The algorithm identifier for signatures of that private key. */
export function algorithmFor(privatePem: string): Buffer {
  return privateKey(privatePem).asymmetricKeyType === 'rsa'
    ? der.sequence(der.oid('1.2.840.113549.1.1.11'), der.nothing())
    : der.sequence(der.oid('1.2.840.10045.4.3.2'));
}

export function readAlgorithm(node: der.Node): SignatureAlgorithm {
  return ALGORITHMS[der.readOid(der.children(node)[0] as der.Node)] ?? 'other';
}

export function partsOf(subject: Subject | NameParts): NameParts {
  return 'commonName' in subject ? nameParts(subject) : subject;
}

/** SHA-256 (or another digest) of the certificate, colon separated upper case, as openssl's `-fingerprint` prints it. */
export function fingerprint(certificate: Certificate, digest = 'sha256'): string {
  const hex = createHash(digest).update(certificate.der).digest('hex').toUpperCase();
  return (hex.match(/../g) as string[]).join(':');
}

/** The public key that a certificate vouches for. */
export function certificateKey({ publicKey }: Pick<Certificate, 'publicKey'>): KeyObject {
  return createPublicKey({ key: publicKey, format: 'der', type: 'spki' });
}

/** `sha256:<hex>` of the public key, as `kubeadm join --discovery-token-ca-cert-hash` takes it. */
export function publicKeyHash(certificate: Certificate): string {
  return `sha256:${createHash('sha256').update(certificate.publicKey).digest('hex')}`;
}

export function certificateForKey(
  options: Omit<CertificateOptions, 'publicKey'>,
  key: string,
  ca?: KeyPair,
): KeyPair {
  const publicKey = publicKeyOf(key);
  return { key, certificate: signCertificate({ ...options, publicKey }, ca ?? { key }) };
}

function readCertificate(bytes: Buffer, pem: string): Certificate {
  const outer = der.readNode(bytes);
  const [body, algorithm, signature] = der.children(outer);
  if (!body || !algorithm || !signature) throw new der.DerError('x509: malformed certificate');
  const parts = der.children(body);
  const version = parts[0]?.tag === 0xa0 ? 3 : 1;
  if (version === 3) parts.shift();
  const [serial, , issuer, validity, subject, publicKey] = parts;
  if (!serial || !issuer || !validity || !subject || !publicKey)
    throw new der.DerError('x509: malformed certificate');
  const [from, to] = der.children(validity);
  const extensions = parts.find((part) => part.tag === 0xa3);
  const name = readName(subject);
  return {
    pem,
    der: bytes,
    version,
    serial: der.readInteger(serial).toString(16),
    subject: name,
    issuer: readName(issuer),
    commonName: commonNameOf(name),
    organizations: organizationsOf(name),
    notBefore: der.readTime(from as der.Node),
    notAfter: der.readTime(to as der.Node),
    publicKey: publicKey.bytes,
    algorithm: readAlgorithm(algorithm),
    signed: body.bytes,
    signature: signature.content.subarray(1),
    ...readExtensions(extensions && der.children(extensions)[0]),
  };
}

function keyIdOf(publicKey: Uint8Array): string {
  const bits = der.children(der.readNode(Buffer.from(publicKey)))[1] as der.Node;
  return createHash('sha1').update(bits.content.subarray(1)).digest('hex');
}
