/** What `kubectl get pods` says of a pod. */
export interface PodSummary {
  ready: number;
  total: number;
  reason: string;
  restarts: number;
  lastRestart: string | undefined;
}

/** Models pkg/printers/internalversion printPod. */
export function podStatus(pod: any): PodSummary {
  const { spec, status = {} } = pod;
  const sidecars = new Set<string>(
    (spec.initContainers ?? []).filter(isSidecar).map(({ name }: { name: string }) => name),
  );
  const summary: PodSummary = {
    ready: 0,
    total: (spec.containers ?? []).length + sidecars.size,
    reason: startingReason(status),
    restarts: 0,
    lastRestart: undefined,
  };
  const initializing = readInitContainers(pod, sidecars, summary);
  if (!initializing || hasCondition(status, 'Initialized')) readContainers(pod, sidecars, summary);
  if (pod.metadata.deletionTimestamp) {
    if (status.reason === 'NodeLost') summary.reason = 'Unknown';
    else if (status.phase !== 'Succeeded' && status.phase !== 'Failed') summary.reason = 'Terminating';
  }
  return summary;
}

function isSidecar({ restartPolicy }: any): boolean {
  return restartPolicy === 'Always';
}

function startingReason(status: any): string {
  const gated = (status.conditions ?? []).some(
    ({ type, reason }: any) => type === 'PodScheduled' && reason === 'SchedulingGated',
  );
  return gated ? 'SchedulingGated' : status.reason || status.phase || 'Pending';
}

/** Returns whether an init container still has to end. */
function readInitContainers({ spec, status = {} }: any, sidecars: Set<string>, summary: PodSummary): boolean {
  const statuses: any[] = status.initContainerStatuses ?? [];
  for (const [index, container] of statuses.entries()) {
    const { state = {}, restartCount = 0, lastState = {} } = container;
    summary.restarts += restartCount;
    summary.lastRestart = later(summary.lastRestart, lastState.terminated?.finishedAt);
    if (state.terminated?.exitCode === 0) continue;
    if (sidecars.has(container.name) && container.started) {
      if (container.ready) summary.ready++;
      continue;
    }
    if (state.terminated) summary.reason = `Init:${endReason(state.terminated)}`;
    else if (state.waiting?.reason && state.waiting.reason !== 'PodInitializing') {
      summary.reason = `Init:${state.waiting.reason}`;
    } else summary.reason = `Init:${index}/${spec.initContainers?.length ?? 0}`;
    return true;
  }
  return false;
}

function endReason({ reason, signal, exitCode }: any): string {
  return reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode ?? 0}`);
}

/** Once all init containers ended, the restarts of ordinary ones no longer count. */
function readContainers({ status = {} }: any, sidecars: Set<string>, summary: PodSummary): void {
  summary.restarts = 0;
  summary.lastRestart = undefined;
  for (const { name, restartCount = 0, lastState = {} } of status.initContainerStatuses ?? []) {
    if (!sidecars.has(name)) continue;
    summary.restarts += restartCount;
    summary.lastRestart = later(summary.lastRestart, lastState.terminated?.finishedAt);
  }
  let running = false;
  for (const container of [...(status.containerStatuses ?? [])].reverse()) {
    const { state = {}, restartCount = 0, lastState = {} } = container;
    summary.restarts += restartCount;
    summary.lastRestart = later(summary.lastRestart, lastState.terminated?.finishedAt);
    if (state.waiting?.reason) summary.reason = state.waiting.reason;
    else if (state.terminated) summary.reason = endReason(state.terminated);
    else if (container.ready && state.running) {
      running = true;
      summary.ready++;
    }
  }
  if (summary.reason === 'Completed' && running) {
    summary.reason = hasCondition(status, 'Ready') ? 'Running' : 'NotReady';
  }
}

function later(a: string | undefined, b: string | undefined): string | undefined {
  if (!a || !b) return a ?? b;
  return a < b ? b : a;
}

function hasCondition(status: any, type: string): boolean {
  return (status.conditions ?? []).some((one: any) => one.type === type && one.status === 'True');
}
