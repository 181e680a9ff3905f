import { RESOURCES } from '../../../../cluster/client/resources.ts';
import type { FlagKind } from '../../../../cluster/flags.ts';
import { isSystemError } from '../../../../host/index.ts';
import { ApiError } from '../../../../objects/api-error.ts';
import type { KubeObject } from '../../../../objects/object.ts';
import type { Steps } from '../../../../sim/index.ts';
import { addressOf, type ClusterPlan } from '../../plan.ts';
import { ADMIN_CONF, type Call, Refusal } from '../call.ts';
import { clusterPlan } from '../cluster.ts';

export const UPGRADE_FLAGS: Readonly<Record<string, FlagKind>> = {
  'allow-experimental-upgrades': 'bool',
  'allow-release-candidate-upgrades': 'bool',
  'certificate-renewal': 'bool',
  'dry-run': 'bool',
  'etcd-upgrade': 'bool',
  force: 'bool',
  'ignore-preflight-errors': 'list',
  yes: 'bool',
};

/** Reads what the cluster says of itself. Models cmd/kubeadm/app/cmd/upgrade/common.go enforceRequirements. */
export function* readCluster(call: Call, prefix: string): Steps<ClusterPlan> {
  const path = call.flags.get('kubeconfig') ?? ADMIN_CONF;
  if (!call.context.fs.isFile(path))
    throw new Refusal(
      `couldn't create a Kubernetes client from file "${path}": failed to load admin kubeconfig: open ${path}: no such file or directory`,
    );
  yield* call.say(
    `${prefix} Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...\n${prefix} Use 'kubeadm init phase upload-config --config your-config-file' to re-upload it.`,
  );
  const { host, hostname } = call.context;
  try {
    return clusterPlan(call.client(), { name: hostname, address: addressOf(host) });
  } catch (error) {
    if (!(error instanceof ApiError) && !isSystemError(error)) throw error;
    throw new Refusal(`failed to get config map: ${error.message}`);
  }
}

export function nodesOf(call: Call): KubeObject[] {
  return call.client().list<KubeObject>(RESOURCES.nodes).items;
}

/** Models cmd/kubeadm/app/phases/upgrade/health.go: nodes of the control plane must be ready. */
export function checkHealth(call: Call): void {
  const unready = nodesOf(call)
    .filter(({ metadata }) => 'node-role.kubernetes.io/control-plane' in (metadata.labels ?? {}))
    .filter(({ status }) => !status?.conditions?.some((c: any) => c.type === 'Ready' && c.status === 'True'))
    .map(({ metadata }) => metadata.name);
  if (unready.length > 0)
    throw new Refusal(
      `error execution phase preflight: [upgrade/health] FATAL: [preflight] Some fatal errors occurred:\n\t[ERROR ControlPlaneNodesReady]: there are NotReady control-planes in the cluster: [${unready.join(' ')}]\n[preflight] If you know what you are doing, you can make a check non-fatal with \`--ignore-preflight-errors=...\``,
      2,
    );
}
