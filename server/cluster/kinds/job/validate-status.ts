import { type FieldErrors, NO_VALUE } from '../../../objects/field-error.ts';
import { equalValues } from '../../../objects/values.ts';
import { goStruct, goTime } from '../validation/go-values.ts';
import { counts, ofStatus } from '../validation/status.ts';
import { parseIndexes } from './indexes.ts';

const CONDITIONS = 'status.conditions';

/** What a status says at once, and what of it is new. */
interface Change {
  readonly errors: FieldErrors;
  readonly spec: any;
  readonly status: any;
  readonly before: any;
  /** Whether a condition is true now. */
  is(type: string): boolean;
  was(type: string): boolean;
  /** Only what changed is looked at. Models pkg/registry/batch/job getStatusValidationOptions. */
  changed(...names: string[]): boolean;
}

/** Who manages a job may not contradict itself. Models pkg/apis/batch/validation ValidateJobStatusUpdate. */
export const validateJobStatus = ofStatus((status, errors, { spec }, old) => {
  const before = old.status ?? {};
  const isTrue = (list: any[] = [], wanted: string) =>
    list.some((one) => one.type === wanted && one.status === 'True');
  const is = (type: string) => isTrue(status.conditions, type);
  const was = (type: string) => isTrue(before.conditions, type);
  const changed = (...names: string[]) =>
    names.some((name) =>
      /^[A-Z]/.test(name) ? is(name) !== was(name) : !equalValues(status[name], before[name]),
    );
  const change: Change = { errors, spec, status, before, is, was, changed };
  counts(errors, status, ['active', 'succeeded', 'failed', 'ready', 'terminating']);
  validateUncounted(errors, status.uncountedTerminatedPods ?? {});
  validateEnds(change);
  validateFinished(change);
  validateIndexLists(change);
  validateSuccess(change);
  validateTransition(change);
});

function clash({ errors }: Change, why: string): void {
  errors.invalid(CONDITIONS, NO_VALUE, why);
}

function validateUncounted(errors: FieldErrors, pods: any): void {
  const field = 'status.uncountedTerminatedPods';
  const seen = new Set<string>();
  for (const list of ['succeeded', 'failed']) {
    (pods[list] ?? []).forEach((uid: string, i: number) => {
      const place = `${field}.${list}[${i}]`;
      if (uid === '') errors.invalid(place, uid, 'must not be empty');
      else if (seen.has(uid)) errors.duplicate(place, uid);
      seen.add(uid);
    });
  }
}

function validateEnds(change: Change): void {
  const { errors, status, is, changed } = change;
  const { startTime, completionTime } = status;
  const field = 'status.completionTime';
  if (changed('Complete', 'Failed') && is('Complete') && is('Failed'))
    clash(change, 'cannot set Complete=True and Failed=true conditions');
  if (changed('Complete', 'FailureTarget') && is('Complete') && is('FailureTarget'))
    clash(change, 'cannot set Complete=True and FailureTarget=true conditions');
  if (changed('Complete', 'completionTime')) {
    if (completionTime && !is('Complete')) {
      const why = 'cannot set completionTime when there is no Complete=True condition';
      errors.invalid(field, goTime(completionTime), why);
    }
    if (!completionTime && is('Complete'))
      errors.required(field, 'completionTime is required for Complete jobs');
  }
  if (changed('startTime', 'completionTime') && startTime && completionTime && completionTime < startTime)
    errors.invalid(field, goTime(completionTime), 'completionTime cannot be set before startTime');
  if (changed('Failed', 'FailureTarget') && is('Failed') && !is('FailureTarget'))
    clash(change, 'cannot set Failed=True condition without the FailureTarget=true condition');
  if (changed('Complete', 'SuccessCriteriaMet') && is('Complete') && !is('SuccessCriteriaMet'))
    clash(change, 'cannot set Complete=True condition without the SuccessCriteriaMet=true condition');
}

