import { qosClass } from './qos.ts';

/** Models pkg/registry/core/pod strategy PrepareForCreate. */
export function prepareForCreate(pod: any): void {
  pod.metadata.generation = 1;
  pod.status = { phase: 'Pending', qosClass: qosClass(pod.spec) };
  if ((pod.spec.schedulingGates ?? []).length > 0) {
    pod.status.conditions = [
      {
        type: 'PodScheduled',
        status: 'False',
        lastProbeTime: null,
        lastTransitionTime: null,
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
      },
    ];
  }
  applyMatchLabelKeys(pod);
}

/** Adds the pod's own values of `matchLabelKeys` to the selectors of its affinity terms. */
function applyMatchLabelKeys({ metadata, spec }: any): void {
  const labels: Record<string, string> = metadata.labels ?? {};
  for (const term of affinityTerms(spec.affinity)) {
    if (!term.labelSelector) continue;
    const expressions = [
      ...expressionsFor(term.matchLabelKeys, labels, 'In'),
      ...expressionsFor(term.mismatchLabelKeys, labels, 'NotIn'),
    ];
    if (expressions.length === 0) continue;
    term.labelSelector.matchExpressions = [...(term.labelSelector.matchExpressions ?? []), ...expressions];
  }
}

function expressionsFor(keys: string[] = [], labels: Record<string, string>, operator: string): any[] {
  return keys
    .filter((key) => labels[key] !== undefined)
    .map((key) => ({ key, operator, values: [labels[key]] }));
}

function affinityTerms(affinity: any = {}): any[] {
  return [affinity.podAffinity, affinity.podAntiAffinity].flatMap((part) => [
    ...(part?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(part?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
      (one: any) => one.podAffinityTerm ?? {},
    ),
  ]);
}

/** Models pkg/registry/core/pod strategy CheckGracefulDelete. */
export function gracePeriodSeconds({ spec, status }: any, requested: number | undefined): number {
  if (!spec.nodeName || status?.phase === 'Failed' || status?.phase === 'Succeeded') return 0;
  const period = requested ?? spec.terminationGracePeriodSeconds ?? 0;
  return period < 0 ? 1 : period;
}

const text = (value: unknown) => (value === undefined || value === null ? '' : `${value}`);

/** What `--field-selector` may name. Models pkg/apis/core/v1 addConversionFuncs. */
export const FIELD_SELECTORS: Readonly<Record<string, (pod: any) => string>> = {
  'spec.nodeName': ({ spec }) => text(spec.nodeName),
  'spec.restartPolicy': ({ spec }) => text(spec.restartPolicy),
  'spec.schedulerName': ({ spec }) => text(spec.schedulerName),
  'spec.serviceAccountName': ({ spec }) => text(spec.serviceAccountName),
  'spec.hostNetwork': ({ spec }) => String(spec.hostNetwork ?? false),
  'status.phase': ({ status }) => text(status?.phase),
  'status.podIP': ({ status }) => text(status?.podIPs?.[0]?.ip),
  'status.podIPs': ({ status }) => text(status?.podIPs?.[0]?.ip),
  'status.nominatedNodeName': ({ status }) => text(status?.nominatedNodeName),
};
