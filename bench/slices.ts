// The longest that a hostile line keeps the thread, in ms of CPU: while it does, no other world hears a key. Unlike
// hostile.ts it needs no quiet machine. Run: npx tsx bench/slices.ts [PART-OF-LINE|=LINE]
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { worldBuilder } from '../server/cli/builder.ts';
import { bootWorld, forkWorld } from '../server/exam/boot.ts';
import { openTerminal } from '../server/exam/terminal.ts';
import { loadTopology } from '../server/exam/topology.ts';
import type { Snapshot, World } from '../server/exam/world.ts';
import type { Process } from '../server/sim/index.ts';
import { HOSTILE } from './hostile-lines.ts';

/** How much a line may compute before the next one. */
const RUN_MS = 2500;
/** Steps that are told of one by one. */
const LONG_MS = 25;
const TOLD = 3;
const SETTLE_MS = 2000;

interface Step {
  readonly ms: number;
  readonly who: string;
}

/** Tells which process ran last, whatever host it is on. */
function lastRun(world: World): () => string {
  let last: Process | undefined;
  for (const host of world.hosts.values()) {
    let current: Process | undefined;
    Object.defineProperty(host.processes, 'current', {
      get: () => current,
      set: (process: Process | undefined) => {
        current = process;
        if (process) last = process;
      },
    });
  }
  return () => last?.argv.join(' ').slice(0, 60) ?? 'no process';
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The steps of a line, longest first. */
async function stepsOf(snapshot: Snapshot, line: string): Promise<Step[]> {
  const world = await forkWorld(worldBuilder, snapshot, { seed: 'slices', startMs: 0 });
  const who = lastRun(world);
  const { master } = openTerminal(world, 'base', { columns: 80, rows: 24 });
  world.clock.advance(SETTLE_MS);
  master.input(`${line}\r`);
  const steps: Step[] = [];
  const end = cpuMs() + RUN_MS;
  const until = performance.now() + 4 * RUN_MS;
  while (cpuMs() < end && performance.now() < until) {
    const [wall, cpu] = [performance.now(), cpuMs()];
    const more = !world.clock.held && world.clock.step();
    const ms = Math.min(performance.now() - wall, cpuMs() - cpu);
    if (ms >= LONG_MS) steps.push({ ms, who: who() });
    master.take();
    if (!more && !world.clock.held) break;
    if (!more) await new Promise((resolve) => setImmediate(resolve));
  }
  world.close();
  return steps.sort((a, b) => b.ms - a.ms);
}

const part = process.argv[2] ?? '';
const topology = loadTopology(join(import.meta.dirname, '..', 'labs'), 'three-nodes');
const booted = await bootWorld(worldBuilder, topology, { seed: 'slices', startMs: Date.UTC(2026, 0, 5) });
const snapshot = booted.snapshot();
const lines = part.startsWith('=')
  ? process.argv.slice(2).map((line) => line.slice(1))
  : HOSTILE.map(({ line }) => line).filter((line) => line.includes(part));
for (const line of lines) {
  const steps = await stepsOf(snapshot, line);
  const told = steps.slice(0, TOLD).map(({ ms, who }) => `${ms.toFixed(0)} ms in ${who}`);
  console.log(`${line.slice(0, 60).padEnd(60)}  ${told.join('; ') || `under ${LONG_MS} ms`}`);
}
process.exit(0);
