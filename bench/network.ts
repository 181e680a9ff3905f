// What a lookup and a request through a Service cost. Run: npx tsx bench/network.ts
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { worldBuilder } from '../server/cli/builder.ts';
import { bootWorld } from '../server/exam/boot.ts';
import { StepShell } from '../server/exam/shell-run.ts';
import { loadTopology } from '../server/exam/topology.ts';
import { report } from './report.ts';

const START_MS = Date.UTC(2026, 0, 5);
const REQUESTS = 300;
const rows: [string, string][] = [];

for (const name of ['three-nodes', 'calico']) {
  const topology = loadTopology(join(import.meta.dirname, '..', 'labs'), name);
  const world = await bootWorld(worldBuilder, topology, { seed: 'bench', startMs: START_MS });
  const shell = new StepShell(world);
  await shell.run(
    'kubectl create deploy web --image=nginx --replicas=3; kubectl expose deploy web --port=80; kubectl run c --image=busybox -- sleep 1d; kubectl wait --for=condition=Ready pod --all --timeout=120s',
  );
  const started = performance.now();
  const loop = `i=0; while [ $i -lt ${REQUESTS} ]; do wget -q -O /dev/null http://web.default.svc.cluster.local || exit 1; i=$((i+1)); done`;
  const { exit, elapsedMs } = await shell.run(`kubectl exec c -- sh -c '${loop}'`);
  const each = (performance.now() - started) / REQUESTS;
  if (exit !== 0) throw new Error(`requests failed in ${name}`);
  rows.push([
    `${name}: wget, DNS and HTTP through a Service`,
    `${each.toFixed(2)} ms (${(elapsedMs / REQUESTS).toFixed(1)} ms virtual)`,
  ]);
  world.close();
}
report('requests through a Service', rows);
