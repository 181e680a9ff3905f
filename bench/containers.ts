// What containers cost: started in a second, memory and an idle hour of each, a line of log a second for a virtual day.
// Run: npx tsx --expose-gc bench/containers.ts
import { join } from 'node:path';
import { worldBuilder } from '../server/cli/builder.ts';
import { bootWorld } from '../server/exam/boot.ts';
import { StepShell } from '../server/exam/shell-run.ts';
import { loadTopology } from '../server/exam/topology.ts';
import { report } from './report.ts';

const PODS = 150;
const HOUR_MS = 3_600_000;
const topology = loadTopology(join(import.meta.dirname, '..', 'labs'), 'three-nodes');
const world = await bootWorld(worldBuilder, topology, { seed: 'bench', startMs: Date.UTC(2026, 0, 5) });
const shell = new StepShell(world);

function heapBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** Ms of CPU, which others on the machine do not change. */
async function timed(run: () => unknown): Promise<number> {
  const began = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}

const idleMs = await timed(() => world.clock.runUntilQuiet(HOUR_MS, 10_000_000));
const before = heapBytes();
const startMs = await timed(() =>
  shell.run(
    `kubectl create deployment many --image=nginx --replicas=${PODS}; kubectl rollout status deployment many`,
  ),
);
const bytes = (heapBytes() - before) / PODS;
const busyMs = await timed(() => world.clock.runUntilQuiet(HOUR_MS, 10_000_000));
await shell.run('kubectl delete deployment many; kubectl wait --for=delete pod -l app=many');
await shell.run('kubectl run logger --image=busybox --command -- sh -c "while :; do date; sleep 1; done"');
await shell.run('kubectl wait --for=condition=Ready pod/logger');
const logged = heapBytes();
const dayMs = await timed(() => world.clock.runUntilQuiet(24 * HOUR_MS, 100_000_000));
const logBytes = heapBytes() - logged;
const { stdout } = await shell.run('kubectl logs logger | wc -l');
await shell.run('kubectl create deployment web --image=nginx; kubectl expose deployment web --port=80');
await shell.run(
  'kubectl run client --image=busybox --command -- sleep 1d; kubectl rollout status deployment web',
);
await shell.run('kubectl wait --for=condition=Ready pod/client');
const REQUESTS = 200;
const requestsMs = await timed(() =>
  shell.run(
    `kubectl exec client -- sh -c 'i=0; while [ $i -lt ${REQUESTS} ]; do wget -qO /dev/null web; i=$((i+1)); done'`,
  ),
);

report('containers', [
  [`${PODS} Pods of nginx, from create to ready`, `${((PODS / startMs) * 1000).toFixed(0)} a second`],
  ['memory of a running container', `${(bytes / 1024).toFixed(0)} KiB`],
  ['an idle virtual hour: the cluster alone', `${idleMs.toFixed(0)} ms`],
  [`… and each of ${PODS} containers in it`, `${(Math.max(0, busyMs - idleMs) / PODS).toFixed(2)} ms`],
  ['a line of log a second for a virtual day', `${(dayMs / 1000).toFixed(1)} s, ${stdout.trim()} lines`],
  ['… and what it keeps in memory', `${(logBytes / 1024 / 1024).toFixed(1)} MiB`],
  [
    'DNS and HTTP through a Service, one request of wget in a Pod',
    `${(requestsMs / REQUESTS).toFixed(2)} ms`,
  ],
]);
