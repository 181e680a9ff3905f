import { matches, type Selector, selectorOfMap } from '../../objects/label-selector.ts';
import { type KubeObject, keyOf } from '../../objects/object.ts';
import { equalValues } from '../../objects/values.ts';
import { RESOURCES } from '../client/resources.ts';
import type { ControllerContext } from './controller.ts';
import { isReady, isTerminal, type Pod } from './pods.ts';

export const HEADLESS_LABEL = 'service.kubernetes.io/headless';
export const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';

/** Undefined for services whose endpoints somebody else writes. */
export function serviceSelector(service: KubeObject): Selector | undefined {
  const { selector, type } = service.spec;
  if (!selector || type === 'ExternalName' || Object.keys(selector).length === 0) return undefined;
  return selectorOfMap(selector);
}

/** Queues the services that a change of a pod or of themselves concerns; changes of pods wait for more of them. */
export function watchServices(context: ControllerContext, batchMs: number): void {
  const { informers, queue } = context;
  const services = informers.for(RESOURCES.services);
  const pods = informers.for<Pod>(RESOURCES.pods);
  services.on({
    added: (service) => queue.add(keyOf(service)),
    updated: (service) => queue.add(keyOf(service)),
    deleted: (service) => queue.add(keyOf(service)),
  });
  const podChanged = (pod: Pod) => {
    for (const service of services.byNamespace(pod.metadata.namespace ?? '')) {
      const selector = serviceSelector(service);
      if (selector && matches(selector, pod.metadata.labels)) queue.addBatched(keyOf(service), batchMs);
    }
  };
  pods.on({
    added: podChanged,
    updated: (pod, old) => {
      if (!matters(pod, old)) return;
      if (!equalValues(pod.metadata.labels, old.metadata.labels)) podChanged(old);
      podChanged(pod);
    },
    deleted: podChanged,
  });
}

/** Models endpointslice/util/controller_utils.go podEndpointsChanged */
function matters(pod: Pod, old: Pod): boolean {
  return (
    pod.metadata.labels !== old.metadata.labels ||
    pod.metadata.deletionTimestamp !== old.metadata.deletionTimestamp ||
    pod.status?.podIP !== old.status?.podIP ||
    pod.status?.phase !== old.status?.phase ||
    isReady(pod) !== isReady(old)
  );
}

/** Pods behind a service that have an address and are not finished. */
export function podsBehind(context: ControllerContext, service: KubeObject, selector: Selector): Pod[] {
  const found: Pod[] = [];
  for (const pod of context.informers
    .for<Pod>(RESOURCES.pods)
    .byNamespace(service.metadata.namespace ?? '')) {
    if (pod.status?.podIP && !isTerminal(pod) && matches(selector, pod.metadata.labels)) found.push(pod);
  }
  return found;
}

/** The number behind a service port on a pod; undefined: the pod has no such port. Models FindPort */
export function targetPort(pod: Pod, port: any): number | undefined {
  const target = port.targetPort ?? port.port;
  if (typeof target === 'number') return target;
  const sidecars = (pod.spec.initContainers ?? []).filter((c: any) => c.restartPolicy === 'Always');
  for (const container of [...pod.spec.containers, ...sidecars]) {
    for (const { name, protocol, containerPort } of container.ports ?? []) {
      if (name === target && (protocol ?? 'TCP') === (port.protocol ?? 'TCP')) return containerPort;
    }
  }
  return undefined;
}

/** The name that DNS gives a pod behind a headless service. */
export function hostnameOf(pod: Pod, service: KubeObject): string | undefined {
  const { hostname, subdomain } = pod.spec;
  return hostname && subdomain === service.metadata.name ? hostname : undefined;
}

export function isHeadless(service: KubeObject): boolean {
  return service.spec.clusterIP === 'None';
}

/** When the last change happened that endpoints now tell of: the newest of the pods' and the service's. */
export function triggerTime(service: KubeObject, pods: readonly Pod[]): string {
  let time = service.metadata.creationTimestamp;
  for (const pod of pods) {
    const changed = pod.status?.conditions?.find((c: any) => c.type === 'Ready')?.lastTransitionTime;
    if (changed && changed > time) time = changed;
  }
  return time;
}
