import { createCipheriv, createDecipheriv, createHash, createHmac, pbkdf2Sync, verify } from 'node:crypto';
import { decode, encode, isSystemError } from '../../../host/index.ts';
import { publicKey, signBytes } from '../../../host/pki/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { md5Crypt, sha512Crypt } from './crypt.ts';
import { queued } from './error-queue.ts';
import { opened } from './pass-phrase.ts';
import { loadKey, Misuse, type Ssl } from './ssl.ts';

export function* rand(call: Ssl): Steps<number> {
  const count = Number(call.operands[0]);
  if (Number.isNaN(count) && call.operands[0] !== undefined)
    throw new Misuse(`rand: Can't parse "${call.operands[0]}" as a number\nrand: Use -help for summary.`);
  if (!Number.isInteger(count) || count < 1 || count > 65_536)
    throw new Misuse('rand: Use -help for summary.');
  const hex = call.context.host.random.hex(count * 2);
  if (call.has('hex')) yield* call.write(`${hex}\n`);
  else if (call.has('base64'))
    yield* call.write(
      `${Buffer.from(hex, 'hex')
        .toString('base64')
        .replace(/(.{64})(?=.)/g, '$1\n')}\n`,
    );
  else yield* call.write(Buffer.from(hex, 'hex').toString('latin1'));
  return 0;
}

/** Digests by option, with the name that `dgst -<name>` shows. */
export const DIGESTS: Readonly<Record<string, string>> = {
  md5: 'MD5',
  sha1: 'SHA1',
  sha224: 'SHA2-224',
  sha256: 'SHA2-256',
  sha384: 'SHA2-384',
  sha512: 'SHA2-512',
};

