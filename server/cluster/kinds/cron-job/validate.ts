import type { FieldErrors } from '../../../objects/field-error.ts';
import { validateJobSpec } from '../job/validate.ts';
import { nonNegative, oneOf } from '../validation/fields.ts';
import { goLabelSelector } from '../validation/go-values.ts';
import { isTimeZone, scheduleProblem } from './schedule.ts';

/** Models pkg/apis/batch/validation validateCronJobSpec. */
export function validate({ spec }: any, errors: FieldErrors): void {
  if (!spec.schedule) errors.required('spec.schedule');
  else validateSchedule(errors, spec.schedule);
  nonNegative(errors, 'spec.startingDeadlineSeconds', spec.startingDeadlineSeconds);
  if (spec.timeZone !== undefined) validateTimeZone(errors, spec.timeZone);
  oneOf(errors, 'spec.concurrencyPolicy', spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace']);
  validateTemplate(errors, spec.jobTemplate?.spec ?? {});
  nonNegative(errors, 'spec.successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit);
  nonNegative(errors, 'spec.failedJobsHistoryLimit', spec.failedJobsHistoryLimit);
}

/** What a job's suffix takes of its name's 63 characters. Models ValidateCronJobCreate. */
export function validateCreate({ metadata }: any, errors: FieldErrors): void {
  if (metadata.name?.length > 52) {
    errors.invalid('metadata.name', metadata.name, 'must be no more than 52 characters');
  }
}

function validateSchedule(errors: FieldErrors, schedule: string): void {
  const problem = scheduleProblem(schedule);
  if (problem) errors.invalid('spec.schedule', schedule, problem);
  if (!schedule.includes('TZ')) return;
  const why = 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead';
  errors.invalid('spec.schedule', schedule, why);
}

function validateTimeZone(errors: FieldErrors, zone: string): void {
  const field = 'spec.timeZone';
  if (zone === '') {
    errors.invalid(field, zone, 'timeZone must be nil or non-empty string');
    return;
  }
  if (zone.toLowerCase() === 'local') {
    const why = 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones';
    errors.invalid(field, zone, why);
    if (zone === 'Local') return;
  }
  if (!isTimeZone(zone)) errors.invalid(field, zone, `unknown time zone ${zone}`);
}

function validateTemplate(errors: FieldErrors, spec: any): void {
  const field = 'spec.jobTemplate.spec';
  validateJobSpec(errors, field, spec);
  if (spec.selector) {
    errors.invalid(`${field}.selector`, goLabelSelector(spec.selector), '`selector` will be auto-generated');
  }
  if (spec.manualSelector) errors.notSupported(`${field}.manualSelector`, true, ['nil', 'false']);
}
