import { matches, selectorOf } from '../../../objects/label-selector.ts';
import { type KubeObject, keyOf } from '../../../objects/object.ts';
import { equalValues } from '../../../objects/values.ts';
import type { EventRecorder } from '../../client/events.ts';
import type { Informer } from '../../client/informer.ts';
import { RESOURCES } from '../../client/resources.ts';
import type { Controller, ControllerContext, Reconciler, Result } from '../controller.ts';
import { scaledValue } from '../deployment/replica-sets.ts';
import { claim, controllerOf, controllerReference, indexByController } from '../owners.ts';
import { isTerminating, PodControl, podFromTemplate, slowStart } from '../pod-control.ts';
import { availableIn, type Pod } from '../pods.ts';
import { currentRevision, type HistoryOptions, hashOf, listRevisions, trimRevisions } from '../revisions.ts';
import { byAge, HASH, nodeShouldRun, pinned, podTemplate, split, targetNode } from './pods.ts';
import { daemonStatus } from './status.ts';

/** Failed pods are replaced after 1 s, doubling. */
const RETRY_FIRST_MS = 1000;
const RETRY_MAX_MS = 15 * 60_000;

// Models pkg/controller/daemon/daemon_controller.go
export const daemonSetController: Controller = {
  name: 'daemonset-controller',
  alias: 'daemonset',
  account: 'daemon-set-controller',
  start: (context) => new DaemonSetReconciler(context),
};

class DaemonSetReconciler implements Reconciler {
  readonly #context: ControllerContext;
  readonly #sets: Informer;
  readonly #pods: Informer<Pod>;
  readonly #recorder: EventRecorder;
  readonly #podControl: PodControl;
  /** Failures in a row of a set on a node, and when the last was. */
  readonly #failures = new Map<string, { count: number; at: number }>();

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#sets = context.informers.for(RESOURCES.daemonsets);
    this.#pods = context.informers.for(RESOURCES.pods);
    this.#recorder = context.recorder('daemonset-controller');
    this.#podControl = new PodControl(context.client, this.#recorder);
    indexByController(this.#pods);
    indexByController(context.informers.for(RESOURCES.controllerrevisions));
    const { queue, informers } = context;
    this.#sets.on({ added: (set) => queue.add(keyOf(set)), updated: (set) => queue.add(keyOf(set)) });
    const podChanged = (pod: Pod) => this.#podChanged(pod);
    this.#pods.on({ added: podChanged, updated: podChanged, deleted: podChanged });
    const everySet = () => {
      for (const set of this.#sets.list()) queue.add(keyOf(set));
    };
    informers.for(RESOURCES.nodes).on({
      added: everySet,
      deleted: everySet,
      updated: (node, old) => {
        const same =
          equalValues(node.metadata.labels, old.metadata.labels) &&
          equalValues(node.spec?.taints, old.spec?.taints);
        if (!same) everySet();
      },
    });
  }

  #podChanged(pod: Pod): void {
    const owner = controllerOf(pod);
    if (owner?.kind === 'DaemonSet') this.#context.queue.add(`${pod.metadata.namespace}/${owner.name}`);
    else if (!owner && pod.metadata.labels) {
      for (const set of this.#sets.byNamespace(pod.metadata.namespace ?? '')) {
        if (matches(selectorOf(set.spec.selector) ?? [], pod.metadata.labels))
          this.#context.queue.add(keyOf(set));
      }
    }
  }

