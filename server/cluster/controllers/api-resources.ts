import type { KubeObject } from '../../objects/object.ts';
import type { Resource } from '../client/client.ts';
import type { Informers } from '../client/informer.ts';
import { RESOURCES } from '../client/resources.ts';

/** Resources that are requests rather than things: nothing to list or delete. */
const NOT_STORED = /^(bindings|componentstatuses|.*reviews)$/;

/** Built-in resources whose objects can be listed, watched and deleted. */
export const DELETABLE: readonly Resource[] = Object.values(RESOURCES).filter(
  ({ plural }) => !NOT_STORED.test(plural),
);

/** The resources that an established CRD serves, by its storage version. */
export function resourceOfCrd(crd: KubeObject): Resource | undefined {
  const established = crd.status?.conditions?.some(
    (c: any) => c.type === 'Established' && c.status === 'True',
  );
  if (!established || crd.metadata.deletionTimestamp) return undefined;
  const { group, names, scope, versions } = crd.spec;
  const version =
    (versions ?? []).find((v: any) => v.served && v.storage) ?? versions?.find((v: any) => v.served);
  if (!version) return undefined;
  return {
    group,
    version: version.name,
    plural: names.plural,
    kind: names.kind,
    namespaced: scope === 'Namespaced',
  };
}

/** Calls `found` for every resource there is, and for each that a CRD adds later. */
export function eachResource(informers: Informers, found: (resource: Resource) => void): void {
  for (const resource of DELETABLE) found(resource);
  const known = new Set<string>();
  const look = (crd: KubeObject) => {
    const resource = resourceOfCrd(crd);
    const name = resource && `${resource.group}/${resource.plural}`;
    if (!resource || !name || known.has(name)) return;
    known.add(name);
    found(resource);
  };
  informers.for(RESOURCES.customresourcedefinitions).on({ added: look, updated: look });
}

/** The resource that serves a kind; undefined: nobody knows it. */
export function resourceOfKind(informers: Informers, apiVersion: string, kind: string): Resource | undefined {
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] as string) : '';
  const builtIn = DELETABLE.find((resource) => resource.group === group && resource.kind === kind);
  if (builtIn) return builtIn;
  for (const crd of informers.for(RESOURCES.customresourcedefinitions).list()) {
    if (crd.spec.group === group && crd.spec.names.kind === kind) return resourceOfCrd(crd);
  }
  return undefined;
}
