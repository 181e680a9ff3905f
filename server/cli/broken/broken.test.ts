import { beforeAll, describe, expect, test } from 'vitest';
import { bootWorld, forkWorld } from '../../exam/boot.ts';
import { StepShell } from '../../exam/shell-run.ts';
import { loadTopology } from '../../exam/topology.ts';
import type { Snapshot } from '../../exam/world.ts';
import { worldBuilder } from '../builder.ts';
import { CASES } from './cases.ts';

const START_MS = Date.UTC(2026, 10, 21, 9);

/** What every case finds: a deployment behind a service, and somebody who asks it. */
const SETUP = `kubectl create deployment web --image=nginx --replicas=2
kubectl expose deployment web --port=80
kubectl run client --image=busybox --command -- sleep infinity
kubectl rollout status deployment web; kubectl wait --for=condition=Ready pod/client`;

describe('broken clusters', () => {
  let snapshot: Snapshot;

  beforeAll(async () => {
    const world = await bootWorld(worldBuilder, loadTopology('labs', 'three-nodes'), {
      seed: 'broken',
      startMs: START_MS,
    });
    await new StepShell(world).run(SETUP);
    snapshot = world.snapshot();
    world.close();
  }, 60_000);

  test.each(CASES.map((one) => [one.name, one] as const))('%s', { timeout: 60_000 }, async (name, broken) => {
    const world = await forkWorld(worldBuilder, snapshot, { seed: name, startMs: START_MS });
    const shell = new StepShell(world);
    const run = async (step: string) => {
      const { stdout, stderr } = await shell.run(step);
      return (stdout + stderr).trim();
    };
    await run(`${broken.breaks}\nsleep ${broken.after}`);
    for (const [command, shows] of broken.symptoms) expect.soft(await run(command), command).toMatch(shows);
    const [command, healthy] = broken.healthy;
    if (broken.vain) {
      await run(`${broken.vain}\nsleep ${broken.within}`);
      expect.soft(await run(command), 'heals by something else').not.toMatch(healthy);
    }
    await run(`${broken.repair}\nsleep ${broken.within}`);
    expect(await run(command)).toMatch(healthy);
    world.close();
  });
});
