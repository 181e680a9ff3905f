import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { hexLines } from './openssl-text.ts';

const bytes = (word: unknown): Buffer => Buffer.from(word as string, 'base64url');

/** A number, with the zero that keeps it positive. */
function numberLines(title: string, word: unknown): string {
  const value = bytes(word);
  const padded = ((value[0] ?? 0) & 0x80) === 0 ? value : Buffer.concat([Buffer.from([0]), value]);
  return `${title}:\n${hexLines(padded, 4, 15)}`;
}

/** What `openssl rsa -text` and its like show of a key. Models providers/implementations/encode_decode/encode_key2text.c. */
export function keyText(pem: string): string {
  const isPrivate = pem.includes('PRIVATE');
  const key = isPrivate ? createPrivateKey(pem) : createPublicKey(pem);
  const kind = isPrivate ? 'Private' : 'Public';
  if (key.asymmetricKeyType === 'rsa') return rsaText(key, kind);
  const { d, x, y } = key.export({ format: 'jwk' });
  if (key.asymmetricKeyType === 'ed25519') {
    const secret = isPrivate ? `priv:\n${hexLines(bytes(d), 4, 15)}` : '';
    return `ED25519 ${kind}-Key:\n${secret}pub:\n${hexLines(bytes(x), 4, 15)}`;
  }
  const point = Buffer.concat([Buffer.from([4]), bytes(x), bytes(y)]);
  const secret = isPrivate ? `priv:\n${hexLines(bytes(d), 4, 15)}` : '';
  return `${kind}-Key: (256 bit)\n${secret}pub:\n${hexLines(point, 4, 15)}ASN1 OID: prime256v1\nNIST CURVE: P-256\n`;
}

function rsaText(key: KeyObject, kind: string): string {
  const { n, d, p, q, dp, dq, qi } = key.export({ format: 'jwk' });
  const size = bytes(n).length * 8;
  if (kind === 'Public')
    return `Public-Key: (${size} bit)\n${numberLines('Modulus', n)}Exponent: 65537 (0x10001)\n`;
  const parts = { privateExponent: d, prime1: p, prime2: q, exponent1: dp, exponent2: dq, coefficient: qi };
  const rest = Object.entries(parts).map(([title, word]) => numberLines(title, word));
  return `Private-Key: (${size} bit, 2 primes)\n${numberLines('modulus', n)}publicExponent: 65537 (0x10001)\n${rest.join('')}`;
}
