import type { Host } from '../../../host/index.ts';
import type { Clock } from '../../../sim/index.ts';
import { type Steps, sleep, WaitQueue, waitOn } from '../../../sim/index.ts';
import {
  type ContainerRuntime,
  type ContainerStatus,
  RuntimeError,
  type SandboxStatus,
} from '../../client/cri.ts';
import { FIRST_BACKOFF_MS, type Latencies, MAX_BACKOFF_MS, RESYNC_MS } from '../latencies.ts';
import {
  BACKOFF,
  containerConfig,
  isChanged,
  logDirectory,
  type NodeDns,
  sandboxConfig,
  userProblem,
} from './container-config.ts';
import { ConfigError, environmentOf } from './environment.ts';
import { ImagePuller } from './images.ts';
import {
  appContainers,
  type ContainerSpec,
  fieldPath,
  initContainers,
  isSidecar,
  type Pod,
  podFullName,
} from './pod.ts';
import { type ProbeKind, type ProbeTarget, runHandler, watchProbe } from './probes.ts';
import { attemptsOf, podStatus, type Waiting } from './status.ts';
import {
  MountError,
  mountsOf,
  podDirectory,
  setUpVolumes,
  tearDownVolumes,
  type VolumeSources,
  writeHostsFile,
} from './volumes.ts';

/** What a pod's worker needs of the kubelet. */
export interface WorkerHost {
  readonly host: Host;
  readonly clock: Clock;
  readonly runtime: ContainerRuntime;
  readonly latencies: Latencies;
  readonly hostIp: string;
  /** Probes never run, and everything is ready that runs. */
  readonly hollow: boolean;
  dns(): NodeDns;
  sources(podIp: string): VolumeSources;
  event(pod: Pod, type: 'Normal' | 'Warning', reason: string, message: string, fieldPath?: string): void;
  /** Sends the status; called often, does nothing when it has not changed. */
  report(worker: PodWorker, status: any): void;
  /** Why no pod but those on the host's network can start. */
  networkProblem(): string | undefined;
  /** Starts something beside the worker that ends with the pod; returns what ends it. */
  spawn(steps: Steps<void>): () => void;
  /** The containers of the pod are gone and its directories, too. */
  finished(worker: PodWorker): void;
}

/** Runs one pod: brings what the runtime has in line with the spec. Models pkg/kubelet/pod_workers.go and kuberuntime. */
export class PodWorker {
  pod: Pod;
  /** Why it was refused by the kubelet, if it was. */
  refusal: { reason: string; message: string } | undefined;
  status: any;
  /** It had ended before this kubelet saw it: nothing of it is started or told again. */
  frozen = false;
  readonly changed = new WaitQueue();
  startTime: number;
  readonly #kubelet: WorkerHost;
  readonly #puller: ImagePuller;
  readonly #waiting = new Map<string, Waiting>();
  readonly #ready = new Set<string>();
  readonly #started = new Set<string>();
  readonly #watched = new Map<string, (() => void)[]>();
  readonly #failing = new Set<string>();
  #volumes: ReadonlyMap<string, string> = new Map();
  #version = 0;
  #terminating: { graceMs: number; at: number } | undefined;
  #stopSent = false;
  #mountBackoffMs = 500;
  #lastIp: string;

  constructor(kubelet: WorkerHost, pod: Pod) {
    this.#kubelet = kubelet;
    this.pod = pod;
    this.#puller = new ImagePuller(kubelet.runtime, kubelet.clock);
    this.startTime = pod.status?.startTime ? Date.parse(pod.status.startTime) : kubelet.clock.now;
    this.#lastIp = pod.status?.podIP ?? '';
    this.#adopt(pod.status);
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
      (this.#stopSent && this.containers.every((c) => c.state !== 'running')) ||
      ['Succeeded', 'Failed'].includes(this.status?.phase)
    );
  }

  update(pod: Pod): void {
    this.pod = pod;
    this.notify();
  }

  /** Takes up what an earlier kubelet has told of a static pod. */
  adoptMirror(status: any): void {
    this.pod = { ...this.pod, status };
    if (status?.startTime) this.startTime = Date.parse(status.startTime);
    this.#adopt(status);
    this.notify();
  }

