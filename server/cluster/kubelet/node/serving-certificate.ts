import type { Context } from '../../../host/index.ts';
import { selfSignedPair } from '../../self-signed.ts';

/** Makes the pair that the kubelet serves its API with, signed by nobody else, where there is none. Models pkg/kubelet InitializeTLS. */
export function ensureServingCertificate(context: Context, certDir: string, nodeName: string): void {
  const { fs } = context;
  const path = `${certDir}/kubelet`;
  if (fs.isFile(`${path}.crt`) && fs.isFile(`${path}.key`)) return;
  // The name alone: who checks it at the node's address finds no match.
  const pair = selfSignedPair(context, nodeName);
  fs.mkdirAll(certDir);
  fs.write(`${path}.crt`, pair.certificate, 0o644);
  fs.write(`${path}.key`, pair.key, 0o600);
}
