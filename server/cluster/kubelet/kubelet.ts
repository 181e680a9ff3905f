import type { Host } from '../../host/index.ts';
import { isApiError } from '../../objects/api-error.ts';
import type { KubeObject } from '../../objects/object.ts';
import { type Clock, PREEMPT, type Steps, sleep, waitOn } from '../../sim/index.ts';
import type { Client } from '../client/client.ts';
import { type ContainerRuntime, RuntimeError } from '../client/cri.ts';
import type { Informer } from '../client/informer.ts';
import { RESOURCES } from '../client/resources.ts';
import { isRefusal, KubeletCore, type KubeletOptions, requestFailure } from './core.ts';
import { INSTANT, type Latencies, REALISTIC } from './latencies.ts';
import { CpuManager } from './node/cpu-manager.ts';
import { NodeAgent } from './node/node-agent.ts';
import { allocatableOf, networkTrouble } from './node/node-status.ts';
import { RuntimeWatch } from './node/runtime-watch.ts';
import { tellWatchFailure } from './node/unreached.ts';
import { nodeWatchers } from './node/watchers.ts';
import { refuse, unexpected } from './pods/admission.ts';
import type { NodeDns } from './pods/container-config.ts';
import { deleteFromApi } from './pods/deletion.ts';
import { type ContainerSpec, HASH, isMirror, isStatic, type Pod, podKey } from './pods/pod.ts';
import { PullLimits, UNLIMITED } from './pods/pull-limits.ts';
import { type ResizeProblem, resizeProblem } from './pods/resize.ts';
import { runtimeHandlerOf } from './pods/runtime-class.ts';
import { SourceWatches } from './pods/source-watches.ts';
import { StaticPods } from './pods/static-pods.ts';
import { PodTokens } from './pods/tokens.ts';
import { references, type VolumeSources } from './pods/volumes.ts';
import { PodWorker } from './pods/worker.ts';
import type { PullSecrets, WorkerHost } from './pods/worker-host.ts';

/** After a restore: until the API server is there again, too. */
const RESUME_MS = 20;

/** The kubelet: what it knows and does while its process lives. Everything durable is the API's and containerd's. */
export class Kubelet implements WorkerHost {
  readonly host: Host;
  readonly clock: Clock;
  readonly latencies: Latencies;
  readonly hostIp: string;
  readonly hollow: boolean;
  readonly pulls: PullLimits;
  readonly #core: KubeletCore;
  readonly #agent: NodeAgent;
  readonly #cpus: CpuManager;
  readonly #static: StaticPods;
  readonly #tokens: PodTokens;
  readonly #sources: SourceWatches;
  readonly #workers = new Map<string, PodWorker>();
  readonly #pods: Informer | undefined;
  readonly #services: Informer | undefined;
  readonly #reported = new Map<string, string>();
  /** Whose status could not be told, and why. */
  readonly #unsent = new Map<PodWorker, unknown>();
  /** Pods that were ended here and that the API still holds: nothing is told of them any more. */
  readonly #ended = new Set<string>();

