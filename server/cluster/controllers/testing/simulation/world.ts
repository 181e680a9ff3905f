import { isApiError } from '../../../../objects/api-error.ts';
import type { KubeObject } from '../../../../objects/object.ts';
import { Random } from '../../../../sim/index.ts';
import { RESOURCES } from '../../../client/resources.ts';
import type { MemoryLog } from '../../../store/memory-log.ts';
import { fnv32 } from '../../hash.ts';
import { CONTROLLERS } from '../../index.ts';
import { startCluster, type TestCluster } from '../cluster.ts';
import type { HollowKubelets, Outcome } from '../kubelets.ts';

/** What the namespace may hold at first. */
export const QUOTA = { pods: 14, 'count/jobs.batch': 2 } as const;
/** A namespace that comes and goes with what is in it. */
export const DOOMED = 'doomed';
export const PRIORITIES = { low: -10, high: 1000 } as const;
const VOLUMES = 5;
export const NAMES = ['alpha', 'beta', 'gamma'] as const;
/** Healthy pods of an application that evictions must leave, by the value of its label `app`. */
export const BUDGETS: Readonly<Record<string, { minAvailable?: number; maxUnavailable?: number }>> = {
  alpha: { minAvailable: 1 },
  beta: { maxUnavailable: 1 },
};

/** A control plane that random operations are done to. */
export interface World {
  readonly c: TestCluster;
  readonly random: Random;
  readonly kubelets: HollowKubelets;
  stopManager: () => void;
  stopScheduler: () => void;
  /** Nodes that were ever added. */
  nodes: number;
  readonly down: Set<string>;
  /** How many pods there may be: the quota, or what there was when the quota became less. */
  podLimit: number;
  /** What went wrong in the middle of an operation. */
  readonly problems: string[];
}

export function startPrograms(c: TestCluster): Pick<World, 'stopManager' | 'stopScheduler'> {
  return { stopManager: c.startManager(CONTROLLERS), stopScheduler: c.startScheduler() };
}

/** Pods of jobs end, a third of them badly; what becomes of a pod is in its name, so that a rerun repeats it. */
function outcomeOf({ metadata }: KubeObject): Outcome {
  if (!metadata.labels?.['job-name']) return 'ready';
  return fnv32(metadata.name) % 3 === 0 ? 'Failed' : 'Succeeded';
}

let setUp: { log: MemoryLog; now: number } | undefined;

/** A cluster of three nodes with quota and budgets; all worlds begin as copies of it. */
function base(): { log: MemoryLog; now: number } {
  if (setUp) return setUp;
  const c = startCluster('simulation');
  for (let i = 0; i < 3; i++) c.addNode(`node${i}`, { cpu: '2' });
  const { stopManager, stopScheduler } = startPrograms(c);
  c.startKubelets();
  c.settle(1000);
  const hard = Object.fromEntries(Object.entries(QUOTA).map(([name, value]) => [name, String(value)]));
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec: { hard } };
  c.admin.create(RESOURCES.resourcequotas, quota, 'default');
  for (const [app, limits] of Object.entries(BUDGETS)) {
    const budget = {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: app },
      spec: { ...limits, selector: { matchLabels: { app } } },
    };
    c.admin.create(RESOURCES.poddisruptionbudgets, budget, 'default');
  }
  for (const [name, value] of Object.entries(PRIORITIES)) {
    const body = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value };
    c.admin.create(RESOURCES.priorityclasses, body);
  }
  for (let i = 0; i < VOLUMES; i++) c.admin.create(RESOURCES.persistentvolumes, volume(`pv${i}`));
  c.settle(500);
  stopManager();
  stopScheduler();
  setUp = { log: c.log as MemoryLog, now: c.clock.now };
  return setUp;
}

function volume(name: string): object {
  const spec = {
    capacity: { storage: '1Gi' },
    accessModes: ['ReadWriteOnce'],
    persistentVolumeReclaimPolicy: 'Retain',
    storageClassName: 'manual',
    hostPath: { path: `/data/${name}` },
  };
  return { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name }, spec };
}

export function startWorld(seed: string): World {
  const { log, now } = base();
  const c = startCluster(seed, { log: log.fork(), now });
  const programs = startPrograms(c);
  const kubelets = c.startKubelets({ outcome: outcomeOf });
  c.settle(500);
  const random = new Random(seed).fork('simulate');
  return { c, random, kubelets, ...programs, nodes: 3, down: new Set(), podLimit: QUOTA.pods, problems: [] };
}

/** Does what the API may refuse. */
export function attempt(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch (error) {
    if (!isApiError(error)) throw error;
    return false;
  }
}

export type Plural = keyof typeof RESOURCES;

/** What is stored: that needs no request. */
export function list({ c: { server } }: World, resource: Plural, namespace = ''): KubeObject[] {
  const { group, version, plural } = RESOURCES[resource];
  const served = server.served.find(group, version, plural);
  return served ? server.store.list(served, namespace) : [];
}

export function podsOf(world: World, app?: string): KubeObject[] {
  const pods = list(world, 'pods', 'default');
  return app === undefined ? pods : pods.filter(({ metadata }) => metadata.labels?.['app'] === app);
}

/** Pods that budgets count. */
export function isHealthy({ metadata, status }: KubeObject): boolean {
  const ready = status?.conditions?.find(({ type }: { type: string }) => type === 'Ready');
  return !metadata.deletionTimestamp && ready?.status === 'True';
}

/** Pods that neither nodes nor quotas count any more. */
export function isOver({ status }: KubeObject): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}
