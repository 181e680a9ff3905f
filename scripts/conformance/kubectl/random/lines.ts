import type { Dice } from './dice.ts';
import { SORTS } from './objects.ts';

const NAMESPACED = SORTS.filter((sort) => sort.namespaced).map((sort) => sort.plural);
const CLUSTER = SORTS.filter((sort) => !sort.namespaced).map((sort) => sort.plural);

const PATHS = [
  '.metadata.name',
  '.metadata.labels',
  '.spec',
  '.spec.containers[*].name',
  '.status.conditions[?(@.type=="Ready")].status',
  '.spec.ports[0].port',
  '.metadata.labels.app',
  '.spec.replicas',
  '.data',
  '.status.containerStatuses[-1:].restartCount',
  '.spec.template.spec.containers[0].resources',
];
const SORTED_BY = [
  '.metadata.name',
  '.metadata.labels.app',
  '.status.phase',
  '.spec.nodeName',
  '.status.startTime',
];
const TEMPLATES = [
  '{{range .items}}{{.kind}} {{.metadata.name}}{{with .spec}}{{with .replicas}} r={{.}}{{end}}{{end}}{{"\\n"}}{{end}}',
  '{{range $i, $o := .items}}{{$i}}:{{with $o.metadata.labels}}{{len .}}{{end}} {{printf "%-10s|" $o.kind}}{{end}}',
  '{{range .items}}{{range $k, $v := .metadata.labels}}{{$k}}={{$v}},{{end}};{{end}}',
];
const EXPLAINED = [
  'pods.spec.containers.resources',
  'deployments.spec.strategy --recursive',
  'networkpolicies.spec.egress',
  'gadgets.spec',
  'pv.spec.csi',
  'hpa.spec.metrics.external --recursive',
  'cronjobs.spec.jobTemplate.spec',
];

/** What is asked of the state of a seed. */
export function linesFor(dice: Dice, seed: number): string[] {
  const ns = `-n seed-${seed}`;
  const all = NAMESPACED.join(',');
  const column = () => `C${dice.int(99)}:${dice.pick(PATHS)}`;
  const third = Math.ceil(NAMESPACED.length / 3);
  const from = dice.int(NAMESPACED.length - 5);
  return [
    ...[0, 1, 2].map(
      (i) => `kubectl describe ${NAMESPACED.slice(i * third, (i + 1) * third).join(',')} ${ns}`,
    ),
    `kubectl describe gadgets ${ns}`,
    `kubectl describe ${CLUSTER.join(',')} -l seed=${seed}`,
    `kubectl get ${all},gadgets ${ns} -o wide`,
    `kubectl get ${CLUSTER.join(',')} -l seed=${seed} -o wide --show-labels`,
    `kubectl get ${NAMESPACED.slice(from, from + 5).join(',')} ${ns} -L app,tier --show-kind`,
    `kubectl get ${all} ${ns} -o custom-columns='${column()},${column()},${column()}'`,
    `kubectl get pods ${ns} --sort-by='${dice.pick(SORTED_BY)}'`,
    `kubectl get ${all} ${ns} -o jsonpath='{range .items[*]}{${dice.pick(PATHS)}}{"\\t"}{end}'`,
    `kubectl get ${all} ${ns} -o go-template='${dice.pick(TEMPLATES)}'`,
    `kubectl events ${ns}`,
    `kubectl explain ${dice.pick(EXPLAINED)}`,
  ];
}
