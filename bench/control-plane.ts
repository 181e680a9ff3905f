// Deployments to Ready, rolling updates, pods scheduled, idle hours: the control plane and an API server in memory,
// without hosts. Usage: npx tsx bench/control-plane.ts [name …]
import { RESOURCES } from '../server/cluster/client/resources.ts';
import { CONTROLLERS } from '../server/cluster/controllers/index.ts';
import { startCluster, type TestCluster } from '../server/cluster/controllers/testing/cluster.ts';
import { report } from './report.ts';

const BIG_NODE = { cpu: '64', memory: '256Gi', pods: '250' };

function deployment(name: string, replicas: number, image = 'nginx:1'): object {
  const labels = { app: name };
  const containers = [{ name: 'c', image, resources: { requests: { cpu: '10m' } } }];
  const template = { metadata: { labels }, spec: { containers } };
  const spec = { replicas, selector: { matchLabels: labels }, template };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec };
}

function start(nodes: number): TestCluster {
  const c = startCluster();
  for (let i = 0; i < nodes; i++) c.addNode(`node${i}`, BIG_NODE);
  c.startManager(CONTROLLERS);
  c.startScheduler();
  c.startKubelets();
  c.settle(1000);
  return c;
}

function cpuMs(run: () => void): number {
  const begin = process.cpuUsage();
  run();
  return process.cpuUsage(begin).user / 1000;
}

/** CPU ms until a deployment stands, made or changed by `change`. */
function toReady(c: TestCluster, replicas: number, change: () => void): number {
  const status = () => c.admin.get(RESOURCES.deployments, 'web', 'default').status ?? {};
  const isReady = () =>
    status().readyReplicas === replicas &&
    status().updatedReplicas === replicas &&
    status().replicas === replicas;
  const ms = cpuMs(() => {
    change();
    c.settle(20);
    for (let i = 0; i < 6000 && !isReady(); i++) c.settle(100);
  });
  if (!isReady()) throw new Error(`only ${status().readyReplicas} of ${replicas} ready`);
  return ms;
}

function rollOut(replicas: number): { c: TestCluster; ms: number } {
  const c = start(Math.max(3, Math.ceil(replicas / 100)));
  const create = () => c.admin.create(RESOURCES.deployments, deployment('web', replicas), 'default');
  return { c, ms: toReady(c, replicas, create) };
}

function update(replicas: number): number {
  const { c } = rollOut(replicas);
  const body = { spec: { template: { spec: { containers: [{ name: 'c', image: 'nginx:2' }] } } } };
  const patch = () => c.admin.patch(RESOURCES.deployments, 'web', { type: 'strategic', body }, 'default');
  return toReady(c, replicas, patch);
}

/** Pods a second that the scheduler places, and what the slowest of a hundred takes. */
function schedule(nodes: number, pods: number): { rate: number; p99: number } {
  const c = startCluster();
  for (let i = 0; i < nodes; i++) c.addNode(`node${i}`, BIG_NODE);
  for (let i = 0; i < pods; i++) {
    const requests = { cpu: '100m', memory: '64Mi' };
    const containers = [{ name: 'c', image: 'nginx', resources: { requests } }];
    const metadata = { name: `p${i}`, labels: { app: `a${i % 20}` } };
    c.admin.create(
      RESOURCES.pods,
      { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers } },
      'default',
    );
  }
  const times = eachBinding(c);
  const ms = cpuMs(() => {
    c.startScheduler();
    c.settle(60_000);
  });
  const left = c.admin.list(RESOURCES.pods, { fieldSelector: 'spec.nodeName=' }).items.length;
  if (left > 0) throw new Error(`${left} pods were not scheduled`);
  const spans = times.slice(1).map((time, i) => time - (times[i] as number));
  const p99 = spans.sort((a, b) => a - b)[Math.floor(spans.length * 0.99)] as number;
  return { rate: (pods / ms) * 1000, p99 };
}

const placed = ({ rate, p99 }: { rate: number; p99: number }) =>
  `${rate.toFixed(0)} pods/s, p99 ${p99.toFixed(1)} ms`;

/** The first time with what the compiler spends on it, then the best of a process that has run for a while. */
function scheduleAgain(nodes: number, pods: number): string {
  const runs = Array.from({ length: 5 }, () => schedule(nodes, pods));
  const best = runs.slice(1).reduce((a, b) => (a.rate > b.rate ? a : b));
  return `${placed(best)}; ${placed(runs[0] as { rate: number; p99: number })} the first time`;
}

/** When pods are bound, in ms of the wall. */
function eachBinding(c: TestCluster): number[] {
  const times: number[] = [];
  const handle = c.server.handle.bind(c.server);
  c.server.handle = (request, user) => {
    if (request.path.endsWith('/binding')) times.push(performance.now());
    return handle(request, user);
  };
  return times;
}

/** An hour of a cluster at rest. */
function idle(): string {
  const { c } = rollOut(200);
  c.settle(600_000);
  const before = c.log.revision;
  let events = 0;
  const ms = cpuMs(() => {
    events = c.clock.runUntilQuiet(3_600_000, 1_000_000).events;
  });
  return `${ms.toFixed(0)} ms CPU, ${events} events, ${c.log.revision - before} writes`;
}

const BENCHES: Readonly<Record<string, readonly [title: string, run: () => string]>> = {
  '200': ['deployment of 200 to Ready', warmAndCold],
  '1000': ['deployment of 1,000 to Ready', () => `${rollOut(1000).ms.toFixed(0)} ms CPU`],
  '10000': ['deployment of 10,000 to Ready', () => `${rollOut(10_000).ms.toFixed(0)} ms CPU`],
  update: ['rolling update of 1,000', () => `${update(1000).toFixed(0)} ms CPU`],
  schedule: ['3,000 pods on 1,000 nodes', () => scheduleAgain(1000, 3000)],
  large: ['30,000 pods on 5,000 nodes', () => placed(schedule(5000, 30_000))],
  idle: ['an idle hour with 200 pods', idle],
};

/** The best of many, in a process that runs for a while as a server does, and the very first. */
function warmAndCold(): string {
  const warm = Math.min(...Array.from({ length: 60 }, () => rollOut(200).ms));
  return `${warm.toFixed(0)} ms CPU, ${first.toFixed(0)} ms the first time`;
}

const wanted = process.argv.slice(2);
// Also compiles what all share.
const first = rollOut(200).ms;
report(
  'control plane',
  Object.entries(BENCHES)
    .filter(([name]) => wanted.length === 0 || wanted.includes(name))
    .map(([, [title, run]]) => [title, run()]),
);
