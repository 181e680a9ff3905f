import { isApiError } from '../../objects/api-error.ts';
import { type KubeObject, timestamp } from '../../objects/object.ts';
import type { Resource } from '../client/client.ts';
import { RESOURCES } from '../client/resources.ts';
import { ifThere } from '../client/tolerate.ts';
import { DELETABLE, resourceOfCrd } from './api-resources.ts';
import { type Condition, findCondition } from './conditions.ts';
import type { Controller, ControllerContext, Reconciler, Result } from './controller.ts';

/** Deletion waits until slow servers know of it. Models namespace_controller.go namespaceDeletionGracePeriod */
const GRACE_MS = 5000;
/** Seconds after which objects of an unknown kind may be gone. */
const ESTIMATE_S = 15;

// Models pkg/controller/namespace/deletion/namespaced_resources_deleter.go
export const namespaceController: Controller = {
  name: 'namespace-controller',
  alias: 'namespace',
  account: 'namespace-controller',
  latencyMs: GRACE_MS,
  start: (context) => new NamespaceReconciler(context),
};

/** What is left in a namespace. */
interface Remains {
  readonly counts: Map<string, number>;
  readonly finalizers: Map<string, number>;
  readonly errors: string[];
  estimateSeconds: number;
}

class NamespaceReconciler implements Reconciler {
  readonly #context: ControllerContext;

  constructor(context: ControllerContext) {
    this.#context = context;
    const changed = (namespace: KubeObject) => {
      if (namespace.metadata.deletionTimestamp) context.queue.add(namespace.metadata.name);
    };
    context.informers.for(RESOURCES.namespaces).on({ added: changed, updated: changed });
    context.informers.for(RESOURCES.customresourcedefinitions);
  }

  reconcile(key: string): Result | undefined {
    const namespace = this.#context.client.find(RESOURCES.namespaces, key);
    if (!namespace?.metadata.deletionTimestamp || (namespace.spec?.finalizers ?? []).length === 0)
      return undefined;
    const remains = this.#deleteAll(key);
    const updated = this.#report(namespace, remains);
    if (remains.counts.size > 0 || remains.errors.length > 0) {
      return { requeueAfterMs: (Math.floor(remains.estimateSeconds / 2) + 1) * 1000 };
    }
    this.#finalize(updated);
    return undefined;
  }

  /** Pods go first, so that policies and the like protect them to the end. */
  #deleteAll(namespace: string): Remains {
    const remains: Remains = { counts: new Map(), finalizers: new Map(), errors: [], estimateSeconds: 0 };
    this.#deleteOf(RESOURCES.pods, namespace, remains);
    if (remains.counts.size > 0 && this.#context.settings.isOn('OrderedNamespaceDeletion')) return remains;
    for (const resource of this.#resources()) {
      if (resource.plural !== 'pods') this.#deleteOf(resource, namespace, remains);
    }
    return remains;
  }

