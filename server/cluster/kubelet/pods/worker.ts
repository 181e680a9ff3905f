import { type Steps, sleep, WaitQueue, waitOn } from '../../../sim/index.ts';
import { type ContainerStatus, RuntimeError, type SandboxStatus } from '../../client/cri.ts';
import { RESYNC_MS } from '../latencies.ts';
import { isOver } from './completion.ts';
import { sandboxConfig } from './container-config.ts';
import { ContainerProbes } from './container-probes.ts';
import { Containers } from './containers.ts';
import { writeHostsFile } from './mounts.ts';
import { appContainers, type ContainerSpec, fieldPath, initContainers, isSidecar, type Pod } from './pod.ts';
import { removeLogs, terminationMessage } from './pod-logs.ts';
import { PodVolumes } from './pod-volumes.ts';
import type { ResizeProblem } from './resize.ts';
import { type Ending, endedStatus, podStatus, refusedStatus } from './status.ts';
import { sendStops, type Termination } from './stopping.ts';
import { containerFailures, sandboxFailure, sandboxLines, syncLine } from './sync-errors.ts';
import { graceOf, type PodView, type WorkerHost } from './worker-host.ts';

/** How long after a look that found no network the next one comes. */
const TRANSIENT_MS = 2000;

/** Runs one pod: brings what the runtime has in line with the spec. Models pkg/kubelet/pod_workers.go and kuberuntime. */
export class PodWorker implements PodView {
  readonly kubelet: WorkerHost;
  pod: Pod;
  /** Why it was refused by the kubelet, if it was. */
  refusal: { reason: string; message: string } | undefined;
  /** Why the kubelet ended it for ever, if it did. */
  ending: Ending | undefined;
  status: any;
  /** It had ended before this kubelet saw it: nothing of it is started or told again. */
  frozen = false;
  readonly changed = new WaitQueue();
  startTime: number;
  readonly #probes: ContainerProbes;
  readonly #containers: Containers;
  readonly #volumes: PodVolumes;
  #version = 0;
  #containersKnown: readonly ContainerStatus[] = [];
  #sandboxesKnown: readonly SandboxStatus[] = [];
  #terminating: Termination | undefined;
  #stopSent = false;
  #finishing = false;
  resizeProblem: ResizeProblem | undefined;
  #lastIp: string;
  /** What the latest look did not get to the containers for. */
  #failure: string | undefined;

