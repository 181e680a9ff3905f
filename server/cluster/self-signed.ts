import type { Context } from '../host/index.ts';
import { certificateForKey, generateRsaKey, type KeyPair } from '../host/pki/index.ts';

const YEAR_MS = 365 * 24 * 3_600_000;

/**
 * The pair of a server that got none: its own authority signs it, and stands behind it in the chain. Models
 * client-go/util/cert GenerateSelfSignedCertKey
 */
export function selfSignedPair(context: Context, name: string, ipAddresses: readonly string[] = []): KeyPair {
  const { host, now } = context;
  const random = host.random.fork(`${name}/serving/${now}`);
  const stamp = Math.floor(now / 1000);
  const valid = { notBefore: now, notAfter: now + YEAR_MS, random };
  const authority = certificateForKey(
    {
      subject: { commonName: `${name}-ca@${stamp}` },
      isCa: true,
      keyUsages: ['digital signature', 'key encipherment', 'cert sign'],
      ...valid,
    },
    generateRsaKey(random),
  );
  const pair = certificateForKey(
    {
      subject: { commonName: `${name}@${stamp}` },
      dnsNames: [name],
      ipAddresses,
      keyUsages: ['digital signature', 'key encipherment'],
      extendedUsages: ['server auth'],
      ...valid,
    },
    generateRsaKey(random),
    authority,
  );
  return { certificate: pair.certificate + authority.certificate, key: pair.key };
}

/** The certificate of such a pair, made when somebody looks at it. */
export function selfSigned(context: Context, name: string, ipAddresses?: readonly string[]): () => string {
  let made: string | undefined;
  return () => (made ??= selfSignedPair(context, name, ipAddresses).certificate);
}
