import { type KubeObject, keyOf } from '../../objects/object.ts';
import { sumQuantities } from '../../objects/quantity.ts';
import { equalValues } from '../../objects/values.ts';
import type { Resource } from '../client/client.ts';
import { RESOURCES } from '../client/resources.ts';
import { type Amounts, inScope, usageOf } from '../kinds/resource-quota/usage.ts';
import { eachResource } from './api-resources.ts';
import type { Controller, ControllerContext, Reconciler } from './controller.ts';
import { isTerminal } from './pods.ts';

// Models pkg/controller/resourcequota/resource_quota_controller.go
export const resourceQuotaController: Controller = {
  name: 'resourcequota-controller',
  alias: 'resourcequota',
  account: 'resourcequota-controller',
  start: (context) => new ResourceQuotaReconciler(context),
};

class ResourceQuotaReconciler implements Reconciler {
  readonly #context: ControllerContext;
  readonly #resources: Resource[] = [];
  /** What objects count for: all of a namespace are counted whenever one of them changes. */
  readonly #usages = new WeakMap<KubeObject, Amounts>();

  constructor(context: ControllerContext) {
    this.#context = context;
    const quotas = context.informers.for(RESOURCES.resourcequotas);
    quotas.on({
      added: (quota) => context.queue.add(keyOf(quota)),
      updated: (quota) => context.queue.add(keyOf(quota)),
    });
    eachResource(context.informers, (resource) => {
      if (resource.namespaced && resource.plural !== 'events') this.#watch(resource);
    });
  }

  #watch(resource: Resource): void {
    this.#resources.push(resource);
    const changed = ({ metadata: { namespace = '' } }: KubeObject) => {
      for (const quota of this.#context.informers.for(RESOURCES.resourcequotas).byNamespace(namespace)) {
        this.#context.queue.add(keyOf(quota));
      }
    };
    this.#context.informers.for(resource).on({
      added: changed,
      deleted: changed,
      updated: (object, old) => {
        const ended = resource.plural === 'pods' && isTerminal(object) !== isTerminal(old);
        const resized = resource.plural !== 'resourcequotas' && object.spec !== old.spec;
        if (ended || resized) changed(object);
      },
    });
  }

  reconcile(key: string): undefined {
    const quota = this.#context.informers.for(RESOURCES.resourcequotas).get(key);
    if (!quota || quota.metadata.deletionTimestamp) return;
    const hard: Record<string, string> = quota.spec?.hard ?? {};
    const amounts = new Map(Object.keys(hard).map((name) => [name, [] as string[]]));
    for (const resource of this.#resources) this.#count(quota, resource, amounts);
    const used = Object.fromEntries([...amounts].map(([name, list]) => [name, sumQuantities(list)]));
    const status = { hard, used };
    if (
      equalValues(status, { hard: quota.status?.hard ?? {}, used: quota.status?.used ?? {} }) &&
      quota.status?.hard
    )
      return;
    this.#context.client.updateStatus(RESOURCES.resourcequotas, { ...quota, status });
  }

  #count(quota: KubeObject, resource: Resource, amounts: ReadonlyMap<string, string[]>): void {
    const { plural, group } = resource;
    if (!mayCount(amounts, plural, group)) return;
    for (const object of this.#context.informers.for(resource).byNamespace(quota.metadata.namespace ?? '')) {
      if (!inScope(quota, plural, object)) continue;
      const usage = this.#usageOf(resource, object);
      for (const name in usage) amounts.get(name)?.push(usage[name] as string);
    }
  }

  #usageOf({ plural, group }: Resource, object: KubeObject): Amounts {
    const known = this.#usages.get(object);
    if (known) return known;
    const usage = usageOf(plural, group, object);
    this.#usages.set(object, usage);
    return usage;
  }
}

/** Resources that quotas count in other ways than by `count/…`. */
const SPECIAL = new Set([
  'pods',
  'services',
  'persistentvolumeclaims',
  'configmaps',
  'secrets',
  'replicationcontrollers',
  'resourcequotas',
]);

function mayCount(wanted: ReadonlyMap<string, unknown>, plural: string, group: string): boolean {
  if (group === '' && SPECIAL.has(plural)) return true;
  return wanted.has(`count/${group === '' ? plural : `${plural}.${group}`}`);
}
