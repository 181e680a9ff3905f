import { isApiError } from '../../../objects/api-error.ts';
import type { Steps } from '../../../sim/index.ts';
import { threeWayPatch, twoWayPatch } from '../../kubectl/apply/three-way.ts';
import { type ApiResource, groupVersion, pathOf } from '../../kubectl/resources.ts';
import { typeOf } from '../../kubectl/types.ts';
import { parseYaml } from '../../kubectl/yaml-parser.ts';
import { splitManifests } from '../chart/manifests.ts';
import { HelmError } from '../errors.ts';
import type { Helm } from '../helm.ts';

type Fields = Record<string, any>;

/** An object of a manifest, and where the API has its kind. */
export interface Resource {
  readonly api: ApiResource;
  readonly namespace: string;
  readonly name: string;
  object: Fields;
}

const same = (a: Resource, b: Resource) =>
  a.name === b.name &&
  a.namespace === b.namespace &&
  a.api.kind === b.api.kind &&
  a.api.group === b.api.group;

/** The objects of manifests. Models helm/pkg/kube Client.Build. */
export function* buildResources(helm: Helm, manifest: string, namespace: string): Steps<Resource[]> {
  const out: Resource[] = [];
  const problems: string[] = [];
  for (const text of splitManifests(manifest)) {
    const value = parseYaml(text) as Fields | null;
    if (value === null || typeof value !== 'object') continue;
    for (const object of itemsOf(value)) {
      const made = yield* buildOne(helm, object, namespace);
      if (typeof made === 'string') problems.push(made);
      else out.push(made);
    }
  }
  if (problems.length > 0)
    throw new HelmError(problems.length === 1 ? (problems[0] as string) : `[${problems.join(', ')}]`);
  return out;
}

function itemsOf(value: Fields): Fields[] {
  return String(value['kind']).endsWith('List') && Array.isArray(value['items']) ? value['items'] : [value];
}

function* buildOne(helm: Helm, object: Fields, namespace: string): Steps<Resource | string> {
  const { kind, apiVersion } = object;
  const name = String(object['metadata']?.name ?? '');
  if (!kind || !apiVersion)
    return 'error validating "": error validating data: '.concat(missing(kind, apiVersion));
  const api = yield* helm.client.resources.ofKind(String(apiVersion), String(kind));
  if (!api)
    return `resource mapping not found for name: ${JSON.stringify(name)} namespace: ${JSON.stringify(String(object['metadata']?.namespace ?? ''))} from "": no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}\nensure CRDs are installed first`;
  const own = api.namespaced ? String(object['metadata']?.namespace || namespace) : '';
  const metadata = { ...object['metadata'], ...(own === '' ? {} : { namespace: own }) };
  return { api, namespace: own, name, object: { ...object, metadata } };
}

function missing(kind: unknown, apiVersion: unknown): string {
  const lacks = [apiVersion ? '' : 'apiVersion not set', kind ? '' : 'kind not set'].filter(Boolean);
  return lacks.length === 1 ? (lacks[0] as string) : `[${lacks.join(', ')}]`;
}

/** Marks objects as a release's. Models action setMetadataVisitor. */
export function own(resources: readonly Resource[], release: { name: string; namespace: string }): void {
  for (const resource of resources) {
    const { metadata = {} } = resource.object;
    const labels = { ...metadata.labels, 'app.kubernetes.io/managed-by': 'Helm' };
    const annotations = {
      ...metadata.annotations,
      'meta.helm.sh/release-name': release.name,
      'meta.helm.sh/release-namespace': release.namespace,
    };
    resource.object = { ...resource.object, metadata: { ...metadata, labels, annotations } };
  }
}

export function* find(helm: Helm, { api, namespace, name }: Resource): Steps<Fields | undefined> {
  try {
    return yield* helm.client.api.get(pathOf(api, namespace, name));
  } catch (error) {
    if (isApiError(error) && error.code === 404) return undefined;
    throw error;
  }
}

export function* create(helm: Helm, { api, namespace, object }: Resource): Steps<void> {
  const query = { fieldManager: 'helm' };
  yield* helm.client.api.create(pathOf(api, namespace), object, { query });
}

/** Deletes an object; nothing happens where it is gone. */
export function* remove(
  helm: Helm,
  { api, namespace, name }: Resource,
  cascade = 'background',
): Steps<boolean> {
  const propagationPolicy = { background: 'Background', foreground: 'Foreground', orphan: 'Orphan' }[cascade];
  try {
    yield* helm.client.api.delete(pathOf(api, namespace, name), { propagationPolicy });
    return true;
  } catch (error) {
    if (isApiError(error) && error.code === 404) return false;
    throw error;
  }
}

