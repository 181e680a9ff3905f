import { timestamp } from '../../../objects/object.ts';
import type { ContainerStatus, SandboxStatus } from '../../client/cri.ts';
import {
  appContainers,
  type ContainerSpec,
  initContainers,
  isRestarted,
  isSidecar,
  isStatic,
  type Pod,
  qosOf,
} from './pod.ts';
import type { ResizeProblem } from './resize.ts';

export interface Waiting {
  readonly reason: string;
  readonly message?: string;
}

/** What a pod's status is made from. */
export interface StatusView {
  readonly pod: Pod;
  /** All attempts of all containers, oldest first. */
  readonly containers: readonly ContainerStatus[];
  /** Why containers wait, by name. */
  readonly waiting: ReadonlyMap<string, Waiting>;
  readonly sandbox: SandboxStatus | undefined;
  readonly hostIp: string;
  readonly now: number;
  readonly startTime: number;
  /** The address it had, once its sandbox is gone. */
  readonly lastIp: string;
  /** It was told to end and has: whatever its restart policy, nothing starts any more. */
  readonly ended: boolean;
  readonly resizeProblem: ResizeProblem | undefined;
  readonly isOn: (gate: string) => boolean;
  ready(container: ContainerSpec, status: ContainerStatus): boolean;
  started(container: ContainerSpec, status: ContainerStatus): boolean;
  terminationMessage(container: ContainerSpec, status: ContainerStatus): string;
}

/** The attempts of one container: the latest and the one before. */
export function attemptsOf(
  containers: readonly ContainerStatus[],
  name: string,
): readonly [ContainerStatus | undefined, ContainerStatus | undefined] {
  let latest: ContainerStatus | undefined;
  let before: ContainerStatus | undefined;
  for (const container of containers) {
    if (container.config.name !== name) continue;
    before = latest;
    latest = container;
  }
  return [latest, before];
}

/** `status` of a pod that the kubelet would not run, or ended. */
export function refusedStatus(
  pod: Pod,
  { reason, message }: { reason: string; message: string },
  startTime: number,
): any {
  return {
    phase: 'Failed',
    reason,
    message,
    startTime: timestamp(startTime),
    conditions: pod.status?.conditions ?? [],
    qosClass: pod.status?.qosClass,
  };
}

/** Why the kubelet ended a pod for ever: for its node's sake, or because its time is up. */
export interface Ending {
  readonly reason: 'Evicted' | 'Terminated' | 'DeadlineExceeded';
  readonly message: string;
  /** The pod itself asked for it: nobody has disrupted it. */
  readonly isOwnDoing?: boolean;
}

/** `status` of a pod that the kubelet has ended. */
export function endedStatus(status: any, { reason, message, isOwnDoing }: Ending, now: number): any {
  if (isOwnDoing) return { ...status, phase: 'Failed', reason, message };
  const type = 'DisruptionTarget';
  const target = {
    type,
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: timestamp(now),
    reason: 'TerminationByKubelet',
    message,
  };
  const known = status.conditions.find((c: any) => c.type === type);
  const others = status.conditions.filter((c: any) => c.type !== type);
  return { ...status, phase: 'Failed', reason, message, conditions: [...others, known ?? target] };
}

/** `status` of a pod, as the kubelet reports it. Models pkg/kubelet/kubelet_pods.go generateAPIPodStatus. */
export function podStatus(view: StatusView): any {
  const { pod } = view;
  const inits = initContainers(pod).map((c) => containerStatus(view, c, 'init'));
  const apps = appContainers(pod).map((c) => containerStatus(view, c, 'app'));
  const ephemeral = (pod.spec.ephemeralContainers ?? []).map((c: ContainerSpec) =>
    containerStatus(view, c, 'ephemeral'),
  );
  const reached = phaseOf(pod, inits, apps, view.ended);
  const runs = view.containers.some(({ state }) => state === 'running');
  // Models pkg/kubelet/status/status_manager.go mergePodStatus: a pod has not ended while a sidecar goes on.
  const phase =
    runs && ['Succeeded', 'Failed'].includes(reached) ? (pod.status?.phase ?? 'Running') : reached;
  const ip = pod.spec.hostNetwork ? (view.sandbox ? view.hostIp : '') : view.sandbox?.ip || view.lastIp;
  return {
    phase,
    conditions: conditions(view, reached, inits, apps),
    hostIP: view.hostIp,
    hostIPs: [{ ip: view.hostIp }],
    ...(ip === '' ? {} : { podIP: ip, podIPs: [{ ip }] }),
    startTime: timestamp(view.startTime),
    ...(inits.length > 0 ? { initContainerStatuses: inits } : {}),
    containerStatuses: apps,
    ...(ephemeral.length > 0 ? { ephemeralContainerStatuses: ephemeral } : {}),
    qosClass: qosOf(pod),
  };
}

