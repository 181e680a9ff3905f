import { createCipheriv, createPrivateKey, pbkdf2Sync } from 'node:crypto';
import { isSystemError } from '../../../host/index.ts';
import * as der from '../../../host/pki/der.ts';
import { toPem } from '../../../host/pki/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { askSecret } from '../system/ask.ts';
import { queued } from './error-queue.ts';
import { Misuse, type Ssl } from './ssl.ts';

const OID = {
  pbes2: '1.2.840.113549.1.5.13',
  pbkdf2: '1.2.840.113549.1.5.12',
  hmacSha256: '1.2.840.113549.2.9',
  aes: { 128: '2.16.840.1.101.3.4.1.2', 192: '2.16.840.1.101.3.4.1.22', 256: '2.16.840.1.101.3.4.1.42' },
} as const;
const ITERATIONS = 2048;
const LEAST = 4;

/** The options that have a key written under a pass phrase. */
export const KEY_CIPHERS = 'aes128 aes192 aes256 aes-128-cbc aes-192-cbc aes-256-cbc';

/** What `pass:`, `env:`, `file:` and `stdin` stand for. Models apps/lib/apps.c app_get_pass. */
export function* phraseOf(call: Ssl, source: string): Steps<string> {
  const [, kind, rest = ''] = /^(pass|env|file):(.*)$/s.exec(source) ?? [];
  if (kind === 'pass') return rest;
  if (kind === 'env') {
    const value = call.context.env.get(rest);
    if (value === undefined) throw new Misuse(`No environment variable ${rest}`);
    return value;
  }
  if (kind === 'file') {
    try {
      return call.context.fs.read(rest).split('\n')[0] ?? '';
    } catch (error) {
      if (!isSystemError(error)) throw error;
      throw new Misuse(`Can't open file ${rest}`);
    }
  }
  if (source === 'stdin') return (yield* call.context.readAll(0)).split('\n')[0] ?? '';
  throw new Misuse(
    `Invalid password argument, starting with "${source.split(':')[0]}${source.includes(':') ? ':' : ''}"`,
  );
}

/** The phrase of an option, or what is typed twice. */
export function* newPhrase(call: Ssl, option: string): Steps<string> {
  const given = call.given.get(option);
  if (given !== undefined) return yield* phraseOf(call, given);
  const first = yield* askSecret(call.context, 'Enter PEM pass phrase:');
  if (first === undefined || first.length < LEAST) throw noPhrase();
  const second = yield* askSecret(call.context, 'Verifying - Enter PEM pass phrase:');
  if (first !== second) throw new Misuse(`Verify failure\n${queued('verifyFailure')}`);
  return first;
}

/** A private key's text without the pass phrase that protects it. */
export function* opened(call: Ssl, pem: string, source: string, option = 'passin'): Steps<string> {
  if (!pem.includes('ENCRYPTED')) return pem;
  const given = call.given.get(option);
  const phrase =
    given === undefined
      ? yield* askSecret(call.context, `Enter pass phrase for ${source}:`)
      : yield* phraseOf(call, given);
  if (phrase === undefined) throw noPhrase();
  try {
    const key = createPrivateKey({ key: pem, passphrase: phrase });
    return key.export({ type: 'pkcs8', format: 'pem' }).toString();
  } catch {
    throw new Misuse(`Could not read private key from ${source}\n${queued('badDecrypt')}`);
  }
}

function noPhrase(): Misuse {
  return new Misuse(queued('noPhrase'));
}

/** A key as it is written: under a pass phrase where a cipher was asked for. */
export function* closed(call: Ssl, pkcs8: string, option = 'passout'): Steps<string> {
  const cipher = KEY_CIPHERS.split(' ').find((name) => call.has(name));
  if (cipher === undefined) return pkcs8;
  return encrypted(
    call,
    pkcs8,
    yield* newPhrase(call, option),
    Number(/\d+/.exec(cipher)?.[0]) as 128 | 192 | 256,
  );
}

/** PKCS #8 under PBES2. The salt comes from the world, so that it can be had again. */
export function encrypted(call: Ssl, pkcs8: string, phrase: string, bits: 128 | 192 | 256 = 256): string {
  const { random } = call.context.host;
  const [salt, iv] = [Buffer.from(random.hex(16), 'hex'), Buffer.from(random.hex(32), 'hex')];
  const key = pbkdf2Sync(phrase, salt, ITERATIONS, bits / 8, 'sha256');
  const cipher = createCipheriv(`aes-${bits}-cbc`, key, iv);
  const plain = createPrivateKey(pkcs8).export({ type: 'pkcs8', format: 'der' });
  const derivation = der.sequence(
    der.octets(salt),
    der.integer(ITERATIONS),
    der.sequence(der.oid(OID.hmacSha256), der.nothing()),
  );
  const scheme = der.sequence(
    der.oid(OID.pbes2),
    der.sequence(
      der.sequence(der.oid(OID.pbkdf2), derivation),
      der.sequence(der.oid(OID.aes[bits]), der.octets(iv)),
    ),
  );
  const hidden = Buffer.concat([cipher.update(plain), cipher.final()]);
  return toPem('ENCRYPTED PRIVATE KEY', der.sequence(scheme, der.octets(hidden)));
}
