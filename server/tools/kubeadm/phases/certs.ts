import type { Host } from '../../../host/index.ts';
import {
  type CertificateOptions,
  certificateForKey,
  generateRsaKey,
  type KeyPair,
  parseCertificate,
  publicKeyPem,
} from '../../../host/pki/index.ts';
import type { Random } from '../../../sim/index.ts';
import { addressOf, type ClusterPlan, nthAddress } from '../plan.ts';

export const PKI = '/etc/kubernetes/pki';
const BACKDATE_MS = 5 * 60_000;

/** A certificate of the cluster: where it lies, who signs it, and what it says. */
export interface CertificateSpec {
  /** Name in `kubeadm certs`. */
  readonly name: string;
  /** Below `/etc/kubernetes/pki`, without extension. */
  readonly path: string;
  readonly ca: CaName;
  readonly commonName: string;
  readonly organizations?: readonly string[];
  readonly usages: readonly ('server auth' | 'client auth')[];
  names?(host: Host, plan: ClusterPlan): { dnsNames: string[]; ipAddresses: string[] };
}

export type CaName = 'ca' | 'etcd-ca' | 'front-proxy-ca';

export const AUTHORITIES: Readonly<Record<CaName, { path: string; commonName: string }>> = {
  ca: { path: 'ca', commonName: 'kubernetes' },
  'etcd-ca': { path: 'etcd/ca', commonName: 'etcd-ca' },
  'front-proxy-ca': { path: 'front-proxy-ca', commonName: 'front-proxy-ca' },
};

function isAddress(name: string): boolean {
  return /^\d+(\.\d+){3}$|:/.test(name);
}

/** What the API server is called besides: the endpoint of all clients, and names that were asked for. */
function endpointNames({ endpoint, certSans }: ClusterPlan): string[] {
  const host = endpoint.replace(/:\d+$/, '');
  return [...(host === '' ? [] : [host]), ...certSans];
}

const etcdNames = (host: Host) => ({
  dnsNames: [host.hostname, 'localhost'],
  ipAddresses: [addressOf(host), '127.0.0.1', '::1'],
});

// Models cmd/kubeadm/app/phases/certs/certlist.go
export const CERTIFICATES: readonly CertificateSpec[] = [
  {
    name: 'apiserver',
    path: 'apiserver',
    ca: 'ca',
    commonName: 'kube-apiserver',
    usages: ['server auth'],
    names: (host, plan) => ({
      dnsNames: [
        host.hostname,
        'kubernetes',
        'kubernetes.default',
        'kubernetes.default.svc',
        'kubernetes.default.svc.cluster.local',
        ...endpointNames(plan).filter((name) => !isAddress(name)),
      ],
      ipAddresses: [
        nthAddress(plan.serviceSubnet, 1),
        plan.controlPlane.address,
        ...endpointNames(plan).filter(isAddress),
      ],
    }),
  },
  {
    name: 'apiserver-etcd-client',
    path: 'apiserver-etcd-client',
    ca: 'etcd-ca',
    commonName: 'kube-apiserver-etcd-client',
    usages: ['client auth'],
  },
  {
    name: 'apiserver-kubelet-client',
    path: 'apiserver-kubelet-client',
    ca: 'ca',
    commonName: 'kube-apiserver-kubelet-client',
    organizations: ['kubeadm:cluster-admins'],
    usages: ['client auth'],
  },
  {
    name: 'etcd-healthcheck-client',
    path: 'etcd/healthcheck-client',
    ca: 'etcd-ca',
    commonName: 'kube-etcd-healthcheck-client',
    usages: ['client auth'],
  },
  {
    name: 'etcd-peer',
    path: 'etcd/peer',
    ca: 'etcd-ca',
    commonName: '',
    usages: ['server auth', 'client auth'],
    names: etcdNames,
  },
  {
    name: 'etcd-server',
    path: 'etcd/server',
    ca: 'etcd-ca',
    commonName: '',
    usages: ['server auth', 'client auth'],
    names: etcdNames,
  },
  {
    name: 'front-proxy-client',
    path: 'front-proxy-client',
    ca: 'front-proxy-ca',
    commonName: 'front-proxy-client',
    usages: ['client auth'],
  },
];

/** Makes every CA, certificate and the service account keys that are not there yet. */
export function writeCertificates(host: Host, plan: ClusterPlan): void {
  for (const name of Object.keys(AUTHORITIES) as CaName[]) ensureAuthority(host, plan, name);
  for (const spec of CERTIFICATES) ensureCertificate(host, plan, spec);
  ensureAccountKeys(host);
}

