// Random states of a cluster, described and printed by the real kubectl and by ours. The control plane is there without its
// controllers and kubelets, so that what is drawn stays.
// usage: npm run conformance:random -- [--seeds 1-20] [--verbose]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { clientFolder } from '../../cluster.mjs';
import { difference } from '../compare.ts';
import type { PacedWorld } from '../paced-world.ts';
import { snapshotWith } from '../state.ts';
import { TwinShells } from '../twins.ts';
import { Dice } from './dice.ts';
import { linesFor } from './lines.ts';
import { type Drawn, drawState } from './objects.ts';

const folder = join(import.meta.dirname, '..');
const root = join(folder, '..', '..', '..');

/** What the server refuses is told of, and not there. */
function send(world: PacedWorld, method: string, path: string, body: unknown): boolean {
  const { status, text } = world.request(method, path, body);
  if (status >= 400) console.log(`not accepted: ${method} ${path}: ${text.slice(0, 300)}`);
  return status < 400;
}

function place(world: PacedWorld, drawn: Drawn): void {
  const { root: base, plural, namespaced, object, status, deleted } = drawn;
  const { name, namespace } = object['metadata'];
  const collection = `${base}${namespaced ? `/namespaces/${namespace}` : ''}/${plural}`;
  if (!send(world, 'POST', collection, object)) return;
  if (status) send(world, 'PATCH', `${collection}/${name}/status`, { status });
  if (deleted) send(world, 'DELETE', `${collection}/${name}`, { gracePeriodSeconds: 0 });
}

function populate(world: PacedWorld, dice: Dice, seed: number): void {
  const namespace = `seed-${seed}`;
  send(world, 'POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  send(world, 'POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, {
    metadata: { name: 'default' },
  });
  for (const drawn of drawState(dice, { seed, namespace, now: Date.now() })) place(world, drawn);
  const deep = { list: [1, 2.5, true, null, 'x'] };
  const spec = { size: dice.int(9), when: '2026-01-01T00:00:00Z', tags: ['a', 'b'], deep };
  const gadget = { apiVersion: 'example.com/v1', kind: 'Gadget', metadata: { name: dice.word(), namespace } };
  send(world, 'POST', `/apis/example.com/v1/namespaces/${namespace}/gadgets`, { ...gadget, spec });
}

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '1-20' }, verbose: { type: 'boolean', default: false } },
});
const [first = 1, last = first] = values.seeds.split('-').map(Number);
const snapshot = await snapshotWith({
  labs: join(root, 'labs'),
  topology: 'three-nodes',
  scripts: [readFileSync(join(import.meta.dirname, 'quiet.sh'), 'utf8')],
});
const twins = await TwinShells.start(snapshot, {
  kubectl: clientFolder('kubectl'),
  files: join(folder, 'files'),
  apart: false,
});
let bad = 0;
let total = 0;
try {
  for (let seed = first; seed <= last; seed++) {
    const dice = new Dice(seed);
    populate(twins.served, dice, seed);
    const lines = linesFor(dice, seed);
    total += lines.length;
    const found = await Promise.all(
      lines.map(async (line) => ({ line, text: difference(await twins.run(line), { apart: false }) })),
    );
    for (const { line, text } of found.filter((one) => one.text)) {
      bad++;
      console.log(`seed ${seed}: ${line}${values.verbose ? `\n${text}` : ''}`);
    }
  }
} finally {
  await twins.close();
}
console.log(`${total - bad} of ${total} command lines agree over seeds ${first}-${last}`);
process.exit(bad === 0 ? 0 : 1);
