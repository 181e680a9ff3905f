import { KINDS } from '../../cluster/kinds/index.ts';
import { objectType } from '../../cluster/kinds/schema/types.ts';
import type { ObjectType } from '../../objects/schema.ts';
import type { Info } from './builder.ts';
import { KubectlError } from './errors.ts';
import { groupVersion } from './resources.ts';

/** Fails for what is not compiled into kubectl: commands that hold objects as their types cannot read it. */
export function checkRegistered(found: { infos: readonly Info[]; single: boolean }): void {
  const strange = found.infos.find(({ resource }) => !typeOf(groupVersion(resource), resource.kind));
  if (!strange) return;
  const { resource } = strange;
  const kind = JSON.stringify(found.single ? resource.kind : `${resource.kind}List`);
  const version = JSON.stringify(groupVersion(resource));
  throw new KubectlError(
    `no kind ${kind} is registered for version ${version} in scheme "pkg/scheme/scheme.go:28"`,
  );
}

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
