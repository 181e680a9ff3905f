import type { Steps } from '../../../sim/index.ts';
import type { ContainerStatus } from '../../client/cri.ts';
import type { ContainerProbes } from './container-probes.ts';
import { appContainers, type ContainerSpec, initContainers } from './pod.ts';
import { runHandler } from './probes.ts';
import type { PodView } from './worker-host.ts';

/** When a pod was told to end, and how long it may take. */
export interface Termination {
  readonly graceMs: number;
  readonly at: number;
}

/** The least that is left of the grace period after a preStop hook. */
const AFTER_HOOK_MS = 2000;

/** Tells all containers of a pod to end, each after its hook. Models kuberuntime killContainersWithSyncResult. */
export function sendStops(view: PodView, probes: ContainerProbes, { graceMs, at }: Termination): void {
  const { kubelet, pod } = view;
  const left = Math.max(0, at + graceMs - kubelet.clock.now);
  const running = view.containers.filter((c) => c.state === 'running');
  const specs = [...initContainers(pod), ...appContainers(pod)];
  for (const status of running) {
    const { name } = status.config;
    const spec = specs.find((c) => c.name === name);
    if (!probes.isFailing(status.id) && spec)
      view.event('Normal', 'Killing', `Stopping container ${name}`, name);
    const hook = spec?.lifecycle?.preStop;
    if (hook && left > 0 && !kubelet.hollow)
      kubelet.spawn(stopAfterHook(view, probes, spec, status, at + graceMs));
    else kubelet.runtime.stopContainer(status.id, left);
  }
}

function* stopAfterHook(
  view: PodView,
  probes: ContainerProbes,
  spec: ContainerSpec,
  status: ContainerStatus,
  deadline: number,
): Steps<void> {
  const { clock } = view.kubelet;
  const limitMs = Math.max(1, deadline - clock.now);
  const result = yield* runHandler(spec.lifecycle.preStop, probes.target(spec, status), limitMs);
  if (!result.ok) view.event('Warning', 'FailedPreStopHook', 'PreStopHook failed', spec.name);
  view.kubelet.findRuntime()?.stopContainer(status.id, Math.max(AFTER_HOOK_MS, deadline - clock.now));
}
