import { keyOf, timestamp } from '../../objects/object.ts';
import type { EventRecorder } from '../client/events.ts';
import { type Taint, type Toleration, tolerates } from '../client/placement.ts';
import { RESOURCES } from '../client/resources.ts';
import { ifThere } from '../client/tolerate.ts';
import type { Controller, ControllerContext, Reconciler, Result } from './controller.ts';
import type { Pod } from './pods.ts';

// Models pkg/controller/tainteviction/taint_eviction.go
export const taintEvictionController: Controller = {
  name: 'taint-eviction-controller',
  alias: 'taint-eviction-controller',
  account: 'node-controller',
  start: (context) => new TaintEviction(context),
};

class TaintEviction implements Reconciler {
  readonly #context: ControllerContext;
  readonly #recorder: EventRecorder;
  /** Since when taints that carry no time were seen on a node, by node and taint. */
  readonly #seen = new Map<string, number>();
  /** Pods whose end is set. */
  readonly #doomed = new Set<string>();

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#recorder = context.recorder('taint-eviction-controller');
    const pods = context.informers.for<Pod>(RESOURCES.pods);
    pods.addIndex('node', (pod) => (pod.spec.nodeName ? [pod.spec.nodeName] : []));
    pods.on({
      added: (pod) => context.queue.add(keyOf(pod)),
      updated: (pod, old) => {
        const moved = pod.spec.nodeName !== old.spec.nodeName;
        if (moved || pod.spec.tolerations !== old.spec.tolerations) context.queue.add(keyOf(pod));
      },
      deleted: (pod) => this.#doomed.delete(pod.metadata.uid),
    });
    const nodeChanged = (name: string) => {
      for (const pod of pods.byIndex('node', name)) context.queue.add(keyOf(pod));
    };
    context.informers.for(RESOURCES.nodes).on({
      added: (node) => {
        if (evicting(node.spec?.taints).length > 0) nodeChanged(node.metadata.name);
      },
      updated: (node, old) => {
        if (node.spec?.taints !== old.spec?.taints) nodeChanged(node.metadata.name);
      },
    });
  }

  reconcile(key: string): Result | undefined {
    const pod = this.#context.informers.for<Pod>(RESOURCES.pods).get(key);
    if (!pod?.spec.nodeName || pod.metadata.deletionTimestamp) return undefined;
    const node = this.#context.informers.for(RESOURCES.nodes).get(pod.spec.nodeName);
    const taints = evicting(node?.spec?.taints);
    if (taints.length === 0) {
      this.#pardon(pod);
      return undefined;
    }
    const due = this.#deadline(pod, taints);
    if (due === undefined) {
      this.#pardon(pod);
      return undefined;
    }
    const { now } = this.#context.clock;
    if (due > now) {
      this.#doomed.add(pod.metadata.uid);
      return { requeueAfterMs: due - now };
    }
    this.#evict(pod);
    return undefined;
  }

  /** When the pod has to go; undefined: it tolerates everything for good. */
  #deadline(pod: Pod, taints: readonly Taint[]): number | undefined {
    const tolerations: Toleration[] = pod.spec.tolerations ?? [];
    let due: number | undefined;
    for (const taint of taints) {
      const since = this.#since(pod.spec.nodeName, taint);
      const matching = tolerations.filter((toleration) => tolerates(toleration, taint));
      if (matching.length === 0) return since;
      const limits = matching.flatMap(({ tolerationSeconds }) => tolerationSeconds ?? []);
      if (limits.length === 0) continue;
      const end = since + Math.max(0, Math.min(...limits)) * 1000;
      if (due === undefined || end < due) due = end;
    }
    return due;
  }

  #since(node: string, taint: Taint): number {
    if (taint.timeAdded) return Date.parse(taint.timeAdded);
    const key = `${node}/${taint.key}=${taint.value ?? ''}`;
    const seen = this.#seen.get(key) ?? this.#context.clock.now;
    this.#seen.set(key, seen);
    return seen;
  }

  #pardon(pod: Pod): void {
    for (const key of this.#seen.keys()) if (key.startsWith(`${pod.spec.nodeName}/`)) this.#forget(key, pod);
    if (!this.#doomed.delete(pod.metadata.uid)) return;
    const text = `Cancelling deletion of Pod ${keyOf(pod)}`;
    this.#recorder.event(pod, 'Normal', 'TaintManagerEviction', text);
  }

  /** A taint that is gone counts from the beginning when it comes back. */
  #forget(key: string, pod: Pod): void {
    const node = this.#context.informers.for(RESOURCES.nodes).get(pod.spec.nodeName);
    const there = evicting(node?.spec?.taints).some(
      (taint) => `${pod.spec.nodeName}/${taint.key}=${taint.value ?? ''}` === key,
    );
    if (!there) this.#seen.delete(key);
  }

  #evict(pod: Pod): void {
    const { name, namespace, uid } = pod.metadata;
    this.#recorder.event(pod, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${keyOf(pod)}`);
    const condition = {
      type: 'DisruptionTarget',
      status: 'True',
      lastProbeTime: null,
      lastTransitionTime: timestamp(this.#context.clock.now),
      reason: 'DeletionByTaintManager',
      message: 'Taint manager: deleting due to NoExecute taint',
    };
    const body = { status: { conditions: [condition] } };
    ifThere(() => {
      const { client } = this.#context;
      client.patch(RESOURCES.pods, name, { type: 'strategic', body, subresource: 'status' }, namespace);
      client.delete(RESOURCES.pods, name, namespace, { preconditions: { uid } });
    });
    this.#doomed.delete(uid);
  }
}

function evicting(taints: readonly Taint[] | undefined): readonly Taint[] {
  return (taints ?? []).filter(({ effect }) => effect === 'NoExecute');
}
