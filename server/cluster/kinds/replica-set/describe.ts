import { formatLabelSelector, formatLabels } from '../columns.ts';
import { annotationLines, controllerOf, eventLines, labelLines, selectorText } from '../describe/common.ts';
import type { DescribeContext } from '../describe/context.ts';
import { countsText, podCounts } from '../describe/workload-pods.ts';
import { described } from '../describe/writer.ts';
import { templateLines } from '../pod/describe-placement.ts';

/** Models kubectl pkg/describe describeReplicaSet. */
export function describeReplicaSet(set: any, context: DescribeContext): string {
  const { selector } = set.spec;
  return describeSet(set, { shown: formatLabelSelector(selector), query: selectorText(selector) }, context);
}

/** Models kubectl pkg/describe describeReplicationController. */
export function describeReplicationController(controller: any, context: DescribeContext): string {
  const text = formatLabels(controller.spec.selector);
  return describeSet(controller, { shown: text, query: text }, context);
}

function describeSet(
  set: any,
  { shown, query }: { shown: string; query: string },
  context: DescribeContext,
): string {
  const { metadata, spec, status = {} } = set;
  return described((w) => {
    w.line(0, `Name:\t${metadata.name}`);
    w.line(0, `Namespace:\t${metadata.namespace}`);
    w.line(0, `Selector:\t${shown}`);
    labelLines(w, 'Labels', metadata.labels);
    annotationLines(w, 'Annotations', metadata.annotations);
    const controller = controllerOf(set);
    if (controller) w.line(0, `Controlled By:\t${controller}`);
    w.line(0, `Replicas:\t${status.replicas ?? 0} current / ${spec.replicas ?? 0} desired`);
    const counts = podCounts(set, query, context);
    w.line(0, `Pods Status:\t${counts ? countsText(counts) : 'error in fetching pods'}`);
    templateLines(w, spec.template);
    const conditions: any[] = status.conditions ?? [];
    if (conditions.length > 0) {
      w.line(0, 'Conditions:\n  Type\tStatus\tReason');
      w.line(1, '----\t------\t------');
      for (const { type, status, reason = '' } of conditions) w.line(1, `${type} \t${status}\t${reason}`);
    }
    eventLines(w, set, context);
  });
}
