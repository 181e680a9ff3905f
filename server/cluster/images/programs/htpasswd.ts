import { createHash } from 'node:crypto';
import type { HttpRequest } from '../../../host/index.ts';

/** The user whose password in a file of htpasswd a request brings; undefined: none of them. */
export function userOf(request: HttpRequest, file: string): string | undefined {
  const given = /^Basic (.+)$/.exec(request.headers['authorization'] ?? '')?.[1] ?? '';
  const [user = '', password = ''] = Buffer.from(given, 'base64').toString().split(/:(.*)/s);
  const known = file.split('\n').some((line) => {
    const [name, hash = ''] = line.trim().split(/:(.*)/s);
    return name === user && user !== '' && matches(password, hash);
  });
  return known ? user : undefined;
}

function matches(password: string, hash: string): boolean {
  if (hash.startsWith('{PLAIN}')) return hash.slice(7) === password;
  if (hash.startsWith('{SHA}')) return createHash('sha1').update(password).digest('base64') === hash.slice(5);
  const [, , salt = '', wanted] = /^\$(apr1)\$([^$]*)\$(.+)$/.exec(hash) ?? [];
  return wanted !== undefined && apr1(password, salt) === wanted;
}

const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ROUNDS = 1000;

/** Apache's MD5 of a password. Models apr_md5_encode */
function apr1(password: string, salt: string): string {
  const md5 = (...parts: (string | Buffer)[]) =>
    createHash('md5')
      .update(Buffer.concat(parts.map((part) => Buffer.from(part as string))))
      .digest();
  const inner = md5(password, salt, password);
  const first: (string | Buffer)[] = [password, '$apr1$', salt];
  for (let left = password.length; left > 0; left -= 16) first.push(inner.subarray(0, Math.min(16, left)));
  for (let bits = password.length; bits > 0; bits >>= 1) first.push(bits & 1 ? '\0' : password.slice(0, 1));
  let digest = md5(...first);
  for (let round = 0; round < ROUNDS; round++) {
    const odd = round % 2 === 1;
    const parts: (string | Buffer)[] = [odd ? password : digest];
    if (round % 3 !== 0) parts.push(salt);
    if (round % 7 !== 0) parts.push(password);
    parts.push(odd ? digest : password);
    digest = md5(...parts);
  }
  const at = (i: number) => digest[i] as number;
  const letters = (value: number, count: number) =>
    Array.from({ length: count }, (_, i) => ALPHABET[(value >> (6 * i)) & 0x3f]).join('');
  const groups = [0, 1, 2, 3, 4].map((i) =>
    letters((at(i) << 16) | (at(i + 6) << 8) | at(i === 4 ? 5 : i + 12), 4),
  );
  return groups.join('') + letters(at(11), 2);
}
