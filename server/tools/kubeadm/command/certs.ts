import { RESOURCES } from '../../../cluster/client/resources.ts';
import { type Context, isSystemError } from '../../../host/index.ts';
import {
  type Certificate,
  certificateForKey,
  generateRsaKey,
  type KeyPair,
  parseCertificate,
} from '../../../host/pki/index.ts';
import { ApiError } from '../../../objects/api-error.ts';
import { AUTHORITIES, type CaName, CERTIFICATES, keyRandom, PKI } from '../phases/certs.ts';
import { KUBECONFIGS } from '../phases/kubeconfig.ts';
import { planOf } from '../plan.ts';
import { type Call, columns, Refusal, type Subcommand, shortDuration } from './call.ts';
import { clusterPlan } from './cluster.ts';

/** A certificate that kubeadm looks after: a pair of files, or what a kubeconfig holds. */
interface Kept {
  readonly name: string;
  readonly ca: CaName;
  readonly path: string;
  readonly inKubeconfig: boolean;
  /** As in `…renewed`. */
  readonly title: string;
}

const TITLES: Readonly<Record<string, string>> = {
  'admin.conf': 'embedded in the kubeconfig file for the admin to use and for kubeadm itself',
  apiserver: 'for serving the Kubernetes API',
  'apiserver-etcd-client': 'the apiserver uses to access etcd',
  'apiserver-kubelet-client': 'for the API server to connect to kubelet',
  'controller-manager.conf': 'embedded in the kubeconfig file for the controller manager to use',
  'etcd-healthcheck-client': 'for liveness probes to healthcheck etcd',
  'etcd-peer': 'for etcd nodes to communicate with each other',
  'etcd-server': 'for serving etcd',
  'front-proxy-client': 'for the front proxy client',
  'scheduler.conf': 'embedded in the kubeconfig file for the scheduler manager to use',
  'super-admin.conf': 'embedded in the kubeconfig file for the super-admin',
};

const KEPT: readonly Kept[] = [
  ...CERTIFICATES.map(({ name, ca, path }) => ({ name, ca, path: `${PKI}/${path}`, inKubeconfig: false })),
  ...KUBECONFIGS.map(({ file }) => {
    const ca: CaName = 'ca';
    return { name: file, ca, path: `/etc/kubernetes/${file}`, inKubeconfig: true };
  }),
]
  .map((kept) => ({ ...kept, title: TITLES[kept.name] as string }))
  .sort((a, b) => (a.name < b.name ? -1 : 1));

// Models cmd/kubeadm/app/cmd/certs.go newCmdCertsExpiration
const checkExpiration: Subcommand = {
  path: 'certs check-expiration',
  flags: { 'cert-dir': 'string', config: 'string' },
  run(call) {
    const { context } = call;
    const now = context.now;
    const times = ({ notAfter }: Certificate) => [day(notAfter), shortDuration(notAfter - now)];
    const rows = KEPT.map((kept) => {
      const found = read(context, kept);
      if (!found) return [`!MISSING! ${kept.name}`, '', '', '', ''];
      return [kept.name, ...times(found), kept.ca, 'no      '];
    });
    const authorities = (Object.keys(AUTHORITIES) as CaName[]).map((name) => {
      const path = `${PKI}/${AUTHORITIES[name].path}.crt`;
      if (!context.fs.isFile(path)) return [`!MISSING! ${name}`, '', '', ''];
      return [name, ...times(parseCertificate(context.fs.read(path))), 'no      '];
    });
    const header = ['CERTIFICATE', 'EXPIRES', 'RESIDUAL TIME', 'CERTIFICATE AUTHORITY', 'EXTERNALLY MANAGED'];
    const caHeader = ['CERTIFICATE AUTHORITY', 'EXPIRES', 'RESIDUAL TIME', 'EXTERNALLY MANAGED'];
    return `${configuration(call, 'check-expiration')}${columns([header, ...rows])}\n${columns([caHeader, ...authorities])}`;
  },
};

// Models cmd/kubeadm/app/cmd/certs.go getRenewSubCommands
const renewals: readonly Subcommand[] = [
  ...KEPT.map(
    (kept): Subcommand => ({
      path: `certs renew ${kept.name}`,
      flags: { 'cert-dir': 'string', config: 'string' },
      run: (call) => configuration(call, 'renew') + renew(call.context, kept, lifeOf(call)),
    }),
  ),
  {
    path: 'certs renew all',
    flags: { 'cert-dir': 'string', config: 'string' },
    run(call) {
      const lifeMs = lifeOf(call);
      const lines = KEPT.map((kept) => renew(call.context, kept, lifeMs)).join('');
      return `${configuration(call, 'renew')}${lines}\nDone renewing certificates. You must restart the kube-apiserver, kube-controller-manager, kube-scheduler and etcd, so that they can use the new certificates.\n`;
    },
  },
];

