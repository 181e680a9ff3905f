// Deployments to Ready and pods scheduled, control plane and API server in memory, without hosts.
// Usage: npx tsx bench/control-plane.ts [replicas …]
import { RESOURCES } from '../server/cluster/client/resources.ts';
import { CONTROLLERS } from '../server/cluster/controllers/index.ts';
import { startCluster } from '../server/cluster/controllers/testing/cluster.ts';

function deployment(name: string, replicas: number): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'c', image: 'nginx', resources: { requests: { cpu: '10m' } } }] },
      },
    },
  };
}

/** CPU ms until `replicas` pods are ready. */
function rollOut(replicas: number): number {
  const c = startCluster();
  for (let i = 0; i < Math.max(3, Math.ceil(replicas / 100)); i++)
    c.addNode(`node${i}`, { cpu: '64', memory: '256Gi', pods: '250' });
  c.startManager(CONTROLLERS);
  c.startScheduler();
  c.startKubelets();
  c.settle(1000);
  const begin = process.cpuUsage();
  c.admin.create(RESOURCES.deployments, deployment('web', replicas), 'default');
  const ready = () => c.admin.get(RESOURCES.deployments, 'web', 'default').status?.readyReplicas ?? 0;
  for (let i = 0; i < 600 && ready() < replicas; i++) c.settle(100);
  if (ready() < replicas) throw new Error(`only ${ready()} of ${replicas} ready`);
  return process.cpuUsage(begin).user / 1000;
}

/** Pods a second that the scheduler places on `nodes` nodes. */
function schedule(nodes: number, pods: number): number {
  const c = startCluster();
  for (let i = 0; i < nodes; i++) c.addNode(`node${i}`, { cpu: '64', memory: '256Gi', pods: '250' });
  const pod = (i: number) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `p${i}`, labels: { app: `a${i % 20}` } },
    spec: {
      containers: [{ name: 'c', image: 'nginx', resources: { requests: { cpu: '100m', memory: '64Mi' } } }],
    },
  });
  for (let i = 0; i < pods; i++) c.admin.create(RESOURCES.pods, pod(i), 'default');
  const begin = process.cpuUsage();
  c.startScheduler();
  c.settle(60_000);
  const ms = process.cpuUsage(begin).user / 1000;
  const left = c.admin.list(RESOURCES.pods, { fieldSelector: 'spec.nodeName=' }).items.length;
  if (left > 0) throw new Error(`${left} pods were not scheduled`);
  return (pods / ms) * 1000;
}

const sizes = process.argv.slice(2).map(Number);
rollOut(200);
for (const replicas of sizes.length > 0 ? sizes : [200, 1000]) {
  console.log(`deployment of ${replicas} to Ready: ${rollOut(replicas).toFixed(0)} ms CPU`);
}
for (const [nodes, pods] of process.env.ONLY
  ? []
  : ([
      [1000, 3000],
      [5000, 3000],
    ] as const)) {
  console.log(`${pods} pods on ${nodes} nodes: ${schedule(nodes, pods).toFixed(0)} pods/s`);
}
