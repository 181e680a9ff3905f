import { canonicalQuantity, milliValue } from '../../../objects/quantity.ts';

/** Bytes come whole; `100m` of memory is mostly a slip for `100M`. */
export function fractionWarnings(field: string, value: string | number | undefined): string[] {
  if (value === undefined || milliValue(value) % 1000 === 0) return [];
  return [`${field}: fractional byte value "${canonicalQuantity(value)}" is invalid, must be an integer`];
}
