import { type KubeObject, keyOf, microTimestamp, timestamp } from '../../objects/object.ts';
import { type Clock, ProcessTable, Random, WaitQueue } from '../../sim/index.ts';
import { startApiServer, type TestServer } from '../apiserver/testing.ts';
import type { Client } from '../client/client.ts';
import { ControlLoop, QueueWorker } from '../client/control-loop.ts';
import { Informers } from '../client/informer.ts';
import { standingLease } from '../client/leader-election.ts';
import { RESOURCES } from '../client/resources.ts';
import { WorkQueue } from '../client/work-queue.ts';
import { Scheduler, type SchedulerOptions } from '../scheduler/scheduler.ts';
import type { Controller, ManagerSettings } from './controller.ts';
import { ControllerManager } from './manager.ts';
import { DEFAULT_SETTINGS } from './settings.ts';

/** A control plane over a server in memory, with nodes that run every pod at once. */
export interface TestCluster extends TestServer {
  readonly table: ProcessTable;
  readonly admin: Client;
  /** Adds a Ready node. */
  addNode(name: string, fields?: NodeFields): KubeObject;
  /** Runs virtual time until nothing is left to do within `ms`. */
  settle(ms?: number): void;
  startManager(controllers: readonly Controller[], settings?: Partial<ManagerSettings>): () => void;
  startScheduler(options?: Partial<SchedulerOptions>): () => void;
  startKubelets(options?: KubeletOptions): () => void;
}

export interface NodeFields {
  labels?: Record<string, string>;
  taints?: object[];
  cpu?: string;
  memory?: string;
  pods?: string;
}

export interface KubeletOptions {
  startMs?: number;
  stopMs?: number;
  /** Keeps the leases of all nodes. Default: true. */
  heartbeats?: boolean;
  /** What becomes of a pod; default: Running and ready. */
  outcome?: (pod: KubeObject) => 'ready' | 'running' | 'Succeeded' | 'Failed';
}

/** Programs have the identities and rights that they have in a whole cluster. */
const ACCOUNT_GROUPS = [
  'system:serviceaccounts',
  'system:serviceaccounts:kube-system',
  'system:authenticated',
];

export function startCluster(seed = 'test'): TestCluster {
  const base = startApiServer({ seed });
  const { clock } = base;
  const table = new ProcessTable({
    clock,
    cores: 4,
    onCrash: (_, error) => {
      throw error;
    },
  });
  const admin = base.client();
  const spawn = (name: string, run: (process: any, stopped: () => boolean) => any, wake: WaitQueue) => {
    let stopped = false;
    const process = table.spawn({
      argv: [name],
      main: function* (self) {
        yield* run(self, () => stopped);
        return 0;
      },
    });
    return () => {
      stopped = true;
      wake.notify();
      process.signal('KILL');
    };
  };
  return {
    ...base,
    table,
    admin,
    addNode: (name, fields = {}) => addNode(admin, name, { clock: clock.now, ...fields }),
    settle: (ms = 5000) => clock.advance(ms),
    startManager(controllers, settings = {}) {
      const wake = new WaitQueue();
      const manager = new ControllerManager({
        client: base.client('system:kube-controller-manager', ['system:authenticated']),
        clientFor: (account) => base.client(`system:serviceaccount:kube-system:${account}`, ACCOUNT_GROUPS),
        clock,
        random: new Random(seed),
        wake,
        controllers,
        settings: { ...DEFAULT_SETTINGS, ...settings },
        log: (_severity, _source, text) => {
          if (/is forbidden: User/.test(text)) throw new Error(text);
        },
      });
      return spawn('kube-controller-manager', (process, stopped) => manager.run(process, stopped), wake);
    },
    startScheduler(options = {}) {
      const wake = new WaitQueue();
      const client = base.client('system:kube-scheduler', ['system:authenticated']);
      const informers = new Informers({ client, clock, wake });
      const loop = new ControlLoop({ clock, wake, informers });
      const random = new Random(seed).fork('scheduler');
      loop.workers.push(new Scheduler({ client, informers, clock, random, wake, host: 'vm', ...options }));
      return spawn('kube-scheduler', (process, stopped) => loop.run(process, stopped), wake);
    },
    startKubelets(options = {}) {
      const wake = new WaitQueue();
      const informers = new Informers({ client: admin, clock, wake });
      const loop = new ControlLoop({ clock, wake, informers });
      loop.workers.push(kubelets(admin, informers, { clock, wake, ...options }));
      if (options.heartbeats !== false) keepLeases(admin, informers, clock);
      return spawn('kubelets', (process, stopped) => loop.run(process, stopped), wake);
    },
  };
}

function addNode(client: Client, name: string, fields: NodeFields & { clock: number }): KubeObject {
  const { labels, taints, cpu = '4', memory = '8Gi', pods = '110' } = fields;
  const capacity = { cpu, memory, pods, 'ephemeral-storage': '100Gi' };
  const time = timestamp(fields.clock);
  const condition = (type: string, status: string) => ({
    type,
    status,
    reason: `Kubelet${type}`,
    lastHeartbeatTime: time,
    lastTransitionTime: time,
  });
  const node = client.create(RESOURCES.nodes, {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
    spec: taints ? { taints } : {},
  });
  const status = { capacity, allocatable: capacity, conditions: [condition('Ready', 'True')] };
  client.updateStatus(RESOURCES.nodes, { ...node, status });
  const current = client.get(RESOURCES.nodes, name);
  const rest = (current.spec?.taints ?? []).filter((t: any) => t.key !== 'node.kubernetes.io/not-ready');
  return client.update(RESOURCES.nodes, { ...current, spec: { ...current.spec, taints: rest } });
}

function keepLeases(client: Client, informers: Informers, clock: Clock): void {
  informers.for(RESOURCES.nodes).on({
    added: ({ metadata: { name } }) => {
      const namespace = 'kube-node-lease';
      const spec = { holderIdentity: name, leaseDurationSeconds: 40, renewTime: microTimestamp(clock.now) };
      const metadata = { name, namespace };
      const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
      if (!client.find(RESOURCES.leases, name, namespace)) client.create(RESOURCES.leases, lease, namespace);
      standingLease(client, { name, namespace }, 10);
    },
  });
}

function kubelets(
  client: Client,
  informers: Informers,
  options: KubeletOptions & { clock: TestServer['clock']; wake: WaitQueue },
): QueueWorker {
  const { clock, wake, startMs = 500, stopMs = 100, outcome = () => 'ready' } = options;
  const pods = informers.for(RESOURCES.pods);
  let addresses = 0;
  const queue = new WorkQueue({ clock, wake });
  const changed = (pod: KubeObject) => {
    if (!pod.spec.nodeName) return;
    if (pod.metadata.deletionTimestamp) queue.addAfter(keyOf(pod), stopMs);
    else if ((pod.status?.phase ?? 'Pending') === 'Pending') queue.addAfter(keyOf(pod), startMs);
  };
  pods.on({ added: changed, updated: changed });
  return new QueueWorker(queue, (key) => {
    const pod = pods.get(key);
    if (!pod) return;
    const { name, namespace, uid } = pod.metadata;
    if (pod.metadata.deletionTimestamp) {
      client.delete(RESOURCES.pods, name, namespace, { gracePeriodSeconds: 0, preconditions: { uid } });
      return;
    }
    if ((pod.status?.phase ?? 'Pending') !== 'Pending') return;
    client.updateStatus(RESOURCES.pods, {
      ...pod,
      status: runningStatus(pod, clock.now, outcome(pod), addresses++),
    });
  });
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
