import { formatLabels } from '../columns.ts';
import { eventLines } from '../describe/common.ts';
import type { DescribeContext } from '../describe/context.ts';
import { described } from '../describe/writer.ts';

/** Models kubectl pkg/describe describePriorityClass. */
export function describePriorityClass(priorityClass: any, context: DescribeContext): string {
  return described((w) => {
    w.line(0, `Name:\t${priorityClass.metadata.name}`);
    w.line(0, `Value:\t${priorityClass.value ?? 0}`);
    w.line(0, `GlobalDefault:\t${priorityClass.globalDefault ?? false}`);
    w.line(0, `PreemptionPolicy:\t${priorityClass.preemptionPolicy ?? 'PreemptLowerPriority'}`);
    w.line(0, `Description:\t${priorityClass.description ?? ''}`);
    w.line(0, `Annotations:\t${formatLabels(priorityClass.metadata.annotations)}`);
    eventLines(w, priorityClass, context);
  });
}
