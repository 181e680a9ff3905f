import { formatLabelSelector } from '../columns.ts';
import { eventLines } from '../describe/common.ts';
import type { DescribeContext } from '../describe/context.ts';
import { described } from '../describe/writer.ts';

/** Models kubectl pkg/describe describePodDisruptionBudgetV1. */
export function describeDisruptionBudget(budget: any, context: DescribeContext): string {
  const { metadata, spec = {}, status = {} } = budget;
  return described((w) => {
    w.line(0, `Name:\t${metadata.name}`);
    w.line(0, `Namespace:\t${metadata.namespace}`);
    if (spec.minAvailable !== undefined) w.line(0, `Min available:\t${spec.minAvailable}`);
    else if (spec.maxUnavailable !== undefined) w.line(0, `Max unavailable:\t${spec.maxUnavailable}`);
    w.line(0, `Selector:\t${spec.selector ? formatLabelSelector(spec.selector) : '<unset>'}`);
    w.line(0, 'Status:');
    w.line(2, `Allowed disruptions:\t${status.disruptionsAllowed ?? 0}`);
    w.line(2, `Current:\t${status.currentHealthy ?? 0}`);
    w.line(2, `Desired:\t${status.desiredHealthy ?? 0}`);
    w.line(2, `Total:\t${status.expectedPods ?? 0}`);
    eventLines(w, budget, context);
  });
}
