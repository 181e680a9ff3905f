import { createPublicKey } from 'node:crypto';
import { generateEcKey, privateKey, publicKeyPem, rsaKey } from '../../../host/pki/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { loadKey, Misuse, type Ssl } from './ssl.ts';

/** How many RSA keys there are to be drawn from. */
const RSA_KEYS = 1024;

export function newRsaKey(call: Ssl): string {
  return rsaKey(call.context.host.random.below(RSA_KEYS));
}

export function* genrsa(call: Ssl): Steps<number> {
  const bits = Number(call.operands[0] ?? 2048);
  if (bits !== 2048 && bits !== 4096)
    throw new Misuse(`genrsa: key size ${call.operands[0]} is not available: 2048`);
  const key = newRsaKey(call);
  yield* call.context.sleep(150);
  const pkcs8 = privateKey(key).export({ type: 'pkcs8', format: 'pem' }).toString();
  yield* call.write(call.has('traditional') ? key : pkcs8, 0o600);
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
  yield* call.context.sleep(algorithm === 'RSA' ? 150 : 1);
  const key = algorithm === 'RSA' ? newRsaKey(call) : generateEcKey(call.context.host.random);
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
