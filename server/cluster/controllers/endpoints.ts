import type { KubeObject } from '../../objects/object.ts';
import { equalValues } from '../../objects/values.ts';
import { RESOURCES } from '../client/resources.ts';
import { ifThere } from '../client/tolerate.ts';
import type { Controller, ControllerContext, Reconciler } from './controller.ts';
import { canonical } from './hash.ts';
import { isTerminating } from './pod-control.ts';
import { isReady, type Pod } from './pods.ts';
import {
  HEADLESS_LABEL,
  hostnameOf,
  isHeadless,
  podsBehind,
  serviceSelector,
  TRIGGER_TIME,
  targetPort,
  triggerTime,
  watchServices,
} from './service-pods.ts';

const MANAGED_BY = 'endpoints.kubernetes.io/managed-by';
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity';
const CAPACITY = 1000;

// Models pkg/controller/endpoint/endpoints_controller.go
export const endpointsController: Controller = {
  name: 'endpoints-controller',
  alias: 'endpoint',
  account: 'endpoint-controller',
  start: (context) => new EndpointsReconciler(context),
};

interface Address {
  ip: string;
  hostname?: string;
  nodeName?: string;
  targetRef: { kind: string; namespace: string; name: string; uid: string };
}

interface Port {
  name?: string;
  port: number;
  protocol: string;
  appProtocol?: string;
}

class EndpointsReconciler implements Reconciler {
  readonly #context: ControllerContext;

  constructor(context: ControllerContext) {
    this.#context = context;
    watchServices(context, context.settings.batchMs.endpoints);
    context.informers.for(RESOURCES.endpoints).on({
      deleted: ({ metadata }) => context.queue.add(`${metadata.namespace}/${metadata.name}`),
    });
  }

  reconcile(key: string): undefined {
    const { client, informers } = this.#context;
    const service = informers.for(RESOURCES.services).get(key);
    const old = informers.for(RESOURCES.endpoints).get(key);
    if (!service) {
      // Endpoints that were made by hand for a service without selector go with the service as well.
      if (old) ifThere(() => client.delete(RESOURCES.endpoints, old.metadata.name, old.metadata.namespace));
      return;
    }
    const selector = serviceSelector(service);
    if (!selector) return;
    const pods = podsBehind(this.#context, service, selector);
    const { subsets, truncated } = subsetsOf(service, pods);
    const metadata = metadataOf(service, old, { truncated, pods });
    const same =
      old &&
      equalValues(old['subsets'] ?? [], subsets) &&
      equalValues(old.metadata.labels, metadata.labels) &&
      equalValues(withoutTrigger(old.metadata.annotations), withoutTrigger(metadata.annotations));
    if (same) return;
    const fields = subsets.length > 0 ? { subsets } : {};
    try {
      if (old) {
        const { subsets: _, ...rest } = old;
        client.update(RESOURCES.endpoints, {
          ...rest,
          metadata: { ...old.metadata, ...metadata },
          ...fields,
        } as KubeObject);
      } else {
        const { name, namespace } = service.metadata;
        const object = {
          apiVersion: 'v1',
          kind: 'Endpoints',
          metadata: { name, namespace, ...metadata },
          ...fields,
        };
        client.create(RESOURCES.endpoints, object, namespace);
      }
    } catch (error) {
      if (!isTerminating(error)) throw error;
    }
  }
}

function withoutTrigger(annotations: Readonly<Record<string, string>> | undefined): object {
  const { [TRIGGER_TIME]: _, ...rest } = annotations ?? {};
  return rest;
}

function metadataOf(
  service: KubeObject,
  old: KubeObject | undefined,
  { truncated, pods }: { truncated: boolean; pods: Pod[] },
) {
  const labels: Record<string, string> = { ...service.metadata.labels, [MANAGED_BY]: 'endpoint-controller' };
  delete labels[HEADLESS_LABEL];
  if (isHeadless(service)) labels[HEADLESS_LABEL] = '';
  const annotations: Record<string, string> = { ...old?.metadata.annotations };
  annotations[TRIGGER_TIME] = old ? triggerTime(service, pods) : service.metadata.creationTimestamp;
  delete annotations[OVER_CAPACITY];
  if (truncated) annotations[OVER_CAPACITY] = 'truncated';
  return { labels, annotations };
}

function subsetsOf(service: KubeObject, pods: readonly Pod[]): { subsets: object[]; truncated: boolean } {
  const groups = new Map<string, { ports: Port[]; ready: Address[]; waiting: Address[] }>();
  const unready = service.spec.publishNotReadyAddresses === true;
  let count = 0;
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp && !unready) continue;
    for (const ports of portGroups(service, pod)) {
      if (count++ >= CAPACITY) continue;
      const key = canonical(ports);
      const group = groups.get(key) ?? { ports, ready: [], waiting: [] };
      groups.set(key, group);
      (unready || isReady(pod) ? group.ready : group.waiting).push(addressOf(pod, service));
    }
  }
  const subsets = [...groups.values()].map(({ ports, ready, waiting }) => ({
    ...(ready.length > 0 ? { addresses: ready.sort(byAddress) } : {}),
    ...(waiting.length > 0 ? { notReadyAddresses: waiting.sort(byAddress) } : {}),
    ...(ports.length > 0 ? { ports } : {}),
  }));
  return { subsets: joined(subsets), truncated: count > CAPACITY };
}

/** Subsets with the same addresses are one with all ports. Models pkg/api/v1/endpoints RepackSubsets */
function joined(subsets: any[]): object[] {
  const byAddresses = new Map<string, any>();
  for (const { ports, ...addresses } of subsets) {
    // Mostly there is one, of many addresses.
    const key = subsets.length === 1 ? '' : canonical(addresses);
    const known = byAddresses.get(key);
    const all: Port[] = [...(known?.ports ?? []), ...(ports ?? [])];
    all.sort((a, b) => (canonical(a) < canonical(b) ? -1 : 1));
    byAddresses.set(key, { ...addresses, ...(all.length > 0 ? { ports: all } : {}) });
  }
  return [...byAddresses].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, subset]) => subset);
}

function* portGroups(service: KubeObject, pod: Pod): Iterable<Port[]> {
  const ports: any[] = service.spec.ports ?? [];
  // A headless service may go without ports.
  if (ports.length === 0) {
    if (isHeadless(service)) yield [];
    return;
  }
  for (const port of ports) {
    const number = targetPort(pod, port);
    if (number === undefined) continue;
    yield [
      {
        ...(port.name ? { name: port.name } : {}),
        port: number,
        protocol: port.protocol ?? 'TCP',
        ...(port.appProtocol ? { appProtocol: port.appProtocol } : {}),
      },
    ];
  }
}

function addressOf(pod: Pod, service: KubeObject): Address {
  const { name, namespace = '', uid } = pod.metadata;
  const hostname = hostnameOf(pod, service);
  return {
    ip: pod.status.podIP,
    ...(hostname ? { hostname } : {}),
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    targetRef: { kind: 'Pod', namespace, name, uid },
  };
}

function byAddress(a: Address, b: Address): number {
  if (a.ip !== b.ip) return a.ip < b.ip ? -1 : 1;
  return a.targetRef.uid < b.targetRef.uid ? -1 : 1;
}
