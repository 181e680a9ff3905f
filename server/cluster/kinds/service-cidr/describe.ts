import { annotationLines, eventLines, labelLines } from '../describe/common.ts';
import type { DescribeContext } from '../describe/context.ts';
import { described } from '../describe/writer.ts';

/** Models kubectl pkg/describe describeServiceCIDRV1. */
export function describeServiceCidr(range: any, context: DescribeContext): string {
  return described((w) => {
    w.line(0, `Name:\t${range.metadata.name}`);
    labelLines(w, 'Labels', range.metadata.labels);
    annotationLines(w, 'Annotations', range.metadata.annotations);
    w.line(0, `CIDRs:\t${(range.spec?.cidrs ?? []).join(', ')}`);
    const conditions: any[] = range.status?.conditions ?? [];
    if (conditions.length > 0) {
      w.line(0, 'Status:');
      w.line(0, 'Conditions:');
      w.line(1, 'Type\tStatus\tLastTransitionTime\tReason\tMessage');
      w.line(1, '----\t------\t------------------\t------\t-------');
      for (const { type, status, lastTransitionTime, reason, message } of conditions) {
        w.line(1, `${type}\t${status}\t${lastTransitionTime}\t${reason}\t${message}`);
      }
    }
    eventLines(w, range, context);
  });
}
