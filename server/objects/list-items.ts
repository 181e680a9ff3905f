import type { KubeObject } from './object.ts';

/**
 * Makes a list's items be written without kind and apiVersion, which the list itself has: so Go writes the items of
 * built-in kinds. Programs of the simulation, which share the values and not the bytes, still find both.
 */
export function writtenWithoutKinds<T extends KubeObject>(items: T[]): T[] {
  const toJSON = () => items.map(({ kind: _kind, apiVersion: _apiVersion, ...rest }) => rest);
  return Object.defineProperty(items, 'toJSON', { value: toJSON });
}
