// The longest that a hostile line keeps the thread, in ms of its CPU: while it does, no other world hears a key. Unlike
// hostile.ts it needs no quiet machine. A line that takes too long is tried again, and it is told where its time went.
// Run: npx tsx --max-semi-space-size=4 bench/slices.ts [PART-OF-LINE|FIRST|=LINE…]
import { join } from 'node:path';
import { worldBuilder } from '../server/cli/builder.ts';
import { bootWorld, forkWorld } from '../server/exam/boot.ts';
import { openTerminal } from '../server/exam/terminal.ts';
import { loadTopology } from '../server/exam/topology.ts';
import { HOSTILE } from './hostile-lines.ts';
import { type Turn, told, turnsOf } from './turns.ts';

/** How much a line may compute before the next one. */
const RUN_MS = 1500;
/** What nobody notices. */
const LIMIT_MS = 50;

const [part = '', ...others] = process.argv.slice(2);
const topology = loadTopology(join(import.meta.dirname, '..', 'labs'), 'three-nodes');
const booted = await bootWorld(worldBuilder, topology, { seed: 'slices', startMs: Date.UTC(2026, 0, 5) });
const snapshot = booted.snapshot();

async function longest(line: string, profiled: boolean): Promise<Turn[]> {
  const world = await forkWorld(worldBuilder, snapshot, { seed: 'slices', startMs: 0 });
  const { master } = openTerminal(world, 'base', { columns: 80, rows: 24 });
  const turns = await turnsOf(
    { clock: world.clock, hosts: world.hosts.values(), master },
    line,
    RUN_MS,
    profiled,
  );
  world.close();
  return turns;
}

const lines = part.startsWith('=')
  ? [part, ...others].map((line) => line.slice(1))
  : HOSTILE.map(({ line }) => line).filter((line, i) =>
      /^\d+$/.test(part) ? i >= Number(part) : line.includes(part),
    );
let failures = 0;
for (const line of lines) {
  const once = await longest(line, false);
  const twice = (once[0]?.ms ?? 0) > LIMIT_MS ? await longest(line, true) : [];
  const worst = twice.length > 0 ? Math.min(once[0]?.ms ?? 0, twice[0]?.ms ?? 0) : (once[0]?.ms ?? 0);
  const fails = worst > LIMIT_MS;
  if (fails) failures++;
  console.log(`${fails ? 'FAILS' : 'ok   '} ${worst.toFixed(0).padStart(4)} ms  ${line.slice(0, 70)}`);
  if (fails) console.log(told(twice));
}
console.log(`${failures} of ${lines.length} lines keep the thread for more than ${LIMIT_MS} ms`);
process.exit(failures > 0 ? 1 : 0);
