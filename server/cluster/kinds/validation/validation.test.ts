import { expect, test } from 'vitest';
import { FieldErrors } from '../../../objects/field-error.ts';
import { scheduleProblem } from '../cron-job/schedule.ts';
import { KINDS } from '../index.ts';
import { CLUSTER_KINDS } from './cluster-kinds.cases.ts';
import { PODS } from './pod.cases.ts';
import { CREATED, UPDATED } from './validation.cases.ts';
import { WORKLOADS } from './workload.cases.ts';

function kindOf(name: string) {
  const kind = KINDS.find((one) => one.kind === name);
  if (!kind) throw new Error(name);
  return kind;
}

/** Defaults and prepares an object as the server does, and gives its errors. */
function problems(name: string, object: any, old?: any): string[] {
  const kind = kindOf(name);
  const errors = new FieldErrors();
  const complete = (one: any) => {
    const copy = structuredClone({ apiVersion: 'v1', kind: name, ...one });
    copy.metadata = { name: 'x', namespace: 'default', uid: 'u', ...copy.metadata };
    kind.setDefaults?.(copy, { now: 0 });
    return copy;
  };
  const now = complete(object);
  if (old) {
    const before = complete(old);
    kind.prepareForUpdate?.(now, before);
    kind.validateUpdate?.(now, before, errors);
  } else {
    kind.prepareForCreate?.(now);
    kind.validate?.(now, errors);
    kind.validateCreate?.(now, errors);
  }
  return errors.list.map(({ field, body }) => `${field}: ${body}`);
}

test.each([...CREATED, ...PODS, ...WORKLOADS, ...CLUSTER_KINDS])(
  'creating a $kind that $says',
  ({ kind, object, errors }) => {
    expect(problems(kind, object)).toEqual(errors);
  },
);

test.each(UPDATED)('updating a $kind: $says', ({ kind, old, object, errors }) => {
  expect(problems(kind, object, old)).toEqual(errors);
});

test.each([
  ['*/5 * * * *', undefined],
  ['0 2 * jan-mar mon', undefined],
  ['@daily', undefined],
  ['@never', 'unrecognized descriptor: @never'],
  ['61 * * * *', 'end of range (61) above maximum (59): 61'],
  ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
  ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
  ['*/0 * * * *', 'step of range should be a positive number: */0'],
  ['a * * * *', 'failed to parse int from a: strconv.Atoi: parsing "a": invalid syntax'],
  ['every day', 'expected exactly 5 fields, found 2: [every day]'],
])('the schedule %s', (schedule, problem) => expect(scheduleProblem(schedule)).toBe(problem));
