import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { loadCatalog } from '../exam/catalog.ts';
import { runScript } from '../exam/shell-run.ts';
import { Opening } from '../exam/worlds/opening.ts';
import { RunningWorld } from '../exam/worlds/running-world.ts';
import { openDatabase } from '../records/schema.ts';
import { SqliteWorlds } from '../records/worlds.ts';
import { worldBuilder } from './builder.ts';

const labs = `${dirname(dirname(dirname(fileURLToPath(import.meta.url))))}/labs`;
const LAB = 'static-pod';
const screens = { output: () => {}, ended: () => {} };

const LOOK =
  'cat note; tail -n 2 long; wc -l < long; kubectl get configmap kept -o jsonpath={.data.a}; echo; kubectl get nodes --no-headers | grep -cw Ready';
const FOUND = 'one\ntwo\n3000\nend\n3001\nb\n3\n';

async function run(world: RunningWorld['world'], script: string): Promise<string> {
  let printed = '';
  const take = (text: string) => {
    printed += text;
  };
  await runScript(world, script, { out: take, err: take });
  return printed;
}

it('a world that was put to sleep wakes with its cluster, its files and its time', async () => {
  const records = new SqliteWorlds(openDatabase(':memory:'));
  let nowMs = Date.UTC(2026, 0, 5, 10);
  const opening = () =>
    new Opening({
      builder: worldBuilder,
      labsDirectory: labs,
      catalog: loadCatalog(labs),
      records,
      buildId: 'test',
      nowMs: () => nowMs,
    });
  const first = await opening().open('w', LAB);
  const running = new RunningWorld('w', first.world, first.start, records, screens);
  const made =
    'echo one > note; seq 3000 > long; echo end >> long; kubectl create configmap kept --from-literal=a=b';
  expect(await run(first.world, made)).toContain('configmap/kept created');
  running.flush();
  expect(await run(first.world, 'echo two >> note; rm -f .cache; sleep 100')).toBe('');
  const slept = first.world.clock.now;
  running.close();

  // The wall goes on; the sleeping world's time does not.
  nowMs += 3_600_000;
  const second = await opening().open('w', LAB);
  expect(second.world.clock.now).toBeGreaterThanOrEqual(slept);
  expect(second.world.clock.now - slept).toBeLessThan(60_000);
  expect(await run(second.world, LOOK)).toBe(FOUND);
  const again = new RunningWorld('w', second.world, second.start, records, screens);
  await run(second.world, 'kubectl label configmap kept twice=yes');
  const revision = revisions(second.world);
  again.close();

  // A second time: nothing that was saved earlier was written over.
  const { world } = await opening().open('w', LAB);
  expect([...world.forkedAt]).toEqual(revision);
  expect(await run(world, LOOK)).toBe(FOUND);
  expect(await run(world, 'kubectl get configmap kept -o jsonpath={.metadata.labels.twice}')).toBe('yes');
}, 90_000);

function revisions(world: RunningWorld['world']) {
  return [...world.logs.entries()].map(([name, log]) => [name, log.revision]);
}
