import { type Steps, sleep } from '../../../sim/index.ts';
import { type ContainerStatus, RuntimeError } from '../../client/cri.ts';
import { RESYNC_MS } from '../latencies.ts';
import { podResources } from './cgroups.ts';
import { containerConfig, isChanged, userProblem } from './container-config.ts';
import type { ContainerProbes } from './container-probes.ts';
import { backoffOf, backoffText, nextBackoff } from './crash-backoff.ts';
import { ConfigError, environmentOf } from './environment.ts';
import { hookFailure, runHook } from './hooks.ts';
import { ImagePuller } from './images.ts';
import { mountsOf } from './mounts.ts';
import { appContainers, type ContainerSpec, isRestarted, isSidecar, type Pod, podFullName } from './pod.ts';
import { linkLog, removeLog } from './pod-logs.ts';
import { credentialsFor } from './pull-credentials.ts';
import { Resizes } from './resize.ts';
import { attemptsOf, type Waiting } from './status.ts';
import { pullLines } from './sync-errors.ts';
import { graceOf, type PodView } from './worker-host.ts';

const POST_START_LIMIT_MS = 600_000;
const START_RETRY_MS = 1000;

/** What is known of the pod's sandbox and volumes when containers are made. */
export interface ContainerPlace {
  readonly sandboxId: string;
  /** Directory of each volume. */
  readonly volumes: ReadonlyMap<string, string>;
}

/** Init containers do too, but what is told of their pod hangs on the last of them. */
function endsByItself({ spec }: Pod, { name }: ContainerSpec): boolean {
  const isApp = spec.containers.some((container: ContainerSpec) => container.name === name);
  const isInit = !isApp && spec.initContainers?.some((container: ContainerSpec) => container.name === name);
  return !isInit && (!isApp || (spec.restartPolicy ?? 'Always') !== 'Always');
}

/** Starts the containers of a pod, and starts them again. Models pkg/kubelet/kuberuntime/kuberuntime_container.go. */
export class Containers {
  /**
   * One was started that is to end by itself. Kubelets tell of a start at their next relist: by then it may be over, and
   * nobody hears that it ran.
   */
  startedShort = false;
  /** Why containers wait, by name. */
  readonly waiting = new Map<string, Waiting>();
  readonly #view: PodView;
  readonly #probes: ContainerProbes;
  readonly #puller: ImagePuller;
  readonly #place: () => ContainerPlace;
  readonly #resizes = new Resizes();
  /** When it is to be told next that a container waits, by name. */
  readonly #retoldAt = new Map<string, number>();

  constructor(view: PodView, probes: ContainerProbes, place: () => ContainerPlace) {
    this.#view = view;
    this.#probes = probes;
    this.#puller = new ImagePuller(() => view.kubelet.runtime, view.kubelet.clock, view.kubelet.pulls);
    this.#place = place;
  }

  get all(): readonly ContainerStatus[] {
    return this.#view.containers;
  }

  latest(name: string): ContainerStatus | undefined {
    return attemptsOf(this.all, name)[0];
  }

  /** Starts a container, or starts it again when its policy says so; returns when to look again. */
  *keepRunning(container: ContainerSpec, policy: string): Steps<number | undefined> {
    const latest = this.latest(container.name);
    if (!latest) return yield* this.start(container, 0);
    if (latest.state === 'running') {
      if (isChanged(container, latest.config)) {
        const comesBack = isSidecar(container) ? '' : ', will be restarted';
        this.#probes.restart(container, latest, `definition changed${comesBack}`);
      }
      if (!this.#view.resizeProblem) this.#resize(container, latest);
      this.#probes.watch(container, latest);
      return undefined;
    }
    // The runtime went away before it was started, or the sandbox that it was made for.
    if (latest.state === 'created')
      return latest.sandboxId === this.#place().sandboxId
        ? yield* this.#run(container, latest.id)
        : yield* this.start(container, 0);
    if (!isRestarted(policy, latest.exitCode)) return undefined;
    return yield* this.#startAgain(container, latest);
  }

  /** Some running container does not have the limits its spec asks for. */
  get isResized(): boolean {
    return appContainers(this.#view.pod).some((container) => {
      const latest = this.latest(container.name);
      return latest?.state === 'running' && this.#resizes.due(container, latest) !== undefined;
    });
  }