/** False when it was there already. */
export function ensureCertificate(host: Host, plan: ClusterPlan, spec: CertificateSpec): boolean {
  if (host.init.fs.isFile(`${PKI}/${spec.path}.crt`)) return false;
  writeCertificate(host, plan, spec);
  return true;
}

/** The pair that tokens of service accounts are signed with. False when it was there already. */
export function ensureAccountKeys(host: Host): boolean {
  if (host.init.fs.isFile(`${PKI}/sa.key`)) return false;
  const key = generateRsaKey(keyRandom(host, `sa/${host.clock.now}`));
  writeKey(host, `${PKI}/sa.key`, key);
  writeFile(host, `${PKI}/sa.pub`, publicKeyPem(key), 0o600);
  return true;
}

/** Signs one certificate anew. */
export function writeCertificate(host: Host, plan: ClusterPlan, spec: CertificateSpec): void {
  const ca = readAuthority(host, spec.ca);
  const random = keyRandom(host, `${spec.path}/${host.clock.now}`);
  const notBefore = parseCertificate(ca.certificate).notBefore;
  const pair = certificateForKey(
    {
      ...leaf(host.hostname, spec),
      ...spec.names?.(host, plan),
      notBefore,
      notAfter: host.clock.now + plan.certificateLifeMs,
      random,
    },
    generateRsaKey(random),
    ca,
  );
  writePair(host, `${PKI}/${spec.path}`, pair);
}

export function readAuthority(host: Host, name: CaName): KeyPair {
  const path = `${PKI}/${AUTHORITIES[name].path}`;
  return { certificate: host.init.fs.read(`${path}.crt`), key: host.init.fs.read(`${path}.key`) };
}

/** A client certificate signed by the cluster's CA, with its key: for kubeconfig files. */
export function clientPair(
  host: Host,
  ca: KeyPair,
  subject: { commonName: string; organizations: readonly string[] },
  lifeMs: number,
): KeyPair {
  const random = keyRandom(host, `${subject.commonName}/${host.clock.now}`);
  return certificateForKey(
    {
      subject,
      notBefore: parseCertificate(ca.certificate).notBefore,
      notAfter: host.clock.now + lifeMs,
      keyUsages: ['digital signature', 'key encipherment'],
      extendedUsages: ['client auth'],
      random,
    },
    generateRsaKey(random),
    ca,
  );
}

export function writePair(host: Host, path: string, pair: KeyPair): void {
  writeFile(host, `${path}.crt`, pair.certificate, 0o644);
  writeKey(host, `${path}.key`, pair.key);
}

export function writeFile(host: Host, path: string, text: string, mode: number): void {
  host.init.fs.mkdirAll(path.slice(0, path.lastIndexOf('/')));
  host.init.fs.write(path, text);
  host.init.fs.chmod(path, mode);
}

export function keyRandom(host: Host, name: string): Random {
  return host.random.fork(`pki/${name}`);
}

function writeKey(host: Host, path: string, key: string): void {
  writeFile(host, path, key, 0o600);
}

/** False when it was there already. */
export function ensureAuthority(host: Host, plan: ClusterPlan, name: CaName): boolean {
  const { path, commonName } = AUTHORITIES[name];
  if (host.init.fs.isFile(`${PKI}/${path}.crt`)) return false;
  const random = keyRandom(host, `${path}/${host.clock.now}`);
  const pair = certificateForKey(
    {
      subject: { commonName },
      dnsNames: [commonName],
      isCa: true,
      keyUsages: ['digital signature', 'key encipherment', 'cert sign'],
      notBefore: host.clock.now - BACKDATE_MS,
      notAfter: host.clock.now - BACKDATE_MS + plan.authorityLifeMs,
      random,
    },
    generateRsaKey(random),
  );
  writePair(host, `${PKI}/${path}`, pair);
  return true;
}

function leaf(
  hostname: string,
  spec: CertificateSpec,
): Pick<CertificateOptions, 'subject' | 'keyUsages' | 'extendedUsages'> {
  return {
    subject: {
      commonName: spec.commonName === '' ? hostname : spec.commonName,
      ...(spec.organizations ? { organizations: spec.organizations } : {}),
    },
    keyUsages: ['digital signature', 'key encipherment'],
    extendedUsages: spec.usages,
  };
}
