import {
  createECDH,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
} from 'node:crypto';
import type { Random } from '../../sim/index.ts';
import * as der from './der.ts';
import { toPem } from './pem.ts';
import { PRIMES_512, PRIMES_1024, PRIMES_1536, PRIMES_2048 } from './rsa-primes.ts';

/** Order of the group of P-256. */
const ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
const OID_P256 = '1.2.840.10045.3.1.7';

/** A private key of P-256 as PEM text (`EC PRIVATE KEY`). Drawn from `random`, so it can be had again. */
export function generateEcKey(random: Random): string {
  const curve = createECDH('prime256v1');
  const scalar = Buffer.from(random.hex(64), 'hex');
  scalar[0] = (scalar[0] as number) & 0x7f;
  curve.setPrivateKey(scalar);
  return toPem(
    'EC PRIVATE KEY',
    der.sequence(
      der.integer(1),
      der.octets(scalar),
      der.context(0, der.oid(OID_P256)),
      der.context(1, der.bits(curve.getPublicKey())),
    ),
  );
}

export type RsaBits = 1024 | 2048 | 3072 | 4096;

const PRIMES: Readonly<Record<RsaBits, readonly bigint[]>> = {
  1024: primes(PRIMES_512),
  2048: primes(PRIMES_1024),
  3072: primes(PRIMES_1536),
  4096: primes(PRIMES_2048),
};

function primes(text: string): bigint[] {
  return text
    .trim()
    .split('\n')
    .map((word) => number(Buffer.from(word, 'base64url')));
}

/** An RSA private key as PEM text, of two primes out of a fixed set: good enough where nothing is secret. */
export function generateRsaKey(random: Random, bits: RsaBits = 2048): string {
  const exponent = 65_537n;
  const known = PRIMES[bits];
  const first = random.below(known.length);
  const second = (first + 1 + random.below(known.length - 1)) % known.length;
  const [p, q] = [known[first], known[second]] as [bigint, bigint];
  const d = inverse(exponent, (p - 1n) * (q - 1n));
  const parts = [0n, p * q, exponent, d, p, q, d % (p - 1n), d % (q - 1n), inverse(q, p)];
  return toPem('RSA PRIVATE KEY', der.sequence(...parts.map((part) => der.integer(part))));
}

/** Keys by their text: a certificate authority or a signer of tokens uses the same again and again. */
const known = {
  private: new Map<string, KeyObject>(),
  public: new Map<string, KeyObject>(),
  info: new Map<string, Buffer>(),
};
const MOST_KEYS = 100;

function read<T>(keys: Map<string, T>, pem: string, parse: (pem: string) => T): T {
  const found = keys.get(pem);
  if (found) return found;
  const key = parse(pem);
  if (keys.size >= MOST_KEYS) keys.clear();
  keys.set(pem, key);
  return key;
}

/** Reads a private key. Throws when the text holds none. */
export function privateKey(pem: string): KeyObject {
  return read(known.private, pem, createPrivateKey);
}

/** Reads a public key, also that of a private key. Throws when the text holds none. */
export function publicKey(pem: string): KeyObject {
  return read(known.public, pem, createPublicKey);
}

/** SubjectPublicKeyInfo of a public key, or of that of a private one, as DER. */
export function publicKeyOf(pem: string): Buffer {
  return read(known.info, pem, () => publicKey(pem).export({ type: 'spki', format: 'der' }));
}

/** A public key as PEM (`PUBLIC KEY`). */
export function publicKeyPem(privatePem: string): string {
  return toPem('PUBLIC KEY', publicKeyOf(privatePem));
}

/** Signs with SHA-256: ECDSA (DER encoded, with a derived nonce so that the same input gives the same bytes) or RSA. */
export function signBytes(bytes: Uint8Array, privatePem: string): Buffer {
  const key = privateKey(privatePem);
  if (key.asymmetricKeyType === 'rsa') return sign('sha256', bytes, key);
  if (key.asymmetricKeyType !== 'ec') return sign(null, bytes, key);
  const { r, s } = ecdsa(bytes, key);
  return der.sequence(der.integer(r), der.integer(s));
}

/** The signature as JWS wants it (ES256: both numbers, 32 bytes each; RS256). */
export function signJws(bytes: Uint8Array, privatePem: string): Buffer {
  const key = privateKey(privatePem);
  if (key.asymmetricKeyType === 'rsa') return sign('sha256', bytes, key);
  const { r, s } = ecdsa(bytes, key);
  return Buffer.concat([fixed(r), fixed(s)]);
}

/** Models RFC 6979: the nonce comes from the key and the message. */
function ecdsa(bytes: Uint8Array, key: KeyObject): { r: bigint; s: bigint } {
  const { crv, d } = key.export({ format: 'jwk' });
  if (crv !== 'P-256') throw new Error(`signing with ${crv} is not supported`);
  const secret = Buffer.from(d as string, 'base64url');
  const digest = createHash('sha256').update(bytes).digest();
  const z = number(digest) % ORDER;
  for (const k of nonces(secret, fixed(z))) {
    const curve = createECDH('prime256v1');
    curve.setPrivateKey(fixed(k));
    const r = number(curve.getPublicKey().subarray(1, 33)) % ORDER;
    const s = (inverse(k, ORDER) * (z + r * number(secret))) % ORDER;
    if (r !== 0n && s !== 0n) return { r, s };
  }
  throw new Error('unreachable');
}

function* nonces(secret: Buffer, digest: Buffer): Generator<bigint> {
  const hmac = (key: Buffer, ...parts: Uint8Array[]) => {
    const mac = createHmac('sha256', key);
    for (const part of parts) mac.update(part);
    return mac.digest();
  };
  let v = Buffer.alloc(32, 1);
  let k = Buffer.alloc(32, 0);
  k = hmac(k, v, Buffer.from([0]), fixed(number(secret)), digest);
  v = hmac(k, v);
  k = hmac(k, v, Buffer.from([1]), fixed(number(secret)), digest);
  v = hmac(k, v);
  for (;;) {
    v = hmac(k, v);
    const candidate = number(v);
    if (candidate > 0n && candidate < ORDER) yield candidate;
    k = hmac(k, v, Buffer.from([0]));
    v = hmac(k, v);
  }
}

function number(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
}

function fixed(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [((value % modulus) + modulus) % modulus, modulus, 1n, 0n];
  while (b > 0n) {
    const quotient = a / b;
    [a, b] = [b, a % b];
    [x, y] = [y, x - quotient * y];
  }
  return ((x % modulus) + modulus) % modulus;
}