  constructor(kubelet: WorkerHost, pod: Pod) {
    this.kubelet = kubelet;
    this.pod = pod;
    this.#probes = new ContainerProbes(this);
    this.#volumes = new PodVolumes(this);
    this.#containers = new Containers(this, this.#probes, () => ({
      sandboxId: (this.sandbox as SandboxStatus).id,
      volumes: this.#volumes.directories,
    }));
    this.startTime = pod.status?.startTime ? Date.parse(pod.status.startTime) : kubelet.clock.now;
    this.#lastIp = pod.status?.podIP ?? '';
    this.#probes.adopt(pod.status);
  }

  get uid(): string {
    return this.pod.metadata.uid;
  }

  get terminating(): boolean {
    return this.#terminating !== undefined;
  }

  /** Nothing of it runs any more, nor will: its share of the node is free, though the API may still hold it. */
  get terminated(): boolean {
    return (
      this.frozen ||
      this.refusal !== undefined ||
      this.#hasStopped ||
      ['Succeeded', 'Failed'].includes(this.status?.phase)
    );
  }

  get #hasStopped(): boolean {
    return (
      (this.#stopSent || this.ending !== undefined) && this.containers.every((c) => c.state !== 'running')
    );
  }

  /** As the runtime told last. */
  get containers(): readonly ContainerStatus[] {
    this.#containersKnown = this.kubelet.findRuntime()?.containersOf(this.uid) ?? this.#containersKnown;
    return this.#containersKnown;
  }

  get sandbox(): SandboxStatus | undefined {
    this.#sandboxesKnown = this.kubelet.findRuntime()?.sandboxesOf(this.uid) ?? this.#sandboxesKnown;
    return this.#sandboxesKnown.findLast(({ state }) => state === 'ready');
  }

  get podIp(): string {
    return this.pod.spec.hostNetwork ? this.kubelet.hostIp : (this.sandbox?.ip ?? this.#lastIp);
  }

  update(pod: Pod): void {
    const isEcho = !this.kubelet.hollow && asksFor(pod) === asksFor(this.pod);
    this.pod = pod;
    if (!isEcho) this.notify();
  }

  /** Takes up what an earlier kubelet has told of a static pod. */
  adoptMirror(status: any): void {
    this.pod = { ...this.pod, status };
    if (status?.startTime) this.startTime = Date.parse(status.startTime);
    this.#probes.adopt(status);
    this.notify();
  }

  freeze(): void {
    this.frozen = true;
    this.status = this.pod.status;
  }

  /** The runtime answers, for the first time or again: what was asked of an earlier one may be lost. */
  runtimeCame(): void {
    this.#stopSent = false;
    this.notify();
  }

  /** Something of the pod changed: its worker looks again. */
  notify(): void {
    this.#version++;
    this.changed.notify();
  }

  /** Ends the pod for ever, for its node's sake. */
  end(ending: Ending, graceSeconds: number): void {
    this.ending = ending;
    sendStops(this, this.#probes, { graceMs: graceSeconds * 1000, at: this.kubelet.clock.now });
    this.notify();
  }

  /** When the pod's time is up; undefined while nothing limits it, and once it is over. */
  get #deadline(): number | undefined {
    const seconds = this.pod.spec.activeDeadlineSeconds;
    const isOver = this.refusal || this.frozen || this.ending || this.#isOver;
    return seconds === undefined || isOver ? undefined : this.startTime + seconds * 1000;
  }

  /** Models pkg/kubelet/active_deadline.go. */
  #expire(): void {
    const message = 'Pod was active on the node longer than the specified deadline';
    this.ending = { reason: 'DeadlineExceeded', message, isOwnDoing: true };
    this.event('Normal', 'DeadlineExceeded', message);
    sendStops(this, this.#probes, { graceMs: graceOf(this.pod), at: this.kubelet.clock.now });
  }

  /** Stops the pod within the grace period; a shorter one later wins. */
  terminate(graceSeconds: number): void {
    const graceMs = graceSeconds * 1000;
    if (this.#terminating && this.#terminating.graceMs <= graceMs) return;
    this.#terminating = { graceMs, at: this.kubelet.clock.now };
    this.#stopSent = false;
    this.notify();
  }

  *run(): Steps<void> {
    for (;;) {
      while (!this.kubelet.findRuntime()) yield* waitOn([this.changed]);
      try {
        if (yield* this.#pass()) break;
      } catch (error) {
        // It went away meanwhile: the pass begins anew when it is back.
        if (!(error instanceof RuntimeError) || error.code !== 'Unavailable') throw error;
      }
    }
    this.kubelet.finished(this);
  }

  /** One look at the pod, and the wait for the next; true when all is over. */
  *#pass(): Steps<boolean> {
    const seen = this.#version;
    if (this.#terminating) return yield* this.#stop(this.#terminating);
    if (this.#deadline !== undefined && this.kubelet.clock.now >= this.#deadline) this.#expire();
    const over = this.refusal || this.frozen || this.ending;
    if (this.ending && this.#hasStopped) this.#cleanUpSandbox();
    const due = over ? undefined : yield* this.#sync();
    if (due !== undefined) this.#tellFailure();
    if (this.#containers.startedShort) yield* sleep(this.kubelet.clock, this.kubelet.latencies.relistMs);
    this.#containers.startedShort = false;
    const retryAt = Math.min(due ?? Number.POSITIVE_INFINITY, this.#deadline ?? Number.POSITIVE_INFINITY);
    this.report();
    if (seen === this.#version) yield* waitOn([this.changed], retryAt);
    else if (this.kubelet.latencies.relistMs > 0 && !this.#terminating) yield* sleep(this.kubelet.clock, 1);
    return false;
  }

  /** Models pkg/kubelet/pod_workers.go podWorkerLoop. */
  #tellFailure(): void {
    const failure = this.#failure ?? containerFailures(this.#containers.waiting);
    if (failure !== undefined) this.kubelet.log('E', ...syncLine(this.pod, failure));
  }

  report(): void {
    if (this.frozen) return;
    this.status = this.refusal
      ? refusedStatus(this.pod, this.refusal, this.startTime)
      : this.ending && this.#hasStopped
        ? endedStatus(this.#currentStatus(), this.ending, this.kubelet.clock.now)
        : this.#currentStatus();
    this.kubelet.report(this, this.status);
  }

  event(type: 'Normal' | 'Warning', reason: string, message: string, container?: string): void {
    this.kubelet.event(this.pod, type, reason, message, container && fieldPath(this.pod, container));
  }

  #currentStatus(): any {
    const { hostIp, clock, host, settings } = this.kubelet;
    return podStatus({
      pod: this.pod,
      containers: this.containers,
      waiting: this.#containers.waiting,
      sandbox: this.sandbox,
      hostIp,
      now: clock.now,
      startTime: this.startTime,
      lastIp: this.#lastIp,
      ended: this.#hasStopped,
      resizeProblem: this.resizeProblem,
      isOn: settings.isOn,
      ready: (container, status) => this.#probes.isReady(container, status),
      started: (container, status) => this.#probes.isStarted(container, status),
      terminationMessage: (container, status) => {
        const isLatest = this.#containers.latest(container.name)?.id === status.id;
        return terminationMessage(host.init.fs, this.pod, container, status, isLatest);
      },
    });
  }

  /** One pass; returns when to look again though nothing changes. */
  *#sync(): Steps<number | undefined> {
    this.#probes.forgetEnded();
    this.#failure = undefined;
    if (this.#isOver) {
      this.#finish();
      return undefined;
    }
    const mountRetry = this.#volumes.setUp();
    if (mountRetry !== undefined) return mountRetry;
    const sandboxRetry = yield* this.#ensureSandbox();
    if (sandboxRetry !== undefined) return sandboxRetry;
    if (this.#terminating) return undefined;
    return yield* this.#syncContainers();
  }

  *#syncContainers(): Steps<number | undefined> {
    const { pod } = this;
    this.resizeProblem = this.#containers.isResized ? this.kubelet.resizeProblem(this) : undefined;
    let retry: number | undefined;
    const earliest = (at: number | undefined) => {
      if (at !== undefined) retry = retry === undefined ? at : Math.min(retry, at);
    };
    for (const container of pod.spec.ephemeralContainers ?? []) {
      if (!this.#containers.latest(container.name)) earliest(yield* this.#containers.start(container, 0));
    }
    const init = yield* this.#runInit();
    earliest(init.retryAt);
    if (!init.done) return retry;
    for (const container of appContainers(pod)) {
      if (this.#terminating) return undefined;
      earliest(yield* this.#containers.keepRunning(container, pod.spec.restartPolicy ?? 'Always'));
    }
    return retry;
  }

  get #isOver(): boolean {
    return isOver(this.pod, (name) => this.#containers.latest(name));
  }

  /** What still runs when all is done are sidecars: they have their time to end, as those of a deleted pod. */
  #finish(): void {
    if (this.containers.every(({ state }) => state !== 'running')) {
      this.#cleanUpSandbox();
      return;
    }
    if (this.#finishing) return;
    this.#finishing = true;
    sendStops(this, this.#probes, { graceMs: graceOf(this.pod), at: this.kubelet.clock.now });
  }

  #cleanUpSandbox(): void {
    const sandbox = this.sandbox;
    if (!sandbox) return;
    this.#lastIp = sandbox.ip;
    this.kubelet.runtime.stopPodSandbox(sandbox.id);
  }

  *#ensureSandbox(): Steps<number | undefined> {
    const { runtime, clock, latencies, host } = this.kubelet;
    if (this.sandbox) return undefined;
    const problem = this.pod.spec.hostNetwork ? undefined : this.kubelet.networkProblem();
    if (problem !== undefined) {
      this.#failure = `network is not ready: ${problem}`;
      this.event('Warning', 'NetworkNotReady', this.#failure);
      return clock.now + TRANSIENT_MS;
    }
    this.report();
    const earlier = runtime.sandboxesOf(this.uid);
    if (earlier.length === 0) this.#volumes.announce();
    else if (earlier.length > 0)
      this.event('Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.');
    yield* sleep(clock, latencies.sandboxMs);
    if (this.#terminating) return undefined;
    try {
      const id = runtime.runPodSandbox(
        sandboxConfig(this.pod, {
          attempt: (earlier.at(-1)?.config.metadata.attempt ?? -1) + 1,
          dns: this.kubelet.dns(),
          driver: this.kubelet.settings.cgroupDriver,
          pidsLimit: this.kubelet.settings.podPidsLimit,
          runtimeHandler: this.kubelet.runtimeHandler(this.pod),
        }),
      );
      this.#lastIp = runtime.sandbox(id)?.ip ?? '';
      writeHostsFile(host.init.fs, this.pod, this.#lastIp);
      return undefined;
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      this.#failure = sandboxFailure(this.pod, error.shown);
      for (const line of sandboxLines(this.pod, error.shown)) this.kubelet.log('E', ...line);
      this.event('Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${error.shown}`);
      return clock.now + RESYNC_MS;
    }
  }

  *#runInit(): Steps<{ done: boolean; retryAt: number | undefined }> {
    // In a new sandbox all begins anew.
    const latestHere = ({ name }: ContainerSpec) => {
      const latest = this.#containers.latest(name);
      return latest?.sandboxId === this.sandbox?.id ? latest : undefined;
    };
    const began = appContainers(this.pod).some(latestHere);
    const policy = this.pod.spec.restartPolicy === 'Never' ? 'Never' : 'OnFailure';
    let retryAt: number | undefined;
    for (const container of initContainers(this.pod)) {
      if (this.#terminating) return { done: false, retryAt: undefined };
      if (isSidecar(container)) {
        retryAt = yield* this.#containers.keepRunning(container, 'Always');
        const latest = latestHere(container);
        const up = latest?.state === 'running' && this.#probes.isStarted(container, latest);
        if (!up && !began) return { done: false, retryAt };
        continue;
      }
      if (began) continue;
      const latest = latestHere(container);
      if (latest?.state === 'exited' && latest.exitCode === 0) continue;
      const run = latest
        ? this.#containers.keepRunning(container, policy)
        : this.#containers.start(container, 0);
      return { done: false, retryAt: yield* run };
    }
    return { done: true, retryAt };
  }

  /** Stops what runs; true when all is gone. */
  *#stop(termination: Termination): Steps<boolean> {
    const { runtime, clock, latencies, host } = this.kubelet;
    const seen = this.#version;
    if (!this.#stopSent) {
      this.#stopSent = true;
      sendStops(this, this.#probes, termination);
    }
    this.report();
    if (this.containers.some((c) => c.state === 'running')) {
      if (seen === this.#version) yield* waitOn([this.changed]);
      return false;
    }
    yield* sleep(clock, latencies.statusMs);
    this.#probes.end();
    this.report();
    for (const sandbox of runtime.sandboxesOf(this.uid)) {
      if (sandbox.ip !== '') this.#lastIp = sandbox.ip;
      runtime.stopPodSandbox(sandbox.id);
    }
    this.report();
    for (const sandbox of runtime.sandboxesOf(this.uid)) runtime.removePodSandbox(sandbox.id);
    this.#volumes.tearDown();
    removeLogs(host.init.fs, this.pod);
    return true;
  }
}

/** What of a pod others decide: the rest is an echo of what the kubelet itself told. */
function asksFor({ metadata, spec, status }: Pod): string {
  const { labels, annotations, deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  const gates = spec.readinessGates && status?.conditions;
  return JSON.stringify([spec, labels, annotations, deletionTimestamp, deletionGracePeriodSeconds, gates]);
}
