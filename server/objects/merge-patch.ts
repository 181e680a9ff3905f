import { copyValue, isObject, setOwn } from './values.ts';

/** RFC 7386: objects merge, null removes, everything else replaces. Returns a new value that shares nothing it changed. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return copyValue(patch);
  const result: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (value === null) delete result[key];
    else setOwn(result, key, mergePatch(Object.hasOwn(result, key) ? result[key] : undefined, value));
  }
  return result;
}
