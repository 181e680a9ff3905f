// How long a cluster takes to boot and to fork, and what an idle world costs. Run: npx tsx --expose-gc bench/world.ts
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { worldBuilder } from '../server/cli/builder.ts';
import { bootWorld, forkWorld } from '../server/exam/boot.ts';
import { StepShell } from '../server/exam/shell-run.ts';
import { loadTopology } from '../server/exam/topology.ts';
import type { World } from '../server/exam/world.ts';
import { report } from './report.ts';

const START_MS = Date.UTC(2026, 0, 5);
const FORKS = 20;
const topology = loadTopology(join(import.meta.dirname, '..', 'labs'), 'three-nodes');

const booting = performance.now();
const booted = await bootWorld(worldBuilder, topology, { seed: 'bench', startMs: START_MS });
const bootMs = performance.now() - booting;
const snapshot = booted.snapshot();

// The first fork fills caches that all worlds share.
(await forkWorld(worldBuilder, snapshot, { seed: 'warm', startMs: 0 })).close();
globalThis.gc?.();
const before = process.memoryUsage().heapUsed;
const worlds: World[] = [];
const forking = performance.now();
for (let i = 0; i < FORKS; i++)
  worlds.push(await forkWorld(worldBuilder, snapshot, { seed: `w${i}`, startMs: 0 }));
const forkMs = (performance.now() - forking) / FORKS;
globalThis.gc?.();
const bytes = (process.memoryUsage().heapUsed - before) / FORKS;

const idle = worlds[0] as World;
const idling = performance.now();
idle.clock.runUntilQuiet(3_600_000, 10_000_000);
const idleMs = performance.now() - idling;

const busy = worlds[1] as World;
const shell = new StepShell(busy);
await shell.run('kubectl create deployment many --image=nginx --replicas=200');
const scaling = performance.now();
const rollout = await shell.run('kubectl rollout status deployment many');
const scaleMs = performance.now() - scaling;

report('worlds of three nodes', [
  ['boot, from nothing to all Pods ready', `${bootMs.toFixed(0)} ms`],
  ['fork of a booted world, until its API server answers', `${forkMs.toFixed(0)} ms`],
  ['memory of an idle world', `${(bytes / 1024 / 1024).toFixed(1)} MiB`],
  ['an idle virtual hour', `${idleMs.toFixed(0)} ms`],
  [
    'deployment of 200 replicas to ready',
    `${scaleMs.toFixed(0)} ms, ${(rollout.elapsedMs / 1000).toFixed(0)} s virtual`,
  ],
]);
