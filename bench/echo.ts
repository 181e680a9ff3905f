// From a keystroke to its echo while other worlds of the same thread compute. Run: npx tsx bench/echo.ts [WORLDS]
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { worldBuilder } from '../server/cli/builder.ts';
import { bootWorld, forkWorld } from '../server/exam/boot.ts';
import { Pace, type Paced } from '../server/exam/pace.ts';
import { openTerminal, type Terminal } from '../server/exam/terminal.ts';
import { loadTopology } from '../server/exam/topology.ts';
import { report } from './report.ts';

const COUNT = Number(process.argv[2] ?? 100);
const KEYS = 200;
const topology = loadTopology(join(import.meta.dirname, '..', 'labs'), 'three-nodes');
const booted = await bootWorld(worldBuilder, topology, { seed: 'bench', startMs: Date.UTC(2026, 0, 5) });
const snapshot = booted.snapshot();
const pace = new Pace();

async function open(seed: string): Promise<{ terminal: Terminal; paced: Paced }> {
  const world = await forkWorld(worldBuilder, snapshot, { seed, startMs: 0 });
  const terminal = openTerminal(world, 'base', { columns: 80, rows: 24 });
  return { terminal, paced: { clock: world.clock, flush: () => {} } };
}

const own = await open('own');
pace.add(own.paced);
await new Promise((resolve) => setTimeout(resolve, 500));
own.terminal.master.take();

for (let i = 0; i < COUNT; i++) {
  const { terminal, paced } = await open(`busy${i}`);
  paced.clock.advance(1000);
  terminal.master.input('while :; do :; done\r');
  pace.add(paced);
}

/** Types a letter and waits until the shell's line editor has shown it. */
async function stroke(): Promise<number> {
  const started = performance.now();
  pace.nudge(own.paced);
  own.terminal.master.input('x');
  return new Promise((resolve) => {
    const look = () => {
      if (own.terminal.master.pending) {
        own.terminal.master.take();
        resolve(performance.now() - started);
      } else {
        own.terminal.master.output.subscribe(look);
      }
    };
    look();
  });
}

const delays: number[] = [];
for (let i = 0; i < KEYS; i++) {
  await new Promise((resolve) => setTimeout(resolve, 5));
  delays.push(await stroke());
}
delays.sort((a, b) => a - b);
const at = (part: number) => `${(delays[Math.floor(delays.length * part)] ?? 0).toFixed(1)} ms`;
report(`keystroke to echo beside ${COUNT} worlds that run while :; do :; done`, [
  ['p50', at(0.5)],
  ['p90', at(0.9)],
  ['p99', at(0.99)],
]);
process.exit(0);
