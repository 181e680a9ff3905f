import { type KubeObject, keyOf } from '../../objects/object.ts';
import { equalValues } from '../../objects/values.ts';
import type { EventRecorder } from '../client/events.ts';
import { RESOURCES } from '../client/resources.ts';
import { ifThere } from '../client/tolerate.ts';
import type { Controller, ControllerContext, Reconciler } from './controller.ts';
import { canonical } from './hash.ts';
import { controllerReference } from './owners.ts';
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
import { shareOut, wantsHints, ZONE } from './topology-hints.ts';

export const SERVICE_NAME = 'kubernetes.io/service-name';
export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const MANAGER = 'endpointslice-controller.k8s.io';

// Models pkg/controller/endpointslice/endpointslice_controller.go and staging endpointslice/reconciler.go
export const endpointSliceController: Controller = {
  name: 'endpointslice-controller',
  alias: 'endpointslice',
  account: 'endpointslice-controller',
  start: (context) => new EndpointSliceReconciler(context),
};

/** Endpoints that share their ports. */
interface Group {
  readonly ports: object[];
  readonly endpoints: any[];
}

class EndpointSliceReconciler implements Reconciler {
  readonly #context: ControllerContext;
  readonly #recorder: EventRecorder;
  /** Services whose endpoints were shared out to the zones. */
  readonly #shared = new Set<string>();

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#recorder = context.recorder('endpoint-slice-controller');
    watchServices(context, context.settings.batchMs.slices);
    const slices = context.informers.for(RESOURCES.endpointslices);
    slices.addIndex('service', ({ metadata: { namespace, labels } }) =>
      labels?.[SERVICE_NAME] && labels[MANAGED_BY] === MANAGER
        ? [`${namespace}/${labels[SERVICE_NAME]}`]
        : [],
    );
    const changed = ({ metadata: { namespace, labels } }: KubeObject) => {
      const service = labels?.[SERVICE_NAME];
      if (service && labels[MANAGED_BY] === MANAGER) context.queue.add(`${namespace}/${service}`);
    };
    slices.on({ updated: changed, deleted: changed });
    // Zones of endpoints are those of their nodes.
    context.informers.for(RESOURCES.nodes);
  }

  reconcile(key: string): undefined {
    const { informers } = this.#context;
    const service = informers.for(RESOURCES.services).get(key);
    const selector = service && !service.metadata.deletionTimestamp ? serviceSelector(service) : undefined;
    if (!service || !selector) return;
    const existing = [...informers.for(RESOURCES.endpointslices).byIndex('service', key)];
    const pods = podsBehind(this.#context, service, selector);
    const groups = this.#groups(service, pods);
    this.#hint(
      service,
      groups.flatMap(({ endpoints }) => endpoints),
    );
    try {
      this.#write(service, existing, { groups, pods });
    } catch (error) {
      if (!isTerminating(error)) throw error;
    }
  }

  #groups(service: KubeObject, pods: readonly Pod[]): Group[] {
    const groups = new Map<string, Group>();
    for (const pod of pods) {
      const ports = portsOf(service, pod);
      const key = canonical(ports);
      const group = groups.get(key) ?? { ports, endpoints: [] };
      groups.set(key, group);
      group.endpoints.push(this.#endpoint(service, pod));
    }
    // A service without endpoints still has one slice, an empty one.
    if (groups.size === 0) groups.set('', { ports: [], endpoints: [] });
    return [...groups.values()];
  }

  /** Says for which zone each endpoint is. Models endpointslice/reconciler.go reconcileByAddressType */
  #hint(service: KubeObject, endpoints: readonly any[]): void {
    const key = keyOf(service);
    const ready = endpoints.filter(({ conditions }) => conditions.ready);
    if (!wantsHints(service)) {
      if (this.#shared.delete(key)) this.#tellHints(service, 'Topology Aware Hints has been disabled');
      if (service.spec.trafficDistribution !== 'PreferClose') return;
      for (const endpoint of ready) if (endpoint.zone) setHint(endpoint, endpoint.zone);
      return;
    }
    const zones = ready.map(({ zone }) => zone);
    const hints = shareOut(zones, this.#context.informers.for(RESOURCES.nodes).list());
    if ('why' in hints) {
      this.#shared.delete(key);
      this.#tellHints(service, hints.why);
      return;
    }
    ready.forEach((endpoint, i) => {
      setHint(endpoint, hints.zones[i] as string);
    });
    if (!this.#shared.has(key)) this.#tellHints(service, 'Topology Aware Hints has been enabled', true);
    this.#shared.add(key);
  }

  #tellHints(service: KubeObject, what: string, on = false): void {
    const reason = `TopologyAwareHints${on ? 'Enabled' : 'Disabled'}`;
    this.#recorder.event(service, on ? 'Normal' : 'Warning', reason, `${what}, addressType: IPv4`);
  }

  #endpoint(service: KubeObject, pod: Pod): object {
    const { name, namespace, uid } = pod.metadata;
    const terminating = pod.metadata.deletionTimestamp !== undefined;
    const serving = isReady(pod);
    const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
    const hostname = hostnameOf(pod, service);
    const node = this.#context.informers.for(RESOURCES.nodes).get(pod.spec.nodeName ?? '');
    const zone = node?.metadata.labels?.[ZONE];
    return {
      addresses: [pod.status.podIP],
      conditions: { ready, serving, terminating },
      ...(hostname ? { hostname } : {}),
      ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
      targetRef: { kind: 'Pod', namespace, name, uid },
      ...(zone ? { zone } : {}),
    };
  }

  #write(service: KubeObject, existing: KubeObject[], wanted: { groups: Group[]; pods: Pod[] }): void {
    const { client } = this.#context;
    const left = new Set(existing);
    const labels = labelsOf(service);
    const changedAt = once(() => triggerTime(service, wanted.pods));
    for (const group of wanted.groups) {
      const mine = [...left].filter((slice) => equalValues(slice['ports'] ?? [], group.ports));
      for (const slice of mine) left.delete(slice);
      const parts = distribute(group.endpoints, mine, this.#context.settings.maxEndpointsPerSlice);
      parts.forEach((endpoints, i) => {
        const slice = mine[i] ?? (group.endpoints.length === 0 ? take(left) : undefined);
        this.#writeSlice(service, slice, { labels, endpoints, ports: group.ports, changedAt });
      });
      for (const slice of mine.slice(parts.length)) left.add(slice);
    }
    for (const { metadata } of left) {
      ifThere(() => client.delete(RESOURCES.endpointslices, metadata.name, metadata.namespace));
    }
  }

  #writeSlice(
    service: KubeObject,
    slice: KubeObject | undefined,
    wanted: {
      labels: Record<string, string>;
      endpoints: object[];
      ports: object[];
      changedAt: () => string;
    },
  ): void {
    const { labels, endpoints, ports, changedAt } = wanted;
    if (!slice) {
      this.#context.client.create(
        RESOURCES.endpointslices,
        {
          apiVersion: 'discovery.k8s.io/v1',
          kind: 'EndpointSlice',
          metadata: {
            generateName: `${service.metadata.name}-`,
            namespace: service.metadata.namespace,
            labels,
            annotations: { [TRIGGER_TIME]: service.metadata.creationTimestamp },
            ownerReferences: [controllerReference(service, RESOURCES.services)],
          },
          addressType: 'IPv4',
          endpoints,
          ports,
        },
        service.metadata.namespace,
      );
      return;
    }
    const same =
      equalValues(slice['endpoints'] ?? [], endpoints) &&
      equalValues(slice['ports'] ?? [], ports) &&
      equalValues(slice.metadata.labels, labels);
    if (same) return;
    this.#context.client.update(RESOURCES.endpointslices, {
      ...slice,
      metadata: {
        ...slice.metadata,
        labels,
        annotations: { ...slice.metadata.annotations, [TRIGGER_TIME]: changedAt() },
      },
      endpoints,
      ports,
    });
  }
}