  /** Containers that were ready are ready until a probe says otherwise. */
  #adopt(status: any): void {
    for (const one of [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]) {
      const id = one.containerID?.replace('containerd://', '');
      if (!id || !one.state?.running) continue;
      if (one.ready) this.#ready.add(id);
      if (one.started) this.#started.add(id);
    }
  }

  freeze(): void {
    this.frozen = true;
    this.status = this.pod.status;
  }

  /** Something of the pod changed: its worker looks again. */
  notify(): void {
    this.#version++;
    this.changed.notify();
  }

  /** Stops the pod within the grace period; a shorter one later wins. */
  terminate(graceSeconds: number): void {
    const graceMs = graceSeconds * 1000;
    if (this.#terminating && this.#terminating.graceMs <= graceMs) return;
    this.#terminating = { graceMs, at: this.#kubelet.clock.now };
    this.#stopSent = false;
    this.notify();
  }

  *run(): Steps<void> {
    for (;;) {
      const seen = this.#version;
      if (this.#terminating) {
        if (yield* this.#stop()) break;
      } else {
        const retryAt = this.refusal || this.frozen ? undefined : yield* this.#sync();
        this.report();
        if (seen === this.#version) yield* waitOn([this.changed], retryAt);
        else if (this.#kubelet.latencies.relistMs > 0 && !this.#terminating)
          yield* sleep(this.#kubelet.clock, 1);
      }
    }
    this.#kubelet.finished(this);
  }

  report(): void {
    if (this.frozen) return;
    this.status = this.refusal ? this.#refusedStatus() : this.#currentStatus();
    this.#kubelet.report(this, this.status);
  }

  get containers(): readonly ContainerStatus[] {
    return this.#kubelet.runtime.containersOf(this.uid);
  }

  get sandbox(): SandboxStatus | undefined {
    let found: SandboxStatus | undefined;
    for (const sandbox of this.#kubelet.runtime.sandboxesOf(this.uid))
      if (sandbox.state === 'ready') found = sandbox;
    return found;
  }

  get podIp(): string {
    return this.pod.spec.hostNetwork ? this.#kubelet.hostIp : (this.sandbox?.ip ?? this.#lastIp);
  }

  #refusedStatus(): any {
    const { reason, message } = this.refusal as { reason: string; message: string };
    return {
      phase: 'Failed',
      reason,
      message,
      startTime: new Date(this.startTime).toISOString().slice(0, 19) + 'Z',
      conditions: this.pod.status?.conditions ?? [],
      qosClass: this.pod.status?.qosClass,
    };
  }

  #currentStatus(): any {
    const { runtime, hostIp, clock, hollow, host } = this.#kubelet;
    return podStatus({
      pod: this.pod,
      containers: this.containers,
      waiting: this.#waiting,
      sandbox: this.sandbox,
      hostIp,
      now: clock.now,
      startTime: this.startTime,
      lastIp: this.#lastIp,
      ended: this.#stopSent && this.containers.every((c) => c.state !== 'running'),
      ready: (container, status) => hollow || !container.readinessProbe || this.#ready.has(status.id),
      started: (container, status) => hollow || !container.startupProbe || this.#started.has(status.id),
      terminationMessage: (container, status) => {
        const file = `${podDirectory(this.pod)}/containers/${container.name}/termination`;
        const [latest] = attemptsOf(runtime.containersOf(this.uid), container.name);
        const text = latest?.id === status.id && host.init.fs.isFile(file) ? host.init.fs.read(file) : '';
        if (
          text !== '' ||
          container.terminationMessagePolicy !== 'FallbackToLogsOnError' ||
          status.exitCode === 0
        )
          return text.slice(0, 4096);
        const log = host.init.fs.isFile(status.logPath) ? host.init.fs.read(status.logPath) : '';
        return log
          .split('\n')
          .slice(-81)
          .map((line) => line.split(' ').slice(3).join(' '))
          .join('\n')
          .slice(-2048);
      },
    });
  }

  /** One pass; returns when to look again though nothing changes. */
  *#sync(): Steps<number | undefined> {
    const { pod } = this;
    this.#stopWatchingEnded();
    if (this.#isOver()) {
      this.#cleanUpSandbox();
      return undefined;
    }
    const mountRetry = this.#setUpVolumes();
    if (mountRetry !== undefined) return mountRetry;
    const sandboxRetry = yield* this.#ensureSandbox();
    if (sandboxRetry !== undefined) return sandboxRetry;
    if (this.#terminating) return undefined;
    let retry: number | undefined;
    const earliest = (at: number | undefined) => {
      if (at !== undefined) retry = retry === undefined ? at : Math.min(retry, at);
    };
    for (const container of pod.spec.ephemeralContainers ?? []) {
      if (!attemptsOf(this.containers, container.name)[0]) earliest(yield* this.#start(container, 0));
    }
    const init = yield* this.#runInit();
    earliest(init.retryAt);
    if (!init.done) return retry;
    for (const container of appContainers(pod)) {
      if (this.#terminating) return undefined;
      earliest(yield* this.#keepRunning(container, pod.spec.restartPolicy ?? 'Always'));
    }
    return retry;
  }

  /** True when nothing of the pod will run any more. Models getPhase: Succeeded and Failed are the end. */
  #isOver(): boolean {
    const policy = this.pod.spec.restartPolicy ?? 'Always';
    if (policy === 'Always') return false;
    const of = (container: ContainerSpec) => attemptsOf(this.containers, container.name)[0];
    for (const container of initContainers(this.pod)) {
      const latest = of(container);
      if (!isSidecar(container) && policy === 'Never' && latest?.state === 'exited' && latest.exitCode !== 0)
        return true;
    }
    return appContainers(this.pod).every((container) => {
      const latest = of(container);
      return latest?.state === 'exited' && (policy === 'Never' || latest.exitCode === 0);
    });
  }

  #cleanUpSandbox(): void {
    const sandbox = this.sandbox;
    if (!sandbox) return;
    this.#lastIp = sandbox.ip;
    this.#kubelet.runtime.stopPodSandbox(sandbox.id);
  }

  #setUpVolumes(): number | undefined {
    const { host, clock } = this.#kubelet;
    try {
      this.#volumes = setUpVolumes(host.init.fs, this.pod, this.#kubelet.sources(this.podIp));
      this.#mountBackoffMs = 500;
      return undefined;
    } catch (error) {
      if (!(error instanceof MountError)) throw error;
      this.#event('Warning', 'FailedMount', error.message);
      const retryAt = clock.now + this.#mountBackoffMs;
      this.#mountBackoffMs = Math.min(this.#mountBackoffMs * 2, 122_000);
      return retryAt;
    }
  }

  *#ensureSandbox(): Steps<number | undefined> {
    const { runtime, clock, latencies, host } = this.#kubelet;
    if (this.sandbox) return undefined;
    const problem = this.pod.spec.hostNetwork ? undefined : this.#kubelet.networkProblem();
    if (problem !== undefined) {
      this.#event('Warning', 'NetworkNotReady', `network is not ready: ${problem}`);
      return clock.now + RESYNC_MS;
    }
    this.report();
    yield* sleep(clock, latencies.sandboxMs);
    if (this.#terminating) return undefined;
    const earlier = runtime.sandboxesOf(this.uid);
    try {
      const id = runtime.runPodSandbox(sandboxConfig(this.pod, earlier.length, this.#kubelet.dns()));
      this.#lastIp = runtime.sandbox(id)?.ip ?? '';
      writeHostsFile(host.init.fs, this.pod, this.#lastIp);
      for (const old of earlier) runtime.removePodSandbox(old.id);
      return undefined;
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      this.#event('Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${error.shown}`);
      return clock.now + RESYNC_MS;
    }
  }

  *#runInit(): Steps<{ done: boolean; retryAt: number | undefined }> {
    const inits = initContainers(this.pod);
    const began = appContainers(this.pod).some((c) => attemptsOf(this.containers, c.name)[0]);
    let retryAt: number | undefined;
    for (const container of inits) {
      if (this.#terminating) return { done: false, retryAt: undefined };
      if (isSidecar(container)) {
        retryAt = yield* this.#keepRunning(container, 'Always');
        const [latest] = attemptsOf(this.containers, container.name);
        const up =
          latest?.state === 'running' &&
          (this.#kubelet.hollow || !container.startupProbe || this.#started.has(latest.id));
        if (!up && !began) return { done: false, retryAt };
        continue;
      }
      if (began) continue;
      const [latest] = attemptsOf(this.containers, container.name);
      if (latest?.state === 'exited' && latest.exitCode === 0) continue;
      return {
        done: false,
        retryAt: yield* this.#keepRunning(
          container,
          this.pod.spec.restartPolicy === 'Never' ? 'Never' : 'OnFailure',
        ),
      };
    }
    return { done: true, retryAt };
  }

  /** Starts a container, or starts it again when its policy says so. */
  *#keepRunning(container: ContainerSpec, policy: string): Steps<number | undefined> {
    const { clock, runtime } = this.#kubelet;
    const [latest] = attemptsOf(this.containers, container.name);
    if (!latest) return yield* this.#start(container, 0);
    if (latest.state === 'running') {
      if (isChanged(container, latest.config) && !this.#failing.has(latest.id)) {
        this.#failing.add(latest.id);
        this.#event(
          'Normal',
          'Killing',
          `Container ${container.name} definition changed, will be restarted`,
          container.name,
        );
        runtime.stopContainer(latest.id, this.#graceMs(container));
      }
      this.#watch(container, latest);
      return undefined;
    }
    if (latest.state === 'created') return undefined;
    if (policy === 'Never' || (policy === 'OnFailure' && latest.exitCode === 0)) return undefined;
    const backoffMs = Number(latest.config.annotations[BACKOFF] ?? 0);
    const until = (latest.finishedAt ?? clock.now) + backoffMs;
    if (clock.now < until) {
      const message = `back-off ${backoffMs < 60_000 ? `${backoffMs / 1000}s` : `${Math.floor(backoffMs / 60_000)}m${(backoffMs % 60_000) / 1000}s`} restarting failed container=${container.name} pod=${podFullName(this.pod)}`;
      if (this.#waiting.get(container.name)?.reason !== 'CrashLoopBackOff') {
        this.#event(
          'Warning',
          'BackOff',
          `Back-off restarting failed container ${container.name} in pod ${podFullName(this.pod)}`,
          container.name,
        );
      }
      this.#waiting.set(container.name, { reason: 'CrashLoopBackOff', message });
      return until;
    }
    const ranMs = clock.now - (latest.startedAt ?? latest.createdAt);
    const next =
      backoffMs === 0 || ranMs > 2 * MAX_BACKOFF_MS
        ? FIRST_BACKOFF_MS
        : Math.min(backoffMs * 2, MAX_BACKOFF_MS);
    if (backoffMs === 0) yield* sleep(clock, this.#kubelet.latencies.relistMs);
    this.report();
    return yield* this.#start(container, next);
  }

  *#start(container: ContainerSpec, backoffMs: number): Steps<number | undefined> {
    const { clock, runtime, latencies } = this.#kubelet;
    const event = (type: 'Normal' | 'Warning', reason: string, message: string) =>
      this.#event(type, reason, message, container.name);
    const pulled = yield* this.#puller.ensure({
      image: container.image,
      policy: container.imagePullPolicy ?? 'IfNotPresent',
      event,
    });
    if (!pulled.ok) {
      event('Warning', 'Failed', `Error: ${pulled.waiting.reason}`);
      this.#waiting.set(container.name, pulled.waiting);
      return pulled.retryAt;
    }
    if (this.#terminating) return undefined;
    const id = this.#create(container, backoffMs);
    if (id === undefined) return clock.now + RESYNC_MS;
    event('Normal', 'Created', `Created container: ${container.name}`);
    yield* sleep(clock, latencies.createMs);
    if (this.#terminating) return undefined;
    try {
      runtime.startContainer(id);
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      this.#waiting.set(container.name, { reason: 'RunContainerError', message: error.message });
      event('Warning', 'Failed', `Error: ${error.message}`);
      this.report();
      return clock.now + 1000;
    }
    this.#waiting.delete(container.name);
    event('Normal', 'Started', `Started container ${container.name}`);
    const status = runtime.container(id);
    if (status) {
      this.#linkLog(status);
      yield* this.#postStart(container, status);
      this.#watch(container, status);
    }
    return undefined;
  }

  #create(container: ContainerSpec, backoffMs: number): string | undefined {
    const { runtime, host } = this.#kubelet;
    const attempt = (attemptsOf(this.containers, container.name)[0]?.config.attempt ?? -1) + 1;
    try {
      const image = runtime.image(container.image);
      const problem = image && userProblem(this.pod, container, image);
      if (problem) throw new ConfigError(problem);
      const env = environmentOf(this.pod, container, this.#kubelet.sources(this.podIp));
      const mounts = mountsOf(host.init.fs, this.pod, container, this.#volumes, env);
      const config = containerConfig(this.pod, container, {
        attempt,
        image: container.image,
        env,
        mounts,
        backoffMs,
      });
      const id = runtime.createContainer((this.sandbox as SandboxStatus).id, config);
      this.#dropOldAttempts(container.name);
      return id;
    } catch (error) {
      const isConfig = error instanceof ConfigError;
      if (!isConfig && !(error instanceof RuntimeError)) throw error;
      const message = (error as Error).message;
      this.#waiting.set(container.name, {
        reason: isConfig ? 'CreateContainerConfigError' : 'CreateContainerError',
        message,
      });
      this.#event('Warning', 'Failed', `Error: ${message}`, container.name);
      return undefined;
    }
  }

  /** One dead attempt is kept, for `logs --previous`. Models pkg/kubelet/kuberuntime/kuberuntime_gc.go. */
  #dropOldAttempts(name: string): void {
    const { runtime, host } = this.#kubelet;
    const attempts = this.containers.filter((c) => c.config.name === name);
    for (const old of attempts.slice(0, -2)) {
      runtime.removeContainer(old.id);
      host.init.fs.removeAll(old.logPath);
      host.init.fs.removeAll(this.#logLink(old));
    }
  }

  *#postStart(container: ContainerSpec, status: ContainerStatus): Steps<void> {
    const hook = container.lifecycle?.postStart;
    if (!hook || this.#kubelet.hollow) return;
    const result = yield* runHandler(hook, this.#target(container, status), 600_000);
    if (result.ok) return;
    const message = hook.exec
      ? `Exec lifecycle hook ([${hook.exec.command.join(' ')}]) for Container "${container.name}" in Pod "${podFullName(this.pod)}" failed - error: command '${hook.exec.command.join(' ')}' exited with 1: ${result.output}, message: "${result.output}"`
      : `PostStartHook failed: ${result.output}`;
    this.#event('Warning', 'FailedPostStartHook', message, container.name);
    this.#event('Normal', 'Killing', 'FailedPostStartHook', container.name);
    this.#kubelet.runtime.stopContainer(status.id, this.#graceMs(container));
  }

  #target(container: ContainerSpec, status: ContainerStatus): ProbeTarget {
    const { runtime, host, clock } = this.#kubelet;
    return { runtime, containerId: status.id, container, podIp: this.podIp, network: host.network, clock };
  }

  /** Starts the probes of a running container, once. */
  #watch(container: ContainerSpec, status: ContainerStatus): void {
    if (this.#watched.has(status.id) || this.#kubelet.hollow) return;
    const { runtime } = this.#kubelet;
    const ends: (() => void)[] = [];
    this.#watched.set(status.id, ends);
    for (const kind of ['startup', 'readiness', 'liveness'] as const) {
      const probe = container[`${kind}Probe`];
      if (!probe || (kind === 'startup' && this.#started.has(status.id))) continue;
      const begun = () => kind === 'startup' || !container.startupProbe || this.#started.has(status.id);
      const steps = watchProbe({
        kind,
        probe,
        target: this.#target(container, status),
        startedAt: status.startedAt ?? this.#kubelet.clock.now,
        begun,
        running: () => runtime.container(status.id)?.state === 'running',
        onFailure: (output) => this.#unhealthy(container, kind, output),
        onVerdict: (ok) => this.#verdict(container, status, kind, ok),
      });
      ends.push(this.#kubelet.spawn(steps));
    }
  }

  #unhealthy(container: ContainerSpec, kind: ProbeKind, output: string): void {
    const title = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
    this.#event('Warning', 'Unhealthy', `${title} probe failed: ${output}`, container.name);
  }

  #verdict(container: ContainerSpec, status: ContainerStatus, kind: ProbeKind, ok: boolean): void {
    if (kind === 'readiness') {
      if (ok) this.#ready.add(status.id);
      else this.#ready.delete(status.id);
    } else if (ok) {
      if (kind === 'startup') this.#started.add(status.id);
    } else if (!this.#terminating && !this.#failing.has(status.id)) {
      this.#failing.add(status.id);
      this.#event(
        'Normal',
        'Killing',
        `Container ${container.name} failed ${kind} probe, will be restarted`,
        container.name,
      );
      const own = container[`${kind}Probe`]?.terminationGracePeriodSeconds;
      this.#kubelet.runtime.stopContainer(
        status.id,
        own === undefined ? this.#graceMs(container) : own * 1000,
      );
    }
    this.notify();
  }

  #stopWatchingEnded(): void {
    for (const [id, ends] of this.#watched) {
      if (this.#kubelet.runtime.container(id)?.state === 'running') continue;
      for (const end of ends) end();
      this.#watched.delete(id);
    }
  }

  #graceMs(_container: ContainerSpec): number {
    return (this.pod.spec.terminationGracePeriodSeconds ?? 30) * 1000;
  }

  /** Stops what runs; true when all is gone. */
  *#stop(): Steps<boolean> {
    const { runtime, clock } = this.#kubelet;
    const seen = this.#version;
    if (!this.#stopSent) {
      this.#stopSent = true;
      this.#sendStops(this.#terminating as { graceMs: number; at: number });
    }
    this.report();
    if (this.containers.some((c) => c.state === 'running')) {
      if (seen === this.#version) yield* waitOn([this.changed]);
      return false;
    }
    yield* sleep(clock, this.#kubelet.latencies.statusMs);
    for (const ends of this.#watched.values()) for (const end of ends) end();
    this.report();
    for (const sandbox of runtime.sandboxesOf(this.uid)) {
      if (sandbox.ip !== '') this.#lastIp = sandbox.ip;
      runtime.stopPodSandbox(sandbox.id);
    }
    this.report();
    for (const sandbox of runtime.sandboxesOf(this.uid)) runtime.removePodSandbox(sandbox.id);
    this.#removeFiles();
    return true;
  }

  #sendStops({ graceMs, at }: { graceMs: number; at: number }): void {
    const left = Math.max(0, at + graceMs - this.#kubelet.clock.now);
    const running = this.containers.filter((c) => c.state === 'running');
    const specs = [...initContainers(this.pod), ...appContainers(this.pod)];
    for (const status of running) {
      const spec = specs.find((c) => c.name === status.config.name);
      if (!this.#failing.has(status.id) && spec) {
        this.#event('Normal', 'Killing', `Stopping container ${status.config.name}`, status.config.name);
      }
      const hook = spec?.lifecycle?.preStop;
      if (hook && left > 0 && !this.#kubelet.hollow)
        this.#kubelet.spawn(this.#stopAfterHook(hook, spec, status, at + graceMs));
      else this.#kubelet.runtime.stopContainer(status.id, left);
    }
  }

  *#stopAfterHook(hook: any, spec: ContainerSpec, status: ContainerStatus, deadline: number): Steps<void> {
    const { clock, runtime } = this.#kubelet;
    const result = yield* runHandler(hook, this.#target(spec, status), Math.max(1, deadline - clock.now));
    if (!result.ok) this.#event('Warning', 'FailedPreStopHook', 'PreStopHook failed', spec.name);
    // The kubelet leaves a container two seconds at the least to end after its hook.
    runtime.stopContainer(status.id, Math.max(2000, deadline - clock.now));
  }

  #removeFiles(): void {
    const { fs } = this.#kubelet.host.init;
    tearDownVolumes(fs, this.pod);
    fs.removeAll(logDirectory(this.pod));
    if (!fs.isDirectory(LINKS)) return;
    const mine = `${this.pod.metadata.name}_${this.pod.metadata.namespace}_`;
    for (const name of fs.list(LINKS))
      if (name.startsWith(mine) && !fs.exists(`${LINKS}/${name}`)) fs.unlink(`${LINKS}/${name}`);
  }

  #linkLog(status: ContainerStatus): void {
    const { fs } = this.#kubelet.host.init;
    const link = this.#logLink(status);
    fs.mkdirAll(LINKS, 0o755);
    if (!fs.tryStat(link, false)) fs.symlink(status.logPath, link);
  }

  #logLink(status: ContainerStatus): string {
    const { name, namespace } = this.pod.metadata;
    return `${LINKS}/${name}_${namespace}_${status.config.name}-${status.id}.log`;
  }

  #event(type: 'Normal' | 'Warning', reason: string, message: string, container?: string): void {
    this.#kubelet.event(this.pod, type, reason, message, container && fieldPath(this.pod, container));
  }
}

const LINKS = '/var/log/containers';
