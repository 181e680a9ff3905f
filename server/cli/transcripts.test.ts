// Sessions of a candidate, run in whole worlds: `transcripts/<topic>.yaml`, in the format of the reference transcripts.
// `UPDATE=1 npx vitest run server/cli/transcripts.test.ts -t <topic>` writes what was printed; read it before you commit it.
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bootWorld, forkWorld } from '../exam/boot.ts';
import { StepShell } from '../exam/shell-run.ts';
import { loadTopology } from '../exam/topology.ts';
import type { Snapshot } from '../exam/world.ts';
import { worldBuilder } from './builder.ts';
import { TranscriptFile } from './transcripts/testing.ts';

const FOLDER = join(import.meta.dirname, 'transcripts');
const START_MS = Date.UTC(2026, 10, 21, 9);
const snapshots = new Map<string, Promise<Snapshot>>();

/** A fresh world of a topology; all but the first are forks of one that was booted. */
async function freshWorld(topology: string, seed: string) {
  let snapshot = snapshots.get(topology);
  if (!snapshot) {
    const options = { seed: 'transcripts', startMs: START_MS };
    snapshot = bootWorld(worldBuilder, loadTopology('labs', topology), options).then((w) => w.snapshot());
    snapshots.set(topology, snapshot);
  }
  return forkWorld(worldBuilder, await snapshot, { seed, startMs: START_MS });
}

describe('session', () => {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
  test.each(names)('%s', async (name) => {
    const file = new TranscriptFile(join(FOLDER, name));
    const { steps, topology = 'three-nodes' } = file.transcript;
    const shell = new StepShell(await freshWorld(topology, basename(name, '.yaml')));
    for (const [index, step] of steps.entries()) {
      const got = await shell.run(step.run);
      if (process.env.UPDATE) file.rewrite(index, got);
      const { expected, actual } = file.compare(step, got);
      if (!process.env.UPDATE) expect.soft(actual, `step ${index + 1}: ${step.run}`).toEqual(expected);
    }
    if (process.env.UPDATE) file.save();
  });
});
