import type { FieldErrors } from '../../../objects/field-error.ts';
import { compareQuantities } from '../../../objects/quantity.ts';
import { report } from '../validation/fields.ts';
import { goQuantity } from '../validation/go-values.ts';
import { qualifiedName } from '../validation/names.ts';
import { resourceName, resourceQuantity } from '../validation/resources.ts';

/** Models pkg/apis/core/validation ValidateLimitRange. */
export function validate({ spec = {} }: any, errors: FieldErrors): void {
  const types = new Set<string>();
  (spec.limits ?? []).forEach((item: any, i: number) => {
    const place = `spec.limits[${i}]`;
    report(errors, `${place}.type`, item.type ?? '', qualifiedName(item.type ?? ''));
    if (types.has(item.type)) errors.duplicate(`${place}.type`, item.type);
    types.add(item.type);
    validateItem(errors, place, item);
  });
}

function validateItem(errors: FieldErrors, field: string, item: any): void {
  const lists = ['max', 'min'];
  if (item.type === 'Pod') {
    for (const name of ['default', 'defaultRequest']) {
      if (Object.keys(item[name] ?? {}).length === 0) continue;
      errors.forbidden(`${field}.${name}`, "may not be specified when `type` is 'Pod'");
    }
  } else lists.push('default', 'defaultRequest');
  lists.push('maxLimitRequestRatio');
  const names = new Set<string>();
  for (const list of lists) {
    for (const name of Object.keys(item[list] ?? {}).sort()) {
      names.add(name);
      resourceName(errors, `${field}.${list}[${name}]`, name);
      resourceQuantity(errors, `${field}.${list}[${name}]`, name, item[list][name]);
    }
  }
  if (item.type === 'PersistentVolumeClaim' && !item.min?.storage && !item.max?.storage) {
    errors.required(
      `${field}.limits`,
      'either minimum or maximum storage value is required, but neither was provided',
    );
  }
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
}
