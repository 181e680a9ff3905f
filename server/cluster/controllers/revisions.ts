import { isApiError } from '../../objects/api-error.ts';
import { selectorOf } from '../../objects/label-selector.ts';
import type { KubeObject } from '../../objects/object.ts';
import type { Client, Resource } from '../client/client.ts';
import type { Informer } from '../client/informer.ts';
import { RESOURCES } from '../client/resources.ts';
import { ifThere } from '../client/tolerate.ts';
import { canonical, shortHash } from './hash.ts';
import { claim, controllerReference } from './owners.ts';

// Models pkg/controller/history/controller_history.go

export interface HistoryOptions {
  client: Client;
  owner: KubeObject;
  resource: Resource;
  revisions: Informer;
  /** Label that carries the hash: `controller-revision-hash`. */
  hashLabel: string;
}

/** The revisions of an owner, oldest first, orphans that match adopted. */
export function listRevisions({ client, owner, resource, revisions }: HistoryOptions): KubeObject[] {
  const found = claim(revisions, {
    client,
    owner,
    ownerResource: resource,
    selector: selectorOf(owner.spec.selector) ?? [],
    resource: RESOURCES.controllerrevisions,
  });
  return found.sort((a, b) => a['revision'] - b['revision'] || (a.metadata.name < b.metadata.name ? -1 : 1));
}

/** What a revision records: the template, as a strategic patch that replaces it. */
export function revisionData(owner: KubeObject): object {
  return { spec: { template: { ...owner.spec.template, $patch: 'replace' } } };
}

/**
 * The revision that records the owner's template now: an existing one, moved to the end, or a new one.
 * Returns also what became of the list.
 */
export function currentRevision(
  options: HistoryOptions,
  existing: readonly KubeObject[],
): { current: KubeObject; revisions: KubeObject[] } {
  const { client, owner } = options;
  const data = revisionData(owner);
  const text = canonical(data);
  const same = existing.findLast((revision) => canonical(revision['data']) === text);
  const last = existing.at(-1);
  if (same && same === last) return { current: same, revisions: [...existing] };
  const number = (last?.['revision'] ?? 0) + 1;
  if (same) {
    const current = client.update(RESOURCES.controllerrevisions, { ...same, revision: number });
    return { current, revisions: [...existing.filter((revision) => revision !== same), current] };
  }
  const current = create(options, data, number);
  return { current, revisions: [...existing, current] };
}

function create(
  { client, owner, resource, hashLabel }: HistoryOptions,
  data: object,
  number: number,
): KubeObject {
  const { name, namespace, annotations } = owner.metadata;
  const hash = shortHash(data, owner.status?.collisionCount);
  const labels = { ...owner.spec.template.metadata?.labels, [hashLabel]: hash };
  const revision = {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels,
      ...(annotations ? { annotations } : {}),
      ownerReferences: [controllerReference(owner, resource)],
    },
    data,
    revision: number,
  };
  try {
    return client.create(RESOURCES.controllerrevisions, revision, namespace);
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error;
    const taken = client.get<KubeObject>(RESOURCES.controllerrevisions, revision.metadata.name, namespace);
    if (canonical(taken['data']) === canonical(data)) return taken;
    throw error;
  }
}

export function hashOf(revision: KubeObject, hashLabel: string): string {
  return revision.metadata.labels?.[hashLabel] ?? '';
}

/** Deletes the oldest revisions that nothing uses, past the limit. */
export function trimRevisions(
  client: Client,
  revisions: readonly KubeObject[],
  { limit, isUsed }: { limit: number; isUsed: (revision: KubeObject) => boolean },
): void {
  const unused = revisions.filter((revision) => !isUsed(revision));
  for (const { metadata } of unused.slice(0, Math.max(0, unused.length - limit))) {
    ifThere(() => client.delete(RESOURCES.controllerrevisions, metadata.name, metadata.namespace));
  }
}
