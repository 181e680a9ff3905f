import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { worldBuilder } from '../../../server/cli/builder.ts';
import { bootWorld, forkWorld } from '../../../server/exam/boot.ts';
import { drive } from '../../../server/exam/drive.ts';
import { runScript } from '../../../server/exam/shell-run.ts';
import { loadTopology } from '../../../server/exam/topology.ts';
import type { Snapshot, World } from '../../../server/exam/world.ts';

/** Ages in minutes and hours: there a second more or less is not seen. */
const AGE_MS = 3 * 3600_000 + 20 * 60_000;
/** Forks begin here. */
const SHORT_OF_NOW_MS = 130_000;
/** How long programs that come back have to find themselves before anybody looks. */
const REST_MS = 120_000;

/** A cluster that has been up for a while, in which the scripts have been run, at the present time. */
export async function snapshotWith(options: {
  labs: string;
  topology: string;
  scripts: readonly string[];
}): Promise<Snapshot> {
  const topology = loadTopology(options.labs, options.topology);
  const startMs = Date.now() - AGE_MS;
  const world = await bootWorld(worldBuilder, topology, { seed: 'twins', startMs });
  for (const script of options.scripts) {
    let printed = '';
    const say = (text: string) => {
      printed += text;
    };
    const code = await runScript(world, `cd /root\n${script}`, { user: 'root', out: say, err: say });
    if (code !== 0) throw new Error(`the state was not reached:\n${printed}`);
  }
  await drive(world.clock, () => false, { limitMs: Date.now() - SHORT_OF_NOW_MS - world.clock.now });
  const snapshot = world.snapshot();
  world.close();
  return snapshot;
}

/** The cluster of a snapshot at the present time, in a world of its own whose programs have come to rest. */
export async function settledFork(snapshot: Snapshot): Promise<World> {
  const onCrash = (host: { hostname: string }, error: unknown) =>
    console.error(`a program on ${host.hostname} crashed: ${error instanceof Error ? error.stack : error}`);
  const startMs = Date.now() - REST_MS;
  const world = await forkWorld(worldBuilder, snapshot, { seed: 'twins', startMs, onCrash });
  await drive(world.clock, () => false, { limitMs: Date.now() - world.clock.now });
  return world;
}

/** A shell script that applies a manifest. */
export function applying(manifest: string): string {
  return `export KUBECONFIG=/root/.kube/config\nkubectl apply -f - <<'END_OF_MANIFEST'\n${manifest}\nEND_OF_MANIFEST\n`;
}

export function stateScript(folder: string): string {
  return readFileSync(join(folder, 'state.sh'), 'utf8');
}