function containerStatus(
  view: StatusView,
  container: ContainerSpec,
  role: 'init' | 'app' | 'ephemeral',
): any {
  const [latest, before] = attemptsOf(view.containers, container.name);
  const waiting = view.waiting.get(container.name);
  const running = latest?.state === 'running';
  const sidecar = isSidecar(container);
  const isInit = role === 'init';
  const done = isInit && !sidecar && latest?.state === 'exited' && latest.exitCode === 0;
  const up = running && latest !== undefined;
  const started = up && (!isInit || sidecar) && role !== 'ephemeral' && view.started(container, latest);
  const ready =
    done || (up && (!isInit || sidecar) && role !== 'ephemeral' && started && view.ready(container, latest));
  const state = stateOf(view, container, latest, waiting);
  const last = state.waiting && latest?.state === 'exited' ? latest : before;
  const { requests, limits } = resourcesOf(view, container);
  const mounts = (container.volumeMounts ?? []).map(({ name, mountPath, readOnly }: any) => ({
    name,
    mountPath,
    ...(readOnly ? { readOnly: true, recursiveReadOnly: 'Disabled' } : {}),
  }));
  return {
    name: container.name,
    state,
    lastState: last?.state === 'exited' ? { terminated: terminated(view, container, last) } : {},
    ready,
    restartCount: latest?.config.attempt ?? 0,
    image: latest ? latest.image : container.image,
    imageID: latest ? latest.imageRef : '',
    ...(latest ? { containerID: `containerd://${latest.id}` } : {}),
    started,
    ...(latest && requests ? { allocatedResources: requests } : {}),
    ...(latest && (requests || limits)
      ? { resources: { ...(limits ? { limits } : {}), ...(requests ? { requests } : {}) } }
      : latest
        ? { resources: {} }
        : {}),
    ...(mounts.length > 0 ? { volumeMounts: mounts } : {}),
  };
}

/** What it was given: while the node has no room for what it asks for now, what it had before. */
function resourcesOf({ pod, resizeProblem }: StatusView, container: ContainerSpec): any {
  const before = pod.status?.containerStatuses?.find(({ name }: any) => name === container.name);
  return (resizeProblem && before?.resources) ?? container.resources ?? {};
}

function stateOf(
  view: StatusView,
  container: ContainerSpec,
  latest: ContainerStatus | undefined,
  waiting: Waiting | undefined,
): any {
  if (latest?.state === 'running') return { running: { startedAt: timestamp(latest.startedAt ?? view.now) } };
  const isApp = appContainers(view.pod).includes(container);
  const inits = initContainers(view.pod);
  if (latest?.state === 'exited' && !(waiting && startsAgain(view.pod, container, latest, isApp)))
    return { terminated: terminated(view, container, latest) };
  if (waiting) return { waiting };
  const isInitializing = inits.length > 0 && (isApp || inits.includes(container));
  return { waiting: { reason: isInitializing ? 'PodInitializing' : 'ContainerCreating' } };
}

/** What is known of a failed start counts only while another one is to come. */
function startsAgain(
  { spec }: Pod,
  container: ContainerSpec,
  latest: ContainerStatus,
  isApp: boolean,
): boolean {
  const policy = isSidecar(container) ? 'Always' : (spec.restartPolicy ?? 'Always');
  const isInit = (spec.initContainers ?? []).includes(container);
  if (isInit)
    return isRestarted(policy === 'Always' && !isSidecar(container) ? 'OnFailure' : policy, latest.exitCode);
  return isApp && isRestarted(policy, latest.exitCode);
}

function terminated(view: StatusView, container: ContainerSpec, status: ContainerStatus): any {
  const message = status.message || view.terminationMessage(container, status);
  return {
    exitCode: status.exitCode ?? 0,
    reason: status.reason,
    ...(message === '' ? {} : { message }),
    startedAt:
      status.reason === 'StartError'
        ? '1970-01-01T00:00:00Z'
        : timestamp(status.startedAt ?? status.createdAt),
    finishedAt: timestamp(status.finishedAt ?? view.now),
    containerID: `containerd://${status.id}`,
  };
}