const fileText = (call: Ssl, path: string): string => {
  try {
    return call.context.fs.read(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new Misuse(`Can't open "${path}" for reading, ${error.message}`);
  }
};

const inputText = (call: Ssl, path: string): string =>
  call.file(path, (reason) => `${path}: ${reason}\n${queued('noInput', path)}`);

/** `dgst -sign` and `-verify`: with SHA-256, as the keys here sign. */
function* signature(call: Ssl): Steps<number> {
  const other = Object.keys(DIGESTS).find((name) => name !== 'sha256' && call.has(name));
  if (other !== undefined) throw new Misuse(`dgst: signatures over ${other} are not available: -sha256`);
  const option = call.has('sign') ? 'sign' : 'verify';
  const key = yield* call.read(option, option === 'sign' ? 'private key' : 'public key');
  const [path] = call.operands;
  const bytes = encode(path === undefined ? yield* call.context.readAll(0) : inputText(call, path));
  if (option === 'sign') {
    const secret = loadKey(yield* opened(call, key, call.source('sign')), call.source('sign'));
    yield* call.write(decode(signBytes(bytes, secret)));
    return 0;
  }
  if (!call.has('signature')) throw new Misuse('No signature to verify: use the -signature option');
  const given = encode(yield* call.open('signature', '', 'rb'));
  if (verify('sha256', bytes, publicKey(key), given)) yield* call.context.out('Verified OK\n');
  else {
    yield* call.context.out('Verification failure\n');
    yield* call.context.err(`${queued('wrongSignature')}\n`);
    return 1;
  }
  return 0;
}

export function* dgst(call: Ssl): Steps<number> {
  if (call.has('sign') || call.has('verify')) return yield* signature(call);
  const digest = Object.keys(DIGESTS).find((name) => call.has(name)) ?? 'sha256';
  const key = call.given.get('hmac');
  const name = Object.keys(DIGESTS).some((one) => call.has(one)) ? (DIGESTS[digest] as string) : 'SHA256';
  const label = key === undefined ? name : `HMAC-${name}`;
  let out = '';
  for (const path of call.operands.length === 0 ? [undefined] : call.operands) {
    const bytes = encode(path === undefined ? yield* call.context.readAll(0) : inputText(call, path));
    const hash = (key === undefined ? createHash(digest) : createHmac(digest, key))
      .update(bytes)
      .digest('hex');
    out += call.has('r') ? `${hash} *${path ?? 'stdin'}\n` : `${label}(${path ?? 'stdin'})= ${hash}\n`;
  }
  yield* call.write(out);
  return 0;
}

const ITERATIONS = 10_000;
const MAX_ITERATIONS = 1_000_000;

/** `enc -base64`, `enc -aes-256-cbc -pbkdf2 -k …`, `base64`. */
export function* enc(call: Ssl): Steps<number> {
  const path = call.given.get('in');
  const text = path === undefined ? yield* call.context.readAll(0) : fileText(call, path);
  const base64 = call.has('base64') || call.has('a');
  const cipher = CIPHERS.find((name) => call.has(name));
  let bytes: Buffer = Buffer.from(encode(text));
  if (base64 && call.has('d')) bytes = Buffer.from(bytes.toString('latin1'), 'base64');
  if (cipher !== undefined) bytes = crypt(call, cipher, bytes);
  if (!base64 || call.has('d')) yield* call.write(decode(bytes));
  else {
    const shown = bytes.toString('base64');
    yield* call.write(call.has('A') ? shown : `${shown.replace(/(.{64})(?=.)/g, '$1\n')}\n`);
  }
  return 0;
}

export const CIPHERS = ['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc', 'aes128', 'aes256'];

function password(call: Ssl): string {
  const direct = call.given.get('k');
  const source = call.given.get('pass');
  if (direct !== undefined) return direct;
  if (source?.startsWith('pass:')) return source.slice(5);
  if (source?.startsWith('env:')) return call.context.env.get(source.slice(4)) ?? '';
  if (source?.startsWith('file:')) return fileText(call, source.slice(5)).split('\n')[0] ?? '';
  throw new Misuse('enc: give the password with -k or -pass: nobody is asked for it here');
}

/** Models apps/enc.c: `Salted__`, the salt, and what the key and the first block are derived from. */
function crypt(call: Ssl, name: string, bytes: Buffer): Buffer {
  const secret = password(call);
  const decrypting = call.has('d');
  if (decrypting && bytes.subarray(0, 8).toString('latin1') !== 'Salted__')
    throw new Misuse('bad magic number');
  const salt = decrypting ? bytes.subarray(8, 16) : Buffer.from(call.context.host.random.hex(16), 'hex');
  const size = name.includes('128') ? 16 : name.includes('192') ? 24 : 32;
  const cipher = `aes-${size * 8}-cbc`;
  const [key, iv] = derive(call, secret, salt, size);
  if (!decrypting) {
    const making = createCipheriv(cipher, key, iv);
    return Buffer.concat([Buffer.from('Salted__'), salt, making.update(bytes), making.final()]);
  }
  try {
    const reading = createDecipheriv(cipher, key, iv);
    return Buffer.concat([reading.update(bytes.subarray(16)), reading.final()]);
  } catch {
    throw new Misuse('bad decrypt');
  }
}

function derive(call: Ssl, secret: string, salt: Buffer, size: number): [Buffer, Buffer] {
  const digest = call.given.get('md') ?? 'sha256';
  if (call.has('pbkdf2') || call.has('iter')) {
    const rounds = Math.min(Number(call.given.get('iter') ?? ITERATIONS) || ITERATIONS, MAX_ITERATIONS);
    const made = pbkdf2Sync(secret, salt, rounds, size + 16, digest);
    return [made.subarray(0, size), made.subarray(size)];
  }
  let [made, last] = [Buffer.alloc(0), Buffer.alloc(0)];
  while (made.length < size + 16) {
    last = createHash(digest)
      .update(Buffer.concat([last, Buffer.from(secret), salt]))
      .digest();
    made = Buffer.concat([made, last]);
  }
  return [made.subarray(0, size), made.subarray(size, size + 16)];
}

const SALT = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Characters of a password that count. */
const LONGEST_PASSWORD = 256;

export function* passwd(call: Ssl): Steps<number> {
  const words = call.has('stdin')
    ? (yield* call.context.readAll(0)).split('\n').filter((line) => line !== '')
    : call.operands;
  if (words.length === 0)
    throw new Misuse('passwd: give the password, or -stdin: nobody is asked for it here');
  const { random } = call.context.host;
  for (const word of words) {
    const salt =
      call.given.get('salt') ??
      Array.from({ length: call.has('6') ? 16 : 8 }, () => SALT[random.below(64)]).join('');
    if (call.has('5')) throw new Misuse('passwd: Option -5 is not supported by this build');
    const password = word.slice(0, LONGEST_PASSWORD);
    if (password !== word)
      yield* call.context.err(`Warning: truncating password to ${LONGEST_PASSWORD} characters\n`);
    const made = call.has('6')
      ? sha512Crypt(password, salt)
      : md5Crypt(password, salt, call.has('apr1') || !call.has('1') ? 'apr1' : '1');
    yield* call.context.out(`${made}\n`);
  }
  return 0;
}
