import { createPublicKey } from 'node:crypto';
import {
  generateEcKey,
  generateRsaKey,
  privateKey,
  publicKeyPem,
  type RsaBits,
} from '../../../host/pki/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { loadKey, Misuse, type Ssl } from './ssl.ts';

/** The sizes of RSA keys that there are. */
export function rsaBits(text: string | undefined, who: string): RsaBits {
  const bits = Number(text ?? 2048);
  if (bits !== 2048 && bits !== 4096)
    throw new Misuse(`${who}: key size ${text} is not available: 2048, 4096`);
  return bits;
}

export function newRsaKey(call: Ssl, bits: RsaBits): string {
  return generateRsaKey(call.context.host.random, bits);
}

export function* genrsa(call: Ssl): Steps<number> {
  const key = newRsaKey(call, rsaBits(call.operands[0], 'genrsa'));
  yield* call.context.sleep(150);
  yield* call.write(call.has('traditional') ? key : pkcs8(key), 0o600);
  return 0;
}

export function* ecparam(call: Ssl): Steps<number> {
  const name = call.given.get('name');
  if (name !== 'prime256v1' && name !== 'secp256r1')
    throw new Misuse(`ecparam: unknown curve name (${name ?? ''})`);
  const head = call.has('noout')
    ? ''
    : '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
  yield* call.write(head + (call.has('genkey') ? generateEcKey(call.context.host.random) : ''), 0o600);
  return 0;
}

/** The key as PKCS #8, which is what openssl 3 writes. */
export const pkcs8 = (key: string): string =>
  privateKey(key).export({ type: 'pkcs8', format: 'pem' }).toString();

/** `genpkey -algorithm RSA|EC`. */
export function* genpkey(call: Ssl): Steps<number> {
  const algorithm = (call.given.get('algorithm') ?? '').toUpperCase();
  if (algorithm === '') throw new Misuse('genpkey: Use -help for summary.');
  if (algorithm !== 'RSA' && algorithm !== 'EC')
    throw new Misuse(`genpkey: Error initializing ${call.given.get('algorithm')} context`);
  const bits = rsaBits(/^rsa_keygen_bits:(.*)$/.exec(call.given.get('pkeyopt') ?? '')?.[1], 'genpkey');
  yield* call.context.sleep(algorithm === 'RSA' ? 150 : 1);
  const key = algorithm === 'RSA' ? newRsaKey(call, bits) : generateEcKey(call.context.host.random);
  yield* call.write(pkcs8(key), 0o600);
  return 0;
}

const NAMES: Readonly<Record<string, string>> = { rsa: 'RSA', ec: 'EC' };

/** `rsa`, `ec` and `pkey`: show a private key, or its public half. */
export function showKey(kind: 'rsa' | 'ec' | 'pkey') {
  return function* (call: Ssl): Steps<number> {
    const { context } = call;
    const label = NAMES[kind];
    if (kind === 'ec') yield* context.err('read EC key\n');
    const text = yield* call.read('in', kind === 'pkey' ? 'key' : 'private key');
    const source = call.given.get('in') ?? '<stdin>';
    const pem = call.has('pubin') ? publicPem(text, source) : publicKeyPem(loadKey(text, source));
    const type = createPublicKey(pem).asymmetricKeyType;
    if (kind !== 'pkey' && type !== kind) throw new Misuse(`Not an ${label} key`);
    if (call.has('modulus')) yield* context.out(modulusLine(pem));
    if (call.has('check'))
      yield* context.out(`${label ?? 'Key'} ${kind === 'pkey' ? 'is valid' : 'key ok'}\n`);
    if (call.has('noout')) return 0;
    if (label) yield* context.err(`writing ${label} key\n`);
    const publicOnly = call.has('pubin') || call.has('pubout');
    yield* call.write(publicOnly ? pem : pkcs8(text), publicOnly ? 0o644 : 0o600);
    return 0;
  };
}

function publicPem(text: string, source: string): string {
  try {
    return createPublicKey(text).export({ type: 'spki', format: 'pem' }).toString();
  } catch {
    throw new Misuse(`Could not read public key from ${source}`);
  }
}

export function modulusLine(publicPemText: string): string {
  const { n } = createPublicKey(publicPemText).export({ format: 'jwk' });
  if (n === undefined) return 'Wrong Algorithm type\n';
  return `Modulus=${Buffer.from(n, 'base64url').toString('hex').toUpperCase()}\n`;
}
