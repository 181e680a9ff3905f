import type { FieldErrors } from '../../../objects/field-error.ts';
import { compareQuantities, parseQuantity } from '../../../objects/quantity.ts';
import { report } from '../validation/fields.ts';
import { goQuantity } from '../validation/go-values.ts';
import { qualifiedName } from '../validation/names.ts';
import { allowsOvercommit, containerResourceName, resourceName } from '../validation/resources.ts';

const TYPES = ['Pod', 'Container', 'PersistentVolumeClaim'];

/** Models pkg/apis/core/validation ValidateLimitRange. */
export function validate({ spec = {} }: any, errors: FieldErrors): void {
  const types = new Set<string>();
  (spec.limits ?? []).forEach((item: any, i: number) => {
    const place = `spec.limits[${i}]`;
    validateType(errors, `${place}.type`, item.type);
    if (types.has(item.type)) errors.duplicate(`${place}.type`, item.type);
    types.add(item.type);
    validateItem(errors, place, item);
  });
}

function validateType(errors: FieldErrors, field: string, type = ''): void {
  const problems = qualifiedName(type);
  report(errors, field, type, problems);
  if (problems.length > 0 || type.includes('/') || TYPES.includes(type)) return;
  errors.invalid(field, type, 'must be a standard limit type or fully qualified');
}

function validateItem(errors: FieldErrors, field: string, item: any): void {
  const names = new Set<string>();
  const checkName = item.type === 'Pod' || item.type === 'Container' ? containerResourceName : resourceName;
  const checkList = (list: string) => {
    for (const name of Object.keys(item[list] ?? {}).sort()) {
      names.add(name);
      checkName(errors, `${field}.${list}[${name}]`, name);
    }
  };
  for (const list of ['max', 'min']) checkList(list);
  for (const list of ['default', 'defaultRequest']) {
    if (item.type !== 'Pod') checkList(list);
    else if (Object.keys(item[list] ?? {}).length > 0) {
      errors.forbidden(`${field}.${list}`, "may not be specified when `type` is 'Pod'");
    }
  }
  if (item.type === 'PersistentVolumeClaim' && !item.min?.storage && !item.max?.storage) {
    errors.required(
      `${field}.limits`,
      'either minimum or maximum storage value is required, but neither was provided',
    );
  }
  checkList('maxLimitRequestRatio');
  for (const name of [...names].sort()) compareBounds(errors, field, name, item);
}

function compareBounds(errors: FieldErrors, field: string, name: string, item: any): void {
  const min = item.min?.[name];
  const max = item.max?.[name];
  const limit = item.type === 'Pod' ? undefined : item.default?.[name];
  const request = item.type === 'Pod' ? undefined : item.defaultRequest?.[name];
  const ratio = item.maxLimitRequestRatio?.[name];
  const above = (a: string | undefined, b: string | undefined): boolean =>
    a !== undefined && b !== undefined && compareQuantities(a, b) > 0;
  const refuse = (list: string, value: string, why: string) =>
    errors.invalid(`${field}.${list}[${name}]`, goQuantity(value, true), why);
  if (above(min, max)) refuse('min', min, `min value ${min} is greater than max value ${max}`);
  if (above(min, request)) {
    refuse('defaultRequest', request, `min value ${min} is greater than default request value ${request}`);
  }
  if (above(request, max)) {
    refuse('defaultRequest', request, `default request value ${request} is greater than max value ${max}`);
  }
  if (above(request, limit)) {
    refuse(
      'defaultRequest',
      request,
      `default request value ${request} is greater than default limit value ${limit}`,
    );
  }
  if (above(min, limit)) refuse('default', min, `min value ${min} is greater than default value ${limit}`);
  if (above(limit, max)) refuse('default', max, `default value ${limit} is greater than max value ${max}`);
  if (ratio !== undefined && above('1', ratio)) {
    refuse('maxLimitRequestRatio', ratio, `ratio ${ratio} is less than 1`);
  }
  if (ratio !== undefined && min !== undefined && max !== undefined) {
    const most = toNumber(max) / toNumber(min);
    if (toNumber(ratio) > most) {
      const why = `ratio ${ratio} is greater than max/min = ${most.toFixed(6)}`;
      refuse('maxLimitRequestRatio', ratio, why);
    }
  }
  if (allowsOvercommit(name) || limit === undefined || request === undefined) return;
  if (compareQuantities(limit, request) === 0) return;
  const why = `default value ${limit} must equal to defaultRequest value ${request} in ${name}`;
  refuse('defaultRequest', request, why);
}

function toNumber(quantity: string): number {
  return Number(parseQuantity(quantity)?.nanos ?? 0n) / 1e9;
}
