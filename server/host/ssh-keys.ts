import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import type { Random } from '../sim/index.ts';

/** A key pair in OpenSSH's formats. */
export interface SshKey {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** DER before the 32 bytes of an ed25519 private key (PKCS #8). */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

/** An ed25519 key pair in OpenSSH's formats. */
export function sshKey(random: Random, comment: string): SshKey {
  const secret = Buffer.from(random.hex(64), 'hex');
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, secret]), format: 'der', type: 'pkcs8' });
  const open = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
  const publicBlob = Buffer.concat([field('ssh-ed25519'), field(open)]);
  const check = Buffer.from(random.hex(8), 'hex');
  const pair = [field('ssh-ed25519'), field(open), field(Buffer.concat([secret, open])), field(comment)];
  const inner = Buffer.concat([check, check, ...pair]);
  const padding = Buffer.from(Array.from({ length: (8 - (inner.length % 8)) % 8 }, (_, i) => i + 1));
  const blob = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    Buffer.from([0, 0, 0, 1]),
    field(publicBlob),
    field(Buffer.concat([inner, padding])),
  ]);
  const body = (blob.toString('base64').match(/.{1,70}/g) as string[]).join('\n');
  return {
    publicKey: `ssh-ed25519 ${publicBlob.toString('base64')} ${comment}`,
    privateKey: `-----BEGIN OPENSSH PRIVATE KEY-----\n${body}\n-----END OPENSSH PRIVATE KEY-----\n`,
  };
}

/** A length and that many bytes. */
function field(value: string | Buffer): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** `SHA256:…`, as ssh shows a public key. */
export function sshFingerprint(publicKey: string): string {
  const blob = Buffer.from(publicKey.trim().split(/\s+/)[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}
