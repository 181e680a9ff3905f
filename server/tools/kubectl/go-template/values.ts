import { goPrint } from '../go-json.ts';

/** A key that a map does not have. */
export const NO_VALUE = Symbol('no value');

/** What `if` makes of a value. */
export function truth(value: unknown): boolean {
  if (value === NO_VALUE || value === null || value === undefined) return false;
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object') return Object.keys(value).length > 0;
  return Boolean(value);
}

export function printed(value: unknown): string {
  return value === NO_VALUE || value === null || value === undefined ? '<no value>' : goPrint(value);
}

/** What `range` goes through: keys in order, with their values. */
export function entriesOf(value: unknown): [unknown, unknown][] | undefined {
  if (value === NO_VALUE || value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.map((item, index) => [index, item]);
  if (typeof value === 'number') return Array.from({ length: Math.min(value, 100_000) }, (_, i) => [i, i]);
  if (typeof value !== 'object') return undefined;
  return Object.keys(value)
    .sort()
    .map((key) => [key, (value as Record<string, unknown>)[key]]);
}
