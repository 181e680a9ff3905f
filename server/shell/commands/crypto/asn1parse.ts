import { decode, encode } from '../../../host/index.ts';
import * as der from '../../../host/pki/der.ts';
import { pemBlocks } from '../../../host/pki/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { Misuse, type Ssl } from './ssl.ts';

const TYPES: Readonly<Record<number, string>> = {
  1: 'BOOLEAN',
  2: 'INTEGER',
  3: 'BIT STRING',
  4: 'OCTET STRING',
  5: 'NULL',
  6: 'OBJECT',
  10: 'ENUMERATED',
  12: 'UTF8STRING',
  16: 'SEQUENCE',
  17: 'SET',
  19: 'PRINTABLESTRING',
  22: 'IA5STRING',
  23: 'UTCTIME',
  24: 'GENERALIZEDTIME',
};

/** What OpenSSL calls the objects that certificates, requests and keys are made of. */
const OBJECTS: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.1': 'rsaEncryption',
  '1.2.840.113549.1.1.11': 'sha256WithRSAEncryption',
  '1.2.840.10045.2.1': 'id-ecPublicKey',
  '1.2.840.10045.3.1.7': 'prime256v1',
  '1.2.840.10045.4.3.2': 'ecdsa-with-SHA256',
  '1.2.840.113549.1.9.1': 'emailAddress',
  '1.2.840.113549.1.9.14': 'Extension Request',
  '1.2.840.113549.1.5.13': 'PBES2',
  '1.2.840.113549.1.5.12': 'PBKDF2',
  '1.2.840.113549.2.9': 'hmacWithSHA256',
  '2.16.840.1.101.3.4.1.42': 'aes-256-cbc',
  '1.3.101.112': 'ED25519',
  '2.5.4.3': 'commonName',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'countryName',
  '2.5.4.7': 'localityName',
  '2.5.4.8': 'stateOrProvinceName',
  '2.5.4.10': 'organizationName',
  '2.5.4.11': 'organizationalUnitName',
  '2.5.29.14': 'X509v3 Subject Key Identifier',
  '2.5.29.15': 'X509v3 Key Usage',
  '2.5.29.17': 'X509v3 Subject Alternative Name',
  '2.5.29.19': 'X509v3 Basic Constraints',
  '2.5.29.35': 'X509v3 Authority Key Identifier',
  '2.5.29.37': 'X509v3 Extended Key Usage',
  '1.3.6.1.5.5.7.3.1': 'TLS Web Server Authentication',
  '1.3.6.1.5.5.7.3.2': 'TLS Web Client Authentication',
};

const CONSTRUCTED = 0x20;

/** Models crypto/asn1/asn1_par.c asn1_parse2. */
export function* asn1parse(call: Ssl): Steps<number> {
  const text = yield* call.open('in');
  const bytes = pemBlocks(text)[0]?.der ?? Buffer.from(encode(text));
  try {
    for (let at = 0; at < bytes.length; ) {
      const node = der.readNode(bytes, at);
      yield* show(call, node, at, 0);
      at += node.bytes.length;
    }
  } catch (error) {
    if (!(error instanceof der.DerError)) throw error;
    throw new Misuse('Error in encoding');
  }
  return 0;
}

function* show(call: Ssl, node: der.Node, at: number, depth: number): Steps<void> {
  const head = node.bytes.length - node.content.length;
  const constructed = (node.tag & CONSTRUCTED) !== 0;
  const place = `${String(at).padStart(5)}:d=${String(depth).padEnd(2)} hl=${head} l=${String(node.content.length).padStart(4)}`;
  const kind = constructed ? 'cons' : 'prim';
  const name =
    node.tag & 0xc0 ? `cont [ ${node.tag & 0x1f} ]` : (TYPES[node.tag & 0x1f] ?? `<ASN1 ${node.tag & 0x1f}>`);
  const indent = call.has('i') ? ' '.repeat(depth) : '';
  yield* call.write(`${place} ${kind}: ${indent}${name.padEnd(18)}${constructed ? '' : valueText(node)}\n`);
  if (!constructed) return;
  for (let inner = 0; inner < node.content.length; ) {
    const child = der.readNode(node.content, inner);
    yield* show(call, child, at + head + inner, depth + 1);
    inner += child.bytes.length;
  }
}

function valueText(node: der.Node): string {
  const hex = node.content.toString('hex').toUpperCase();
  if (node.tag === der.TAG.oid) return `:${OBJECTS[der.readOid(node)] ?? der.readOid(node)}`;
  if (node.tag === der.TAG.integer) return `:${hex.replace(/^00(?=[89A-F])/, '')}`;
  if (node.tag === der.TAG.boolean) return `:${node.content[0]}`;
  if (node.tag === der.TAG.octetString) return `[HEX DUMP]:${hex}`;
  if ([0x0c, 0x13, 0x16, 0x17, 0x18].includes(node.tag)) return `:${decode(node.content)}`;
  return '';
}
