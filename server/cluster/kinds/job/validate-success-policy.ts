import type { FieldErrors } from '../../../objects/field-error.ts';
import { nonNegative } from '../validation/fields.ts';
import { goDump } from '../validation/go-values.ts';

const MAX_RULES = 20;
const MAX_INDEXES_BYTES = 64 * 1024;

/** Models pkg/apis/batch/validation validateSuccessPolicy. */
export function validateSuccessPolicy(errors: FieldErrors, field: string, spec: any): void {
  const { successPolicy, completionMode, completions = 0 } = spec;
  if (completionMode !== 'Indexed') {
    errors.invalid(field, goDump('batch.SuccessPolicy', successPolicy), 'requires indexed completion mode');
    return;
  }
  const rules: any[] = successPolicy.rules ?? [];
  if (rules.length === 0) {
    const why = 'at least one rules must be specified when the successPolicy is specified';
    errors.required(`${field}.rules`, why);
  }
  if (rules.length > MAX_RULES) errors.tooMany(`${field}.rules`, rules.length, MAX_RULES);
  rules.forEach((rule, i) => {
    validateRule(errors, `${field}.rules[${i}]`, rule, completions);
  });
}

function validateRule(errors: FieldErrors, field: string, rule: any, completions: number): void {
  const { succeededCount: count, succeededIndexes: indexes } = rule;
  if (count === undefined && indexes === undefined) {
    errors.required(field, 'at least one of succeededCount or succeededIndexes must be specified');
  }
  const total = indexes === undefined ? 0 : validateIndexes(errors, field, indexes, completions);
  if (count === undefined) return;
  const place = `${field}.succeededCount`;
  nonNegative(errors, place, count);
  if (count > completions) {
    const why = `must be less than or equal to ${completions} (the number of specified completions)`;
    errors.invalid(place, count, why);
  }
  if (indexes !== undefined && count > total) {
    const why = `must be less than or equal to ${total} (the number of indexes in the specified succeededIndexes field)`;
    errors.invalid(place, count, why);
  }
}

function validateIndexes(errors: FieldErrors, field: string, indexes: string, completions: number): number {
  const place = `${field}.succeededIndexes`;
  if (indexes.length > MAX_INDEXES_BYTES) errors.tooLong(place, MAX_INDEXES_BYTES);
  const found = countIndexes(indexes, completions);
  if (typeof found === 'number') return found;
  errors.invalid(place, indexes, `error parsing succeededIndexes: ${found}`);
  return 0;
}

/** How many indexes a text such as `0,2-4` names, or what is wrong with it. Models validateIndexesFormat. */
function countIndexes(text: string, completions: number): number | string {
  if (text === '') return 0;
  let total = 0;
  let last = -1;
  for (const part of text.split(',')) {
    const interval = parseInterval(part, completions);
    if (typeof interval === 'string') return interval;
    const [from, to] = interval;
    if (total > 0 && last >= from) return `non-increasing order, previous: ${last}, current: ${from}`;
    total += to - from + 1;
    last = to;
  }
  return total;
}

function parseInterval(part: string, completions: number): readonly [number, number] | string {
  const limits = part.split('-');
  if (limits.length > 2) {
    return `the fragment ${JSON.stringify(part)} violates the requirement that an index interval can have at most two parts separated by '-'`;
  }
  for (const limit of limits) {
    const shown = JSON.stringify(limit);
    if (!/^\d{1,18}$/.test(limit)) return `cannot convert string to integer for index: ${shown}`;
    if (Number(limit) >= completions) return `too large index: ${shown}`;
  }
  const [from = 0, to = from] = limits.map(Number);
  if (limits.length > 1 && from >= to) return `non-increasing order, previous: ${from}, current: ${to}`;
  return [from, to];
}
