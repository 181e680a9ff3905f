import type { FieldErrors } from '../../../objects/field-error.ts';
import { validateJobSpec } from '../job/validate.ts';
import { annotations, labels, nonNegative, oneOf } from '../validation/fields.ts';
import { isTimeZone, scheduleProblem } from './schedule.ts';

/** Models pkg/apis/batch/validation ValidateCronJobCreate. */
export function validate({ metadata, spec }: any, errors: FieldErrors): void {
  if (!spec.schedule) errors.required('spec.schedule');
  else validateSchedule(errors, spec.schedule, spec.timeZone);
  nonNegative(errors, 'spec.startingDeadlineSeconds', spec.startingDeadlineSeconds);
  if (spec.timeZone !== undefined) validateTimeZone(errors, spec.timeZone);
  oneOf(errors, 'spec.concurrencyPolicy', spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace']);
  validateTemplate(errors, spec.jobTemplate ?? {});
  nonNegative(errors, 'spec.successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit);
  nonNegative(errors, 'spec.failedJobsHistoryLimit', spec.failedJobsHistoryLimit);
  if (metadata.name?.length > 52) {
    errors.invalid('metadata.name', metadata.name, 'must be no more than 52 characters');
  }
}

function validateSchedule(errors: FieldErrors, schedule: string, timeZone: string | undefined): void {
  const problem = scheduleProblem(schedule);
  if (problem) errors.invalid('spec.schedule', schedule, problem);
  if (!schedule.includes('TZ')) return;
  const why =
    timeZone === undefined
      ? 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'
      : 'cannot use both timeZone field and TZ or CRON_TZ in schedule';
  errors.invalid('spec.schedule', schedule, why);
}

function validateTimeZone(errors: FieldErrors, zone: string): void {
  if (zone === '') errors.invalid('spec.timeZone', zone, 'timeZone must be nil or non-empty string');
  else if (zone.toLowerCase() === 'local') {
    errors.invalid(
      'spec.timeZone',
      zone,
      'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
    );
  } else if (!isTimeZone(zone)) errors.invalid('spec.timeZone', zone, `unknown time zone ${zone}`);
}

function validateTemplate(errors: FieldErrors, { metadata = {}, spec = {} }: any): void {
  labels(errors, 'spec.jobTemplate.labels', metadata.labels);
  annotations(errors, 'spec.jobTemplate.annotations', metadata.annotations);
  validateJobSpec(errors, 'spec.jobTemplate.spec', spec);
  if (spec.manualSelector) {
    errors.notSupported('spec.jobTemplate.spec.manualSelector', spec.manualSelector, ['nil', 'false']);
  }
}