  reconcile(key: string): Result | undefined {
    const set = this.#sets.get(key);
    if (!set || set.metadata.deletionTimestamp) return undefined;
    const { client, informers } = this.#context;
    const history: HistoryOptions = {
      client,
      owner: set,
      resource: RESOURCES.daemonsets,
      revisions: informers.for(RESOURCES.controllerrevisions),
      hashLabel: HASH,
    };
    const { current, revisions } = currentRevision(history, listRevisions(history));
    const hash = hashOf(current, HASH);
    const { wait, error } = this.#manage(set, hash);
    informers.pump();
    if (!error && set.spec.updateStrategy?.type !== 'OnDelete') this.#roll(set, hash);
    const pods = this.#podsOf(set);
    const inUse = new Set(pods.map((pod) => pod.metadata.labels?.[HASH]));
    trimRevisions(client, revisions, {
      limit: set.spec.revisionHistoryLimit ?? 10,
      isUsed: (revision) => revision === current || inUse.has(hashOf(revision, HASH)),
    });
    informers.pump();
    const statusWait = this.#writeStatus(key, hash);
    if (error && !isTerminating(error)) throw error;
    const waits = [wait, statusWait].filter((ms) => ms !== undefined);
    return waits.length > 0 ? { requeueAfterMs: Math.min(...waits) } : undefined;
  }

