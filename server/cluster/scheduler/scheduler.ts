import { isApiError } from '../../objects/api-error.ts';
import type { KubeObject } from '../../objects/object.ts';
import { equalValues } from '../../objects/values.ts';
import type { Clock, Random } from '../../sim/index.ts';
import type { Client } from '../client/client.ts';
import type { Log } from '../client/component.ts';
import type { Worker } from '../client/control-loop.ts';
import type { Detail } from '../client/detail.ts';
import { SeriesRecorder } from '../client/events.ts';
import type { Informers } from '../client/informer.ts';
import { RESOURCES } from '../client/resources.ts';
import { SchedulerCache, View } from './cache.ts';
import { DEFAULT_ARGS } from './default-args.ts';
import { addScores, type Extender, ExtenderError, throughExtenders } from './extender.ts';
import { choose, search, type Tests, test, totals } from './find-node.ts';
import { fitMessage } from './fit-error.ts';
import type { ClusterEvent, Cycle, Rejection } from './framework.ts';
import type { NodeInfo } from './node-info.ts';
import { Nominations } from './nominations.ts';
import { planFor } from './plugins/volumes.ts';
import { type Pod, type PodInfo, podInfo } from './pod-info.ts';
import { PodStatusWriter } from './pod-status.ts';
import { preempt } from './preemption.ts';
import { DEFAULT_PROFILE, type Profile } from './profile.ts';
import { type QueuedPod, type RetryTimes, SchedulingQueue } from './queue.ts';
import { evictVictims } from './victims.ts';
import { VolumeBinder } from './volume-binder.ts';

export interface SchedulerOptions {
  client: Client;
  informers: Informers;
  clock: Clock;
  random: Random;
  wake: { notify(): void };
  profiles?: readonly Profile[];
  /** Name of the instance in events: `default-scheduler-controlplane`. */
  host: string;
  retries?: Partial<RetryTimes>;
  extenders?: readonly Extender[];
  /** Writes a line to the log. */
  log?: Log;
  /** Writes what only `-v` shows. */
  detail?: Detail | undefined;
}

/**
 * Finds a node for each pod that has none. Models pkg/scheduler/schedule_one.go, with the node information kept by
 * watches instead of snapshots.
 */
