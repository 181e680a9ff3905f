/** Node labels that have a successor. Models pkg/api/node/util.go deprecatedNodeLabels */
const DEPRECATED_LABELS: ReadonlyMap<string, string> = new Map([
  ['beta.kubernetes.io/arch', 'deprecated since v1.14; use "kubernetes.io/arch" instead'],
  ['beta.kubernetes.io/os', 'deprecated since v1.14; use "kubernetes.io/os" instead'],
  [
    'failure-domain.beta.kubernetes.io/region',
    'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  ],
  [
    'failure-domain.beta.kubernetes.io/zone',
    'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  ],
  [
    'beta.kubernetes.io/instance-type',
    'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  ],
  ['app.kubernetes.io/created-by', 'deprecated since v1.9'],
  [
    'scheduler.alpha.kubernetes.io/preferAvoidPods',
    'deprecated since v1.22; use Taints and Tolerations instead',
  ],
  ['node-role.kubernetes.io/master', 'use "node-role.kubernetes.io/control-plane" instead'],
]);

/** Models pkg/api/node/util.go GetWarningsForNodeSelectorTerm */
export function nodeTermWarnings(field: string, term: any): string[] {
  return (term?.matchExpressions ?? []).flatMap(({ key }: any, i: number) => {
    const text = DEPRECATED_LABELS.get(key);
    return text ? [`${field}.matchExpressions[${i}].key: ${key} is ${text}`] : [];
  });
}

/** What is dubious in where a pod wants to run, but for its relations to other pods. */
export function nodeWarnings(field: string, spec: any): string[] {
  if (!spec.nodeSelector && !spec.affinity && !spec.topologySpreadConstraints) return [];
  const bySelector = Object.keys(spec.nodeSelector ?? {}).flatMap((key) => {
    const text = DEPRECATED_LABELS.get(key);
    return text ? [`${field}.nodeSelector[${key}]: ${text}`] : [];
  });
  const affinity = spec.affinity?.nodeAffinity;
  const at = `${field}.affinity.nodeAffinity`;
  const [required, preferred] = [
    'requiredDuringSchedulingIgnoredDuringExecution',
    'preferredDuringSchedulingIgnoredDuringExecution',
  ] as const;
  return [
    ...bySelector,
    ...(affinity?.[required]?.nodeSelectorTerms ?? []).flatMap((term: any, i: number) =>
      nodeTermWarnings(`${at}.${required}.nodeSelectorTerms[${i}]`, term),
    ),
    ...(affinity?.[preferred] ?? []).flatMap((term: any, i: number) =>
      nodeTermWarnings(`${at}.${preferred}[${i}].preference`, term.preference),
    ),
    ...(spec.topologySpreadConstraints ?? []).flatMap((constraint: any, i: number) =>
      spreadWarnings(`${field}.topologySpreadConstraints[${i}]`, constraint),
    ),
  ];
}

const NO_MATCH = 'a null labelSelector results in matching no pod';

function spreadWarnings(field: string, { topologyKey, labelSelector }: any): string[] {
  const text = DEPRECATED_LABELS.get(topologyKey);
  return [
    ...(text ? [`${field}.topologyKey: ${topologyKey} is ${text}`] : []),
    ...(labelSelector ? [] : [`${field}.labelSelector: ${NO_MATCH}`]),
  ];
}

/** Models pkg/api/pod/warnings.go warningsForPodAffinityTerms, warningsForWeightedPodAffinityTerms */
export function podAffinityWarnings(field: string, affinity: any): string[] {
  if (!affinity) return [];
  return ['podAffinity', 'podAntiAffinity'].flatMap((kind) => {
    const terms = affinity[kind];
    const required = 'requiredDuringSchedulingIgnoredDuringExecution';
    const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
    return [
      ...(terms?.[required] ?? []).flatMap((term: any, i: number) =>
        term.labelSelector ? [] : [`${field}.${kind}.${required}[${i}].labelSelector: ${NO_MATCH}`],
      ),
      ...(terms?.[preferred] ?? []).flatMap(({ podAffinityTerm }: any, i: number) =>
        podAffinityTerm?.labelSelector
          ? []
          : [`${field}.${kind}.${preferred}[${i}].podAffinityTerm.labelSelector: ${NO_MATCH}`],
      ),
    ];
  });
}
