import type { Context } from '../../../host/index.ts';
import { createRequest, generateEcKey, parseCertificate, type Subject } from '../../../host/pki/index.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { type Steps, sleep } from '../../../sim/index.ts';
import type { Client } from '../../client/client.ts';
import { RESOURCES } from '../../client/resources.ts';
import { isRefusal, quoted } from '../core.ts';

export type Log = (severity: 'I' | 'W' | 'E', source: string, message: string) => void;

/** A certificate that the kubelet asks the API for, and where it keeps it. */
export interface CertificateOrder {
  readonly signer: string;
  readonly usages: readonly string[];
  readonly subject: Subject;
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
  readonly directory: string;
  /** What its files begin with. */
  readonly prefix: string;
  /** The name of the request's object; undefined: the API server makes one up, behind `csr-`. */
  readonly nameOf?: (request: string) => string;
}

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

/** The name under which the latest certificate is found. Models client-go util/certificate file_store.go */
export function currentFile({ directory, prefix }: Pick<CertificateOrder, 'directory' | 'prefix'>): string {
  return `${directory}/${prefix}-current.pem`;
}

/**
 * Gets the certificate where there is none, and renews it long before it ends, again and again. Models client-go
 * util/certificate certificate_manager.go rotateCerts
 */
export function* rotate(context: Context, client: Client, order: CertificateOrder, log: Log): Steps<void> {
  const path = currentFile(order);
  const random = context.host.random.fork(`${order.prefix}/rotation/${context.now}`);
  for (;;) {
    if (context.fs.isFile(path)) {
      const { notBefore, notAfter } = parseCertificate(context.fs.read(path));
      const share = ROTATE_AFTER + ROTATE_SPREAD * random.next();
      const at = notBefore + (notAfter - notBefore) * share;
      if (at > context.now) yield* sleep(context.process.clock, at - context.now);
    }
    log('I', 'certificate_manager.go:566', `"Rotating certificates" logger="${order.signer}"`);
    try {
      yield* obtain(context, client, order, log);
    } catch (error) {
      if (!(error instanceof BootstrapError)) throw error;
    }
  }
}

/** Asks the API for a certificate and writes it where it is looked for. Models csr.RequestCertificate. Throws BootstrapError. */
export function* obtain(context: Context, client: Client, order: CertificateOrder, log: Log): Steps<void> {
  const { signer, usages, subject, dnsNames, ipAddresses, directory, prefix, nameOf } = order;
  const key = generateEcKey(context.host.random.fork(`${prefix}/${context.now}`));
  const names = { ...(dnsNames ? { dnsNames } : {}), ...(ipAddresses ? { ipAddresses } : {}) };
  const request = createRequest({ subject, ...names }, key);
  const name = nameOf?.(request);
  const body: KubeObject = {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { ...(name === undefined ? { generateName: 'csr-' } : { name }) } as KubeObject['metadata'],
    spec: { request: Buffer.from(request).toString('base64'), signerName: signer, usages },
  };
  const certificate = yield* issued(context, client, body, log);
  const stamp = new Date(context.now).toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '-');
  const file = `${directory}/${prefix}-${stamp}.pem`;
  const current = currentFile(order);
  context.fs.mkdirAll(directory);
  context.fs.write(file, certificate + key, 0o600);
  context.fs.removeAll(current);
  context.fs.symlink(file, current);
}

/** Makes the request and waits until somebody has approved and signed it. */
function* issued(context: Context, client: Client, body: KubeObject, log: Log): Steps<string> {
  const { clock } = context.process;
  const end = clock.now + WAIT_LIMIT_MS;
  let made: string | undefined;
  for (let delay = POLL_MS; clock.now < end; delay = Math.min(delay * 1.5, POLL_MAX_MS)) {
    try {
      made ??= client.create(RESOURCES.certificatesigningrequests, body).metadata.name;
      const csr = client.get(RESOURCES.certificatesigningrequests, made);
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
