import { equalValues } from '../../../objects/values.ts';
import { nameWarnings, templateWarnings } from '../pod/warnings/pod-spec.ts';

const MANY_COMPLETIONS = 100_000;
const MUCH_PARALLELISM = 10_000;

/** Models pkg/registry/batch/job/strategy.go WarningsOnCreate, WarningsOnUpdate */
export function jobWarnings(job: any, old?: any): string[] {
  if (old) return equalValues(job.spec, old.spec) ? [] : jobSpecWarnings('spec', job.spec);
  return [
    ...nameWarnings(job, 'this is used in Pod names and hostnames'),
    ...jobSpecWarnings('spec', job.spec),
  ];
}

/** Models pkg/api/job/warnings.go WarningsForJobSpec */
export function jobSpecWarnings(field: string, spec: any): string[] {
  const large =
    spec.completionMode === 'Indexed' &&
    (spec.completions ?? 0) > MANY_COMPLETIONS &&
    (spec.parallelism ?? 0) > MUCH_PARALLELISM;
  const text =
    'In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail';
  return [...(large ? [`${field}: ${text}`] : []), ...templateWarnings(`${field}.template`, spec.template)];
}
