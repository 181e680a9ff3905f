import { createHash } from 'node:crypto';
import { type Context, isSystemError } from '../../../host/index.ts';
import { parseCertificate } from '../../../host/pki/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Client } from '../../client/client.ts';
import { accessFromKubeconfig, HttpClient, type ServerAccess } from '../../client/http-client.ts';
import { quoted } from '../core.ts';
import {
  BootstrapError,
  type CertificateOrder,
  currentFile,
  type Log,
  obtain,
  rotate,
} from './certificate-request.ts';

/** Where a kubelet finds and keeps who it is. */
export interface ClientFiles {
  readonly kubeconfig: string;
  readonly bootstrapKubeconfig: string | undefined;
  /** The directory of its certificates. */
  readonly certDir: string;
  readonly nodeName: string;
  readonly userAgent: string;
}

function currentPem({ certDir }: ClientFiles): string {
  return currentFile({ directory: certDir, prefix: 'kubelet-client' });
}

/** Makes sure that there is a kubeconfig with a valid certificate. Models pkg/kubelet/certificate/bootstrap LoadClientConfig. */
export function* ensureClient(context: Context, files: ClientFiles, log: Log): Steps<void> {
  const { fs } = context;
  const { bootstrapKubeconfig: bootstrap, kubeconfig } = files;
  if (fs.isFile(kubeconfig) && (bootstrap === undefined || isValid(context, kubeconfig, log))) return;
  const path = bootstrap ?? kubeconfig;
  if (bootstrap === undefined || !fs.isFile(bootstrap)) {
    throw new BootstrapError(`unable to load bootstrap kubeconfig: stat ${path}: no such file or directory`);
  }
  log(
    'I',
    'bootstrap.go:266',
    '"Using bootstrap kubeconfig to generate TLS client cert, key and kubeconfig file"',
  );
  const access = accessFromKubeconfig(context, bootstrap);
  const client = new HttpClient(context, { ...access, userAgent: files.userAgent });
  yield* obtain(context, client, clientOrder(files), log);
  fs.mkdirAll(kubeconfig.slice(0, kubeconfig.lastIndexOf('/')));
  fs.write(kubeconfig, kubeconfigText(access, currentPem(files)), 0o600);
}

function isValid(context: Context, kubeconfig: string, log: Log): boolean {
  let pem: string | undefined;
  try {
    pem = certificateOf(context, kubeconfig);
  } catch (error) {
    const path = isSystemError(error) ? error.path : undefined;
    const why = path
      ? `[unable to read client-cert ${path} for default-auth due to open ${path}: no such file or directory, unable to read client-key ${path} for default-auth due to open ${path}: no such file or directory]`
      : quoted(error);
    log(
      'E',
      'bootstrap.go:241',
      `"Unhandled Error" err="unable to read existing bootstrap client config from ${kubeconfig}: ${why.startsWith('invalid configuration') ? '' : 'invalid configuration: '}${why}" logger="UnhandledError"`,
    );
    return false;
  }
  const expires = pem === undefined ? undefined : parseCertificate(pem).notAfter;
  if (expires === undefined || expires > context.now) return true;
  const when = new Date(expires).toISOString().slice(0, 19).replace('T', ' ');
  log(
    'E',
    'bootstrap.go:241',
    `"Unhandled Error" err="part of the existing bootstrap client certificate in ${kubeconfig} is expired: ${when} +0000 UTC" logger="UnhandledError"`,
  );
  return false;
}

function certificateOf(context: Context, kubeconfig: string): string | undefined {
  const { certificate } = accessFromKubeconfig(context, kubeconfig);
  return certificate?.includes('BEGIN CERTIFICATE') ? certificate : undefined;
}

/** The client of a running kubelet: it takes up a certificate that was renewed. */
export function kubeletClient(context: Context, files: ClientFiles): HttpClient {
  const { certificate, ...rest } = accessFromKubeconfig(context, files.kubeconfig);
  const { userAgent } = files;
  const { fs } = context;
  const path = currentPem(files);
  const isKept = fs.isFile(path) && fs.read(path) === certificate;
  if (!isKept) return new HttpClient(context, { certificate, ...rest, userAgent });
  let known = certificate;
  return new HttpClient(context, {
    ...rest,
    userAgent,
    get certificate() {
      // A file that is gone while it runs does not take away what it read before.
      if (fs.isFile(path)) known = fs.read(path);
      return known;
    },
  });
}

/** What the kubelet is to the API server. */
function clientOrder(files: ClientFiles): CertificateOrder {
  return {
    signer: 'kubernetes.io/kube-apiserver-client-kubelet',
    usages: ['digital signature', 'client auth'],
    subject: { commonName: `system:node:${files.nodeName}`, organizations: ['system:nodes'] },
    directory: files.certDir,
    prefix: 'kubelet-client',
    // The same request has the same name, so that a kubelet that starts anew finds its own.
    nameOf: (request) => `node-csr-${createHash('sha512').update(request).digest('base64url').slice(0, 43)}`,
  };
}

/** Renews the certificate long before it ends, again and again. */
export function rotateClient(context: Context, client: Client, files: ClientFiles, log: Log): Steps<void> {
  // That of the kubeconfig is only to begin with: the kubelet gets one of its own.
  return rotate(context, client, clientOrder(files), log);
}

/** The kubeconfig that the bootstrap leaves behind. */
function kubeconfigText({ ca = '', server }: Omit<ServerAccess, 'userAgent'>, pem: string): string {
  return `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${Buffer.from(ca).toString('base64')}
    server: ${server}
  name: default-cluster
contexts:
- context:
    cluster: default-cluster
    namespace: default
    user: default-auth
  name: default-context
current-context: default-context
kind: Config
preferences: {}
users:
- name: default-auth
  user:
    client-certificate: ${pem}
    client-key: ${pem}
`;
}
