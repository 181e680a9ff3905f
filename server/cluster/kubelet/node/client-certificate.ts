import { createHash } from 'node:crypto';
import { type Context, isSystemError } from '../../../host/index.ts';
import { createRequest, generateEcKey, parseCertificate } from '../../../host/pki/index.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { type Steps, sleep } from '../../../sim/index.ts';
import type { Client } from '../../client/client.ts';
import { accessFromKubeconfig, HttpClient, type ServerAccess } from '../../client/http-client.ts';
import { RESOURCES } from '../../client/resources.ts';
import { isRefusal, quoted } from '../core.ts';

/** Where a kubelet finds and keeps who it is. */
export interface ClientFiles {
  readonly kubeconfig: string;
  readonly bootstrapKubeconfig: string | undefined;
  /** The directory of its certificates. */
  readonly certDir: string;
  readonly nodeName: string;
  readonly userAgent: string;
}

type Log = (severity: 'I' | 'W' | 'E', source: string, message: string) => void;

const POLL_MS = 250;
const POLL_MAX_MS = 5000;
const WAIT_LIMIT_MS = 15 * 60_000;
/** Share of a certificate's life after which it is renewed: this, and up to as much again by chance. */
const ROTATE_AFTER = 0.7;
const ROTATE_SPREAD = 0.2;

/** What is wrong at the start, as the kubelet's last words say it. */
export class BootstrapError extends Error {
  override name = 'BootstrapError';
}

export function currentPem({ certDir }: ClientFiles): string {
  return `${certDir}/kubelet-client-current.pem`;
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
  yield* obtain(context, client, files, log);
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
      `"Unhandled Error" err="unable to read existing bootstrap client config from ${kubeconfig}: invalid configuration: ${why}" logger="UnhandledError"`,
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

/** Renews the certificate long before it ends, again and again. Models client-go util/certificate rotateCerts. */
export function* rotate(context: Context, client: Client, files: ClientFiles, log: Log): Steps<void> {
  const path = currentPem(files);
  const random = context.host.random.fork(`kubelet/rotation/${context.now}`);
  for (let first = true; ; first = false) {
    if (context.fs.isFile(path)) {
      const { notBefore, notAfter } = parseCertificate(context.fs.read(path));
      const share = ROTATE_AFTER + ROTATE_SPREAD * random.next();
      const at = notBefore + (notAfter - notBefore) * share;
      if (at > context.now) yield* sleep(context.process.clock, at - context.now);
      // The certificate of its kubeconfig is only to begin with: it gets one of its own.
    } else if (!first) return;
    log(
      'I',
      'certificate_manager.go:566',
      '"Rotating certificates" logger="kubernetes.io/kube-apiserver-client-kubelet"',
    );
    try {
      yield* obtain(context, client, files, log);
    } catch (error) {
      if (!(error instanceof BootstrapError)) throw error;
      return;
    }
  }
}

/** Asks the API for a certificate and writes it where it is looked for. Models csr.RequestCertificate and file_store.go. */
function* obtain(context: Context, client: Client, files: ClientFiles, log: Log): Steps<void> {
  const key = generateEcKey(context.host.random.fork(`kubelet/client/${context.now}`));
  const subject = { commonName: `system:node:${files.nodeName}`, organizations: ['system:nodes'] };
  const request = createRequest({ subject }, key);
  const digest = createHash('sha512').update(request).digest('base64url').slice(0, 43);
  const body: KubeObject = {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name: `node-csr-${digest}` } as KubeObject['metadata'],
    spec: {
      request: Buffer.from(request).toString('base64'),
      signerName: 'kubernetes.io/kube-apiserver-client-kubelet',
      usages: ['digital signature', 'client auth'],
    },
  };
  const certificate = yield* issued(context, client, body, log);
  const stamp = new Date(context.now).toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '-');
  const file = `${files.certDir}/kubelet-client-${stamp}.pem`;
  const current = currentPem(files);
  context.fs.mkdirAll(files.certDir);
  context.fs.write(file, certificate + key, 0o600);
  context.fs.removeAll(current);
  context.fs.symlink(file, current);
}

/** Makes the request and waits until somebody has approved and signed it. */
function* issued(context: Context, client: Client, body: KubeObject, log: Log): Steps<string> {
  const { clock } = context.process;
  const end = clock.now + WAIT_LIMIT_MS;
  let made = false;
  for (let delay = POLL_MS; clock.now < end; delay = Math.min(delay * 1.5, POLL_MAX_MS)) {
    try {
      if (!made) client.create(RESOURCES.certificatesigningrequests, body);
      made = true;
      const csr = client.get(RESOURCES.certificatesigningrequests, body.metadata.name);
      const found: string | undefined = csr.status?.certificate;
      if (found) return Buffer.from(found, 'base64').toString('latin1');
    } catch (error) {
      if (!isRefusal(error)) throw error;
      log(
        'E',
        'certificate_manager.go:596',
        `"Failed while requesting a signed certificate from the control plane" err="cannot create certificate signing request: ${quoted(error)}"`,
      );
    }
    yield* sleep(clock, delay);
  }
  throw new BootstrapError('cannot use the bootstrap token: timed out waiting for the certificate');
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