export class Scheduler implements Worker {
  readonly #options: SchedulerOptions;
  readonly #profiles: ReadonlyMap<string, Profile>;
  readonly #cache = new SchedulerCache();
  readonly #queue: SchedulingQueue;
  readonly #recorders = new Map<string, SeriesRecorder>();
  readonly #binder: VolumeBinder;
  readonly #writer: PodStatusWriter;
  readonly #nominations = new Nominations();
  readonly #extenders: readonly Extender[];
  #start = 0;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#extenders = options.extenders ?? [];
    this.#writer = new PodStatusWriter(options.client, options.clock);
    const profiles = options.profiles ?? [DEFAULT_PROFILE];
    this.#profiles = new Map(profiles.map((profile) => [profile.schedulerName, profile]));
    this.#queue = new SchedulingQueue(options.clock, () => options.wake.notify(), options.retries);
    this.#binder = new VolumeBinder(options, {
      bind: (queued, node) => this.#bind(queued, node),
      fail: (queued, message) => this.#failWith(queued, message),
    });
    this.#watchPods();
    this.#watchNodes();
    this.#watchOthers();
  }

  get nextDue(): number | undefined {
    const pod = this.#queue.nextDue;
    const volumes = this.#binder.nextDue;
    if (pod === undefined) return volumes;
    return volumes === undefined ? pod : Math.min(pod, volumes);
  }

  runOne(): void {
    if (this.#binder.run()) return;
    const queued = this.#queue.take();
    if (!queued) return;
    const profile = this.#profileOf(queued.info.pod);
    const current = this.#options.informers.for<Pod>(RESOURCES.pods).get(queued.info.key);
    if (!profile || !current || current.metadata.uid !== queued.info.uid) return;
    if (current.spec.nodeName || current.metadata.deletionTimestamp) return;
    queued.info = podInfo(current);
    try {
      this.#scheduleOne(queued, profile);
    } catch (error) {
      if (!(error instanceof ExtenderError)) throw error;
      this.#failWith(queued, error.message);
    }
  }

  #scheduleOne(queued: QueuedPod, profile: Profile): void {
    const { key } = queued.info;
    this.#options.detail?.(3, 'schedule_one.go:83', () => `"Attempting to schedule pod" pod="${key}"`);
    const cycle = this.#cycle(queued.info, profile);
    const { nodes } = this.#cache;
    if (nodes.length === 0) {
      this.#notFound(queued, new Set(), 'no nodes available to schedule pods');
      return;
    }
    const node = this.#nominatedFor(cycle, profile) ?? this.#find(cycle, profile, queued);
    if (!node) return;
    this.#nominations.remove(queued.info);
    const plan = planFor(queued.info, node, this.#options.informers);
    this.#cache.setPod(queued.info.pod, node.name);
    if (plan) this.#binder.start(queued, node.name, plan, profile.args.bindTimeoutMs);
    else this.#bind(queued, node.name);
  }

  #cycle(pod: PodInfo, profile: Profile): Cycle {
    const { informers, random } = this.#options;
    return {
      pod,
      view: new View(this.#cache),
      informers,
      random,
      args: profile.args,
      labelsOfNamespace: (name) => informers.for(RESOURCES.namespaces).get(name)?.metadata.labels,
    };
  }

  #find(cycle: Cycle, profile: Profile, queued: QueuedPod): NodeInfo | undefined {
    const { nodes } = this.#cache;
    const check = this.#nominations.empty
      ? test
      : (node: NodeInfo, tests: Tests) => this.#check(cycle, node, { tests, profile });
    const { pod } = cycle.pod;
    const tested = search(cycle, { nodes, profile, start: this.#start, check });
    this.#start = (this.#start + tested.looked) % nodes.length;
    const found = throughExtenders(this.#extenders, pod, tested);
    const { feasible } = found;
    queued.search = { looked: tested.looked, feasible: feasible.length };
    if (feasible.length === 1) return feasible[0];
    if (feasible.length > 0) {
      const scores = addScores(this.#extenders, pod, feasible, totals(cycle, feasible, profile));
      return choose(feasible, scores, this.#options.random);
    }
    const outcome = profile.preempts
      ? preempt(cycle, profile, found.error, this.#extenders)
      : { message: '' };
    if (outcome.candidate) {
      const { client, clock } = this.#options;
      const recorder = this.#recorder(cycle.pod.pod);
      const lesser = this.#nominations.lesserThan(cycle.pod, outcome.candidate.node.name);
      evictVictims(cycle.pod.pod, outcome.candidate, {
        client,
        clock,
        recorder,
        writer: this.#writer,
        lesser,
      });
    }
    const nominatedNode = outcome.candidate?.node.name;
    this.#notFound(queued, found.plugins, fitMessage(found.error, outcome.message), nominatedNode);
    return undefined;
  }

  /** A node must do both with and without the pods that are nominated to it. */
  #check(
    cycle: Cycle,
    node: NodeInfo,
    { tests, profile }: { tests: Tests; profile: Profile },
  ): Rejection | undefined {
    const rivals = this.#nominations.rivalsOf(cycle.pod, node.name);
    if (rivals.length > 0) {
      const altered = node.copy();
      for (const pod of rivals) altered.add(pod);
      const view = new View(this.#cache, altered);
      const found = search({ ...cycle, view }, { nodes: [altered], start: 0, profile });
      const rejection = found.error.rejections.get(node.name) ?? found.error.absent;
      if (rejection && found.feasible.length === 0) return rejection;
    }
    return test(node, tests);
  }

  /** The node that an earlier preemption made room on, if it is free by now. */
  #nominatedFor(cycle: Cycle, profile: Profile): NodeInfo | undefined {
    const name = cycle.pod.pod.status?.nominatedNodeName;
    const node = name ? this.#cache.node(name) : undefined;
    if (!node) return undefined;
    const check = (candidate: NodeInfo, tests: Tests) => this.#check(cycle, candidate, { tests, profile });
    const found = search(cycle, { nodes: [node], start: 0, profile, check });
    return throughExtenders(this.#extenders, cycle.pod.pod, found).feasible[0];
  }

  #bind(queued: QueuedPod, nodeName: string): void {
    const { pod } = queued.info;
    const { name, namespace, uid } = pod.metadata;
    const binding = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name, namespace, uid },
      target: { kind: 'Node', name: nodeName },
    };
    try {
      const binder = this.#extenders.find((one) => one.binds && one.isInterestedIn(pod));
      if (binder) binder.bind(pod, nodeName);
      else this.#options.client.create(RESOURCES.pods, binding, namespace, { name, path: 'binding' });
    } catch (error) {
      this.#cache.removePod(uid, nodeName);
      if (isApiError(error, 'NotFound')) this.#queue.remove(uid);
      else this.#failWith(queued, `binding rejected: ${(error as Error).message}`);
      return;
    }
    this.#queue.remove(uid);
    this.#options.detail?.(2, 'schedule_one.go:314', () => boundLine(queued, nodeName));
    this.#recorder(pod).event(pod, {
      type: 'Normal',
      reason: 'Scheduled',
      action: 'Binding',
      message: `Successfully assigned ${namespace}/${name} to ${nodeName}`,
    });
  }

  /** Models schedule_one.go handleSchedulingFailure */
  #notFound(queued: QueuedPod, plugins: ReadonlySet<string>, message: string, nominatedNode?: string): void {
    const { pod, key } = queued.info;
    this.#options.detail?.(
      2,
      'schedule_one.go:1046',
      () => `"Unable to schedule pod; no fit; waiting" pod="${key}" err=${JSON.stringify(message)}`,
    );
    this.#queue.failed(queued, plugins, false);
    this.#tellFailed(pod, message);
    this.#writer.unschedulable(pod, 'Unschedulable', message, nominatedNode);
  }

  #failWith(queued: QueuedPod, message: string): void {
    const { pod } = queued.info;
    const text = `"Error scheduling pod; retrying" err=${JSON.stringify(message)} pod="${queued.info.key}"`;
    this.#options.log?.('E', 'schedule_one.go:1046', text);
    this.#queue.failed(queued, new Set(), true);
    this.#tellFailed(pod, message);
    this.#writer.unschedulable(pod, 'SchedulerError', message);
  }

  #tellFailed(pod: Pod, message: string): void {
    const text = message.length > 1024 ? `${message.slice(0, 1021)}...` : message;
    this.#recorder(pod).event(pod, {
      type: 'Warning',
      reason: 'FailedScheduling',
      action: 'Scheduling',
      message: text,
    });
  }

  #recorder(pod: Pod): SeriesRecorder {
    const controller = pod.spec.schedulerName ?? 'default-scheduler';
    let recorder = this.#recorders.get(controller);
    if (!recorder) {
      const { client, clock, host } = this.#options;
      recorder = new SeriesRecorder({ client, clock, controller, instance: `${controller}-${host}` });
      this.#recorders.set(controller, recorder);
    }
    return recorder;
  }

  #profileOf(pod: Pod): Profile | undefined {
    return this.#profiles.get(pod.spec.schedulerName ?? 'default-scheduler');
  }

  #watchPods(): void {
    this.#options.informers.for<Pod>(RESOURCES.pods).on({
      added: (pod) => this.#podChanged(pod, undefined),
      updated: (pod, old) => this.#podChanged(pod, old),
      deleted: (pod) => this.#podGone(pod),
    });
  }

  #podChanged(pod: Pod, old: Pod | undefined): void {
    if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') {
      this.#podGone(old ?? pod);
      return;
    }
    const info = podInfo(pod);
    if (!pod.spec.nodeName) {
      if (pod.metadata.deletionTimestamp) this.#podGone(pod);
      else if (this.#profileOf(pod) && !this.#binder.has(info.uid)) {
        this.#nominations.set(info);
        this.#queue.set(info);
      }
      return;
    }
    this.#queue.remove(info.uid);
    this.#nominations.remove(info);
    if (old?.spec.nodeName && isSamePlacement(old, pod)) {
      // Status updates, by far the most of all: only the object is newer.
      this.#cache.replacePod(pod);
      return;
    }
    this.#cache.setPod(pod);
    if (!old?.spec.nodeName) this.#retry({ kind: 'pod-assigned', pod: info });
    else if (old.metadata.labels !== pod.metadata.labels) this.#retry({ kind: 'pod-labels', pod: info });
    else if (old.spec !== pod.spec) this.#retry({ kind: 'pod-shrunk', pod: info });
  }

  #podGone(pod: Pod): void {
    const info = podInfo(pod);
    this.#queue.remove(info.uid);
    this.#binder.forget(info.uid);
    this.#nominations.remove(info);
    this.#cache.removePod(info.uid, pod.spec.nodeName);
    if (pod.spec.nodeName || pod.status?.nominatedNodeName) this.#retry({ kind: 'pod-removed', pod: info });
  }

  #watchNodes(): void {
    this.#options.informers.for(RESOURCES.nodes).on({
      added: (node) => {
        this.#cache.setNode(node);
        this.#retry({ kind: 'node-added', node });
      },
      updated: (node, old) => {
        this.#cache.setNode(node);
        if (!equalValues(node.status?.allocatable, old.status?.allocatable)) {
          this.#retry({ kind: 'node-allocatable', node });
        }
        if (!equalValues(node.metadata.labels, old.metadata.labels))
          this.#retry({ kind: 'node-labels', node });
        if (!equalValues(node.spec, old.spec)) this.#retry({ kind: 'node-taints', node });
      },
      deleted: (node) => {
        this.#cache.removeNode(node.metadata.name);
        this.#retry({ kind: 'node-removed', node });
      },
    });
  }

  #watchOthers(): void {
    const { informers } = this.#options;
    const retryOn = (kind: 'claim' | 'volume' | 'storage-class' | 'csi-node') => ({
      added: () => this.#volumeEvent(kind),
      updated: () => this.#volumeEvent(kind),
    });
    informers.for(RESOURCES.persistentvolumeclaims).on(retryOn('claim'));
    informers.for(RESOURCES.persistentvolumes).on(retryOn('volume'));
    informers.for(RESOURCES.storageclasses).on(retryOn('storage-class'));
    informers.for(RESOURCES.csinodes).on(retryOn('csi-node'));
    informers.for(RESOURCES.namespaces).on({
      updated: (namespace, old) => {
        if (equalValues(namespace.metadata.labels, old.metadata.labels)) return;
        this.#cache.forgetCounts();
        this.#retry({ kind: 'namespace' });
      },
    });
    for (const resource of ['services', 'replicasets', 'statefulsets', 'replicationcontrollers'] as const) {
      informers.for<KubeObject>(RESOURCES[resource]);
    }
    informers.for(RESOURCES.poddisruptionbudgets);
  }

  #volumeEvent(kind: 'claim' | 'volume' | 'storage-class' | 'csi-node'): void {
    this.#binder.look();
    this.#retry({ kind });
  }

  #retry(event: ClusterEvent): void {
    this.#queue.retry(event, DEFAULT_ARGS);
  }
}

function boundLine(
  { info, search: { looked, feasible } = { looked: 1, feasible: 1 } }: QueuedPod,
  node: string,
): string {
  return `"Successfully bound pod to node" pod="${info.key}" node="${node}" evaluatedNodes=${looked} feasibleNodes=${feasible}`;
}

/** True when nothing that the cache counts by has changed. */
function isSamePlacement(old: Pod, pod: Pod): boolean {
  return (
    old.spec === pod.spec &&
    old.metadata.labels === pod.metadata.labels &&
    old.metadata.deletionTimestamp === pod.metadata.deletionTimestamp
  );
}