  #resize(container: ContainerSpec, latest: ContainerStatus): void {
    const { runtime } = this.#view.kubelet;
    this.#resizes.forget((id) => runtime.container(id)?.state === 'running');
    const due = this.#resizes.due(container, latest);
    if (due === 'update') {
      runtime.updatePodSandboxResources(latest.sandboxId, podResources(this.#view.pod));
      runtime.updateContainerResources(latest.id, this.#resizes.apply(container, latest));
    }
    if (due === 'restart') this.#probes.restart(container, latest, 'resize requires restart');
  }

  *#startAgain(container: ContainerSpec, latest: ContainerStatus): Steps<number | undefined> {
    const { clock, latencies, settings } = this.#view.kubelet;
    const backoffMs = backoffOf(latest);
    const until = (latest.finishedAt ?? clock.now) + backoffMs;
    if (clock.now < until) return Math.min(until, this.#backOff(container, backoffMs));
    const next = nextBackoff(latest, clock.now, settings.restarts);
    if (backoffMs === 0) yield* sleep(clock, latencies.relistMs);
    this.#view.report();
    return yield* this.start(container, next);
  }

  /** Says that the container waits, at every look of its own. Returns the time of the next. */
  #backOff({ name }: ContainerSpec, backoffMs: number): number {
    const { now } = this.#view.kubelet.clock;
    const pod = podFullName(this.#view.pod);
    const isNew = this.waiting.get(name)?.reason !== 'CrashLoopBackOff';
    if (isNew || now >= (this.#retoldAt.get(name) ?? 0)) {
      const message = `Back-off restarting failed container ${name} in pod ${pod}`;
      this.#view.event('Warning', 'BackOff', message, name);
      this.#retoldAt.set(name, now + RESYNC_MS);
    }
    const message = `back-off ${backoffText(backoffMs)} restarting failed container=${name} pod=${pod}`;
    this.waiting.set(name, { reason: 'CrashLoopBackOff', message });
    return this.#retoldAt.get(name) ?? now + RESYNC_MS;
  }

  *start(container: ContainerSpec, backoffMs: number): Steps<number | undefined> {
    const { clock, latencies } = this.#view.kubelet;
    const event = (type: 'Normal' | 'Warning', reason: string, message: string) =>
      this.#view.event(type, reason, message, container.name);
    const { missing, found } = this.#view.kubelet.pullSecrets(this.#view.pod);
    if (missing.length > 0)
      this.#view.event(
        'Warning',
        'FailedToRetrieveImagePullSecret',
        `Unable to retrieve some image pull secrets (${missing.join(', ')}); attempting to pull the image may not succeed.`,
      );
    const pulled = yield* this.#puller.ensure({
      image: container.image,
      policy: container.imagePullPolicy ?? 'IfNotPresent',
      accounts: credentialsFor(container.image, found),
      event,
    });
    if (!pulled.ok) {
      event('Warning', 'Failed', `Error: ${pulled.waiting.reason}`);
      this.waiting.set(container.name, pulled.waiting);
      const { reason, message = '' } = pulled.waiting;
      if (reason === 'ErrImagePull')
        for (const line of pullLines(container.image, message)) this.#view.kubelet.log('E', ...line);
      return pulled.retryAt;
    }
    if (this.#view.terminating) return undefined;
    const id = this.#create(container, backoffMs);
    if (id === undefined) return clock.now + RESYNC_MS;
    event('Normal', 'Created', `Created container: ${container.name}`);
    yield* sleep(clock, latencies.createMs);
    if (this.#view.terminating) return undefined;
    return yield* this.#run(container, id);
  }

  *#run(container: ContainerSpec, id: string): Steps<number | undefined> {
    const { clock, runtime, host } = this.#view.kubelet;
    try {
      runtime.startContainer(id);
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      this.waiting.set(container.name, { reason: 'RunContainerError', message: error.message });
      this.#view.event('Warning', 'Failed', `Error: ${error.message}`, container.name);
      this.#view.report();
      return clock.now + START_RETRY_MS;
    }
    if (endsByItself(this.#view.pod, container)) this.startedShort = true;
    this.waiting.delete(container.name);
    this.#view.event('Normal', 'Started', `Started container ${container.name}`, container.name);
    const status = runtime.container(id);
    if (status) {
      linkLog(host.init.fs, this.#view.pod, status);
      yield* this.#postStart(container, status);
      this.#probes.watch(container, status);
    }
    return undefined;
  }

  #create(container: ContainerSpec, backoffMs: number): string | undefined {
    const { kubelet, pod, podIp } = this.#view;
    const { runtime, host } = kubelet;
    const { sandboxId, volumes } = this.#place();
    const attempt = (this.latest(container.name)?.config.attempt ?? -1) + 1;
    try {
      const image = runtime.image(container.image);
      const problem = image && userProblem(pod, container, image);
      if (problem) throw new ConfigError(problem);
      const sources = kubelet.sources(podIp);
      const env = environmentOf(pod, container, sources);
      const { nodeMemory } = sources;
      const mounts = mountsOf(host.init.fs, pod, container, { volumes, env, nodeMemory });
      const { seccompDefault } = kubelet.settings;
      const { memoryBytes } = host;
      const options = {
        attempt,
        image: container.image,
        env,
        mounts,
        backoffMs,
        cpus: kubelet.cpusOf(pod, container),
        seccompDefault,
        memoryBytes,
      };
      const id = runtime.createContainer(sandboxId, containerConfig(pod, container, options));
      this.#dropOldAttempts(container.name);
      return id;
    } catch (error) {
      const isConfig = error instanceof ConfigError;
      if (!isConfig && !(error instanceof RuntimeError)) throw error;
      const { message } = error as Error;
      const reason = isConfig ? 'CreateContainerConfigError' : 'CreateContainerError';
      this.waiting.set(container.name, { reason, message });
      this.#view.event('Warning', 'Failed', `Error: ${message}`, container.name);
      return undefined;
    }
  }

  /**
   * One dead attempt is kept, for `logs --previous`, and former sandboxes for as long as something of them is. Models
   * pkg/kubelet/kuberuntime/kuberuntime_gc.go.
   */
  #dropOldAttempts(name: string): void {
    const { runtime, host } = this.#view.kubelet;
    const attempts = this.all.filter((c) => c.config.name === name);
    for (const old of attempts.slice(0, -2)) {
      this.#view.kubelet.log('I', 'scope.go:117', `"RemoveContainer" containerID="${old.id}"`);
      runtime.removeContainer(old.id);
      removeLog(host.init.fs, this.#view.pod, old);
    }
    const used = new Set(this.all.map(({ sandboxId }) => sandboxId));
    for (const { id, state } of runtime.sandboxesOf(this.#view.pod.metadata.uid))
      if (state === 'notready' && !used.has(id)) runtime.removePodSandbox(id);
  }

  *#postStart(container: ContainerSpec, status: ContainerStatus): Steps<void> {
    const hook = container.lifecycle?.postStart;
    const { kubelet, pod } = this.#view;
    if (!hook || kubelet.hollow) return;
    const result = yield* runHook(hook, this.#probes.target(container, status), POST_START_LIMIT_MS);
    if (result.ok) return;
    const message = hookFailure(hook, container, pod, result);
    this.waiting.set(container.name, { reason: 'PostStartHookError', message });
    this.#view.event('Warning', 'FailedPostStartHook', 'PostStartHook failed', container.name);
    this.#view.event('Normal', 'Killing', 'FailedPostStartHook', container.name);
    kubelet.runtime.stopContainer(status.id, graceOf(pod));
  }
}
