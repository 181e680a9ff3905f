import type { Context } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Client } from '../../client/client.ts';
import { selfSignedPair } from '../../self-signed.ts';
import type { KubeletSettings } from '../config.ts';
import { type CertificateOrder, currentFile, type Log, rotate } from './certificate-request.ts';

/** Who the kubelet is where it serves. */
export interface Server {
  readonly nodeName: string;
  readonly address: string;
}

/** Makes the pair that the kubelet serves its API with, signed by nobody else, where there is none. Models pkg/kubelet InitializeTLS. */
export function ensureServingCertificate(
  context: Context,
  settings: KubeletSettings,
  nodeName: string,
): void {
  const { fs } = context;
  const { certDir, serving } = settings;
  const path = `${certDir}/kubelet`;
  if (serving.bootstrap || serving.certFile !== undefined) return;
  if (fs.isFile(`${path}.crt`) && fs.isFile(`${path}.key`)) return;
  // The name alone: who checks it at the node's address finds no match.
  const pair = selfSignedPair(context, nodeName);
  fs.mkdirAll(certDir);
  fs.write(`${path}.crt`, pair.certificate, 0o644);
  fs.write(`${path}.key`, pair.key, 0o600);
}

/** The certificate that is served at present; '' while there is none: handshakes fail then. */
export function servingCertificate({ fs }: Context, { certDir, serving }: KubeletSettings): string {
  const bootstrapped = currentFile({ directory: certDir, prefix: PREFIX });
  const path = serving.bootstrap ? bootstrapped : (serving.certFile ?? `${certDir}/kubelet.crt`);
  return fs.isFile(path) ? fs.read(path) : '';
}

const PREFIX = 'kubelet-server';

/** With `serverTLSBootstrap` an administrator approves the certificate. Models pkg/kubelet/certificate NewKubeletServerCertificateManager */
export function rotateServing(
  context: Context,
  client: Client,
  { certDir }: KubeletSettings,
  { nodeName, address }: Server,
  log: Log,
): Steps<void> {
  const order: CertificateOrder = {
    signer: 'kubernetes.io/kubelet-serving',
    usages: ['digital signature', 'server auth'],
    subject: { commonName: `system:node:${nodeName}`, organizations: ['system:nodes'] },
    dnsNames: [nodeName],
    ipAddresses: [address],
    directory: certDir,
    prefix: PREFIX,
  };
  return rotate(context, client, order, log);
}
