import { parse } from 'yaml';
import type { Client } from '../../../cluster/client/client.ts';
import { RESOURCES } from '../../../cluster/client/resources.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { planFrom } from '../configuration.ts';
import { type ClusterPlan, type PlanOptions, planOf } from '../plan.ts';

/** The plan of a running cluster, as its ConfigMap has it, for the control plane of this name and address. */
export function clusterPlan(client: Client, controlPlane: PlanOptions['controlPlane']): ClusterPlan {
  const map = client.get(RESOURCES.configmaps, 'kubeadm-config', 'kube-system') as KubeObject;
  return planOf({ controlPlane, ...planFrom(parse(map['data']?.ClusterConfiguration ?? '') ?? {}) });
}

/** The kubelet's configuration that the cluster keeps for its nodes. */
export function sharedKubeletConfig(client: Client): string {
  const map = client.get(RESOURCES.configmaps, 'kubelet-config', 'kube-system') as KubeObject;
  return map['data']?.kubelet ?? '';
}