function validateFinished({ errors, status, is, was, changed }: Change): void {
  if (!is('Complete') && !is('Failed')) return;
  const since = !was('Complete') && !was('Failed');
  const { active = 0, startTime, uncountedTerminatedPods: pods } = status;
  if ((since || changed('active')) && active > 0)
    errors.invalid('status.active', active, 'active>0 is invalid for finished job');
  if ((since || changed('startTime')) && !startTime)
    errors.required('status.startTime', 'startTime is required for finished job');
  const { succeeded = [], failed = [] } = pods ?? {};
  if ((since || changed('uncountedTerminatedPods')) && succeeded.length + failed.length > 0) {
    const uids = (list: readonly string[]) =>
      list.length > 0
        ? `[]types.UID{${list.map((uid) => JSON.stringify(uid)).join(', ')}}`
        : '[]types.UID(nil)';
    const shown = goStruct('batch.UncountedTerminatedPods', {
      Succeeded: uids(succeeded),
      Failed: uids(failed),
    });
    const why = 'uncountedTerminatedPods needs to be empty for finished job';
    errors.invalid('status.uncountedTerminatedPods', shown, why);
  }
}

function validateIndexLists({ errors, spec, status, changed }: Change): void {
  const { completedIndexes: completed = '', failedIndexes: failed, active = 0, ready } = status;
  const { completions, backoffLimitPerIndex } = spec;
  const parsed = (name: string, text: string) => {
    const found = parseIndexes(text, completions);
    if (typeof found === 'string') errors.invalid(`status.${name}`, text, `error parsing ${name}: ${found}`);
  };
  if (changed('completedIndexes') && completions !== undefined) parsed('completedIndexes', completed);
  if (changed('failedIndexes') && completions !== undefined && backoffLimitPerIndex !== undefined && failed)
    parsed('failedIndexes', failed);
  if (changed('completedIndexes') && completed !== '' && spec.completionMode !== 'Indexed') {
    const why = 'cannot set non-empty completedIndexes when non-indexed completion mode';
    errors.invalid('status.completedIndexes', completed, why);
  }
  if (changed('failedIndexes') && backoffLimitPerIndex === undefined && failed !== undefined) {
    const why = 'cannot set non-null failedIndexes when backoffLimitPerIndex is null';
    errors.invalid('status.failedIndexes', failed, why);
  }
  if (changed('failedIndexes', 'completedIndexes') && completions !== undefined && failed !== undefined) {
    const common = overlap(completed, failed, completions);
    if (common !== undefined) {
      const why = `failedIndexes and completedIndexes overlap at index: ${common}`;
      errors.invalid('status.failedIndexes', failed, why);
    }
  }
  if (changed('ready', 'active') && ready > active)
    errors.invalid('status.ready', ready, 'cannot set more ready pods than active');
}

/** The first index of both lists. */
function overlap(one: string, other: string, completions: number): number | undefined {
  const [left, right] = [one, other].map((text) => parseIndexes(text, completions));
  if (typeof left !== 'object' || typeof right !== 'object') return undefined;
  for (const [from, to] of left) {
    const found = right.find(([first, last]) => first <= to && last >= from);
    if (found) return Math.max(from, found[0]);
  }
  return undefined;
}

function validateSuccess(change: Change): void {
  const { spec, is } = change;
  const met = is('SuccessCriteriaMet');
  if (met && is('Failed')) clash(change, 'cannot set SuccessCriteriaMet=True and Failed=true conditions');
  if (met && is('FailureTarget'))
    clash(change, 'cannot set SuccessCriteriaMet=True and FailureTarget=true conditions');
  if (spec.successPolicy && !met && is('Complete'))
    clash(change, 'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True');
}

function validateTransition(change: Change): void {
  const { errors, spec, status, before, is, was, changed } = change;
  for (const type of ['Failed', 'Complete', 'FailureTarget'])
    if (was(type) && !is(type)) clash(change, `cannot disable the terminal ${type}=True condition`);
  const shrinks = spec.completionMode === 'Indexed' && spec.completions === spec.parallelism;
  const counted = shrinks ? ['failed'] : ['failed', 'succeeded'];
  for (const name of counted) {
    const now = status[name] ?? 0;
    if (now < (before[name] ?? 0))
      errors.invalid(`status.${name}`, now, `cannot decrease the ${name} counter`);
  }
  const { completionTime, startTime } = status;
  if (completionTime && before.completionTime && completionTime !== before.completionTime)
    errors.invalid('status.completionTime', goTime(completionTime), 'completionTime cannot be mutated');
  if (before.startTime && startTime !== before.startTime && !spec.suspend)
    errors.required('status.startTime', 'startTime cannot be removed for unsuspended job');
  if (was('SuccessCriteriaMet') && !is('SuccessCriteriaMet'))
    clash(change, 'cannot disable the SuccessCriteriaMet=True condition');
  if (was('Complete') && !was('SuccessCriteriaMet') && changed('SuccessCriteriaMet'))
    clash(change, 'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions');
}
