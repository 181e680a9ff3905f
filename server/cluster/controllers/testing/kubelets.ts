import { type KubeObject, keyOf, microTimestamp, timestamp } from '../../../objects/object.ts';
import type { Clock, WaitQueue } from '../../../sim/index.ts';
import type { Client } from '../../client/client.ts';
import { QueueWorker } from '../../client/control-loop.ts';
import type { Informer, Informers } from '../../client/informer.ts';
import { standingLease } from '../../client/leader-election.ts';
import { RESOURCES } from '../../client/resources.ts';
import { WorkQueue } from '../../client/work-queue.ts';

export interface KubeletOptions {
  startMs?: number;
  stopMs?: number;
  /** Keeps the leases of all nodes. Default: true. */
  heartbeats?: boolean;
  /** What becomes of a pod; default: Running and ready. */
  outcome?: (pod: KubeObject) => Outcome;
}

export type Outcome = 'ready' | 'running' | 'Succeeded' | 'Failed';

export interface HollowOptions extends KubeletOptions {
  client: Client;
  informers: Informers;
  clock: Clock;
  wake: WaitQueue;
}

const LEASES = 'kube-node-lease';

/** The kubelets of all nodes, without containers: what a pod becomes, it becomes after a while. */
export class HollowKubelets extends QueueWorker {
  readonly #options: HollowOptions;
  readonly #pods: Informer;
  readonly #nodes: Informer;
  readonly #queue: WorkQueue;
  readonly #leases = new Map<string, { close(): void } | undefined>();
  readonly #down = new Set<string>();
  #addresses = 0;

  constructor(options: HollowOptions) {
    const queue = new WorkQueue(options);
    super(queue, (key) => this.#work(key));
    this.#queue = queue;
    this.#options = options;
    this.#pods = options.informers.for(RESOURCES.pods);
    this.#nodes = options.informers.for(RESOURCES.nodes);
    const changed = (pod: KubeObject) => this.#look(pod);
    this.#pods.on({ added: changed, updated: changed });
    if (options.heartbeats === false) return;
    this.#nodes.on({
      added: ({ metadata: { name } }) => this.#keepLease(name),
      deleted: ({ metadata: { name } }) => this.#leases.get(name)?.close(),
    });
  }

  /** The node is cut off: its lease runs out, its pods are looked after by nobody. */
  fail(node: string): void {
    this.#down.add(node);
    this.#leases.get(node)?.close();
  }

  heal(node: string): void {
    if (!this.#down.delete(node)) return;
    const { client, clock } = this.#options;
    const found = client.find(RESOURCES.nodes, node);
    if (!found) return;
    this.#keepLease(node);
    const time = timestamp(clock.now);
    const conditions = [{ type: 'Ready', status: 'True', reason: 'KubeletReady', lastHeartbeatTime: time }];
    client.patch(RESOURCES.nodes, node, {
      type: 'strategic',
      body: { status: { conditions } },
      subresource: 'status',
    });
    for (const pod of this.#pods.list()) if (pod.spec.nodeName === node) this.#resume(pod);
  }

  /** What others wrote about a pod while its node was away is put right. */
  #resume(pod: KubeObject): void {
    this.#look(pod);
    if (pod.status?.phase !== 'Running' || pod.metadata.deletionTimestamp) return;
    const { client, outcome = () => 'ready' } = this.#options;
    const conditions = [{ type: 'Ready', status: outcome(pod) === 'ready' ? 'True' : 'False' }];
    const { name, namespace } = pod.metadata;
    const body = { status: { conditions } };
    client.patch(RESOURCES.pods, name, { type: 'strategic', body, subresource: 'status' }, namespace);
  }

  #look(pod: KubeObject): void {
    const { startMs = 500, stopMs = 100 } = this.#options;
    if (!pod.spec.nodeName) return;
    if (pod.metadata.deletionTimestamp) this.#queue.addAfter(keyOf(pod), stopMs);
    else if ((pod.status?.phase ?? 'Pending') === 'Pending') this.#queue.addAfter(keyOf(pod), startMs);
  }

  #work(key: string): void {
    const { client, clock, outcome = () => 'ready' } = this.#options;
    const pod = this.#pods.get(key);
    const node = pod?.spec.nodeName;
    if (!pod || this.#down.has(node) || !this.#nodes.get(node)) return;
    const { name, namespace, uid } = pod.metadata;
    if (pod.metadata.deletionTimestamp) {
      client.delete(RESOURCES.pods, name, namespace, { gracePeriodSeconds: 0, preconditions: { uid } });
      return;
    }
    if ((pod.status?.phase ?? 'Pending') !== 'Pending') return;
    const status = runningStatus(pod, clock.now, outcome(pod), this.#addresses++);
    client.updateStatus(RESOURCES.pods, { ...pod, status });
  }

  #keepLease(name: string): void {
    const { client, clock } = this.#options;
    const renewTime = microTimestamp(clock.now);
    const spec = { holderIdentity: name, leaseDurationSeconds: 40, renewTime };
    const known = client.find(RESOURCES.leases, name, LEASES);
    if (known) client.update(RESOURCES.leases, { ...known, spec });
    else {
      const metadata = { name, namespace: LEASES };
      const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
      client.create(RESOURCES.leases, lease, LEASES);
    }
    this.#leases.set(name, standingLease(client, { name, namespace: LEASES }, 10));
  }
}

function runningStatus(pod: KubeObject, now: number, outcome: string, number: number): object {
  const ready = outcome === 'ready' ? 'True' : 'False';
  const time = timestamp(now);
  const condition = (type: string, status: string) => ({
    type,
    status,
    lastProbeTime: null,
    lastTransitionTime: time,
  });
  const address = `10.244.${(number >> 8) & 255}.${number & 255}`;
  return {
    ...pod.status,
    phase: outcome === 'Succeeded' || outcome === 'Failed' ? outcome : 'Running',
    startTime: time,
    podIP: address,
    podIPs: [{ ip: address }],
    hostIP: '172.30.1.2',
    conditions: [
      condition('PodScheduled', 'True'),
      condition('Initialized', 'True'),
      condition('ContainersReady', ready),
      condition('Ready', ready),
    ],
    containerStatuses: pod.spec.containers.map((container: any) => ({
      name: container.name,
      image: container.image,
      imageID: '',
      ready: ready === 'True',
      restartCount: 0,
      state:
        outcome === 'Succeeded' || outcome === 'Failed'
          ? { terminated: { exitCode: outcome === 'Failed' ? 1 : 0, finishedAt: time, startedAt: time } }
          : { running: { startedAt: time } },
    })),
  };
}
