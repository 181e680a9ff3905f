import { describe, expect, test } from 'vitest';
import { bootWorld, forkWorld } from '../../exam/boot.ts';
import { StepShell } from '../../exam/shell-run.ts';
import { loadTopology } from '../../exam/topology.ts';
import type { Snapshot } from '../../exam/world.ts';
import { worldBuilder } from '../builder.ts';
import type { BrokenCase } from './case.ts';
import { CASES } from './cases.ts';

const START_MS = Date.UTC(2026, 10, 21, 9);

/** What every case finds: a deployment behind a service, and somebody who asks it. */
const SETUP = `kubectl create deployment web --image=nginx --replicas=2
kubectl expose deployment web --port=80
kubectl run client --image=busybox --command -- sleep infinity
kubectl rollout status deployment web; kubectl wait --for=condition=Ready pod/client`;

const wholes = new Map<string, Promise<Snapshot>>();

/** The cluster before it is broken. */
function whole(topology: string): Promise<Snapshot> {
  const found = wholes.get(topology) ?? makeWhole(topology);
  wholes.set(topology, found);
  return found;
}

async function makeWhole(topology: string): Promise<Snapshot> {
  const options = { seed: 'broken', startMs: START_MS };
  const world = await bootWorld(worldBuilder, loadTopology('labs', topology), options);
  await new StepShell(world).run(SETUP);
  const snapshot = world.snapshot();
  world.close();
  return snapshot;
}

async function breakAndRepair(broken: BrokenCase): Promise<void> {
  const from = await whole(broken.topology ?? 'three-nodes');
  const world = await forkWorld(worldBuilder, from, { seed: broken.name, startMs: START_MS });
  const shell = new StepShell(world);
  const run = async (step: string) => {
    const { stdout, stderr } = await shell.run(step);
    return (stdout + stderr).trim();
  };
  await run(`${broken.breaks}\nsleep ${broken.after}`);
  for (const [command, shows] of broken.symptoms) expect.soft(await run(command), command).toMatch(shows);
  const [command, healthy] = broken.healthy;
  for (const attempt of broken.vain) await run(attempt);
  await run(`sleep ${broken.within}`);
  expect.soft(await run(command), 'heals by something else').not.toMatch(healthy);
  await run(`${broken.repair}\nsleep ${broken.within}`);
  expect(await run(command)).toMatch(healthy);
  world.close();
}

describe('broken clusters', () => {
  const cases = CASES.map((broken) => [broken.name, broken] as const);
  test.each(cases)('%s', (_name, broken) => breakAndRepair(broken));
});