/** Models pkg/kubelet/kubelet_pods.go getPhase. */
export function phaseOf(pod: Pod, inits: readonly any[], apps: readonly any[], isEnded = false): string {
  const policy = pod.spec.restartPolicy ?? 'Always';
  const specs = initContainers(pod);
  let pendingInit = false;
  for (const [i, status] of inits.entries()) {
    const sidecar = isSidecar(specs[i]);
    if (sidecar) {
      const ran = status.started || status.state.terminated || status.lastState.terminated;
      if (!ran) pendingInit = true;
      continue;
    }
    const ended = status.state.terminated ?? (status.state.waiting ? status.lastState.terminated : undefined);
    if (status.state.terminated?.exitCode === 0) continue;
    if (ended && ended.exitCode !== 0 && policy === 'Never') return 'Failed';
    pendingInit = true;
  }
  const appsBegan = apps.some((s) => s.state.running || s.state.terminated || s.lastState.terminated);
  if (pendingInit && !appsBegan) return 'Pending';
  let running = 0;
  let stopped = 0;
  let succeeded = 0;
  for (const { state, lastState } of apps) {
    if (state.running) running++;
    else if (state.terminated) {
      stopped++;
      if (state.terminated.exitCode === 0) succeeded++;
    } else if (lastState.terminated) stopped++;
    else return 'Pending';
  }
  if (running > 0) return 'Running';
  if (stopped === 0) return 'Pending';
  if (isEnded && !isStatic(pod)) return succeeded === stopped ? 'Succeeded' : 'Failed';
  if (policy === 'Always') return 'Running';
  if (succeeded === apps.length) return 'Succeeded';
  return policy === 'Never' ? 'Failed' : 'Running';
}

function conditions(view: StatusView, phase: string, inits: readonly any[], apps: readonly any[]): any[] {
  const { pod, now } = view;
  const old: any[] = pod.status?.conditions ?? [];
  const specs = initContainers(pod);
  const uninitialized = inits
    .filter((s, i) => (isSidecar(specs[i]) ? !s.started : !s.ready))
    .map((s) => s.name);
  const unready = [
    ...inits.filter((s, i) => isSidecar(specs[i]) && !s.ready),
    ...apps.filter((s) => !s.ready),
  ].map((s) => s.name);
  const appsBegan = apps.some((s) => s.state.running || s.state.terminated || s.lastState.terminated);
  const sandboxUp = view.sandbox !== undefined && (pod.spec.hostNetwork || view.sandbox.ip !== '');
  const containersReady = readiness(phase, unready);
  const gates: string[] = (pod.spec.readinessGates ?? []).map((gate: any) => gate.conditionType);
  const closed = gates.filter((type) => old.find((c) => c.type === type)?.status !== 'True');
  const ready =
    containersReady.status === 'True' && closed.length > 0
      ? {
          status: 'False',
          reason: 'ReadinessGatesNotReady',
          message: closed
            .map((type) =>
              old.some((c) => c.type === type)
                ? `the status of pod readiness gate "${type}" is not "True", but False`
                : `corresponding condition of pod readiness gate "${type}" does not exist.`,
            )
            .join(', '),
        }
      : containersReady;
  const initialized =
    phase === 'Succeeded'
      ? { status: 'True', reason: 'PodCompleted' }
      : uninitialized.length === 0 || appsBegan
        ? { status: 'True' }
        : {
            status: 'False',
            reason: 'ContainersNotInitialized',
            message: `containers with incomplete status: [${uninitialized.join(' ')}]`,
          };
  const own: [string, any][] = [
    ...(view.isOn('PodReadyToStartContainersCondition')
      ? [['PodReadyToStartContainers', { status: sandboxUp ? 'True' : 'False' }] as [string, any]]
      : []),
    ['Initialized', initialized],
    ['Ready', ready],
    ['ContainersReady', containersReady],
    ['PodScheduled', { status: 'True' }],
    ...(view.resizeProblem
      ? [['PodResizePending', { status: 'True', ...view.resizeProblem }] as [string, any]]
      : []),
  ];
  const made = own.map(([type, what]) => {
    const before = old.find((c) => c.type === type);
    const since =
      before?.status === what.status && before.lastTransitionTime
        ? before.lastTransitionTime
        : timestamp(now);
    return { type, lastProbeTime: null, lastTransitionTime: since, ...what };
  });
  const others = old.filter((c) => c.type !== 'PodResizePending' && !own.some(([type]) => type === c.type));
  return [...made, ...others];
}

function readiness(
  phase: string,
  unready: readonly string[],
): { status: string; reason?: string; message?: string } {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' };
  if (unready.length === 0) return { status: 'True' };
  return {
    status: 'False',
    reason: 'ContainersNotReady',
    message: `containers with unready status: [${unready.join(' ')}]`,
  };
}
