import { createCipheriv, createDecipheriv } from 'node:crypto';
import { generateEcKey, generateRsaKey, publicKeyOf, signCertificate } from '../../../host/pki/index.ts';
import type { Random } from '../../../sim/index.ts';
import { GoStruct } from '../../go-template/values.ts';
import { type Functions, fn, refuse } from './table.ts';

const DIGITS = '0123456789';
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const ASCII = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('');
const NO_BCRYPT = 'bcrypt is not simulated';
const DAY_MS = 86_400_000;
/** Longest random text. */
const MOST_TEXT = 1_000_000;

/** What draws on chance, and certificates, at a moment. Models sprig crypto.go. */
export function randoms(random: Random, nowMs: number): Functions {
  const text = (alphabet: string) =>
    fn('int', (length: number) => random.text(Math.min(Math.max(length, 0), MOST_TEXT), alphabet));
  const certificates = certificateFunctions(random, nowMs);
  return {
    randAlphaNum: text(LETTERS + DIGITS),
    randAlpha: text(LETTERS),
    randNumeric: text(DIGITS),
    randAscii: text(ASCII),
    randBytes: fn('int', (length: number) =>
      Buffer.from(random.hex(2 * Math.min(length, MOST_TEXT)), 'hex').toString('base64'),
    ),
    randInt: fn('int int', (from: number, to: number) => BigInt(from + random.below(Math.max(to - from, 1)))),
    shuffle: fn('string', (word: string) => {
      const left = [...word];
      let out = '';
      while (left.length > 0) out += left.splice(random.below(left.length), 1)[0];
      return out;
    }),
    uuidv4: fn('', () => random.uuid()),
    encryptAES: fn('string string', (password: string, plain: string) => {
      const iv = Buffer.from(random.hex(32), 'hex');
      const cipher = createCipheriv('aes-256-cbc', aesKey(password), iv);
      return Buffer.concat([iv, cipher.update(plain, 'utf8'), cipher.final()]).toString('base64');
    }),
    decryptAES: fn('string string', (password: string, coded: string) => {
      const bytes = Buffer.from(coded, 'base64');
      const cipher = createDecipheriv('aes-256-cbc', aesKey(password), bytes.subarray(0, 16));
      return cipher.update(bytes.subarray(16), undefined, 'utf8') + cipher.final('utf8');
    }),
    ...certificates,
  };
}

function aesKey(password: string): Buffer {
  const key = Buffer.alloc(32);
  key.write(password);
  return key;
}

interface Pair {
  readonly cert: string;
  readonly key: string;
}

const pair = ({ cert, key }: Pair) => new GoStruct('sprig.certificate', { Cert: cert, Key: key });

function certificateFunctions(random: Random, nowMs: number): Functions {
  const make = (
    name: string,
    {
      days,
      ips,
      names,
      issuer,
      isCa = false,
    }: {
      days: number;
      ips: readonly string[];
      names: readonly string[];
      issuer?: Pair;
      isCa?: boolean;
    },
    key = generateRsaKey(random),
  ): Pair => {
    const options = {
      subject: { commonName: name },
      publicKey: publicKeyOf(key),
      notBefore: nowMs,
      notAfter: nowMs + days * DAY_MS,
      isCa,
      keyUsages: isCa
        ? (['digital signature', 'key encipherment', 'cert sign'] as const)
        : (['digital signature', 'key encipherment'] as const),
      extendedUsages: ['server auth', 'client auth'] as const,
      dnsNames: names,
      ipAddresses: ips,
      random,
    };
    const signer = issuer ? { certificate: issuer.cert, key: issuer.key } : { key };
    return { cert: signCertificate(options, signer), key };
  };
  const texts = (list: unknown) => (Array.isArray(list) ? list.map(String) : []);
  const issuerOf = (ca: unknown): Pair => {
    if (!(ca instanceof GoStruct)) return refuse('wrong type for value; expected sprig.certificate');
    return { cert: String(ca.fields['Cert']), key: String(ca.fields['Key']) };
  };
  const self = (name: string, ips: unknown, names: unknown, days: number, key?: string) =>
    pair(make(name, { days, ips: texts(ips), names: texts(names) }, key));
  const signed = (name: string, ips: unknown, names: unknown, days: number, ca: unknown, key?: string) =>
    pair(make(name, { days, ips: texts(ips), names: texts(names), issuer: issuerOf(ca) }, key));
  const authority = (name: string, days: number, key?: string) =>
    pair(make(name, { days, ips: [], names: [], isCa: true }, key));
  return {
    genPrivateKey: fn('string', (kind: string) => {
      if (kind === 'rsa' || kind === '') return generateRsaKey(random, 4096);
      return kind === 'ecdsa' ? generateEcKey(random) : `Unknown type ${kind}`;
    }),
    genCA: fn('string int', authority),
    genCAWithKey: fn('string int string', authority),
    genSelfSignedCert: fn('string any any int', self),
    genSelfSignedCertWithKey: fn('string any any int string', self),
    genSignedCert: fn('string any any int any', signed),
    genSignedCertWithKey: fn('string any any int any string', signed),
    buildCustomCert: fn('string string', (cert: string, key: string) =>
      pair({ cert: Buffer.from(cert, 'base64').toString(), key: Buffer.from(key, 'base64').toString() }),
    ),
    htpasswd: fn('string string', () => refuse(NO_BCRYPT)),
    bcrypt: fn('string', () => refuse(NO_BCRYPT)),
    derivePassword: fn('any...', () => refuse('derivePassword is not simulated')),
  };
}
