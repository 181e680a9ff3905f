import { isObject, setOwn } from './values.ts';

/** The value at a simple JSON path such as `.spec.replicas`. */
export function valueAt(object: unknown, path: string): unknown {
  let value = object;
  for (const key of keysOf(path)) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** A copy of the object with the value at a path changed; only what lies on the way is copied. */
export function withValueAt<T>(object: T, path: string, value: unknown): T {
  return put(object, keysOf(path), value) as T;
}

function put(object: unknown, keys: readonly string[], value: unknown): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  const copy = isObject(object) ? { ...object } : {};
  setOwn(copy, key, put(Object.hasOwn(copy, key) ? copy[key] : undefined, rest, value));
  return copy;
}

function keysOf(path: string): string[] {
  return path.split('.').filter((key) => key !== '');
}
