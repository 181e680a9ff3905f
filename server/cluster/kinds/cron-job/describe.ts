import { formatLabelSelector } from '../columns.ts';
import { annotationLines, eventLines, labelLines, longTime, yesNo } from '../describe/common.ts';
import type { DescribeContext } from '../describe/context.ts';
import { described } from '../describe/writer.ts';
import { templateLines } from '../pod/describe-placement.ts';

/** Models kubectl pkg/describe describeCronJob. */
export function describeCronJob(cronJob: any, context: DescribeContext): string {
  const { metadata, spec, status = {} } = cronJob;
  const job = spec.jobTemplate?.spec ?? {};
  return described((w) => {
    w.line(0, `Name:\t${metadata.name}`);
    w.line(0, `Namespace:\t${metadata.namespace}`);
    labelLines(w, 'Labels', metadata.labels);
    annotationLines(w, 'Annotations', metadata.annotations);
    w.line(0, `Schedule:\t${spec.schedule}`);
    w.line(0, `Concurrency Policy:\t${spec.concurrencyPolicy}`);
    w.line(0, `Suspend:\t${yesNo(spec.suspend)}`);
    w.line(0, `Successful Job History Limit:\t${spec.successfulJobsHistoryLimit ?? '<unset>'}`);
    w.line(0, `Failed Job History Limit:\t${spec.failedJobsHistoryLimit ?? '<unset>'}`);
    const deadline = spec.startingDeadlineSeconds;
    w.line(0, `Starting Deadline Seconds:\t${deadline === undefined ? '<unset>' : `${deadline}s`}`);
    w.line(0, `Selector:\t${job.selector ? formatLabelSelector(job.selector) : '<unset>'}`);
    w.line(0, `Parallelism:\t${job.parallelism ?? '<unset>'}`);
    w.line(0, `Completions:\t${job.completions ?? '<unset>'}`);
    if (job.activeDeadlineSeconds !== undefined) {
      w.line(0, `Active Deadline Seconds:\t${job.activeDeadlineSeconds}s`);
    }
    templateLines(w, job.template);
    w.line(
      0,
      `Last Schedule Time:\t${status.lastScheduleTime ? longTime(status.lastScheduleTime) : '<unset>'}`,
    );
    const active = (status.active ?? []).map(({ name }: any) => name).join(', ');
    w.line(0, `Active Jobs:\t${active || '<none>'}`);
    eventLines(w, cronJob, context);
  });
}
