import { parseAllDocuments, stringify } from 'yaml';
import { goDuration, milliseconds } from './duration.ts';
import {
  type ClusterPlan,
  type ComponentName,
  type ExtraArg,
  IMAGE_REPOSITORY,
  type PlanOptions,
} from './plan.ts';
import { Refusal } from './refusal.ts';

const GROUP = 'kubeadm.k8s.io';
const VERSIONS = ['v1beta4', 'v1beta3'];

const DNS_DOMAIN = 'cluster.local';

/** What kubeadm keeps in the ConfigMap `kubeadm-config`. */
export function clusterConfiguration(plan: ClusterPlan): string {
  const args = (name: ComponentName) => {
    const extraArgs = plan.extraArgs[name];
    return extraArgs && extraArgs.length > 0 ? { extraArgs } : {};
  };
  const { certSans, endpoint, podSubnet, serviceSubnet, certificateLifeMs, authorityLifeMs } = plan;
  const configuration = {
    apiServer: { ...args('kube-apiserver'), ...(certSans.length > 0 ? { certSANs: certSans } : {}) },
    apiVersion: `${GROUP}/v1beta4`,
    caCertificateValidityPeriod: goDuration(authorityLifeMs),
    certificateValidityPeriod: goDuration(certificateLifeMs),
    certificatesDir: '/etc/kubernetes/pki',
    clusterName: plan.clusterName,
    ...(endpoint === '' ? {} : { controlPlaneEndpoint: serverAddress(plan) }),
    controllerManager: args('kube-controller-manager'),
    dns: {},
    encryptionAlgorithm: 'RSA-2048',
    etcd: { local: { dataDir: '/var/lib/etcd', ...args('etcd') } },
    imageRepository: plan.imageRepository,
    kind: 'ClusterConfiguration',
    kubernetesVersion: plan.kubernetesVersion,
    networking: { dnsDomain: DNS_DOMAIN, ...(podSubnet === '' ? {} : { podSubnet }), serviceSubnet },
    proxy: {},
    scheduler: args('kube-scheduler'),
  };
  return stringify(configuration, { indentSeq: false, lineWidth: 0 });
}

function serverAddress({ endpoint, bindPort }: ClusterPlan): string {
  return /:\d+$/.test(endpoint) ? endpoint : `${endpoint}:${bindPort}`;
}

/** The documents of a file for `--config`, by kind. */
export interface Configuration {
  readonly cluster: any;
  readonly init: any;
  readonly join: any;
}

/** Fields that have an effect here, by kind; everything else is refused. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  ClusterConfiguration: [
    'apiServer.certSANs',
    'apiServer.extraArgs',
    'apiServer.timeoutForControlPlane',
    'caCertificateValidityPeriod',
    'certificateValidityPeriod',
    'certificatesDir',
    'clusterName',
    'controlPlaneEndpoint',
    'controllerManager.extraArgs',
    'encryptionAlgorithm',
    'etcd.local.dataDir',
    'etcd.local.extraArgs',
    'imageRepository',
    'kubernetesVersion',
    'networking.dnsDomain',
    'networking.podSubnet',
    'networking.serviceSubnet',
    'scheduler.extraArgs',
  ],
  InitConfiguration: [
    'bootstrapTokens',
    'localAPIEndpoint.advertiseAddress',
    'localAPIEndpoint.bindPort',
    'nodeRegistration.criSocket',
    'nodeRegistration.ignorePreflightErrors',
    'nodeRegistration.imagePullPolicy',
    'nodeRegistration.imagePullSerial',
    'nodeRegistration.name',
    'nodeRegistration.taints',
    'timeouts',
  ],
  JoinConfiguration: [
    'caCertPath',
    'discovery.bootstrapToken.apiServerEndpoint',
    'discovery.bootstrapToken.caCertHashes',
    'discovery.bootstrapToken.token',
    'discovery.bootstrapToken.unsafeSkipCAVerification',
    'discovery.tlsBootstrapToken',
    'nodeRegistration.criSocket',
    'nodeRegistration.ignorePreflightErrors',
    'nodeRegistration.imagePullPolicy',
    'nodeRegistration.imagePullSerial',
    'nodeRegistration.name',
    'nodeRegistration.taints',
    'timeouts',
  ],
};

/** Reads a file for `--config`. Throws Refusal. */
export function readConfiguration(text: string, path: string): Configuration {
  const found: Record<string, any> = {};
  for (const document of parseAllDocuments(text)) {
    const value = document.toJS() as any;
    if (document.errors.length > 0)
      throw new Refusal(`error converting YAML to JSON: yaml: ${document.errors[0]?.message.split('\n')[0]}`);
    if (value === null || value === undefined) continue;
    const [group, version] = String(value.apiVersion ?? '').split('/');
    if (group !== GROUP) {
      throw new Refusal(`${path}: documents of "${value.apiVersion}, Kind=${value.kind}" are not taken here`);
    }
    if (!VERSIONS.includes(version ?? '') || !(value.kind in FIELDS)) {
      throw new Refusal(
        `no kind "${value.kind}" is registered for version "${value.apiVersion}" in scheme "k8s.io/kubernetes/cmd/kubeadm/app/apis/kubeadm/scheme/scheme.go:31"`,
      );
    }
    checkFields(value, FIELDS[value.kind] as readonly string[], path);
    found[value.kind] = value;
  }
  return {
    cluster: found['ClusterConfiguration'] ?? {},
    init: found['InitConfiguration'] ?? {},
    join: found['JoinConfiguration'] ?? {},
  };
}

