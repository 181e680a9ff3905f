import { type Context, type Host, type HttpStream, isSystemError, wasResumed } from '../../host/index.ts';
import { ApiError, isApiError } from '../../objects/api-error.ts';
import { type KubeObject, microTimestamp } from '../../objects/object.ts';
import { type Clock, PREEMPT, type Steps, sleep, WaitQueue, waitOn } from '../../sim/index.ts';
import type { Client } from '../client/client.ts';
import type { ContainerRuntime } from '../client/cri.ts';
import { socketKey } from '../client/cri.ts';
import { EventRecorder } from '../client/events.ts';
import { Informer } from '../client/informer.ts';
import { standingLease } from '../client/leader-election.ts';
import { RESOURCES } from '../client/resources.ts';
import type { KubeletSettings } from './config.ts';
import { INSTANT, type Latencies, REALISTIC, RESYNC_MS } from './latencies.ts';
import { allocatableOf, type NodeView, newNode, nodeStatus, notReadyReason } from './node/node-status.ts';
import { refuse } from './pods/admission.ts';
import type { NodeDns } from './pods/container-config.ts';
import { HASH, isMirror, isStatic, MIRROR, type Pod, podKey } from './pods/pod.ts';
import { readManifests } from './pods/static-pods.ts';
import { references, type VolumeSources } from './pods/volumes.ts';
import { PodWorker, type WorkerHost } from './pods/worker.ts';
import { Tasks } from './tasks.ts';

export interface KubeletOptions {
  context: Context;
  settings: KubeletSettings;
  version: string;
  nodeName: string;
  address: string;
  /** Undefined: runs static pods alone. */
  client: Client | undefined;
  hollow: boolean;
  log: (severity: 'I' | 'W' | 'E', source: string, message: string) => void;
}

const LEASE_NAMESPACE = 'kube-node-lease';
// Models pkg/kubelet/apis/config/v1beta1/defaults.go
const LEASE_SECONDS = 40;
const RENEW_MS = 10_000;
/** After a restore: until the API server is there again, too. */
const RESUME_MS = 20;
const RECONNECT_MS = 1000;
const RECONNECT_MAX_MS = 7000;
/** A ConfigMap or Secret that changed reaches its volumes with the next sync of the pod. */
const VOLUME_REFRESH_MS = 45_000;
const MANIFEST_SETTLE_MS = 300;
const MANIFEST_RETRY_MS = 20_000;
const CNI_DIR = '/etc/cni/net.d';

/** The kubelet: what it knows and does while its process lives. Everything durable is the API's and containerd's. */
export class Kubelet implements WorkerHost {
  readonly host: Host;
  readonly clock: Clock;
  readonly latencies: Latencies;
  readonly hostIp: string;
  readonly hollow: boolean;
  readonly #resumed: boolean;
  readonly #options: KubeletOptions;
  readonly #wake = new WaitQueue();
  readonly #tasks: Tasks;
  readonly #workers = new Map<string, PodWorker>();
  /** Static pods by `namespace/name`, and their mirrors in the API. */
  readonly #static = new Map<string, Pod>();
  readonly #mirrors = new Map<string, Pod>();
  readonly #pods: Informer | undefined;
  readonly #services: Informer | undefined;
  readonly #recorder: EventRecorder | undefined;
  readonly #sourceWatches = new Map<string, Informer>();
  readonly #tokens = new Map<string, { token: string; until: number }>();
  readonly #reported = new Map<string, string>();
  readonly #unsent = new Set<PodWorker>();
  /** Pods that were ended here and that the API still holds: nothing is told of them any more. */
  readonly #ended = new Set<string>();
  #node: KubeObject | undefined;
  #renewals: HttpStream | undefined;
  #subscribedTo: ContainerRuntime | undefined;
  #wasReady: boolean | undefined;
  #manifestsRead = false;
  #closed = false;

