import { formatLabelSelector } from '../columns.ts';
import { annotationLines, eventLines, labelLines, longTime, selectorText } from '../describe/common.ts';
import type { DescribeContext } from '../describe/context.ts';
import { countsText, podCounts } from '../describe/workload-pods.ts';
import { type DescribeWriter, described } from '../describe/writer.ts';
import { templateLines } from '../pod/describe-placement.ts';

/** Models kubectl pkg/describe describeStatefulSet. */
export function describeStatefulSet(set: any, context: DescribeContext): string {
  const { metadata, spec, status = {} } = set;
  return described((w) => {
    w.line(0, `Name:\t${metadata.name}`);
    w.line(0, `Namespace:\t${metadata.namespace}`);
    w.line(0, `CreationTimestamp:\t${longTime(metadata.creationTimestamp)}`);
    w.line(0, `Selector:\t${formatLabelSelector(spec.selector)}`);
    labelLines(w, 'Labels', metadata.labels);
    annotationLines(w, 'Annotations', metadata.annotations);
    w.line(0, `Replicas:\t${spec.replicas ?? 0} desired | ${status.replicas ?? 0} total`);
    w.line(0, `Update Strategy:\t${spec.updateStrategy?.type}`);
    const { partition } = spec.updateStrategy?.rollingUpdate ?? {};
    if (partition !== undefined) w.line(1, `Partition:\t${partition}`);
    const counts = podCounts(set, selectorText(spec.selector), context);
    w.line(0, `Pods Status:\t${counts ? countsText(counts) : 'error in fetching pods'}`);
    templateLines(w, spec.template);
    claimLines(w, spec.volumeClaimTemplates);
    eventLines(w, set, context);
  });
}

function claimLines(w: DescribeWriter, claims: readonly any[] = []): void {
  if (claims.length === 0) {
    w.line(0, 'Volume Claims:\t<none>');
    return;
  }
  w.line(0, 'Volume Claims:');
  for (const { metadata, spec } of claims) {
    w.line(1, `Name:\t${metadata.name}`);
    w.line(1, `StorageClass:\t${spec.storageClassName ?? ''}`);
    labelLines(w, 'Labels', metadata.labels, '  ');
    labelLines(w, 'Annotations', metadata.annotations, '  ');
    w.line(1, `Capacity:\t${spec.resources?.requests?.storage ?? '<default>'}`);
    w.line(1, `Access Modes:\t[${(spec.accessModes ?? []).join(' ')}]`);
  }
}