  *#resources(): Iterable<Resource> {
    for (const resource of DELETABLE) if (resource.namespaced) yield resource;
    for (const crd of this.#context.informers.for(RESOURCES.customresourcedefinitions).list()) {
      const resource = resourceOfCrd(crd);
      if (resource?.namespaced) yield resource;
    }
  }

  #deleteOf(resource: Resource, namespace: string, remains: Remains): void {
    const { client } = this.#context;
    try {
      const items = client.list(resource, { namespace }).items;
      for (const { metadata } of items) {
        if (metadata.deletionTimestamp) continue;
        ifThere(() => client.delete(resource, metadata.name, namespace, { propagationPolicy: 'Background' }));
      }
      if (items.length > 0) this.#count(resource, client.list(resource, { namespace }).items, remains);
    } catch (error) {
      // A resource that is not served (any more) has nothing to delete.
      if (!isApiError(error, 'NotFound') && !isApiError(error, 'MethodNotAllowed')) {
        remains.errors.push((error as Error).message);
        remains.estimateSeconds = Math.max(remains.estimateSeconds, ESTIMATE_S);
      }
    }
  }

  #count({ plural, group }: Resource, items: KubeObject[], remains: Remains): void {
    if (items.length === 0) return;
    remains.counts.set(group === '' ? plural : `${plural}.${group}`, items.length);
    let estimate = plural === 'pods' && group === '' ? 0 : ESTIMATE_S;
    for (const { metadata, spec } of items) {
      for (const finalizer of metadata.finalizers ?? []) {
        remains.finalizers.set(finalizer, (remains.finalizers.get(finalizer) ?? 0) + 1);
      }
      if (plural !== 'pods') continue;
      const grace = metadata.deletionGracePeriodSeconds ?? spec?.terminationGracePeriodSeconds ?? 0;
      estimate = Math.max(estimate, grace);
    }
    remains.estimateSeconds = Math.max(remains.estimateSeconds, estimate);
  }

  /** Models deletion/status_condition_utils.go */
  #report(namespace: KubeObject, { counts, finalizers, errors }: Remains): KubeObject {
    const old: Condition[] = namespace.status?.conditions ?? [];
    const time = timestamp(this.#context.clock.now);
    const list = (of: Map<string, number>, text: (name: string, count: number) => string) =>
      [...of]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, count]) => text(name, count))
        .join(', ');
    const remaining = list(counts, (name, count) => `${name}. has ${count} resource instances`);
    const holding = list(finalizers, (name, count) => `${name} in ${count} resource instances`);
    const wanted: [string, boolean, [string, string], [string, string]][] = [
      [
        'NamespaceDeletionDiscoveryFailure',
        false,
        ['DiscoveryFailed', ''],
        ['ResourcesDiscovered', 'All resources successfully discovered'],
      ],
      [
        'NamespaceDeletionGroupVersionParsingFailure',
        false,
        ['GroupVersionParsingFailed', ''],
        ['ParsedGroupVersions', 'All legacy kube types successfully parsed'],
      ],
      [
        'NamespaceDeletionContentFailure',
        errors.length > 0,
        [
          'ContentDeletionFailed',
          `Failed to delete all resource types, ${errors.length} remaining: ${errors.join(', ')}`,
        ],
        ['ContentDeleted', 'All content successfully deleted, may be waiting on finalization'],
      ],
      [
        'NamespaceContentRemaining',
        counts.size > 0,
        ['SomeResourcesRemain', `Some resources are remaining: ${remaining}`],
        ['ContentRemoved', 'All content successfully removed'],
      ],
      [
        'NamespaceFinalizersRemaining',
        finalizers.size > 0,
        ['SomeFinalizersRemain', `Some content in the namespace has finalizers remaining: ${holding}`],
        ['ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
      ],
    ];
    let changed = false;
    const conditions = wanted.map(([type, holds, yes, no]) => {
      const status = holds ? 'True' : 'False';
      const [reason, message] = holds ? yes : no;
      const before = findCondition(old, type);
      if (before && before.status === status && before.message === message) return before;
      changed = true;
      const lastTransitionTime = before?.status === status ? (before.lastTransitionTime ?? time) : time;
      return { type, status, lastTransitionTime, reason, message };
    });
    if (!changed) return namespace;
    return this.#context.client.updateStatus(RESOURCES.namespaces, {
      ...namespace,
      status: { ...namespace.status, phase: 'Terminating', conditions },
    });
  }

  #finalize(namespace: KubeObject): void {
    const finalizers = (namespace.spec.finalizers as string[]).filter((name) => name !== 'kubernetes');
    const { name } = namespace.metadata;
    const response = this.#context.client.request({
      method: 'PUT',
      path: `/api/v1/namespaces/${name}/finalize`,
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      value: { ...namespace, spec: { ...namespace.spec, finalizers } },
    });
    if (response.status >= 400 && response.status !== 404) this.#context.queue.retry(name);
  }
}
