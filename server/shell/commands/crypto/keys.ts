import { createPrivateKey, createPublicKey } from 'node:crypto';
import { encode } from '../../../host/index.ts';
import {
  generateEcKey,
  generateRsaKey,
  privateKey,
  publicKeyPem,
  type RsaBits,
  toPem,
} from '../../../host/pki/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { queued } from './error-queue.ts';
import { keyText } from './key-text.ts';
import { closed, KEY_CIPHERS, opened } from './pass-phrase.ts';
import { loadKey, Misuse, type Ssl } from './ssl.ts';

/** The sizes of RSA keys that there are. */
export function rsaBits(text: string | undefined, who: string): RsaBits {
  if (text !== undefined && !/^\d+$/.test(text))
    throw new Misuse(`${who}: Can't parse "${text}" as a number`);
  const bits = Number(text ?? 2048);
  if (bits !== 1024 && bits !== 2048 && bits !== 3072 && bits !== 4096)
    throw new Misuse(`${who}: key size ${text} is not available: 1024, 2048, 3072, 4096`);
  return bits;
}

/** A new key; openssl shows how it looks for the two primes where -quiet or -verbose do not say otherwise. */
export function* newRsaKey(call: Ssl, bits: RsaBits, shows = true): Steps<string> {
  const { random } = call.context.host;
  const key = generateRsaKey(random, bits);
  const dots = () => `${'.'.repeat(random.below(40))}+${'.'.repeat(random.below(60))}${'+'.repeat(5)}`;
  if (shows) yield* call.context.err(`${dots()}\n${dots()}\n`);
  return key;
}

export function ecKey(call: Ssl): string {
  const curve = /^ec_paramgen_curve:(.*)$/.exec(call.given.get('pkeyopt') ?? '')?.[1] ?? 'P-256';
  if (!CURVE_NAMES.includes(curve)) throw new Misuse(`${call.name}: curve ${curve} is not available: P-256`);
  return generateEcKey(call.context.host.random);
}

const CURVE_NAMES = ['P-256', 'prime256v1', 'secp256r1'];

export function newEd25519Key(call: Ssl): string {
  const seed = Buffer.from(call.context.host.random.hex(64), 'hex');
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
  return toPem('PRIVATE KEY', Buffer.concat([prefix, seed]));
}

export function* genrsa(call: Ssl): Steps<number> {
  const key = yield* newRsaKey(call, rsaBits(call.operands[0], 'genrsa'), call.has('verbose'));
  yield* call.context.sleep(150);
  const text = call.has('traditional') ? key : yield* closed(call, pkcs8(key));
  yield* call.write(text, 0o600);
  return 0;
}

export function* ecparam(call: Ssl): Steps<number> {
  if (call.has('list_curves')) {
    yield* call.write(CURVES);
    return 0;
  }
  const name = call.given.get('name');
  if (name !== 'prime256v1' && name !== 'secp256r1')
    throw new Misuse(`ecparam: unknown curve name (${name ?? ''})`);
  const head = call.has('noout')
    ? ''
    : '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
  yield* call.write(head + (call.has('genkey') ? generateEcKey(call.context.host.random) : ''), 0o600);
  return 0;
}

/** Those that keys can be made of here. */
const CURVES = '  prime256v1: X9.62/SECG curve over a 256 bit prime field\n';

/** The key as PKCS #8, which is what openssl 3 writes. */
export const pkcs8 = (key: string): string =>
  privateKey(key).export({ type: 'pkcs8', format: 'pem' }).toString();

/** `genpkey -algorithm RSA|EC`. */
export function* genpkey(call: Ssl): Steps<number> {
  const algorithm = (call.given.get('algorithm') ?? '').toUpperCase();
  if (algorithm === '') throw new Misuse('genpkey: Use -help for summary.');
  if (algorithm !== 'RSA' && algorithm !== 'EC' && algorithm !== 'ED25519')
    throw new Misuse(
      `Error initializing ${call.given.get('algorithm')} context\n${queued('noAlgorithm', call.given.get('algorithm'))}`,
    );
  yield* call.context.sleep(algorithm === 'RSA' ? 150 : 1);
  const bits = /^rsa_keygen_bits:(.*)$/.exec(call.given.get('pkeyopt') ?? '')?.[1];
  const key =
    algorithm === 'RSA'
      ? yield* newRsaKey(call, rsaBits(bits, 'genpkey'), !call.has('quiet'))
      : algorithm === 'EC'
        ? ecKey(call)
        : newEd25519Key(call);
  yield* call.write(yield* closed(call, pkcs8(key)), 0o600);
  return 0;
}

const NAMES: Readonly<Record<string, string>> = { rsa: 'RSA', ec: 'EC' };

/** `rsa`, `ec` and `pkey`: show a private key, or its public half. */
export function showKey(kind: 'rsa' | 'ec' | 'pkey') {
  return function* (call: Ssl): Steps<number> {
    const { context } = call;
    const label = NAMES[kind];
    if (kind === 'ec') yield* context.err('read EC key\n');
    const what = call.has('pubin') ? 'public key' : kind === 'pkey' ? 'key' : 'private key';
    const source = call.source('in');
    const given = fromDer(yield* call.read('in', what), call.has('pubin'));
    const text = call.has('pubin') ? given : yield* opened(call, given, source);
    const pem = call.has('pubin') ? publicPem(text, source) : publicKeyPem(loadKey(text, source));
    const type = createPublicKey(pem).asymmetricKeyType;
    if (kind !== 'pkey' && type !== kind) throw new Misuse(`Not an ${label} key`);
    const publicOnly = call.has('pubin') || call.has('pubout');
    if (call.has('text') && kind !== 'pkey') yield* call.write(keyText(publicOnly ? pem : text));
    if (call.has('modulus')) yield* context.out(modulusLine(pem));
    if (call.has('check')) yield* context.out(kind === 'pkey' ? 'Key is valid\n' : `${label} key ok\n`);
    if (!call.has('noout')) {
      if (label) yield* context.err(`writing ${label} key\n`);
      yield* call.writePem(publicOnly ? pem : yield* written(call, kind, text), publicOnly ? 0o644 : 0o600);
    }
    if (call.has('text') && kind === 'pkey') yield* call.write(keyText(publicOnly ? pem : text));
    return 0;
  };
}

/** A private key in the form that each command writes. */
function* written(call: Ssl, kind: 'rsa' | 'ec' | 'pkey', text: string): Steps<string> {
  const cipher = KEY_CIPHERS.split(' ').some((name) => call.has(name));
  const key = privateKey(text);
  if (!cipher && (call.has('traditional') || kind === 'ec'))
    return key.export({ type: key.asymmetricKeyType === 'rsa' ? 'pkcs1' : 'sec1', format: 'pem' }).toString();
  return yield* closed(call, pkcs8(text));
}

function fromDer(text: string, isPublic: boolean): string {
  if (!text.startsWith('0') || text.includes('-----BEGIN')) return text;
  const bytes = Buffer.from(encode(text));
  return isPublic
    ? toPem('PUBLIC KEY', bytes)
    : createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' })
        .export({ type: 'pkcs8', format: 'pem' })
        .toString();
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