  constructor(options: KubeletOptions) {
    const { context, client } = options;
    this.#options = options;
    this.host = context.host;
    this.clock = context.process.clock;
    this.hollow = options.hollow;
    this.#resumed = wasResumed(context);
    this.latencies = options.hollow ? INSTANT : REALISTIC;
    this.hostIp = options.address;
    this.#tasks = new Tasks(this.clock, this.#wake);
    if (!client) return;
    const onError = (resource: { plural: string; kind: string }, error: unknown) =>
      this.#log(
        'E',
        'reflector.go:200',
        `"Failed to watch" err="failed to list *v1.${resource.kind}: ${quoted(error)}" logger="UnhandledError" reflector="k8s.io/client-go/informers/factory.go:160" type="*v1.${resource.kind}"`,
      );
    const shared = { client, clock: this.clock, wake: this.#wake, onError };
    const selection = { fieldSelector: `spec.nodeName=${options.nodeName}` };
    this.#pods = new Informer({ ...shared, resource: RESOURCES.pods, selection });
    this.#services = new Informer({ ...shared, resource: RESOURCES.services, onError: () => {} });
    this.#recorder = new EventRecorder({
      client,
      clock: this.clock,
      source: { component: 'kubelet', host: options.nodeName },
    });
    this.#pods.on({
      added: (pod) => this.#podSeen(pod),
      updated: (pod) => this.#podSeen(pod),
      deleted: (pod) => this.#podGone(pod),
    });
  }

  get runtime(): ContainerRuntime {
    const runtime = this.findRuntime();
    if (!runtime) throw new Error('container runtime is down');
    return runtime;
  }

  findRuntime(): ContainerRuntime | undefined {
    const path = this.#options.settings.runtimeEndpoint.replace(/^unix:\/\//, '');
    return this.host.network.network.unix.get(socketKey(this.host.hostname, path))?.service as
      | ContainerRuntime
      | undefined;
  }

  get client(): Client | undefined {
    return this.#options.client;
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
    const { process } = this.#options.context;
    if (this.#resumed) yield* sleep(this.clock, RESUME_MS);
    this.#tasks.spawn(this.#watchRuntime());
    if (this.#options.settings.staticPodPath)
      this.#tasks.spawn(this.#watchManifests(this.#options.settings.staticPodPath));
    if (this.client) this.#tasks.spawn(this.#register(this.client));
    while (!stopped()) {
      this.#pump();
      if (this.#tasks.ready) {
        this.#tasks.runOne();
        if (process.spend(20)) yield PREEMPT;
        continue;
      }
      yield* waitOn([this.#wake], this.#nextDue());
    }
  }

  /** The process ends: nothing of it may move any more. */
  close(): void {
    this.#closed = true;
    this.#renewals?.close();
    this.#tasks.close();
    for (const informer of [this.#pods, this.#services, ...this.#sourceWatches.values()]) informer?.close();
  }

  dns(): NodeDns {
    const { settings } = this.#options;
    const { fs } = this.host.init;
    const hostResolvConf = fs.isFile(settings.resolvConf) ? fs.read(settings.resolvConf) : '';
    return { clusterDns: settings.clusterDns, clusterDomain: settings.clusterDomain, hostResolvConf };
  }

  sources(podIp: string): VolumeSources {
    const { client } = this;
    const find = (resource: any, name: string, namespace?: string) =>
      this.#try(() => client?.find(resource, name, namespace));
    const { cpu, memory } = allocatableOf({ host: this.host, settings: this.#options.settings });
    return {
      configMap: (namespace, name) => find(RESOURCES.configmaps, name, namespace),
      secret: (namespace, name) => find(RESOURCES.secrets, name, namespace),
      claim: (namespace, name) => find(RESOURCES.persistentvolumeclaims, name, namespace),
      persistentVolume: (name) => find(RESOURCES.persistentvolumes, name),
      services: () => this.#services?.list() ?? [],
      token: (pod, audience, seconds) => this.#token(pod, audience, seconds),
      podIp,
      hostIp: this.hostIp,
      nodeName: this.#options.nodeName,
      nodeCpu: cpu,
      nodeMemory: memory,
      connected: client !== undefined,
    };
  }

  event(pod: Pod, type: 'Normal' | 'Warning', reason: string, message: string, fieldPath?: string): void {
    const { name, namespace, uid, resourceVersion } = pod.metadata;
    const mirror = isStatic(pod) ? this.#mirrors.get(podKey(pod)) : undefined;
    this.#recorder?.event(
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

  report(worker: PodWorker, status: any): void {
    const target = isStatic(worker.pod) ? this.#mirrors.get(podKey(worker.pod)) : worker.pod;
    if (!target || !this.client) return;
    const text = JSON.stringify(status);
    const key = `${target.metadata.uid}`;
    if (this.#reported.get(key) === text) return;
    const body = { metadata: { uid: target.metadata.uid }, status };
    const { name, namespace } = target.metadata;
    try {
      this.client.patch(RESOURCES.pods, name, { type: 'merge', body, subresource: 'status' }, namespace);
      this.#reported.set(key, text);
      this.#unsent.delete(worker);
    } catch (error) {
      if (isApiError(error, 'NotFound') || isApiError(error, 'Conflict')) return;
      if (!(error instanceof ApiError) && !isSystemError(error)) throw error;
      if (!this.#unsent.has(worker))
        this.#log(
          'E',
          'status_manager.go:1006',
          `"Failed to update status for pod" pod="${namespace}/${name}" err="${quoted(error)}"`,
        );
      this.#unsent.add(worker);
    }
  }

  networkProblem(): string | undefined {
    const runtime = this.findRuntime();
    return runtime ? notReadyReason(runtime) : 'container runtime is down';
  }

  spawn(steps: Steps<void>): () => void {
    return this.#tasks.spawn(steps);
  }

  finished(worker: PodWorker): void {
    const { pod } = worker;
    this.#workers.delete(worker.uid);
    this.#reported.delete(worker.uid);
    this.#unsent.delete(worker);
    if (!isStatic(pod)) {
      if (this.#pods?.get(podKey(pod))?.metadata.uid === worker.uid) this.#ended.add(worker.uid);
      this.#tasks.spawn(this.#deleteFromApi(pod));
      return;
    }
    const next = this.#static.get(podKey(pod));
    if (next) this.#startStatic(next);
    else this.#syncMirror(podKey(pod));
  }

  #pump(): void {
    this.#pods?.pump();
    this.#services?.pump();
    for (const informer of this.#sourceWatches.values()) informer.pump();
    const runtime = this.findRuntime();
    if (runtime) for (const uid of runtime.takeChangedPods()) this.#workers.get(uid)?.notify();
  }

  #nextDue(): number | undefined {
    let due: number | undefined;
    for (const informer of [this.#pods, this.#services, ...this.#sourceWatches.values()]) {
      const at = informer?.nextDue;
      if (at !== undefined && (due === undefined || at < due)) due = at;
    }
    return due;
  }

  #log(severity: 'I' | 'W' | 'E', source: string, message: string): void {
    if (!this.#closed) this.#options.log(severity, source, message);
  }

  /** Follows containerd, which comes and goes, and the network's configuration. */
  *#watchRuntime(): Steps<void> {
    const { fs } = this.host.init;
    for (const path of ['/run/containerd', CNI_DIR]) if (!fs.isDirectory(path)) fs.mkdirAll(path);
    for (;;) {
      const runtime = this.findRuntime();
      if (runtime && runtime !== this.#subscribedTo) {
        this.#subscribedTo = runtime;
        this.#listen(runtime);
        if (this.#node?.spec?.podCIDR) runtime.updateRuntimeConfig(this.#node.spec.podCIDR);
        for (const worker of this.#workers.values()) worker.notify();
      }
      this.#updateNode();
      const ready = this.networkProblem() === undefined;
      if (ready && this.#wasReady === false) for (const worker of this.#workers.values()) worker.notify();
      this.#wasReady = ready;
      yield* waitOn([fs.changed('/run/containerd'), fs.changed(fs.isDirectory(CNI_DIR) ? CNI_DIR : '/etc')]);
      yield* sleep(this.clock, this.hollow ? 1 : 400);
    }
  }

  #listen(runtime: ContainerRuntime): void {
    runtime.changed.subscribe(() => {
      if (this.#closed || this.#subscribedTo !== runtime) return;
      this.#wake.notify();
      this.#listen(runtime);
    });
  }

  *#watchManifests(directory: string): Steps<void> {
    const { fs } = this.host.init;
    const complained = new Map<string, string>();
    for (let first = true; ; first = false) {
      if (!first) yield* sleep(this.clock, MANIFEST_SETTLE_MS);
      if (!fs.isDirectory(directory)) {
        this.#log(
          'E',
          'file.go:111',
          `"Unable to read config path" err="path does not exist, ignoring" path="${directory}"`,
        );
        this.#takeStatic([]);
        yield* sleep(this.clock, MANIFEST_RETRY_MS);
        continue;
      }
      const watched = [fs.changed(directory)];
      for (const name of fs.list(directory))
        if (fs.isFile(`${directory}/${name}`)) watched.push(fs.changed(`${directory}/${name}`));
      const files = readManifests(fs, directory, this.#options.nodeName, this.clock.now);
      for (const { path, error } of files) {
        if (error && complained.get(path) !== error)
          this.#log(
            'E',
            'file.go:187',
            `"Could not process manifest file" err="${quoted(error)}" path="${path}"`,
          );
        if (error) complained.set(path, error);
        else complained.delete(path);
      }
      this.#takeStatic(files.flatMap(({ pod }) => pod ?? []));
      yield* waitOn(watched);
    }
  }

  #takeStatic(pods: readonly Pod[]): void {
    const first = !this.#manifestsRead;
    this.#manifestsRead = true;
    const wanted = new Map(pods.map((pod) => [podKey(pod), pod]));
    for (const [key, old] of [...this.#static]) {
      if (wanted.get(key)?.metadata.uid === old.metadata.uid) continue;
      this.#static.delete(key);
      const worker = this.#workers.get(old.metadata.uid);
      if (worker) worker.terminate(old.spec.terminationGracePeriodSeconds ?? 30);
      else this.#syncMirror(key);
    }
    for (const [key, pod] of wanted) {
      if (this.#static.has(key)) continue;
      this.#static.set(key, pod);
      this.#startStatic(pod);
    }
    if (first) for (const key of this.#mirrors.keys()) this.#syncMirror(key);
  }

  /** Starts a static pod, unless an earlier one of its name still runs: that one's end starts it. */
  #startStatic(pod: Pod): void {
    const key = podKey(pod);
    const busy = [...this.#workers.values()].some(
      (w) => podKey(w.pod) === key && w.uid !== pod.metadata.uid && isStatic(w.pod),
    );
    if (busy) return;
    if (!this.#workers.has(pod.metadata.uid)) {
      const worker = this.#start(pod);
      const mirror = this.#mirrors.get(key);
      if (mirror) worker.adoptMirror(mirror.status);
    }
    this.#syncMirror(key);
  }

  /** Makes the API's picture of a static pod right: there, of this version, or gone. */
  #syncMirror(key: string): void {
    if (!this.client || !this.#pods?.synced || !this.#manifestsRead || !this.#node) {
      // The API server, which may be one of these pods, does not answer yet.
      if (this.#static.has(key)) this.#later(RESYNC_MS, () => this.#syncMirror(key));
      return;
    }
    const pod = this.#static.get(key);
    const mirror = this.#mirrors.get(key);
    if (mirror) {
      const fits = pod && mirror.metadata.annotations?.[MIRROR] === pod.metadata.annotations?.[HASH];
      const running = [...this.#workers.values()].some((w) => podKey(w.pod) === key && w.terminating);
      if ((fits && !mirror.metadata.deletionTimestamp) || (!pod && running)) return;
      this.#try(() =>
        this.client?.delete(RESOURCES.pods, mirror.metadata.name, mirror.metadata.namespace, {
          gracePeriodSeconds: 0,
          preconditions: { uid: mirror.metadata.uid },
        }),
      );
      return;
    }
    if (!pod) return;
    const { name, namespace, labels, annotations } = pod.metadata;
    const body = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name,
        namespace,
        ...(labels ? { labels } : {}),
        annotations: { ...annotations, [MIRROR]: annotations?.[HASH] as string },
        ownerReferences: [
          {
            apiVersion: 'v1',
            kind: 'Node',
            name: this.#node.metadata.name,
            uid: this.#node.metadata.uid,
            controller: true,
          },
        ],
      },
      spec: pod.spec,
    };
    try {
      this.client.create(RESOURCES.pods, body, namespace);
    } catch (error) {
      if (isApiError(error, 'AlreadyExists')) return;
      if (!(error instanceof ApiError) && !isSystemError(error)) throw error;
      this.#log('E', 'kubelet.go:3189', `"Failed creating a mirror pod" err="${quoted(error)}" pod="${key}"`);
      this.#later(RESYNC_MS, () => this.#syncMirror(key));
    }
  }

  #podSeen(pod: Pod): void {
    if (isMirror(pod)) {
      const key = podKey(pod);
      const isNew = this.#mirrors.get(key)?.metadata.uid !== pod.metadata.uid;
      this.#mirrors.set(key, pod);
      this.#syncMirror(key);
      if (isNew) this.#workerOf(key)?.adoptMirror(pod.status);
      return;
    }
    if (this.#ended.has(pod.metadata.uid)) return;
    const worker = this.#workers.get(pod.metadata.uid) ?? this.#start(pod);
    worker.update(pod);
    if (pod.metadata.deletionTimestamp) worker.terminate(pod.metadata.deletionGracePeriodSeconds ?? 30);
  }

  #podGone(pod: Pod): void {
    if (isMirror(pod)) {
      const key = podKey(pod);
      this.#mirrors.delete(key);
      this.#reported.delete(pod.metadata.uid);
      this.#syncMirror(key);
      return;
    }
    this.#ended.delete(pod.metadata.uid);
    this.#workers
      .get(pod.metadata.uid)
      ?.terminate(pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30);
  }

  #workerOf(key: string): PodWorker | undefined {
    return [...this.#workers.values()].find((worker) => podKey(worker.pod) === key);
  }

  #start(pod: Pod): PodWorker {
    const worker = new PodWorker(this, pod);
    this.#workers.set(pod.metadata.uid, worker);
    const phase = pod.status?.phase;
    if (phase === 'Failed' || phase === 'Succeeded') worker.freeze();
    else if (!pod.metadata.deletionTimestamp && worker.containers.length === 0) this.#admit(worker);
    this.#tasks.spawn(this.#runWorker(worker));
    this.#watchSources(pod);
    return worker;
  }

  *#runWorker(worker: PodWorker): Steps<void> {
    while (!this.findRuntime()) yield* waitOn([worker.changed]);
    yield* worker.run();
  }

  #admit(worker: PodWorker): void {
    const { pod } = worker;
    if (isStatic(pod)) return;
    const others = [...this.#workers.values()]
      .filter((other) => other !== worker && !other.terminated)
      .map((other) => other.pod);
    const labels = this.#node?.metadata.labels ?? pod.spec.nodeSelector ?? {};
    const refusal = refuse(pod, others, {
      labels,
      ...allocatableOf({ host: this.host, settings: this.#options.settings }),
    });
    if (!refusal) return;
    worker.refusal = refusal;
    this.event(pod, 'Warning', refusal.reason, refusal.message.replace('Pod was rejected: ', ''));
  }

  /** Watches what the pod's volumes are made from; a change comes through after a while. */
  #watchSources(pod: Pod): void {
    const { client } = this;
    if (!client || isStatic(pod)) return;
    const { configMaps, secrets } = references(pod);
    configMaps.delete('kube-root-ca.crt');
    const namespace = pod.metadata.namespace as string;
    for (const [resource, names] of [
      [RESOURCES.configmaps, configMaps],
      [RESOURCES.secrets, secrets],
    ] as const) {
      for (const name of names) {
        const key = `${resource.plural}/${namespace}/${name}`;
        if (this.#sourceWatches.has(key)) continue;
        const informer = new Informer({
          client,
          clock: this.clock,
          wake: this.#wake,
          resource,
          selection: { namespace, fieldSelector: `metadata.name=${name}` },
        });
        const changed = () =>
          this.#later(VOLUME_REFRESH_MS, () => this.#sourceChanged(resource.plural, namespace, name));
        informer.on({ updated: changed, deleted: changed });
        this.#sourceWatches.set(key, informer);
      }
    }
    this.#wake.notify();
  }

  #sourceChanged(plural: string, namespace: string, name: string): void {
    for (const worker of this.#workers.values()) {
      const { configMaps, secrets } = references(worker.pod);
      const named = plural === 'configmaps' ? configMaps : secrets;
      if (worker.pod.metadata.namespace === namespace && named.has(name)) worker.notify();
    }
  }

  *#deleteFromApi(pod: Pod): Steps<void> {
    const { name, namespace, uid } = pod.metadata;
    for (;;) {
      try {
        this.client?.delete(RESOURCES.pods, name, namespace, {
          gracePeriodSeconds: 0,
          preconditions: { uid },
        });
        return;
      } catch (error) {
        if (error instanceof ApiError) return;
        if (!isSystemError(error)) throw error;
        yield* sleep(this.clock, RESYNC_MS);
      }
    }
  }

  /** Registers the node and keeps its lease. Tries again for as long as nobody answers. */
  *#register(client: Client): Steps<void> {
    let delay = RECONNECT_MS;
    this.#log(
      'I',
      'kubelet_node_status.go:75',
      `"Attempting to register node" node="${this.#options.nodeName}"`,
    );
    for (;;) {
      try {
        this.#node = this.#registerOnce(client);
        break;
      } catch (error) {
        if (!(error instanceof ApiError) && !isSystemError(error)) throw error;
        this.#log(
          'E',
          'kubelet_node_status.go:107',
          `"Unable to register node with API server" err="${quoted(error)}" node="${this.#options.nodeName}"`,
        );
      }
      yield* sleep(this.clock, delay);
      delay = Math.min(delay * 2, RECONNECT_MAX_MS);
    }
    this.#log(
      'I',
      'kubelet_node_status.go:78',
      `"Successfully registered node" node="${this.#options.nodeName}"`,
    );
    this.#tasks.spawn(this.#renew(client));
    for (const key of this.#static.keys()) this.#syncMirror(key);
    const nodes = new Informer({
      client,
      clock: this.clock,
      wake: this.#wake,
      resource: RESOURCES.nodes,
      selection: { fieldSelector: `metadata.name=${this.#options.nodeName}` },
    });
    nodes.on({ added: (node) => this.#nodeSeen(node), updated: (node) => this.#nodeSeen(node) });
    this.#sourceWatches.set('node', nodes);
    this.#wake.notify();
  }

  #nodeSeen(node: KubeObject): void {
    const before = this.#node?.spec?.podCIDR;
    this.#node = node;
    const cidr = node.spec?.podCIDR;
    if (cidr && cidr !== before) this.findRuntime()?.updateRuntimeConfig(cidr);
    if (this.#unsent.size > 0) for (const worker of [...this.#unsent]) worker.report();
    this.#updateNode();
  }

  #registerOnce(client: Client): KubeObject {
    const { nodeName } = this.#options;
    const existing = client.find(RESOURCES.nodes, nodeName);
    if (existing && this.#resumed) return existing;
    const started = (node: KubeObject) => {
      this.#nodeEvent(node, 'Starting', 'Starting kubelet.');
      for (const reason of ['NodeHasSufficientMemory', 'NodeHasNoDiskPressure', 'NodeHasSufficientPID']) {
        this.#nodeEvent(node, reason, `Node ${nodeName} status is now: ${reason}`);
      }
      this.#nodeEvent(node, 'NodeAllocatableEnforced', 'Updated Node Allocatable limit across pods');
      return node;
    };
    if (!existing) return started(client.create(RESOURCES.nodes, newNode(this.#view())));
    const body = { status: nodeStatus(this.#view(), existing) };
    return started(client.patch(RESOURCES.nodes, nodeName, { type: 'merge', body, subresource: 'status' }));
  }

  #view(): NodeView {
    const { nodeName: name, address, version, settings } = this.#options;
    return {
      host: this.host,
      name,
      address,
      version,
      settings,
      runtime: this.findRuntime(),
      now: this.clock.now,
    };
  }

  /** Writes the node's status when something but the time in it changed. */
  #updateNode(): void {
    const { client } = this;
    if (!client || !this.#node) return;
    const status = nodeStatus(this.#view(), this.#node);
    const essence = (conditions: any[]) =>
      JSON.stringify(conditions.map(({ type, status: s, message }) => [type, s, message]));
    const old: any[] = this.#node.status?.conditions ?? [];
    if (essence(old) === essence(status.conditions)) return;
    try {
      const became = (type: string) => status.conditions.find((c: any) => c.type === type)?.status;
      const was = old.find((c) => c.type === 'Ready')?.status;
      this.#node = client.patch(RESOURCES.nodes, this.#node.metadata.name, {
        type: 'merge',
        body: { status },
        subresource: 'status',
      });
      if (was !== became('Ready')) {
        const reason = became('Ready') === 'True' ? 'NodeReady' : 'NodeNotReady';
        this.#nodeEvent(this.#node, reason, `Node ${this.#node.metadata.name} status is now: ${reason}`);
      }
    } catch (error) {
      if (!(error instanceof ApiError) && !isSystemError(error)) throw error;
      this.#log(
        'E',
        'kubelet_node_status.go:548',
        `"Error updating node status, will retry" err="${quoted(error)}"`,
      );
      this.#later(RENEW_MS, () => this.#updateNode());
    }
  }

  #nodeEvent(node: KubeObject, reason: string, message: string): void {
    const about = { kind: 'Node', name: node.metadata.name, uid: node.metadata.name };
    this.#recorder?.event(about, 'Normal', reason, message);
  }

  /** Keeps the node's lease: renews it once, then by a standing request for as long as that holds. */
  *#renew(client: Client): Steps<void> {
    let fresh = !this.#resumed;
    for (;;) {
      try {
        if (fresh) this.#writeLease(this.clock.now);
        fresh = true;
        const lease = { namespace: LEASE_NAMESPACE, name: this.#options.nodeName };
        this.#renewals = standingLease(client, lease, RENEW_MS / 1000);
        while (this.#renewals && !this.#renewals.ended) {
          yield* waitOn([this.#renewals.ready]);
          while (this.#renewals?.next() !== undefined);
        }
      } catch (error) {
        if (!(error instanceof ApiError) && !isSystemError(error)) throw error;
        this.#log(
          'E',
          'controller.go:145',
          `"Failed to ensure lease exists, will retry" err="${quoted(error)}" interval="7s"`,
        );
      }
      yield* sleep(this.clock, RECONNECT_MAX_MS);
    }
  }

  #writeLease(renewedAt: number): void {
    const { client } = this;
    const name = this.#options.nodeName;
    this.#try(() => {
      const lease = client?.find(RESOURCES.leases, name, LEASE_NAMESPACE);
      const spec = {
        holderIdentity: name,
        leaseDurationSeconds: LEASE_SECONDS,
        renewTime: microTimestamp(renewedAt),
      };
      if (lease)
        return client?.patch(RESOURCES.leases, name, { type: 'merge', body: { spec } }, LEASE_NAMESPACE);
      const owner = { apiVersion: 'v1', kind: 'Node', name, uid: this.#node?.metadata.uid };
      const body = {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name, namespace: LEASE_NAMESPACE, ownerReferences: [owner] },
        spec,
      };
      return client?.create(RESOURCES.leases, body, LEASE_NAMESPACE);
    });
  }

  // Models pkg/kubelet/token/token_manager.go
  #token(pod: Pod, audience: string | undefined, expirationSeconds: number): string {
    const key = `${pod.metadata.uid}/${audience ?? ''}/${expirationSeconds}`;
    const known = this.#tokens.get(key);
    if (known && this.clock.now < known.until) return known.token;
    const { name, namespace, uid } = pod.metadata;
    const body = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: {
        audiences: audience ? [audience] : [],
        expirationSeconds,
        boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name, uid },
      },
    };
    const account = pod.spec.serviceAccountName ?? 'default';
    const made = this.#try(() =>
      this.client?.create(RESOURCES.serviceaccounts, body, namespace, { name: account, path: 'token' }),
    );
    const token: string = made?.status?.token ?? '';
    if (token !== '') this.#tokens.set(key, { token, until: this.clock.now + expirationSeconds * 800 });
    return token;
  }

  #later(delayMs: number, run: () => void): void {
    const { clock } = this;
    this.#tasks.spawn(
      (function* () {
        yield* sleep(clock, delayMs);
        run();
      })(),
    );
  }

  /** Undefined when the API cannot be asked or says no. */
  #try<T>(call: () => T): T | undefined {
    try {
      return call();
    } catch (error) {
      if (error instanceof ApiError || isSystemError(error)) return undefined;
      throw error;
    }
  }
}

function quoted(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}