function checkFields(document: any, known: readonly string[], path: string): void {
  const walk = (value: any, at: string): void => {
    if (known.some((field) => field === at)) return;
    const inside = at === '' || known.some((field) => field.startsWith(`${at}.`));
    if (!inside || typeof value !== 'object' || value === null || Array.isArray(value)) {
      if (inside && (value === null || value === undefined)) return;
      throw new Refusal(`${path}: the field "${at}" of ${document.kind} does not exist in this world`);
    }
    for (const [key, inner] of Object.entries(value)) walk(inner, at === '' ? key : `${at}.${key}`);
  };
  const { apiVersion: _, kind: __, dns, proxy, ...rest } = document;
  for (const [key, value] of Object.entries({ dns, proxy }))
    if (value && Object.keys(value).length > 0) walk(value, key);
  walk(rest, '');
}

/** The part of a plan that a ClusterConfiguration says. */
export function planFrom(cluster: any): Partial<Omit<PlanOptions, 'controlPlane'>> {
  const { networking = {}, apiServer = {}, controllerManager = {}, scheduler = {}, etcd = {} } = cluster;
  if (networking.dnsDomain && networking.dnsDomain !== DNS_DOMAIN)
    throw new Refusal(`a DNS domain other than "${DNS_DOMAIN}" does not exist in this world`);
  if (etcd.local?.dataDir && etcd.local.dataDir !== '/var/lib/etcd')
    throw new Refusal('an etcd data directory other than "/var/lib/etcd" does not exist in this world');
  if (cluster.certificatesDir && cluster.certificatesDir !== '/etc/kubernetes/pki')
    throw new Refusal(
      'a certificate directory other than "/etc/kubernetes/pki" does not exist in this world',
    );
  if (cluster.encryptionAlgorithm && cluster.encryptionAlgorithm !== 'RSA-2048')
    throw new Refusal('an encryption algorithm other than "RSA-2048" does not exist in this world');
  const { certificateValidityPeriod: life, caCertificateValidityPeriod: authorityLife } = cluster;
  return {
    ...(life ? { certificateLifeMs: milliseconds(String(life)) } : {}),
    ...(authorityLife ? { authorityLifeMs: milliseconds(String(authorityLife)) } : {}),
    clusterName: cluster.clusterName ?? 'kubernetes',
    ...(cluster.kubernetesVersion ? { kubernetesVersion: normalVersion(cluster.kubernetesVersion) } : {}),
    podSubnet: networking.podSubnet ?? '',
    serviceSubnet: networking.serviceSubnet ?? '10.96.0.0/12',
    endpoint: cluster.controlPlaneEndpoint ?? '',
    certSans: apiServer.certSANs ?? [],
    imageRepository: cluster.imageRepository ?? IMAGE_REPOSITORY,
    extraArgs: {
      'kube-apiserver': extraArgs(apiServer.extraArgs),
      'kube-controller-manager': extraArgs(controllerManager.extraArgs),
      'kube-scheduler': extraArgs(scheduler.extraArgs),
      etcd: extraArgs(etcd.local?.extraArgs),
    },
  };
}

/** A list in v1beta4, a map before. */
function extraArgs(value: any): ExtraArg[] {
  if (Array.isArray(value)) return value.map(({ name, value: v }) => ({ name, value: String(v) }));
  return Object.keys(value ?? {})
    .sort()
    .map((name) => ({ name, value: String(value[name]) }));
}

/** `1.33.2` and `v1.33.2`. */
export function normalVersion(text: string): string {
  const version = text.replace(/^(?=\d)/, 'v');
  if (!/^v\d+\.\d+\.\d+$/.test(version))
    throw new Refusal(
      `version "${text}" doesn't match patterns for neither semantic version nor labels (stable, latest, ...)`,
    );
  return version;
}