function setHint(endpoint: any, name: string): void {
  endpoint.hints = { forZones: [{ name }] };
}

/** What `find` finds, looked for when it is first asked for. */
function once(find: () => string): () => string {
  let found: string | undefined;
  return () => {
    found ??= find();
    return found;
  };
}

function take(slices: Set<KubeObject>): KubeObject | undefined {
  for (const slice of slices) {
    slices.delete(slice);
    return slice;
  }
  return undefined;
}

function labelsOf(service: KubeObject): Record<string, string> {
  const labels: Record<string, string> = { ...service.metadata.labels };
  delete labels[HEADLESS_LABEL];
  if (isHeadless(service)) labels[HEADLESS_LABEL] = '';
  labels[SERVICE_NAME] = service.metadata.name;
  labels[MANAGED_BY] = MANAGER;
  return labels;
}

function portsOf(service: KubeObject, pod: Pod): object[] {
  const ports: object[] = [];
  for (const port of service.spec.ports ?? []) {
    const number = targetPort(pod, port);
    if (number === undefined) continue;
    ports.push({
      name: port.name ?? '',
      port: number,
      protocol: port.protocol ?? 'TCP',
      ...(port.appProtocol ? { appProtocol: port.appProtocol } : {}),
    });
  }
  return ports;
}

/** Endpoints stay in the slice they are in; new ones fill up what there is before another slice is begun. */
function distribute(endpoints: readonly any[], slices: readonly KubeObject[], most: number): object[][] {
  const uidOf = (endpoint: any) => endpoint.targetRef?.uid as string;
  const wanted = new Map(endpoints.map((endpoint) => [uidOf(endpoint), endpoint]));
  const parts = slices.map((slice) => {
    const kept: object[] = [];
    for (const old of slice['endpoints'] ?? []) {
      const endpoint = wanted.get(uidOf(old));
      if (!endpoint) continue;
      kept.push(endpoint);
      wanted.delete(uidOf(old));
    }
    return kept;
  });
  for (const endpoint of wanted.values()) {
    let part = parts.find((candidate) => candidate.length < most);
    if (!part) {
      part = [];
      parts.push(part);
    }
    part.push(endpoint);
  }
  const used = parts.filter((part) => part.length > 0);
  return used.length > 0 ? used : [[]];
}
