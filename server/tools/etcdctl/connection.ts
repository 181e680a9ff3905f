import type { Context } from '../../host/index.ts';
import { parseCertificates, verifyChain } from '../../host/pki/index.ts';
import type { Options } from '../../shell/options.ts';

export const ETCD_VERSION = '3.5.21';

/** The part of etcd's client API that etcdctl calls: what stands behind its client port. */
export interface Etcd {
  readonly log: {
    readonly revision: number;
    readonly compacted: number;
    readonly bytes: number;
    get(key: string): Stored | undefined;
    list(prefix: string): Stored[];
    append(change: { key: string; value: any; expected?: number }): Stored | undefined;
    compact(revision: number): void;
  };
  readonly name: string;
  readonly memberId: string;
  readonly clusterId: string;
  readonly version: string;
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
  snapshot(): string;
}

export interface Stored {
  readonly key: string;
  readonly value: unknown;
  readonly createRevision: number;
  readonly modRevision: number;
  readonly version: number;
}

/** The client cannot talk to the server: message and exit code. */
export class EtcdctlError extends Error {
  override name = 'EtcdctlError';
  readonly code: number;

  constructor(message: string, code = 1) {
    super(message);
    this.code = code;
  }
}

export function endpointsOf(context: Context, options: Options): string[] {
  const text = options.get('endpoints') ?? context.env.get('ETCDCTL_ENDPOINTS') ?? '127.0.0.1:2379';
  return text.split(',').filter((endpoint) => endpoint !== '');
}

/** Connects to one endpoint. Throws with the last words etcdctl says. */
export function connect(context: Context, options: Options, endpoint: string): Etcd {
  const setting = (flag: string, variable: string) => options.get(flag) ?? context.env.get(variable);
  const files = {
    ca: setting('cacert', 'ETCDCTL_CACERT'),
    cert: setting('cert', 'ETCDCTL_CERT'),
    key: setting('key', 'ETCDCTL_KEY'),
  };
  for (const path of Object.values(files)) {
    if (path !== undefined && !context.fs.can(path, 'read'))
      throw new EtcdctlError(
        `open ${path}: ${context.fs.exists(path) ? 'permission denied' : 'no such file or directory'}`,
        128,
      );
  }
  const secure = endpoint.startsWith('https://') || files.ca !== undefined || files.cert !== undefined;
  const [host = '127.0.0.1', port = '2379'] = endpoint.replace(/^https?:\/\//, '').split(':');
  const found = context.network.connect(host === 'localhost' ? '127.0.0.1' : host, Number(port));
  const timeout = new EtcdctlError('context deadline exceeded');
  if (!found.ok) throw timeout;
  const { tls, service } = found.listener;
  if ((tls !== undefined) !== secure || !isEtcd(service)) throw timeout;
  if (!tls) return service;
  const ca = files.ca === undefined ? '' : context.fs.read(files.ca);
  if (options.get('insecure-skip-tls-verify') !== 'true') {
    if (
      verifyChain({ certificates: tls.certificates, roots: ca, now: context.now, host, usage: 'server auth' })
    )
      throw timeout;
  }
  if (tls.clientCa !== undefined) {
    const certificates = files.cert === undefined ? '' : context.fs.read(files.cert);
    if (parseCertificates(certificates).length === 0) throw timeout;
    if (files.key === undefined)
      throw new EtcdctlError(
        'KeyFile and CertFile must both be present[key: , cert: ' + `${files.cert}]`,
        128,
      );
    if (verifyChain({ certificates, roots: tls.clientCa, now: context.now, usage: 'client auth' }))
      throw timeout;
  }
  return service;
}

function isEtcd(service: unknown): service is Etcd {
  return typeof service === 'object' && service !== null && 'memberId' in service;
}
