import type { FlagKind } from '../../../../cluster/flags.ts';
import { flagList } from '../../../../cluster/flags.ts';
import { isSystemError } from '../../../../host/index.ts';
import { ApiError } from '../../../../objects/api-error.ts';
import { normalVersion, planFrom, readConfiguration } from '../../configuration.ts';
import { addressOf, type ClusterPlan, type PlanOptions, planOf } from '../../plan.ts';
import { ADMIN_CONF, type Call, Refusal } from '../call.ts';
import { clusterPlan } from '../cluster.ts';

/** Flags of `kubeadm init` and its phases. */
export const INIT_FLAGS: Readonly<Record<string, FlagKind>> = {
  config: 'string',
  'apiserver-advertise-address': 'string',
  'apiserver-bind-port': 'int',
  'apiserver-cert-extra-sans': 'list',
  'cert-dir': 'string',
  'control-plane-endpoint': 'string',
  'cri-socket': 'string',
  'ignore-preflight-errors': 'list',
  'image-repository': 'string',
  'kubernetes-version': 'string',
  'node-name': 'string',
  'pod-network-cidr': 'string',
  'service-cidr': 'string',
  'service-dns-domain': 'string',
  'skip-phases': 'list',
  'skip-token-print': 'bool',
  token: 'string',
  'token-ttl': 'duration',
  'upload-certs': 'bool',
};

/** What a call of `kubeadm init` or one of its phases wants. */
export interface InitPlan {
  readonly plan: ClusterPlan;
  readonly token: string | undefined;
  readonly tokenTtl: string | undefined;
}

/** Flags and `--config` over kubeadm's defaults. Throws Refusal. */
export function initPlan(call: Call): InitPlan {
  const { flags, context } = call;
  const path = flags.get('config');
  if (path !== undefined) refuseMixed(call);
  const file = path === undefined ? undefined : readConfiguration(context.fs.read(path), path);
  const endpoint = file?.init.localAPIEndpoint ?? {};
  const name = flags.get('node-name') ?? file?.init.nodeRegistration?.name ?? context.hostname;
  if (name !== context.hostname)
    throw new Refusal("a node name other than the host's does not exist in this world");
  const address =
    flags.get('apiserver-advertise-address') ?? endpoint.advertiseAddress ?? addressOf(context.host);
  if (!context.network.has(address))
    throw new Refusal(
      `localAPIEndpoint.advertiseAddress: Invalid value: "${address}": is not an address of this host`,
      3,
    );
  const token = file?.init.bootstrapTokens?.[0] ?? {};
  return {
    plan: planOf({
      controlPlane: { name, address },
      bindPort: Number(flags.get('apiserver-bind-port') ?? endpoint.bindPort ?? 6443),
      addons: ['coredns', 'kube-proxy'],
      kubernetesVersion: call.version,
      ...planFrom(file?.cluster ?? {}),
      ...fromFlags(call),
    }),
    token: flags.get('token') ?? token.token,
    tokenTtl: flags.get('token-ttl') ?? token.ttl,
  };
}

function fromFlags({ flags }: Call): Partial<PlanOptions> {
  const domain = flags.get('service-dns-domain');
  if (domain !== undefined && domain !== 'cluster.local')
    throw new Refusal('a DNS domain other than "cluster.local" does not exist in this world');
  const given = (name: string) => flags.get(name);
  const [pods, services, version] = ['pod-network-cidr', 'service-cidr', 'kubernetes-version'].map(given);
  for (const [field, cidr] of [
    ['networking.podSubnet', pods],
    ['networking.serviceSubnet', services],
  ] as const)
    if (cidr !== undefined && !/^\d+(\.\d+){3}\/\d+$/.test(cidr))
      throw new Refusal(`${field}: Invalid value: "${cidr}": couldn't parse subnet`, 3);
  const [endpoint, repository] = ['control-plane-endpoint', 'image-repository'].map(given);
  return {
    ...(pods === undefined ? {} : { podSubnet: pods }),
    ...(services === undefined ? {} : { serviceSubnet: services }),
    ...(version === undefined ? {} : { kubernetesVersion: normalVersion(version) }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(repository === undefined ? {} : { imageRepository: repository }),
    ...(flags.has('apiserver-cert-extra-sans')
      ? { certSans: flagList(flags, 'apiserver-cert-extra-sans') }
      : {}),
  };
}

// Models cmd/kubeadm/app/apis/kubeadm/validation ValidateMixedArguments
function refuseMixed({ flags }: Call): void {
  const allowed = [
    'config',
    'ignore-preflight-errors',
    'kubeconfig',
    'rootfs',
    'skip-phases',
    'skip-token-print',
    'v',
    'upload-certs',
    'node-name',
    'cri-socket',
  ];
  const mixed = [...flags.keys()].filter((name) => !allowed.includes(name));
  if (mixed.length > 0) throw new Refusal(`can not mix '--config' with arguments [${mixed.join(' ')}]`, 3);
}

/** A phase that is run alone goes by the cluster that is there, as far as nothing else is said. */
export function phasePlan(call: Call): InitPlan {
  const told = ['config', 'kubernetes-version', 'pod-network-cidr', 'service-cidr'].some((name) =>
    call.flags.has(name),
  );
  const wanted = initPlan(call);
  if (told || !call.context.fs.isFile(ADMIN_CONF)) return wanted;
  try {
    const found = clusterPlan(call.client(), wanted.plan.controlPlane);
    return { ...wanted, plan: planOf({ ...found, ...fromFlags(call), addons: wanted.plan.addons }) };
  } catch (error) {
    if (!(error instanceof ApiError) && !isSystemError(error)) throw error;
    return wanted;
  }
}
