import { isApiError } from '../../../objects/api-error.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { type Steps, sleep, waitOn } from '../../../sim/index.ts';
import { RESOURCES } from '../../client/resources.ts';
import { isRefusal, type KubeletCore, quoted } from '../core.ts';
import { RESYNC_MS } from '../latencies.ts';
import { readManifests } from './manifests.ts';
import { HASH, isStatic, MIRROR, type Pod, podKey } from './pod.ts';
import type { PodWorker } from './worker.ts';

/** A file that an editor is still writing is read once. */
const SETTLE_MS = 30;
const RETRY_MS = 20_000;

/** What static pods need of the kubelet. */
export interface StaticPodHost {
  /** Undefined until the node is registered. */
  readonly node: KubeObject | undefined;
  /** The pods of the API have been listed. */
  readonly synced: boolean;
  readonly workers: ReadonlyMap<string, PodWorker>;
  start(pod: Pod): PodWorker;
}

function parentOf(directory: string): string {
  return directory.replace(/\/+[^/]+\/*$/, '') || '/';
}

/** Pods whose manifests lie in a directory of the node, and their mirrors in the API. Models pkg/kubelet/config/file_linux.go and pod/mirror_client.go. */
export class StaticPods {
  readonly #core: KubeletCore;
  readonly #host: StaticPodHost;
  /** By `namespace/name`. */
  readonly #pods = new Map<string, Pod>();
  readonly #mirrors = new Map<string, Pod>();
  #read = false;

  constructor(core: KubeletCore, host: StaticPodHost) {
    this.#core = core;
    this.#host = host;
  }

  mirrorOf(pod: Pod): Pod | undefined {
    return this.#mirrors.get(podKey(pod));
  }

  *watch(directory: string): Steps<void> {
    const core = this.#core;
    const { fs } = core.host.init;
    const complained = new Map<string, string>();
    for (let first = true; ; first = false) {
      if (!first) yield* sleep(core.clock, SETTLE_MS);
      if (!fs.isDirectory(directory)) {
        core.log(
          'E',
          'file.go:111',
          `"Unable to read config path" err="path does not exist, ignoring" path="${directory}"`,
        );
        this.#take([]);
        yield* sleep(core.clock, RETRY_MS);
        continue;
      }
      // The directory itself may be moved away: a usual way to restart a control plane.
      const watched = [fs.changed(directory), fs.changed(parentOf(directory))];
      for (const name of fs.list(directory))
        if (fs.isFile(`${directory}/${name}`)) watched.push(fs.changed(`${directory}/${name}`));
      const files = readManifests(fs, directory, core.options.nodeName, core.clock.now);
      for (const { path, error } of files) this.#complain(complained, path, error);
      this.#take(files.flatMap(({ pod }) => pod ?? []));
      yield* waitOn(watched);
    }
  }

  #complain(complained: Map<string, string>, path: string, error: string | undefined): void {
    if (error && complained.get(path) !== error)
      this.#core.log(
        'E',
        'file.go:187',
        `"Could not process manifest file" err="${quoted(error)}" path="${path}"`,
      );
    if (error) complained.set(path, error);
    else complained.delete(path);
  }

  #take(pods: readonly Pod[]): void {
    const first = !this.#read;
    this.#read = true;
    const wanted = new Map(pods.map((pod) => [podKey(pod), pod]));
    for (const [key, old] of [...this.#pods]) {
      if (wanted.get(key)?.metadata.uid === old.metadata.uid) continue;
      this.#pods.delete(key);
      const worker = this.#host.workers.get(old.metadata.uid);
      if (worker) worker.terminate(old.spec.terminationGracePeriodSeconds ?? 30);
      else this.#sync(key);
    }
    for (const [key, pod] of wanted) {
      if (this.#pods.has(key)) continue;
      this.#pods.set(key, pod);
      this.#start(pod);
    }
    if (first) for (const key of this.#mirrors.keys()) this.#sync(key);
  }

  /** Starts a static pod, unless an earlier one of its name still runs: that one's end starts it. */
  #start(pod: Pod): void {
    const key = podKey(pod);
    const { workers } = this.#host;
    const busy = [...workers.values()].some(
      (w) => podKey(w.pod) === key && w.uid !== pod.metadata.uid && isStatic(w.pod),
    );
    if (busy) return;
    if (!workers.has(pod.metadata.uid)) {
      const worker = this.#host.start(pod);
      const mirror = this.#mirrors.get(key);
      if (mirror) worker.adoptMirror(mirror.status);
    }
    this.#sync(key);
  }

  /** The worker of a static pod has ended: the next of its name may start, or its mirror goes. */
  ended(pod: Pod): void {
    const next = this.#pods.get(podKey(pod));
    if (next) this.#start(next);
    else this.#sync(podKey(pod));
  }

  mirrorSeen(mirror: Pod): void {
    const key = podKey(mirror);
    const isNew = this.#mirrors.get(key)?.metadata.uid !== mirror.metadata.uid;
    this.#mirrors.set(key, mirror);
    this.#sync(key);
    const worker = isNew && [...this.#host.workers.values()].find(({ pod }) => podKey(pod) === key);
    if (worker) worker.adoptMirror(mirror.status);
  }

  mirrorGone(mirror: Pod): void {
    const key = podKey(mirror);
    this.#mirrors.delete(key);
    this.#sync(key);
  }

  /** Mirrors of all static pods, once there is a node to own them. */
  syncAll(): void {
    for (const key of this.#pods.keys()) this.#sync(key);
  }

  /** Makes the API's picture of a static pod right: there, of this version, or gone. */
  #sync(key: string): void {
    const core = this.#core;
    if (!core.client || !this.#host.synced || !this.#read || !this.#host.node) {
      // The API server, which may be one of these pods, does not answer yet.
      if (this.#pods.has(key)) core.later(RESYNC_MS, () => this.#sync(key));
      return;
    }
    const pod = this.#pods.get(key);
    const mirror = this.#mirrors.get(key);
    if (mirror) this.#dropUnlessRight(key, pod, mirror);
    else if (pod) this.#createMirror(key, pod, this.#host.node);
  }

  #dropUnlessRight(key: string, pod: Pod | undefined, mirror: Pod): void {
    const fits = pod && mirror.metadata.annotations?.[MIRROR] === pod.metadata.annotations?.[HASH];
    const running = [...this.#host.workers.values()].some((w) => podKey(w.pod) === key && w.terminating);
    if ((fits && !mirror.metadata.deletionTimestamp) || (!pod && running)) return;
    const { name, namespace, uid } = mirror.metadata;
    const options = { gracePeriodSeconds: 0, preconditions: { uid } };
    this.#core.attempt(() => this.#core.client?.delete(RESOURCES.pods, name, namespace, options));
  }

  #createMirror(key: string, pod: Pod, node: KubeObject): void {
    const core = this.#core;
    const failed = (why: string) => {
      core.log('E', 'kubelet.go:3189', `"Failed creating a mirror pod" err="${why}" pod="${key}"`);
      core.later(RESYNC_MS, () => this.#sync(key));
    };
    // Without its owner the garbage collector would have it at once, again and again.
    const owned = core.attempt(() => core.client?.find(RESOURCES.nodes, node.metadata.name));
    if (owned?.metadata.uid !== node.metadata.uid) {
      failed(`failed to get node UID: node \\"${node.metadata.name}\\" not found`);
      return;
    }
    const { name, namespace, labels, annotations } = pod.metadata;
    const owner = {
      apiVersion: 'v1',
      kind: 'Node',
      name: node.metadata.name,
      uid: node.metadata.uid,
      controller: true,
    };
    const body = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name,
        namespace,
        ...(labels ? { labels } : {}),
        annotations: { ...annotations, [MIRROR]: annotations?.[HASH] as string },
        ownerReferences: [owner],
      },
      spec: pod.spec,
    };
    try {
      core.client?.create(RESOURCES.pods, body, namespace);
    } catch (error) {
      if (isApiError(error, 'AlreadyExists')) return;
      if (!isRefusal(error)) throw error;
      failed(quoted(error));
    }
  }
}
