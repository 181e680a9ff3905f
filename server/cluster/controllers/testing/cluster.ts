import { type KubeObject, timestamp } from '../../../objects/object.ts';
import { Clock, ProcessTable, Random, WaitQueue } from '../../../sim/index.ts';
import { startApiServer, type TestServer } from '../../apiserver/testing.ts';
import type { Client } from '../../client/client.ts';
import { ControlLoop } from '../../client/control-loop.ts';
import { Informers } from '../../client/informer.ts';
import { RESOURCES } from '../../client/resources.ts';
import { Scheduler, type SchedulerOptions } from '../../scheduler/scheduler.ts';
import type { Log } from '../../store/log.ts';
import type { Controller, ManagerSettings } from '../controller.ts';
import { ControllerManager } from '../manager.ts';
import { DEFAULT_SETTINGS } from '../settings.ts';
import { HollowKubelets, type KubeletOptions } from './kubelets.ts';

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
  startKubelets(options?: KubeletOptions): HollowKubelets;
}

export interface NodeFields {
  labels?: Record<string, string>;
  taints?: object[];
  cpu?: string;
  memory?: string;
  pods?: string;
}

/** Programs have the identities and rights that they have in a whole cluster. */
const ACCOUNT_GROUPS = [
  'system:serviceaccounts',
  'system:serviceaccounts:kube-system',
  'system:authenticated',
];

/** `from`: the log of a cluster that is set up, and its time. */
export function startCluster(seed = 'test', from?: { log: Log; now: number }): TestCluster {
  const base = startApiServer({
    seed,
    ...(from ? { log: from.log, clock: new Clock(from.now), isSetUp: true } : {}),
  });
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
      const stop = spawn('kube-scheduler', (process, stopped) => loop.run(process, stopped), wake);
      return () => {
        stop();
        informers.close();
      };
    },
    startKubelets(options = {}) {
      const wake = new WaitQueue();
      const informers = new Informers({ client: admin, clock, wake });
      const loop = new ControlLoop({ clock, wake, informers });
      const kubelets = new HollowKubelets({ client: admin, informers, clock, wake, ...options });
      loop.workers.push(kubelets);
      spawn('kubelets', (process, stopped) => loop.run(process, stopped), wake);
      return kubelets;
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
