import type { KubeObject } from '../../../objects/object.ts';
import { equalValues } from '../../../objects/values.ts';
import { requiredNode, requiredNodeMatches, type Toleration, untolerated } from '../../client/placement.ts';
import type { Pod } from '../pods.ts';

/** Label of a pod that names the revision of its template. */
export const HASH = 'controller-revision-hash';
const GENERATION = 'deprecated.daemonset.template.generation';

export function byAge(a: Pod, b: Pod): number {
  const left = a.metadata.creationTimestamp + a.metadata.name;
  const right = b.metadata.creationTimestamp + b.metadata.name;
  return left < right ? -1 : 1;
}

export function split(pods: readonly Pod[], hash: string): { old?: Pod; fresh?: Pod } {
  const old = pods.find((pod) => pod.metadata.labels?.[HASH] !== hash);
  const fresh = pods.find((pod) => pod.metadata.labels?.[HASH] === hash);
  return { ...(old ? { old } : {}), ...(fresh ? { fresh } : {}) };
}

/** The node a daemon pod is meant for, whether or not it got there yet. */
export function targetNode(pod: Pod): string {
  if (pod.spec.nodeName) return pod.spec.nodeName;
  const terms =
    pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  for (const { matchFields } of terms) {
    const field = matchFields?.find(({ key }: { key: string }) => key === 'metadata.name');
    if (field) return field.values[0];
  }
  return '';
}

/** Models pkg/controller/daemon/util/daemonset_util.go AddOrUpdateDaemonPodTolerations */
function daemonTolerations(spec: any): Toleration[] {
  const exists = (key: string, effect: string) => ({ key, operator: 'Exists', effect });
  return [
    exists('node.kubernetes.io/not-ready', 'NoExecute'),
    exists('node.kubernetes.io/unreachable', 'NoExecute'),
    exists('node.kubernetes.io/disk-pressure', 'NoSchedule'),
    exists('node.kubernetes.io/memory-pressure', 'NoSchedule'),
    exists('node.kubernetes.io/pid-pressure', 'NoSchedule'),
    exists('node.kubernetes.io/unschedulable', 'NoSchedule'),
    ...(spec.hostNetwork ? [exists('node.kubernetes.io/network-unavailable', 'NoSchedule')] : []),
  ];
}

export function podTemplate(set: KubeObject, hash: string): any {
  const { template } = set.spec;
  const own: Toleration[] = template.spec.tolerations ?? [];
  const added = daemonTolerations(template.spec).filter(
    (toleration) => !own.some((t) => equalValues(t, toleration)),
  );
  const generation = set.metadata.annotations?.[GENERATION];
  return {
    metadata: {
      ...template.metadata,
      labels: {
        ...template.metadata?.labels,
        ...(generation ? { 'pod-template-generation': generation } : {}),
        [HASH]: hash,
      },
    },
    spec: { ...template.spec, tolerations: [...own, ...added] },
  };
}

/** Models ReplaceDaemonSetPodNodeNameNodeAffinity */
export function pinned(spec: any, node: string): any {
  const HARD = 'requiredDuringSchedulingIgnoredDuringExecution';
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node] }];
  const terms = spec.affinity?.nodeAffinity?.[HARD]?.nodeSelectorTerms;
  const nodeSelectorTerms = terms ? terms.map((term: any) => ({ ...term, matchFields })) : [{ matchFields }];
  const nodeAffinity = { ...spec.affinity?.nodeAffinity, [HARD]: { nodeSelectorTerms } };
  return { ...spec, affinity: { ...spec.affinity, nodeAffinity } };
}

/** Models NodeShouldRunDaemonPod */
export function nodeShouldRun(
  set: KubeObject,
  node: KubeObject,
): { shouldRun: boolean; shouldContinue: boolean } {
  const { spec } = set.spec.template;
  const nothing = { shouldRun: false, shouldContinue: false };
  if (spec.nodeName && spec.nodeName !== node.metadata.name) return nothing;
  const required = requiredNode(spec);
  if (required && !requiredNodeMatches(required, node)) return nothing;
  const tolerations = [...(spec.tolerations ?? []), ...daemonTolerations(spec)];
  const taints = node.spec?.taints;
  if (untolerated(taints, tolerations, ['NoExecute'])) return nothing;
  return { shouldRun: !untolerated(taints, tolerations, ['NoSchedule']), shouldContinue: true };
}
