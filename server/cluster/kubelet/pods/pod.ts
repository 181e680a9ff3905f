import type { KubeObject } from '../../../objects/object.ts';

/** A pod as the kubelet sees it: from the API or from a file. */
export type Pod = KubeObject;

/** A container of a pod's spec; the fields are those of the API. */
export type ContainerSpec = any;

export const MIRROR = 'kubernetes.io/config.mirror';
export const SOURCE = 'kubernetes.io/config.source';
export const HASH = 'kubernetes.io/config.hash';

export function isStatic(pod: Pod): boolean {
  return pod.metadata.annotations?.[SOURCE] === 'file';
}

export function isMirror(pod: Pod): boolean {
  return pod.metadata.annotations?.[MIRROR] !== undefined;
}

export function initContainers(pod: Pod): ContainerSpec[] {
  return pod.spec.initContainers ?? [];
}

export function appContainers(pod: Pod): ContainerSpec[] {
  return pod.spec.containers ?? [];
}

/** An init container that goes on running beside the others. */
export function isSidecar(container: ContainerSpec): boolean {
  return container.restartPolicy === 'Always';
}

/** Whether a container that ended is started again. Models pkg/kubelet/container/helpers.go ShouldContainerBeRestarted. */
export function isRestarted(policy: string, exitCode: number | undefined): boolean {
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

/** `nginx_default(uid)`, as messages name a pod. */
export function podFullName(pod: Pod): string {
  return `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;
}

export function podKey(pod: Pod): string {
  return `${pod.metadata.namespace}/${pod.metadata.name}`;
}

/** Path of a container in the spec, as events carry it. */
export function fieldPath(pod: Pod, name: string): string {
  const kind = initContainers(pod).some((c) => c.name === name)
    ? 'initContainers'
    : (pod.spec.ephemeralContainers ?? []).some((c: ContainerSpec) => c.name === name)
      ? 'ephemeralContainers'
      : 'containers';
  return `spec.${kind}{${name}}`;
}

// Models pkg/kubelet/types/pod_update.go IsCriticalPod
export function isCritical(pod: Pod): boolean {
  return isStatic(pod) || isMirror(pod) || (pod.spec.priority ?? 0) >= 2_000_000_000;
}

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

// Models pkg/apis/core/v1/helper/qos GetPodQOS
export function qosOf(pod: Pod): QosClass {
  let any = false;
  let guaranteed = true;
  for (const { resources = {} } of [...appContainers(pod), ...initContainers(pod)]) {
    for (const name of ['cpu', 'memory']) {
      const request = resources.requests?.[name];
      const limit = resources.limits?.[name];
      if (request !== undefined || limit !== undefined) any = true;
      if (limit === undefined || (request !== undefined && quantity(request) !== quantity(limit)))
        guaranteed = false;
    }
  }
  if (!any) return 'BestEffort';
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

const SUFFIX: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** The value of a quantity that the API server has accepted. */
export function quantity(text: string | number): number {
  const match = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(String(text));
  return Number(match?.[1] ?? 0) * (SUFFIX[match?.[2] ?? ''] ?? 1);
}