  constructor(options: KubeletOptions) {
    const core = new KubeletCore(options);
    this.#core = core;
    this.host = core.host;
    this.clock = core.clock;
    this.hollow = options.hollow;
    this.latencies = options.hollow ? INSTANT : REALISTIC;
    this.hostIp = options.address;
    this.pulls = new PullLimits(options.hollow ? UNLIMITED : options.settings.pulls, core.clock);
    this.#agent = new NodeAgent(
      core,
      (node) => this.#nodeSeen(node),
      () => {
        for (const [worker, error] of this.#unsent) this.#tellUnsent(worker, error);
      },
    );
    this.#cpus = new CpuManager(core.host.init.fs, options.settings, core.host.cores);
    this.#static = new StaticPods(core, this.#staticPodHost());
    this.#tokens = new PodTokens(core);
    this.#sources = new SourceWatches(core, (kind, namespace, name) =>
      this.#sourceChanged(kind, namespace, name),
    );
    if (!options.client) return;
    this.#pods = this.#watchPods(options.client);
    this.#services = core.informer(options.client, RESOURCES.services);
  }

  #staticPodHost() {
    const kubelet = this;
    return {
      get node() {
        return kubelet.#agent.node;
      },
      get synced() {
        return kubelet.#pods?.synced ?? false;
      },
      workers: this.#workers,
      start: (pod: Pod) => this.#start(pod),
    };
  }

  #watchPods(client: Client): Informer {
    const selection = { fieldSelector: `spec.nodeName=${this.#core.options.nodeName}` };
    const onError = (_resource: unknown, error: unknown) => tellWatchFailure(this.#core, pods.synced, error);
    const pods: Informer = this.#core.informer(client, RESOURCES.pods, { selection, onError });
    pods.on({
      added: (pod) => this.#podSeen(pod),
      updated: (pod) => this.#podSeen(pod),
      deleted: (pod) => this.#podGone(pod),
    });
    return pods;
  }

  get runtime(): ContainerRuntime {
    const runtime = this.findRuntime();
    if (runtime) return runtime;
    const path = this.settings.runtimeEndpoint.replace(/^unix:\/\//, '');
    throw new RuntimeError(
      'Unavailable',
      `connection error: desc = "transport: Error while dialing: dial unix ${path}: connect: connection refused"`,
    );
  }

  findRuntime(): ContainerRuntime | undefined {
    return this.#core.findRuntime();
  }

  /** Pods that run here, for the kubelet's own API. */
  pods(): Pod[] {
    return [...this.#workers.values()].map((worker) => ({
      ...worker.pod,
      status: worker.status ?? worker.pod.status,
    }));
  }

  podNamed(namespace: string, name: string): Pod | undefined {
    return this.pods().find((pod) => pod.metadata.namespace === namespace && pod.metadata.name === name);
  }

  *run(stopped: () => boolean): Steps<void> {
    const { context, settings, client } = this.#core.options;
    const { tasks, wake, resumed } = this.#core;
    if (resumed) yield* sleep(this.clock, RESUME_MS);
    const parts = { agent: this.#agent, workers: this.#workers, hollow: this.hollow };
    tasks.spawn(new RuntimeWatch(this.#core, parts).watch());
    if (!this.hollow) for (const watcher of nodeWatchers(this.#core, parts)) this.spawn(watcher);
    if (settings.staticPodPath) tasks.spawn(this.#static.watch(settings.staticPodPath));
    if (client) tasks.spawn(this.#register(client));
    while (!stopped()) {
      this.#pump();
      if (tasks.ready) {
        tasks.runOne();
        if (context.process.spend(20)) yield PREEMPT;
        continue;
      }
      yield* waitOn([wake], this.#core.nextDue);
    }
  }

  *#register(client: Client): Steps<void> {
    yield* this.#agent.register(client);
    this.#static.syncAll();
  }

  /** The process ends: nothing of it may move any more. */
  close(): void {
    this.#agent.close();
    this.#core.close();
  }

  get settings() {
    return this.#core.options.settings;
  }

  runtimeHandler(pod: Pod): string {
    return runtimeHandlerOf(this.#core, pod);
  }

  dns(): NodeDns {
    const { settings } = this;
    const { fs } = this.host.init;
    const hostResolvConf = fs.isFile(settings.resolvConf) ? fs.read(settings.resolvConf) : '';
    return { clusterDns: settings.clusterDns, clusterDomain: settings.clusterDomain, hostResolvConf };
  }

  sources(podIp: string): VolumeSources {
    const { client, nodeName } = this.#core.options;
    const find = (resource: any, name: string, namespace?: string) =>
      this.#core.attempt(() => client?.find(resource, name, namespace));
    const { cpu, memory } = allocatableOf(this);
    return {
      configMap: (namespace, name) => find(RESOURCES.configmaps, name, namespace),
      secret: (namespace, name) => find(RESOURCES.secrets, name, namespace),
      claim: (namespace, name) => find(RESOURCES.persistentvolumeclaims, name, namespace),
      persistentVolume: (name) => find(RESOURCES.persistentvolumes, name),
      services: () => this.#services?.list() ?? [],
      token: (pod, audience, seconds) => this.#tokens.get(pod, audience, seconds),
      podIp,
      hostIp: this.hostIp,
      nodeName,
      nodeCpu: cpu,
      nodeMemory: memory,
      connected: client !== undefined,
    };
  }

  event(pod: Pod, type: 'Normal' | 'Warning', reason: string, message: string, fieldPath?: string): void {
    const { name, namespace, uid, resourceVersion } = pod.metadata;
    const mirror = isStatic(pod) ? this.#static.mirrorOf(pod) : undefined;
    this.#core.recorder?.event(
      {
        kind: 'Pod',
        apiVersion: 'v1',
        name,
        ...(namespace ? { namespace } : {}),
        uid: isStatic(pod) ? (pod.metadata.annotations?.[HASH] ?? uid) : uid,
        resourceVersion: mirror?.metadata.resourceVersion ?? resourceVersion,
        ...(fieldPath ? { fieldPath } : {}),
      },
      type,
      reason,
      message,
    );
  }

  log(severity: 'I' | 'W' | 'E', source: string, message: string): void {
    this.#core.log(severity, source, message);
  }

  report(worker: PodWorker, status: any): void {
    const { client } = this.#core;
    const target = isStatic(worker.pod) ? this.#static.mirrorOf(worker.pod) : worker.pod;
    if (!target || !client) return;
    const [key, text] = [`${target.metadata.uid}`, JSON.stringify(status)];
    if (this.#reported.get(key) === text) return;
    const body = { metadata: { uid: target.metadata.uid }, status };
    const { name, namespace } = target.metadata;
    try {
      client.patch(RESOURCES.pods, name, { type: 'merge', body, subresource: 'status' }, namespace);
      this.#reported.set(key, text);
      this.#unsent.delete(worker);
    } catch (error) {
      if (isApiError(error, 'NotFound') || isApiError(error, 'Conflict')) return;
      if (!isRefusal(error)) throw error;
      if (!this.#unsent.has(worker)) this.#tellUnsent(worker, error);
      this.#unsent.set(worker, error);
    }
  }

  /** Models pkg/kubelet/status/status_manager.go syncPod. */
  #tellUnsent({ pod }: PodWorker, error: unknown): void {
    const { name, namespace, uid } = pod.metadata;
    const get = `Get /api/v1/namespaces/${namespace}/pods/${name}`;
    const why = requestFailure(this.#core.options, get, error);
    this.log(
      'I',
      'status_manager.go:895',
      `"Failed to get status for pod" podUID="${uid}" pod="${namespace}/${name}" err="${why}"`,
    );
  }

  networkProblem(): string | undefined {
    const runtime = this.findRuntime();
    if (!runtime) return 'container runtime is down';
    const trouble = networkTrouble(runtime);
    return trouble && `container runtime network not ready: ${trouble}`;
  }

  resizeProblem(worker: PodWorker): ResizeProblem | undefined {
    const others = this.#othersThan(worker);
    return resizeProblem(worker.pod, others, allocatableOf(this));
  }

  cpusOf(pod: Pod, container: ContainerSpec): readonly number[] | undefined {
    return this.#cpus.cpusOf(pod, container);
  }

  pullSecrets(pod: Pod): PullSecrets {
    const { secret } = this.sources('');
    const names: string[] = (pod.spec.imagePullSecrets ?? []).map(({ name }: { name: string }) => name);
    const found = names.map((name) => secret(pod.metadata.namespace as string, name));
    return { missing: names.filter((_, i) => !found[i]), found: found.filter((one) => one !== undefined) };
  }

  #othersThan(worker: PodWorker): Pod[] {
    return [...this.#workers.values()]
      .filter((other) => other !== worker && !other.terminated)
      .map((other) => other.pod);
  }

  spawn(steps: Steps<void>): () => void {
    return this.#core.tasks.spawn(steps);
  }

  finished(worker: PodWorker): void {
    const { pod } = worker;
    this.#workers.delete(worker.uid);
    this.#cpus.release(worker.uid);
    this.#cpus.share(this.findRuntime(), this.#workers.values());
    this.#reported.delete(worker.uid);
    this.#unsent.delete(worker);
    // What it had may be what another one waits for.
    for (const other of this.#workers.values()) if (other.resizeProblem) other.notify();
    if (isStatic(pod)) {
      this.#static.ended(pod);
      return;
    }
    if (this.#pods?.get(podKey(pod))?.metadata.uid === worker.uid) this.#ended.add(worker.uid);
    this.spawn(deleteFromApi(this.#core, pod));
  }

  #pump(): void {
    this.#core.pump();
    const changed = this.findRuntime()?.takeChangedPods() ?? [];
    for (const uid of changed) this.#workers.get(uid)?.notify();
  }

  #podSeen(pod: Pod): void {
    if (isMirror(pod)) {
      this.#static.mirrorSeen(pod);
      return;
    }
    if (this.#ended.has(pod.metadata.uid)) return;
    const worker = this.#workers.get(pod.metadata.uid) ?? this.#start(pod);
    worker.update(pod);
    if (pod.metadata.deletionTimestamp) worker.terminate(pod.metadata.deletionGracePeriodSeconds ?? 30);
  }

  #podGone(pod: Pod): void {
    if (isMirror(pod)) {
      this.#reported.delete(pod.metadata.uid);
      this.#static.mirrorGone(pod);
      return;
    }
    this.#ended.delete(pod.metadata.uid);
    this.#workers
      .get(pod.metadata.uid)
      ?.terminate(pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30);
  }

  #start(pod: Pod): PodWorker {
    const worker = new PodWorker(this, pod);
    this.#workers.set(pod.metadata.uid, worker);
    const phase = pod.status?.phase;
    if (phase === 'Failed' || phase === 'Succeeded') worker.freeze();
    else if (!pod.metadata.deletionTimestamp && worker.containers.length === 0) this.#admit(worker);
    this.spawn(worker.run());
    this.#sources.add(pod);
    return worker;
  }

  #admit(worker: PodWorker): void {
    const { pod } = worker;
    if (isStatic(pod)) return;
    const others = this.#othersThan(worker);
    const short = () => this.#cpus.allocate(pod, (uid) => this.#workers.has(uid));
    const facts = {
      node: this.#agent.node,
      pressure: this.#agent.pressure,
      isShuttingDown: this.#agent.isShuttingDown,
      allowedUnsafeSysctls: this.settings.allowedUnsafeSysctls,
      ...allocatableOf(this),
    };
    const refusal = refuse(pod, others, facts) ?? unexpected(short());
    this.#cpus.share(this.findRuntime(), this.#workers.values());
    if (!refusal) return;
    worker.refusal = refusal;
    this.event(pod, 'Warning', refusal.reason, refusal.message.replace('Pod was rejected: ', ''));
  }

  #sourceChanged(kind: 'configMaps' | 'secrets', namespace: string, name: string): void {
    for (const worker of this.#workers.values()) {
      if (worker.pod.metadata.namespace === namespace && references(worker.pod)[kind].has(name))
        worker.notify();
    }
  }

  #nodeSeen(node: KubeObject): void {
    const cidr = node.spec?.podCIDR;
    if (cidr) this.findRuntime()?.updateRuntimeConfig(cidr);
    for (const worker of [...this.#unsent.keys()]) worker.report();
  }
}
