// From a keystroke to its echo while other worlds of the same thread compute. Run: npx tsx bench/echo.ts [WORLDS]
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { worldBuilder } from '../server/cli/builder.ts';
import { WORKER_LIMITS } from '../server/cli/serve.ts';
import { bootWorld, forkWorld } from '../server/exam/boot.ts';
import { Pace, type Paced } from '../server/exam/pace.ts';
import { openTerminal, type Terminal } from '../server/exam/terminal.ts';
import { loadTopology } from '../server/exam/topology.ts';
import type { Snapshot } from '../server/exam/world.ts';
import { report } from './report.ts';

const KEYS = 200;

interface Seat {
  readonly terminal: Terminal;
  readonly paced: Paced;
}

async function open(snapshot: Snapshot, seed: string): Promise<Seat> {
  const world = await forkWorld(worldBuilder, snapshot, { seed, startMs: 0 });
  const terminal = openTerminal(world, 'base', { columns: 80, rows: 24 });
  return { terminal, paced: { clock: world.clock, flush: () => {} } };
}

/** Types a letter and waits until the shell's line editor has shown it. */
function stroke(pace: Pace, { terminal: { master }, paced }: Seat): Promise<number> {
  const started = performance.now();
  pace.nudge(paced);
  master.input('x');
  return new Promise((resolve) => {
    const look = () => {
      if (!master.pending) {
        master.output.subscribe(look);
        return;
      }
      master.take();
      resolve(performance.now() - started);
    };
    look();
  });
}

async function measure(count: number): Promise<void> {
  const topology = loadTopology(join(import.meta.dirname, '..', 'labs'), 'three-nodes');
  const booted = await bootWorld(worldBuilder, topology, { seed: 'bench', startMs: Date.UTC(2026, 0, 5) });
  const snapshot = booted.snapshot();
  const pace = new Pace();
  const own = await open(snapshot, 'own');
  pace.add(own.paced);
  await new Promise((resolve) => setTimeout(resolve, 500));
  own.terminal.master.take();
  for (let i = 0; i < count; i++) {
    const { terminal, paced } = await open(snapshot, `busy${i}`);
    paced.clock.advance(1000);
    terminal.master.input('while :; do :; done\r');
    pace.add(paced);
  }
  const delays: number[] = [];
  for (let i = 0; i < KEYS; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    delays.push(await stroke(pace, own));
  }
  delays.sort((a, b) => a - b);
  const at = (part: number) => `${(delays[Math.floor(delays.length * part)] ?? 0).toFixed(1)} ms`;
  report(`keystroke to echo beside ${count} worlds that run while :; do :; done`, [
    ['p50', at(0.5)],
    ['p90', at(0.9)],
    ['p99', at(0.99)],
  ]);
}

const LIMIT = `--max-semi-space-size=${WORKER_LIMITS.maxYoungGenerationSizeMb / 3}`;
if (process.execArgv.includes(LIMIT)) {
  await measure(Number(process.argv[2] ?? 100));
  process.exit(0);
}
// Under the limits that the server's workers have.
const self = [...process.execArgv, LIMIT, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
process.exitCode = spawnSync(process.execPath, self, { stdio: 'inherit' }).status ?? 1;
