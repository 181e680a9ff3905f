import type { FieldErrors } from '../../../objects/field-error.ts';
import { equalValues } from '../../../objects/values.ts';
import { report } from '../validation/fields.ts';
import { configMapKey } from '../validation/names.ts';

const MAX_BYTES = 1024 * 1024;
const FROZEN = 'field is immutable when `immutable` is set';

/** Models pkg/apis/core/validation ValidateConfigMap. */
export function validate({ data = {}, binaryData = {} }: any, errors: FieldErrors): void {
  let size = 0;
  for (const key of Object.keys(data).sort()) {
    report(errors, `data[${key}]`, key, configMapKey(key));
    if (binaryData[key] !== undefined) {
      errors.invalid(`data[${key}]`, key, 'duplicate of key present in binaryData');
    }
    size += data[key].length;
  }
  for (const key of Object.keys(binaryData).sort()) {
    report(errors, `binaryData[${key}]`, key, configMapKey(key));
    size += Math.floor((binaryData[key].length * 3) / 4);
  }
  if (size > MAX_BYTES) errors.tooLong('', MAX_BYTES);
}

/** Models pkg/apis/core/validation ValidateConfigMapUpdate. */
export function validateUpdate(object: any, old: any, errors: FieldErrors): void {
  frozen(object, old, ['data', 'binaryData'], errors);
}

/** Once immutable, it stays so, and so does its content. */
export function frozen(object: any, old: any, fields: readonly string[], errors: FieldErrors): void {
  if (!old.immutable) return;
  if (!object.immutable) errors.forbidden('immutable', FROZEN);
  for (const field of fields) {
    if (!equalValues(object[field] ?? {}, old[field] ?? {})) errors.forbidden(field, FROZEN);
  }
}
