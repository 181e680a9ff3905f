import { type KubeObject, keyOf } from '../../objects/object.ts';
import { equalValues } from '../../objects/values.ts';
import { RESOURCES } from '../client/resources.ts';
import { ifThere } from '../client/tolerate.ts';
import type { Controller, ControllerContext, Reconciler } from './controller.ts';
import { MANAGED_BY, SERVICE_NAME } from './endpoint-slice.ts';
import { canonical } from './hash.ts';
import { controllerReference } from './owners.ts';
import { isTerminating } from './pod-control.ts';
import { TRIGGER_TIME } from './service-pods.ts';

const MANAGER = 'endpointslicemirroring-controller.k8s.io';
const SKIP = 'endpointslice.kubernetes.io/skip-mirror';
const LEADER = 'control-plane.alpha.kubernetes.io/leader';
const NOT_COPIED = new Set([TRIGGER_TIME, 'kubectl.kubernetes.io/last-applied-configuration']);

/**
 * Endpoints that somebody wrote for a service without a selector become slices, which is what proxies and DNS read.
 * Models pkg/controller/endpointslicemirroring
 */
export const endpointSliceMirroringController: Controller = {
  name: 'endpointslice-mirroring-controller',
  alias: 'endpointslicemirroring',
  account: 'endpointslicemirroring-controller',
  start: (context) => new MirroringReconciler(context),
};

/** The ports, addresses and family of one slice. */
interface Wanted {
  readonly addressType: 'IPv4' | 'IPv6';
  readonly ports: object[];
  readonly endpoints: object[];
}

class MirroringReconciler implements Reconciler {
  readonly #context: ControllerContext;

  constructor(context: ControllerContext) {
    this.#context = context;
    const { informers, queue, settings } = context;
    const changed = (object: KubeObject) => queue.add(keyOf(object));
    const batched = (object: KubeObject) => queue.addBatched(keyOf(object), settings.batchMs.mirrors);
    informers.for(RESOURCES.endpoints).on({ added: batched, updated: batched, deleted: batched });
    informers.for(RESOURCES.services).on({ added: changed, updated: changed, deleted: changed });
    const slices = informers.for(RESOURCES.endpointslices);
    slices.addIndex('mirrored', (slice) => (isMirror(slice) ? [mirroredKey(slice)] : []));
    const sliceChanged = (slice: KubeObject) => {
      if (isMirror(slice)) queue.add(mirroredKey(slice));
    };
    slices.on({ updated: sliceChanged, deleted: sliceChanged });
  }

  reconcile(key: string): undefined {
    const { informers, client, settings } = this.#context;
    const service = informers.for(RESOURCES.services).get(key);
    const endpoints = informers.for(RESOURCES.endpoints).get(key);
    const left = new Set(informers.for(RESOURCES.endpointslices).byIndex('mirrored', key));
    const mirrors = endpoints && service && !service.spec.selector && isToBeMirrored(endpoints);
    try {
      for (const wanted of mirrors ? slicesOf(endpoints, settings.maxMirroredPerSubset) : []) {
        const mine = [...left].find(
          (slice) => slice['addressType'] === wanted.addressType && equalValues(slice['ports'], wanted.ports),
        );
        if (mine) left.delete(mine);
        this.#write(endpoints as KubeObject, mine, wanted);
      }
    } catch (error) {
      if (!isTerminating(error)) throw error;
    }
    for (const { metadata } of left) {
      ifThere(() => client.delete(RESOURCES.endpointslices, metadata.name, metadata.namespace));
    }
  }

  #write(endpoints: KubeObject, slice: KubeObject | undefined, wanted: Wanted): void {
    const { client } = this.#context;
    const { name, namespace } = endpoints.metadata;
    const labels = { ...endpoints.metadata.labels, [SERVICE_NAME]: name, [MANAGED_BY]: MANAGER };
    const annotations = copiedAnnotations(endpoints);
    if (!slice) {
      const metadata = {
        generateName: `${name}-`,
        namespace,
        labels,
        ...(annotations ? { annotations } : {}),
        ownerReferences: [controllerReference(endpoints, RESOURCES.endpoints)],
      };
      const object = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata, ...wanted };
      client.create(RESOURCES.endpointslices, object, namespace);
      return;
    }
    const same =
      equalValues(slice['endpoints'], wanted.endpoints) &&
      equalValues(slice.metadata.labels, labels) &&
      equalValues(slice.metadata.annotations, annotations);
    if (same) return;
    const { annotations: _, ...metadata } = slice.metadata;
    client.update(RESOURCES.endpointslices, {
      ...slice,
      metadata: { ...metadata, labels, ...(annotations ? { annotations } : {}) },
      ...wanted,
    });
  }
}

function isMirror({ metadata: { labels } }: KubeObject): boolean {
  return labels?.[MANAGED_BY] === MANAGER && labels[SERVICE_NAME] !== undefined;
}

function mirroredKey({ metadata: { namespace, labels } }: KubeObject): string {
  return `${namespace}/${labels?.[SERVICE_NAME]}`;
}

function isToBeMirrored({ metadata: { labels, annotations } }: KubeObject): boolean {
  return labels?.[SKIP] !== 'true' && annotations?.[LEADER] === undefined;
}

function copiedAnnotations({ metadata }: KubeObject): Record<string, string> | undefined {
  const kept = Object.entries(metadata.annotations ?? {}).filter(([name]) => !NOT_COPIED.has(name));
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

/** One slice for each set of ports and family of addresses, with at most so many addresses of a subset. */
function slicesOf(endpoints: KubeObject, most: number): Wanted[] {
  const found = new Map<string, Wanted>();
  for (const subset of (endpoints['subsets'] ?? []) as any[]) {
    const ports = (subset.ports ?? []).map(({ name = '', port, protocol = 'TCP', appProtocol }: any) => ({
      name,
      port,
      protocol,
      ...(appProtocol ? { appProtocol } : {}),
    }));
    let count = 0;
    for (const [addresses, ready] of [
      [subset.addresses, true],
      [subset.notReadyAddresses, false],
    ] as const) {
      for (const address of addresses ?? []) {
        if (count++ >= most) continue;
        const addressType = address.ip.includes(':') ? 'IPv6' : 'IPv4';
        const key = `${addressType} ${canonical(ports)}`;
        const wanted: Wanted = found.get(key) ?? { addressType, ports, endpoints: [] };
        found.set(key, wanted);
        wanted.endpoints.push(endpointOf(address, ready));
      }
    }
  }
  return [...found.values()];
}

function endpointOf({ ip, hostname, nodeName, targetRef }: any, ready: boolean): object {
  return {
    addresses: [ip],
    conditions: { ready },
    ...(hostname ? { hostname } : {}),
    ...(nodeName ? { nodeName } : {}),
    ...(targetRef ? { targetRef } : {}),
  };
}
