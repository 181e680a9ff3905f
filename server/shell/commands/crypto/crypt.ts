import { createHash } from 'node:crypto';

const DIGITS = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Six bits a character, the lowest first. */
function digits(value: number, count: number): string {
  let out = '';
  for (let rest = value, i = 0; i < count; i++, rest >>= 6) out += DIGITS[rest & 63];
  return out;
}

const hash = (algorithm: string, ...parts: readonly Buffer[]): Buffer =>
  createHash(algorithm).update(Buffer.concat(parts)).digest();

/** So many bytes of a digest, repeated. */
function stretched(digest: Buffer, length: number): Buffer {
  return Buffer.alloc(length, digest);
}

/** The bytes in the order that the algorithm writes them, three at a time. */
function written(digest: Buffer, groups: readonly (readonly number[])[]): string {
  return groups
    .map((group) => {
      const value = group.reduce(
        (bits, index) => (bits << 8) | (index < 0 ? 0 : (digest[index] as number)),
        0,
      );
      const bytes = group.filter((index) => index >= 0).length;
      return digits(value, bytes === 3 ? 4 : bytes + 1);
    })
    .join('');
}

const MD5_ROUNDS = 1000;
const MD5_ORDER = [
  [0, 6, 12],
  [1, 7, 13],
  [2, 8, 14],
  [3, 9, 15],
  [4, 10, 5],
  [-1, -1, 11],
];

/** `$1$` of FreeBSD, and Apache's `$apr1$`. */
export function md5Crypt(password: string, givenSalt: string, magic: '1' | 'apr1'): string {
  const word = Buffer.from(password);
  const salt = Buffer.from(givenSalt.slice(0, 8));
  const mixed = hash('md5', word, salt, word);
  const bits: Buffer[] = [];
  for (let rest = word.length; rest > 0; rest >>= 1)
    bits.push(rest & 1 ? Buffer.from([0]) : word.subarray(0, 1));
  let digest = hash('md5', word, Buffer.from(`$${magic}$`), salt, stretched(mixed, word.length), ...bits);
  for (let round = 0; round < MD5_ROUNDS; round++)
    digest = hash(
      'md5',
      round & 1 ? word : digest,
      ...(round % 3 ? [salt] : []),
      ...(round % 7 ? [word] : []),
      round & 1 ? digest : word,
    );
  return `$${magic}$${salt}$${written(digest, MD5_ORDER)}`;
}

const SHA_ROUNDS = 5000;
const SHA512_ORDER = [
  ...Array.from({ length: 21 }, (_, i) => {
    const triple = [i, i + 21, i + 42];
    const turn = i % 3;
    return [...triple.slice(turn), ...triple.slice(0, turn)];
  }),
  [-1, -1, 63],
];

/** `$6$` of glibc. */
export function sha512Crypt(password: string, givenSalt: string): string {
  const word = Buffer.from(password);
  const salt = Buffer.from(givenSalt.slice(0, 16));
  const mixed = hash('sha512', word, salt, word);
  const bits: Buffer[] = [];
  for (let rest = word.length; rest > 0; rest >>= 1) bits.push(rest & 1 ? mixed : word);
  let digest = hash('sha512', word, salt, stretched(mixed, word.length), ...bits);
  const first = digest[0] as number;
  const p = stretched(hash('sha512', ...Array.from({ length: word.length }, () => word)), word.length);
  const s = stretched(hash('sha512', ...Array.from({ length: 16 + first }, () => salt)), salt.length);
  for (let round = 0; round < SHA_ROUNDS; round++)
    digest = hash(
      'sha512',
      round & 1 ? p : digest,
      ...(round % 3 ? [s] : []),
      ...(round % 7 ? [p] : []),
      round & 1 ? digest : p,
    );
  return `$6$${salt}$${written(digest, SHA512_ORDER)}`;
}
