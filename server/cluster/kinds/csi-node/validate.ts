import type { FieldErrors } from '../../../objects/field-error.ts';
import { equalValues } from '../../../objects/values.ts';
import { driverName } from '../validation/driver-name.ts';
import { nonNegative, report } from '../validation/fields.ts';
import { qualifiedName } from '../validation/names.ts';

const MAX_NODE_ID = 256;

/** Models pkg/apis/storage/validation ValidateCSINode. */
export function validate({ spec = {} }: any, errors: FieldErrors): void {
  const names = new Set<string>();
  (spec.drivers ?? []).forEach((driver: any, i: number) => {
    const field = `spec.drivers[${i}]`;
    driverName(errors, `${field}.name`, driver.name);
    if (!driver.nodeID) errors.required(`${field}.nodeID`);
    else if (driver.nodeID.length > MAX_NODE_ID) errors.tooLong(`${field}.nodeID`, MAX_NODE_ID);
    nonNegative(errors, `${field}.allocatable.count`, driver.allocatable?.count);
    if (names.has(driver.name)) errors.duplicate(`${field}.name`, driver.name);
    names.add(driver.name);
    validateKeys(errors, `${field}.topologyKeys`, driver.topologyKeys);
  });
}

function validateKeys(errors: FieldErrors, field: string, keys: readonly string[] = []): void {
  keys.forEach((key, i) => {
    if (key === '') errors.required(field);
    else if (keys.indexOf(key) < i) errors.duplicate(field, key);
    else report(errors, field, key, qualifiedName(key));
  });
}

/** What a driver registered stays as it is. */
export function validateUpdate({ spec = {} }: any, old: any, errors: FieldErrors): void {
  (spec.drivers ?? []).forEach((driver: any, i: number) => {
    const before = old.spec?.drivers?.find(({ name }: any) => name === driver.name);
    if (before && !equalValues(before, driver))
      errors.invalid(`spec.drivers[${i}]`, driver, 'field is immutable');
  });
}
