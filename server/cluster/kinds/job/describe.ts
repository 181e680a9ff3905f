import { humanDuration } from '../../../objects/human-duration.ts';
import { formatLabelSelector } from '../columns.ts';
import { annotationLines, controllerOf, eventLines, labelLines, longTime } from '../describe/common.ts';
import type { DescribeContext } from '../describe/context.ts';
import { type DescribeWriter, described } from '../describe/writer.ts';
import { templateLines } from '../pod/describe-placement.ts';

/** Models kubectl pkg/describe describeJob. */
export function describeJob(job: any, context: DescribeContext): string {
  const { metadata, spec, status = {} } = job;
  return described((w) => {
    w.line(0, `Name:\t${metadata.name}`);
    w.line(0, `Namespace:\t${metadata.namespace}`);
    if (spec.selector) w.line(0, `Selector:\t${formatLabelSelector(spec.selector)}`);
    labelLines(w, 'Labels', metadata.labels);
    annotationLines(w, 'Annotations', metadata.annotations);
    const controller = controllerOf(job);
    if (controller) w.line(0, `Controlled By:\t${controller}`);
    if (spec.parallelism !== undefined) w.line(0, `Parallelism:\t${spec.parallelism}`);
    w.line(0, `Completions:\t${spec.completions ?? '<unset>'}`);
    if (spec.completionMode !== undefined) w.line(0, `Completion Mode:\t${spec.completionMode}`);
    if (spec.suspend !== undefined) w.line(0, `Suspend:\t${spec.suspend}`);
    if (spec.backoffLimit !== undefined) w.line(0, `Backoff Limit:\t${spec.backoffLimit}`);
    if (spec.ttlSecondsAfterFinished !== undefined) {
      w.line(0, `TTL Seconds After Finished:\t${spec.ttlSecondsAfterFinished}`);
    }
    timeLines(w, status);
    if (spec.activeDeadlineSeconds !== undefined) {
      w.line(0, `Active Deadline Seconds:\t${spec.activeDeadlineSeconds}s`);
    }
    const { active = 0, ready, succeeded = 0, failed = 0 } = status;
    const live = ready === undefined ? `${active} Active` : `${active} Active (${ready} Ready)`;
    w.line(0, `Pods Statuses:\t${live} / ${succeeded} Succeeded / ${failed} Failed`);
    if (spec.completionMode === 'Indexed') {
      w.line(0, `Completed Indexes:\t${cap(status.completedIndexes) || '<none>'}`);
    }
    templateLines(w, spec.template);
    eventLines(w, job, context);
  });
}

function timeLines(w: DescribeWriter, { startTime, completionTime }: any): void {
  if (startTime) w.line(0, `Start Time:\t${longTime(startTime)}`);
  if (completionTime) w.line(0, `Completed At:\t${longTime(completionTime)}`);
  if (startTime && completionTime) {
    w.line(0, `Duration:\t${humanDuration(Date.parse(completionTime) - Date.parse(startTime))}`);
  }
}

/** Long lists of indexes end in dots. */
function cap(indexes = ''): string {
  if (indexes.length <= 50) return indexes;
  const cut = indexes.slice(0, 50);
  return `${cut.slice(0, cut.lastIndexOf(','))},...`;
}
