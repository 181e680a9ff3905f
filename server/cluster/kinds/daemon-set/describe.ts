import { formatLabelSelector, formatLabels } from '../columns.ts';
import { annotationLines, eventLines, labelLines, selectorText } from '../describe/common.ts';
import type { DescribeContext } from '../describe/context.ts';
import { countsText, podCounts } from '../describe/workload-pods.ts';
import { described } from '../describe/writer.ts';
import { templateLines } from '../pod/describe-placement.ts';

/** Models kubectl pkg/describe describeDaemonSet. */
export function describeDaemonSet(set: any, context: DescribeContext): string {
  const { metadata, spec, status = {} } = set;
  return described((w) => {
    w.line(0, `Name:\t${metadata.name}`);
    w.line(0, `Namespace:\t${metadata.namespace}`);
    w.line(0, `Selector:\t${formatLabelSelector(spec.selector)}`);
    w.line(0, `Node-Selector:\t${formatLabels(spec.template?.spec?.nodeSelector)}`);
    labelLines(w, 'Labels', metadata.labels);
    annotationLines(w, 'Annotations', metadata.annotations);
    w.line(0, `Desired Number of Nodes Scheduled: ${status.desiredNumberScheduled ?? 0}`);
    w.line(0, `Current Number of Nodes Scheduled: ${status.currentNumberScheduled ?? 0}`);
    w.line(0, `Number of Nodes Scheduled with Up-to-date Pods: ${status.updatedNumberScheduled ?? 0}`);
    w.line(0, `Number of Nodes Scheduled with Available Pods: ${status.numberAvailable ?? 0}`);
    w.line(0, `Number of Nodes Misscheduled: ${status.numberMisscheduled ?? 0}`);
    const counts = podCounts(set, selectorText(spec.selector), context);
    w.line(0, `Pods Status:\t${counts ? countsText(counts) : 'error in fetching pods'}`);
    templateLines(w, spec.template);
    eventLines(w, set, context);
  });
}
