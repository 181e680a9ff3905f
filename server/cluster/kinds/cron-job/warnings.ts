import { jobSpecWarnings } from '../job/warnings.ts';
import { nameWarnings } from '../pod/warnings/pod-spec.ts';

/** Models pkg/registry/batch/cronjob/strategy.go WarningsOnCreate, WarningsOnUpdate */
export function cronJobWarnings(object: any, old?: any): string[] {
  return [
    ...(old ? [] : nameWarnings(object, 'this is used in Pod names and hostnames')),
    ...jobSpecWarnings('spec.jobTemplate.spec', object.spec.jobTemplate?.spec ?? {}),
  ];
}
