import { KINDS } from '../../cluster/kinds/index.ts';
import { objectType } from '../../cluster/kinds/schema/types.ts';
import type { ObjectType } from '../../objects/schema.ts';
import { groupVersion } from './resources.ts';

let known: Map<string, string> | undefined;

/** The built-in type of a kind; undefined: a custom resource, or nothing we know. */
export function typeOf(apiVersion: string, kind: string): ObjectType | undefined {
  if (!known) {
    known = new Map();
    for (const definition of KINDS) {
      known.set(`${groupVersion(definition)}/${definition.kind}`, definition.schema);
      for (const other of definition.otherVersions ?? [])
        known.set(
          `${groupVersion({ group: other.group ?? definition.group, version: other.version })}/${definition.kind}`,
          other.schema,
        );
    }
  }
  const name = known.get(`${apiVersion}/${kind}`);
  return name === undefined ? undefined : objectType(name);
}
