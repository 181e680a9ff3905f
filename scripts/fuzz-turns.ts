// Types random commands over large inputs and tells which of them keep the thread for long at a stretch: while one does,
// no other world hears a key. Run: npx tsx --max-semi-space-size=4 scripts/fuzz-turns.ts [SEED] [COUNT] [=LINE …]
import { type Turn, told, turnsOf } from '../bench/turns.ts';
import { Terminals } from '../server/host/pty.ts';
import { ShellWorld } from '../server/shell/testing.ts';
import { Random } from '../server/sim/random.ts';
import { LARGE_INPUTS, randomLine } from './large-inputs.ts';

/** How much a line may compute. */
const RUN_MS = 1500;
/** What nobody notices. */
const LIMIT_MS = 50;

let world = new ShellWorld();

/** A machine with the large inputs; a new one after lines that left a mess. */
function prepare(): void {
  world = new ShellWorld();
  world.writeAll('/w', LARGE_INPUTS);
}

async function longest(line: string, profiled: boolean): Promise<Turn[]> {
  const { host, clock } = world;
  const master = new Terminals(host.processes).create({ columns: 80, rows: 24 });
  world.login(master, ['bash', '--norc']);
  const turns = await turnsOf({ clock, hosts: [host], master }, line, RUN_MS, profiled);
  for (const process of host.processes.list()) process.signal('KILL');
  clock.runUntilQuiet(1000);
  return turns;
}

const [seed = '1', count = '1000', ...given] = process.argv.slice(2);
const random = new Random(`turns/${seed}`);
const lines =
  given.length > 0
    ? given.map((line) => line.slice(1))
    : Array.from({ length: Number(count) }, () => randomLine(random));
let failures = 0;
prepare();
for (const [i, line] of lines.entries()) {
  if (i % 50 === 49) prepare();
  const [once] = await longest(line, false);
  if (given.length > 0) console.log(`${(once?.ms ?? 0).toFixed(0).padStart(4)} ms  ${line.slice(0, 90)}`);
  if ((once?.ms ?? 0) <= LIMIT_MS) continue;
  prepare();
  const turns = await longest(line, true);
  if ((turns[0]?.ms ?? 0) <= LIMIT_MS) continue;
  failures++;
  console.log(`=== ${line}\n${told(turns)}`);
}
console.log(`${failures} of ${lines.length} lines keep the thread for more than ${LIMIT_MS} ms`);
process.exit(failures > 0 ? 1 : 0);
