import type { Context } from '../../../host/index.ts';
import { certificateForKey, generateRsaKey } from '../../../host/pki/index.ts';

const YEAR_MS = 365 * 24 * 3_600_000;

/** Makes the pair that the kubelet serves its API with, signed by nobody else, where there is none. Models pkg/kubelet InitializeTLS. */
export function ensureServingCertificate(context: Context, certDir: string, nodeName: string): void {
  const { fs, host, now } = context;
  const path = `${certDir}/kubelet`;
  if (fs.isFile(`${path}.crt`) && fs.isFile(`${path}.key`)) return;
  const random = host.random.fork(`kubelet/serving/${now}`);
  const stamp = Math.floor(now / 1000);
  const valid = { notBefore: now, notAfter: now + YEAR_MS, random };
  const authority = certificateForKey(
    {
      subject: { commonName: `${nodeName}-ca@${stamp}` },
      isCa: true,
      keyUsages: ['digital signature', 'key encipherment', 'cert sign'],
      ...valid,
    },
    generateRsaKey(random),
  );
  const pair = certificateForKey(
    {
      subject: { commonName: `${nodeName}@${stamp}` },
      // The name alone: who checks it at the node's address finds no match.
      dnsNames: [nodeName],
      keyUsages: ['digital signature', 'key encipherment'],
      extendedUsages: ['server auth'],
      ...valid,
    },
    generateRsaKey(random),
    authority,
  );
  fs.mkdirAll(certDir);
  fs.write(`${path}.crt`, pair.certificate + authority.certificate, 0o644);
  fs.write(`${path}.key`, pair.key, 0o600);
}
