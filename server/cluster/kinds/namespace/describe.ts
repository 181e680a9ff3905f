import { annotationLines, labelLines } from '../describe/common.ts';
import { attempt, type DescribeContext, LIMIT_RANGES, QUOTAS } from '../describe/context.ts';
import { type DescribeWriter, described } from '../describe/writer.ts';
import { limitLines } from '../limit-range/describe.ts';
import { quotaLines } from '../resource-quota/describe.ts';

/** Models kubectl pkg/describe describeNamespace. */
export function describeNamespace({ metadata, status = {} }: any, context: DescribeContext): string {
  const quotas = attempt(() => context.list(QUOTAS, { namespace: metadata.name }));
  const ranges = attempt(() => context.list(LIMIT_RANGES, { namespace: metadata.name }));
  return described((w) => {
    w.line(0, `Name:\t${metadata.name}`);
    labelLines(w, 'Labels', metadata.labels);
    annotationLines(w, 'Annotations', metadata.annotations);
    w.line(0, `Status:\t${status.phase ?? ''}`);
    conditionLines(w, status.conditions);
    if (quotas) {
      w.line(0, '');
      quotaLines(w, quotas);
    }
    if (ranges) {
      w.line(0, '');
      limitLines(w, ranges);
    }
  });
}

function conditionLines(w: DescribeWriter, conditions: readonly any[] = []): void {
  if (conditions.length === 0) return;
  w.line(0, 'Conditions:');
  w.line(1, 'Type\tStatus\tLastTransitionTime\tReason\tMessage');
  w.line(1, '----\t------\t------------------\t------\t-------');
  for (const { type, status, lastTransitionTime, reason, message } of conditions) {
    w.line(1, `${type}\t${status}\t${lastTransitionTime}\t${reason}\t${message}`);
  }
}