/** Objects that are there already, which must be the release's. Models action existingResourceConflict. */
export function* adoptable(
  helm: Helm,
  resources: readonly Resource[],
  owner: { name: string; namespace: string; take: boolean },
): Steps<Resource[]> {
  const out: Resource[] = [];
  for (const resource of resources) {
    const there = yield* find(helm, resource);
    if (!there) continue;
    const why = owner.take ? '' : notOwned(there, owner);
    if (why !== '')
      throw new HelmError(
        `${resource.api.kind} ${JSON.stringify(resource.name)} in namespace ${JSON.stringify(resource.namespace)} exists and cannot be imported into the current release: invalid ownership metadata; ${why}`,
      );
    out.push({ ...resource, object: there });
  }
  return out;
}

function notOwned(object: Fields, owner: { name: string; namespace: string }): string {
  const { labels = {}, annotations = {} } = object['metadata'];
  const problem = (sort: string, map: Fields, key: string, wanted: string) => {
    if (map[key] === wanted) return [];
    const why =
      map[key] === undefined
        ? `missing key ${JSON.stringify(key)}: must be set to ${JSON.stringify(wanted)}`
        : `key ${JSON.stringify(key)} must equal ${JSON.stringify(wanted)}: current value is ${JSON.stringify(map[key])}`;
    return [`${sort} validation error: ${why}`];
  };
  return [
    ...problem('label', labels, 'app.kubernetes.io/managed-by', 'Helm'),
    ...problem('annotation', annotations, 'meta.helm.sh/release-name', owner.name),
    ...problem('annotation', annotations, 'meta.helm.sh/release-namespace', owner.namespace),
  ].join('; ');
}

/** Brings what is there to what is wanted, and takes away what is wanted no more. Models kube Client.Update. */
export function* update(
  helm: Helm,
  { before, after, force }: { before: readonly Resource[]; after: readonly Resource[]; force: boolean },
): Steps<Resource[]> {
  const created: Resource[] = [];
  for (const target of after) {
    const there = yield* find(helm, target);
    if (!there) {
      yield* attempt('failed to create resource', () => create(helm, target));
      created.push(target);
      continue;
    }
    const old = before.find((other) => same(other, target));
    if (!old) throw new HelmError(`no ${target.api.kind} with the name ${JSON.stringify(target.name)} found`);
    yield* force ? replace(helm, target, there) : patch(helm, { old: old.object, target, there });
  }
  for (const gone of before.filter((old) => !after.some((target) => same(old, target)))) {
    const there = yield* find(helm, gone);
    if (!there || there['metadata'].annotations?.['helm.sh/resource-policy'] === 'keep') continue;
    yield* remove(helm, gone);
  }
  return created;
}

export function* attempt(what: string, call: () => Steps<void>): Steps<void> {
  try {
    yield* call();
  } catch (error) {
    if (!isApiError(error)) throw error;
    throw new HelmError(`${what}: ${error.message}`);
  }
}

function* replace(helm: Helm, { api, namespace, name, object }: Resource, there: Fields): Steps<void> {
  const { resourceVersion } = there['metadata'];
  const body = { ...object, metadata: { ...object['metadata'], resourceVersion } };
  yield* attempt(
    'failed to replace object',
    () => helm.client.api.put(pathOf(api, namespace, name), body) as Steps<void>,
  );
}

function* patch(
  helm: Helm,
  { old, target, there }: { old: Fields; target: Resource; there: Fields },
): Steps<void> {
  const { api, namespace, name, object } = target;
  const type = typeOf(groupVersion(api), api.kind);
  const custom = type === undefined || api.kind === 'CustomResourceDefinition';
  const body = custom
    ? twoWayPatch(old, object, undefined)
    : threeWayPatch({ original: old, modified: object, current: there }, type);
  if (Object.keys(body).length === 0) return;
  const contentType = custom ? 'application/merge-patch+json' : 'application/strategic-merge-patch+json';
  const what = `cannot patch ${JSON.stringify(name)} with kind ${api.kind}`;
  yield* attempt(what, function* () {
    yield* helm.client.api.patch(pathOf(api, namespace, name), contentType, body, {
      query: { fieldManager: 'helm' },
    });
  });
}
