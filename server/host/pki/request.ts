import { createPublicKey, verify } from 'node:crypto';
import { algorithmFor, partsOf, readAlgorithm, type SignatureAlgorithm } from './certificate.ts';
import * as der from './der.ts';
import { type Extensions, type Place, readExtensions, writeExtensions } from './extensions.ts';
import { publicKeyOf, signBytes } from './keys.ts';
import { commonNameOf, type NameParts, organizationsOf, readName, type Subject, writeName } from './names.ts';
import { pemBlocks, toPem } from './pem.ts';

const OID_EXTENSION_REQUEST = '1.2.840.113549.1.9.14';

/** A certificate signing request (PKCS #10), read. */
export interface CertificateRequest extends Extensions {
  readonly der: Buffer;
  readonly subject: NameParts;
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly emailAddresses: readonly string[];
  readonly publicKey: Buffer;
  readonly algorithm: SignatureAlgorithm;
}

export interface RequestOptions {
  subject: Subject | NameParts;
  isCa?: boolean;
  keyUsages?: Extensions['keyUsages'];
  extendedUsages?: Extensions['extendedUsages'];
  dnsNames?: readonly string[];
  ipAddresses?: readonly string[];
  pathLength?: number;
  order?: readonly Place[];
}

/** A request signed with the private key it is for, as PEM. */
export function createRequest(options: RequestOptions, key: string): string {
  const { isCa, keyUsages = [], extendedUsages = [], dnsNames = [], ipAddresses = [] } = options;
  const wanted =
    isCa !== undefined || [keyUsages, extendedUsages, dnsNames, ipAddresses].some((list) => list.length > 0);
  const attribute = der.sequence(
    der.oid(OID_EXTENSION_REQUEST),
    der.setOf(
      writeExtensions({
        keyUsages,
        extendedUsages,
        dnsNames,
        ipAddresses,
        ...(isCa === undefined ? {} : { isCa }),
        ...(options.pathLength === undefined ? {} : { pathLength: options.pathLength }),
        ...(options.order ? { order: options.order } : {}),
      }),
    ),
  );
  const body = der.sequence(
    der.integer(0),
    writeName(partsOf(options.subject)),
    publicKeyOf(key),
    der.context(0, wanted ? attribute : Buffer.alloc(0)),
  );
  const algorithm = algorithmFor(key);
  return toPem('CERTIFICATE REQUEST', der.sequence(body, algorithm, der.bits(signBytes(body, key))));
}

/** Reads a request and checks its signature. Throws DerError with Kubernetes' words. */
export function parseRequest(pem: string): CertificateRequest {
  const block = pemBlocks(pem)[0];
  if (!block || !/^(NEW )?CERTIFICATE REQUEST$/.test(block.label)) {
    throw new der.DerError('PEM block type must be CERTIFICATE REQUEST');
  }
  const [body, algorithm, signature] = der.children(der.readNode(block.der));
  if (!body || !algorithm || !signature) throw new der.DerError('asn1: structure error: malformed request');
  const [, name, publicKey, attributes] = der.children(body);
  if (!name || !publicKey) throw new der.DerError('asn1: structure error: malformed request');
  const spki = createPublicKey({ key: publicKey.bytes, format: 'der', type: 'spki' });
  const digest = readAlgorithm(algorithm) === 'other' ? null : 'sha256';
  if (digest && !verify(digest, body.bytes, spki, signature.content.subarray(1))) {
    throw new der.DerError('x509: certificate signature is invalid');
  }
  const subject = readName(name);
  return {
    der: block.der,
    subject,
    commonName: commonNameOf(subject),
    organizations: organizationsOf(subject),
    emailAddresses: subject.filter(([type]) => type === 'emailAddress').map(([, value]) => value),
    publicKey: publicKey.bytes,
    algorithm: readAlgorithm(algorithm),
    ...readExtensions(attributes && requestedExtensions(attributes)),
  };
}

function requestedExtensions(attributes: der.Node): der.Node | undefined {
  for (const attribute of der.children(attributes)) {
    const [type, values] = der.children(attribute);
    if (type && values && der.readOid(type) === OID_EXTENSION_REQUEST) return der.children(values)[0];
  }
  return undefined;
}
