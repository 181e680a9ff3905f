import { keyOf, timestamp } from '../../objects/object.ts';
import { RESOURCES } from '../client/resources.ts';
import { ifThere } from '../client/tolerate.ts';
import type { Controller, ControllerContext, Reconciler, Result } from './controller.ts';
import { isTerminal, type Pod } from './pods.ts';

/** How long a pod may stand on a node that is not there, and how often the real controller looks. */
const QUARANTINE_MS = 40_000;
const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service';

// Models pkg/controller/podgc/gc_controller.go
export const podGarbageCollector: Controller = {
  name: 'pod-garbage-collector-controller',
  alias: 'podgc',
  account: 'pod-garbage-collector',
  start: (context) => new PodGarbageCollector(context),
};

class PodGarbageCollector implements Reconciler {
  readonly #context: ControllerContext;

  constructor(context: ControllerContext) {
    this.#context = context;
    const pods = context.informers.for<Pod>(RESOURCES.pods);
    pods.addIndex('node', (pod) => (pod.spec.nodeName ? [pod.spec.nodeName] : []));
    const nodes = context.informers.for(RESOURCES.nodes);
    const changed = (pod: Pod) => {
      const orphan = pod.spec.nodeName && !nodes.get(pod.spec.nodeName);
      if (orphan || pod.metadata.deletionTimestamp || isTerminal(pod)) context.queue.addAfter(keyOf(pod), 20);
    };
    pods.on({ added: changed, updated: changed });
    const nodeChanged = ({ metadata: { name } }: { metadata: { name: string } }) => {
      for (const pod of pods.byIndex('node', name)) context.queue.add(keyOf(pod));
    };
    nodes.on({ deleted: nodeChanged, updated: nodeChanged });
  }

  reconcile(key: string): Result | undefined {
    const { informers, client, clock } = this.#context;
    const pod = informers.for<Pod>(RESOURCES.pods).get(key);
    if (!pod) return undefined;
    if (pod.metadata.deletionTimestamp && !pod.spec.nodeName) {
      // Nobody else would: it never reached a kubelet.
      this.#delete(pod, undefined);
      return undefined;
    }
    const node = pod.spec.nodeName && informers.for(RESOURCES.nodes).get(pod.spec.nodeName);
    if (pod.spec.nodeName && !node) {
      const since = Date.parse(pod.metadata.creationTimestamp);
      const wait = Math.min(QUARANTINE_MS, since + QUARANTINE_MS - clock.now);
      if (wait > 0) return { requeueAfterMs: wait };
      if (client.find(RESOURCES.nodes, pod.spec.nodeName)) return undefined;
      this.#delete(pod, 'PodGC: node no longer exists');
      return undefined;
    }
    const outOfService = node?.spec?.taints?.some((taint: any) => taint.key === OUT_OF_SERVICE);
    if (outOfService && pod.metadata.deletionTimestamp) {
      this.#delete(pod, undefined);
      return undefined;
    }
    if (isTerminal(pod)) this.#trim();
    return undefined;
  }

  /** Finished pods past the threshold go, oldest first. */
  #trim(): void {
    const { informers, settings } = this.#context;
    const threshold = settings.terminatedPodGcThreshold;
    const pods = informers.for<Pod>(RESOURCES.pods);
    if (threshold <= 0 || pods.size <= threshold) return;
    const finished = [...pods.list()].filter((pod) => isTerminal(pod) && !pod.metadata.deletionTimestamp);
    if (finished.length <= threshold) return;
    finished.sort((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1));
    for (const pod of finished.slice(0, finished.length - threshold)) this.#delete(pod, undefined);
  }

  #delete(pod: Pod, why: string | undefined): void {
    const { client, clock } = this.#context;
    const { name, namespace, uid } = pod.metadata;
    ifThere(() => {
      if (why !== undefined && !isTerminal(pod)) {
        const condition = {
          type: 'DisruptionTarget',
          status: 'True',
          lastProbeTime: null,
          lastTransitionTime: timestamp(clock.now),
          reason: 'DeletionByPodGC',
          message: why,
        };
        const body = { status: { phase: 'Failed', conditions: [condition] } };
        client.patch(RESOURCES.pods, name, { type: 'strategic', body, subresource: 'status' }, namespace);
      }
      client.delete(RESOURCES.pods, name, namespace, { gracePeriodSeconds: 0, preconditions: { uid } });
    });
  }
}
