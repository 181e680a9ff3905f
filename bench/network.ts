// What a lookup and a request through a Service cost. Run: npx tsx bench/network.ts
import { join } from 'node:path';
import { worldBuilder } from '../server/cli/builder.ts';
import { bootWorld } from '../server/exam/boot.ts';
import { StepShell } from '../server/exam/shell-run.ts';
import { loadTopology } from '../server/exam/topology.ts';
import { report } from './report.ts';

const START_MS = Date.UTC(2026, 0, 5);
const REQUESTS = 300;
/** The best of these counts: the machine may be busy. */
const ROUNDS = 3;
const rows: [string, string][] = [];

for (const name of ['three-nodes', 'calico']) {
  const topology = loadTopology(join(import.meta.dirname, '..', 'labs'), name);
  const world = await bootWorld(worldBuilder, topology, { seed: 'bench', startMs: START_MS });
  const shell = new StepShell(world);
  await shell.run(
    'kubectl create deploy web --image=nginx --replicas=3; kubectl expose deploy web --port=80; kubectl run c --image=busybox -- sleep 1d; kubectl wait --for=condition=Ready pod --all --timeout=120s',
  );
  const loop = `i=0; while [ $i -lt ${REQUESTS} ]; do wget -q -O /dev/null http://web.default.svc.cluster.local || exit 1; i=$((i+1)); done`;
  let each = Number.POSITIVE_INFINITY;
  let virtual = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    const { exit, elapsedMs } = await shell.run(`kubectl exec c -- sh -c '${loop}'`);
    const { user, system } = process.cpuUsage(before);
    if (exit !== 0) throw new Error(`requests failed in ${name}`);
    each = Math.min(each, (user + system) / 1000 / REQUESTS);
    virtual = elapsedMs / REQUESTS;
  }
  rows.push([
    `${name}: wget, DNS and HTTP through a Service`,
    `${each.toFixed(2)} ms of CPU (${virtual.toFixed(1)} ms virtual)`,
  ]);
  world.close();
}
report('requests through a Service', rows);