  #podsOf(set: KubeObject): Pod[] {
    return claim(this.#pods, {
      client: this.#context.client,
      owner: set,
      ownerResource: RESOURCES.daemonsets,
      selector: selectorOf(set.spec.selector) ?? [],
      resource: RESOURCES.pods,
    });
  }

  #podsByNode(set: KubeObject): Map<string, Pod[]> {
    const byNode = new Map<string, Pod[]>();
    for (const pod of this.#podsOf(set)) {
      const node = targetNode(pod);
      const pods = byNode.get(node) ?? [];
      pods.push(pod);
      byNode.set(node, pods);
    }
    return byNode;
  }

  /** Models podsShouldBeOnNode and syncNodes. Returns when to look again. */
  #manage(set: KubeObject, hash: string): { wait: number | undefined; error: unknown } {
    const byNode = this.#podsByNode(set);
    const missing: string[] = [];
    const unwanted: Pod[] = [];
    let wait: number | undefined;
    for (const node of this.#context.informers.for(RESOURCES.nodes).list()) {
      const pods = byNode.get(node.metadata.name) ?? [];
      byNode.delete(node.metadata.name);
      const { shouldRun, shouldContinue } = nodeShouldRun(set, node);
      const live = pods.filter((pod) => !pod.metadata.deletionTimestamp);
      if (!shouldContinue) {
        unwanted.push(...live);
        continue;
      }
      if (shouldRun && pods.length === 0) missing.push(node.metadata.name);
      const failed = live.filter(({ status }) => status?.phase === 'Failed');
      const delay = failed.length > 0 ? this.#backOff(set, node.metadata.name) : 0;
      if (delay > 0) wait = Math.min(wait ?? delay, delay);
      else unwanted.push(...failed.map((pod) => this.#tellFailed(set, pod)));
      const good = live.filter(({ status }) => status?.phase !== 'Failed').sort(byAge);
      // During a surge an old and a new pod stand side by side; else one is enough.
      if (surgeOf(set, 1) === 0) unwanted.push(...good.slice(1));
    }
    // Pods of nodes that are gone are the pod garbage collector's.
    const error = this.#create(set, hash, missing);
    for (const pod of unwanted) this.#podControl.delete(set, pod);
    return { wait, error };
  }

  #tellFailed(set: KubeObject, pod: Pod): Pod {
    const node = targetNode(pod);
    const text = `Found failed daemon pod ${keyOf(pod)} on node ${node}, will try to kill it`;
    this.#recorder.event(set, 'Warning', 'FailedDaemonPod', text);
    return pod;
  }

  #backOff(set: KubeObject, node: string): number {
    const key = `${set.metadata.uid}/${node}`;
    const { now } = this.#context.clock;
    const before = this.#failures.get(key);
    if (!before || now - before.at > 2 * RETRY_MAX_MS) {
      this.#failures.set(key, { count: 1, at: now });
      return 0;
    }
    const delay = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** (before.count - 1));
    if (before.at + delay > now) return before.at + delay - now;
    this.#failures.set(key, { count: before.count + 1, at: now });
    return 0;
  }

  #create(set: KubeObject, hash: string, nodes: readonly string[]): unknown {
    const template = podTemplate(set, hash);
    const reference = controllerReference(set, RESOURCES.daemonsets);
    const waiting = [...nodes];
    return slowStart(Math.min(nodes.length, 250), () => {
      const pod = podFromTemplate(template, set, reference);
      this.#podControl.create(set, { ...pod, spec: pinned(pod.spec, waiting.shift() as string) });
    }).error;
  }

  /** Models pkg/controller/daemon/update.go rollingUpdate */
  #roll(set: KubeObject, hash: string): void {
    const byNode = this.#podsByNode(set);
    const nodes = [...this.#context.informers.for(RESOURCES.nodes).list()].filter(
      (node) => nodeShouldRun(set, node).shouldRun,
    );
    const surge = surgeOf(set, nodes.length);
    const rolling = set.spec.updateStrategy?.rollingUpdate ?? {};
    const unavailable = scaledValue(rolling.maxUnavailable ?? 1, nodes.length, true);
    if (surge > 0)
      this.#rollWithSurge(set, { hash, byNode, surge, nodes: nodes.map((n) => n.metadata.name) });
    else this.#rollByDeleting(set, { hash, byNode, unavailable, nodes: nodes.map((n) => n.metadata.name) });
  }

  #rollByDeleting(
    set: KubeObject,
    {
      hash,
      byNode,
      unavailable,
      nodes,
    }: { hash: string; byNode: Map<string, Pod[]>; unavailable: number; nodes: string[] },
  ): void {
    let down = 0;
    const broken: Pod[] = [];
    const candidates: Pod[] = [];
    for (const node of nodes) {
      const { old, fresh } = split(byNode.get(node) ?? [], hash);
      const pod = old ?? fresh;
      if (!pod) {
        down++;
        continue;
      }
      if (pod.metadata.deletionTimestamp || !this.#isAvailable(set, pod)) down++;
      if (!old || pod.metadata.deletionTimestamp) continue;
      // An old pod that does not serve anyway may go without counting.
      if (this.#isAvailable(set, pod)) candidates.push(pod);
      else broken.push(pod);
    }
    for (const pod of [...broken, ...candidates.slice(0, Math.max(0, unavailable - down))]) {
      this.#podControl.delete(set, pod);
    }
  }

  #rollWithSurge(
    set: KubeObject,
    {
      hash,
      byNode,
      surge,
      nodes,
    }: { hash: string; byNode: Map<string, Pod[]>; surge: number; nodes: string[] },
  ): void {
    let surging = 0;
    const toCreate: string[] = [];
    for (const node of nodes) {
      const { old, fresh } = split(byNode.get(node) ?? [], hash);
      if (!old) continue;
      if (!fresh) {
        if (this.#isAvailable(set, old)) toCreate.push(node);
        else if (!old.metadata.deletionTimestamp) this.#podControl.delete(set, old);
        continue;
      }
      if (this.#isAvailable(set, fresh)) {
        if (!old.metadata.deletionTimestamp) this.#podControl.delete(set, old);
      } else surging++;
    }
    this.#create(set, hash, toCreate.slice(0, Math.max(0, surge - surging)));
  }

  #isAvailable(set: KubeObject, pod: Pod): boolean {
    return availableIn(pod, set.spec.minReadySeconds ?? 0, this.#context.clock.now) === 0;
  }

  #writeStatus(key: string, hash: string): number | undefined {
    const set = this.#sets.get(key);
    if (!set) return undefined;
    const nodes = [...this.#context.informers.for(RESOURCES.nodes).list()];
    const { status, wait } = daemonStatus(set, {
      nodes,
      byNode: this.#podsByNode(set),
      hash,
      now: this.#context.clock.now,
    });
    if (!equalValues(status, set.status)) {
      this.#context.client.updateStatus(RESOURCES.daemonsets, { ...set, status });
    }
    return wait;
  }
}

function surgeOf(set: KubeObject, desired: number): number {
  return scaledValue(set.spec.updateStrategy?.rollingUpdate?.maxSurge ?? 0, desired, true);
}
