import { equalValues } from '../../../objects/values.ts';
import { formatLabelSelector } from '../columns.ts';
import { annotationLines, eventLines, labelLines, longTime, selectorText } from '../describe/common.ts';
import { attempt, type DescribeContext, REPLICA_SETS } from '../describe/context.ts';
import { type DescribeWriter, described } from '../describe/writer.ts';
import { templateLines } from '../pod/describe-placement.ts';

/** Models kubectl pkg/describe describeDeployment. */
export function describeDeployment(deployment: any, context: DescribeContext): string {
  const { metadata, spec, status = {} } = deployment;
  return described((w) => {
    w.line(0, `Name:\t${metadata.name}`);
    w.line(0, `Namespace:\t${metadata.namespace}`);
    w.line(0, `CreationTimestamp:\t${longTime(metadata.creationTimestamp)}`);
    labelLines(w, 'Labels', metadata.labels);
    annotationLines(w, 'Annotations', metadata.annotations);
    w.line(0, `Selector:\t${formatLabelSelector(spec.selector)}`);
    const counts = [
      `${spec.replicas ?? 0} desired`,
      `${status.updatedReplicas ?? 0} updated`,
      `${status.replicas ?? 0} total`,
      `${status.availableReplicas ?? 0} available`,
      `${status.unavailableReplicas ?? 0} unavailable`,
    ];
    w.line(0, `Replicas:\t${counts.join(' | ')}`);
    w.line(0, `StrategyType:\t${spec.strategy?.type}`);
    w.line(0, `MinReadySeconds:\t${spec.minReadySeconds ?? 0}`);
    const rolling = spec.strategy?.rollingUpdate;
    if (rolling) {
      const text = `${rolling.maxUnavailable} max unavailable, ${rolling.maxSurge} max surge`;
      w.line(0, `RollingUpdateStrategy:\t${text}`);
    }
    templateLines(w, spec.template);
    conditionLines(w, status.conditions);
    replicaSetLines(w, deployment, context);
    eventLines(w, deployment, context);
  });
}

function conditionLines(w: DescribeWriter, conditions: readonly any[] = []): void {
  if (conditions.length === 0) return;
  w.line(0, 'Conditions:\n  Type\tStatus\tReason');
  w.line(1, '----\t------\t------');
  for (const { type, status, reason = '' } of conditions) w.line(1, `${type} \t${status}\t${reason}`);
}

function replicaSetLines(w: DescribeWriter, deployment: any, context: DescribeContext): void {
  const { metadata, spec } = deployment;
  const options = { namespace: metadata.namespace, labelSelector: selectorText(spec.selector) };
  const all = attempt(() => context.list(REPLICA_SETS, options));
  if (!all) return;
  const own = all.filter((set) =>
    (set.metadata.ownerReferences ?? []).some(({ uid }) => uid === metadata.uid),
  );
  if (own.length === 0) return;
  const created = (set: any) => set.metadata.creationTimestamp + set.metadata.name;
  own.sort((a, b) => (created(a) < created(b) ? -1 : 1));
  const current = own.find((set) => equalValues(templateOf(set), templateOf(deployment)));
  w.line(0, `OldReplicaSets:\t${setsText(own.filter((set) => set !== current))}`);
  w.line(0, `NewReplicaSet:\t${setsText(current ? [current] : [])}`);
}

/** A template without the hash that tells replica sets apart. */
function templateOf({ spec }: any): any {
  const { metadata = {}, ...rest } = spec.template;
  const { 'pod-template-hash': _, ...labels } = metadata.labels ?? {};
  return { ...rest, metadata: { ...metadata, labels, creationTimestamp: undefined } };
}

function setsText(sets: readonly any[]): string {
  const texts = sets.map(
    ({ metadata, spec, status = {} }) =>
      `${metadata.name} (${status.replicas ?? 0}/${spec.replicas ?? 0} replicas created)`,
  );
  return texts.join(', ') || '<none>';
}