const certificateKey: Subcommand = {
  path: 'certs certificate-key',
  run: ({ context }) => `${context.host.random.fork(`kubeadm/certificate-key/${context.now}`).hex(64)}\n`,
};

export const CERTS: readonly Subcommand[] = [checkExpiration, ...renewals, certificateKey];

/** What kubeadm says of where its configuration comes from. */
function configuration(call: Call, phase: string): string {
  const reading = `[${phase}] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...\n`;
  try {
    call.client().get(RESOURCES.configmaps, 'kubeadm-config', 'kube-system');
  } catch (error) {
    if (!(error instanceof ApiError) && !(error instanceof Refusal) && !isSystemError(error)) throw error;
    return `${reading}[${phase}] Error reading configuration from the Cluster. Falling back to default configuration\n\n`;
  }
  return `${reading}[${phase}] Use 'kubeadm init phase upload-config --config your-config-file' to re-upload it.\n\n`;
}

/** For how long the cluster wants its certificates to be valid; by default while it cannot be asked. */
function lifeOf(call: Call): number {
  const controlPlane = { name: call.context.hostname, address: '' };
  try {
    return clusterPlan(call.client(), controlPlane).certificateLifeMs;
  } catch (error) {
    if (!(error instanceof ApiError) && !(error instanceof Refusal) && !isSystemError(error)) throw error;
    return planOf({ controlPlane }).certificateLifeMs;
  }
}

function read({ fs }: Context, { path, inKubeconfig }: Kept): Certificate | undefined {
  if (!inKubeconfig) return fs.isFile(`${path}.crt`) ? parseCertificate(fs.read(`${path}.crt`)) : undefined;
  if (!fs.isFile(path)) return undefined;
  const data = /client-certificate-data: *(\S+)/.exec(fs.read(path))?.[1];
  return data ? parseCertificate(Buffer.from(data, 'base64').toString()) : undefined;
}

/** Renews a certificate by its name in `kubeadm certs renew`. */
export function renewNamed(call: Call, name: string): void {
  const kept = KEPT.find((one) => one.name === name);
  if (kept) renew(call.context, kept, lifeOf(call));
}

/** Signs a certificate anew with a new key; what it says stays. */
function renew(context: Context, kept: Kept, lifeMs: number): string {
  const { fs } = context;
  const old = read(context, kept);
  if (!old) return `MISSING! certificate ${kept.title}\n`;
  const ca = `${PKI}/${AUTHORITIES[kept.ca].path}`;
  const authority = { certificate: fs.read(`${ca}.crt`), key: fs.read(`${ca}.key`) };
  const random = keyRandom(context.host, `${kept.path}/${context.now}`);
  const { subject, keyUsages, extendedUsages, dnsNames, ipAddresses } = old;
  const pair = certificateForKey(
    {
      subject,
      keyUsages,
      extendedUsages,
      dnsNames,
      ipAddresses,
      notBefore: parseCertificate(authority.certificate).notBefore,
      notAfter: context.now + lifeMs,
      random,
    },
    generateRsaKey(random),
    authority,
  );
  write(context, kept, pair);
  return `certificate ${kept.title} renewed\n`;
}

function write({ fs }: Context, { path, inKubeconfig }: Kept, { certificate, key }: KeyPair): void {
  if (!inKubeconfig) {
    fs.write(`${path}.crt`, certificate);
    fs.write(`${path}.key`, key);
    return;
  }
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const text = fs
    .read(path)
    .replace(/(client-certificate-data: *)\S+/, (_, before) => before + base64(certificate))
    .replace(/(client-key-data: *)\S+/, (_, before) => before + base64(key));
  fs.write(path, text);
}

/** `Nov 21, 2027 09:00 UTC` */
function day(ms: number): string {
  const date = new Date(ms);
  const month = date.toUTCString().slice(8, 11);
  const two = (value: number) => String(value).padStart(2, '0');
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
  return `${month} ${two(date.getUTCDate())}, ${date.getUTCFullYear()} ${time} UTC`;
}
