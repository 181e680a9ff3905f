import { type Steps, waitOn } from '../../../sim/index.ts';
import type { ContainerStatus } from '../../client/cri.ts';
import type { ContainerProbes } from './container-probes.ts';
import { runHook } from './hooks.ts';
import { appContainers, type ContainerSpec, initContainers } from './pod.ts';
import type { PodView } from './worker-host.ts';

/** When a pod was told to end, and how long it may take. */
export interface Termination {
  readonly graceMs: number;
  readonly at: number;
}

/** The least that is left of the grace period after a hook or a wait. */
const LEAST_MS = 2000;

/**
 * Tells all containers of a pod to end, each after its hook; sidecars in turn, once those that may need them have ended.
 * Models kuberuntime killContainersWithSyncResult and terminationOrdering.
 */
export function sendStops(view: PodView, probes: ContainerProbes, { graceMs, at }: Termination): void {
  const { kubelet, pod } = view;
  const deadline = at + graceMs;
  const left = Math.max(0, deadline - kubelet.clock.now);
  const inits = initContainers(pod);
  const specs = [...inits, ...appContainers(pod)];
  for (const status of view.containers.filter((c) => c.state === 'running')) {
    const { name } = status.config;
    const spec = specs.find((c) => c.name === name);
    if (!probes.isFailing(status.id) && spec)
      view.event('Normal', 'Killing', `Stopping container ${name}`, name);
    const mayNeedIt = inits.includes(spec) ? specs.slice(specs.indexOf(spec) + 1).map((c) => c.name) : [];
    const waits = spec?.lifecycle?.preStop !== undefined || mayNeedIt.length > 0;
    if (waits && left > 0 && !kubelet.hollow)
      kubelet.spawn(stopInTurn({ view, probes, spec, status, mayNeedIt, deadline }));
    else kubelet.runtime.stopContainer(status.id, left);
  }
}

interface Turn {
  readonly view: PodView;
  readonly probes: ContainerProbes;
  readonly spec: ContainerSpec;
  readonly status: ContainerStatus;
  /** Names of containers that end before. */
  readonly mayNeedIt: readonly string[];
  readonly deadline: number;
}

function* stopInTurn({ view, probes, spec, status, mayNeedIt, deadline }: Turn): Steps<void> {
  const { clock } = view.kubelet;
  const hook = spec.lifecycle?.preStop;
  if (hook) {
    const result = yield* runHook(hook, probes.target(spec, status), Math.max(1, deadline - clock.now));
    if (!result.ok) view.event('Warning', 'FailedPreStopHook', 'PreStopHook failed', spec.name);
  }
  const isNeeded = () =>
    view.containers.some(({ state, config }) => state === 'running' && mayNeedIt.includes(config.name));
  while (clock.now < deadline && isNeeded()) {
    const runtime = view.kubelet.findRuntime();
    if (!runtime) return;
    yield* waitOn([runtime.changed], deadline);
  }
  view.kubelet.findRuntime()?.stopContainer(status.id, Math.max(LEAST_MS, deadline - clock.now));
}
