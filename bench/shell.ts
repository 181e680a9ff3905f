// The shell beside the real bash of this machine: start, keystroke to echo, loops, pipes; memory of an open terminal.
// Run: npx tsx --expose-gc bench/shell.ts
import { spawn, spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { Terminals } from '../server/host/pty.ts';
import { ShellWorld } from '../server/shell/testing.ts';
import { report } from './report.ts';

const SCRIPTS: readonly [name: string, script: string][] = [
  ['start of a shell', ':'],
  ['for, 10,000 iterations', 'for i in $(seq 10000); do :; done'],
  ['while [ … ], 10,000 iterations', 'i=0; while [ $i -lt 10000 ]; do i=$((i+1)); done'],
  ['10,000 calls of a function', 'f() { local a=$1; }; for ((i = 0; i < 10000; i++)); do f $i; done'],
  ['300 times grep', 'for i in $(seq 300); do grep -q root /etc/passwd; done'],
  ['seq 100000 | sort -rn | head', 'seq 100000 | sort -rn | head'],
  ['awk over 100,000 lines', "seq 100000 | awk '{ s += $1 } END { print s }'"],
  ['10,000 files made and removed', 'd=$(mktemp -d); cd $d; touch $(seq 10000); rm -f *; cd /; rmdir $d'],
  ['a brace of a million words', 'echo {1..1000000} | wc -c'],
];
const RUNS = 5;
const KEYS = 300;
const TERMINALS = 50;

function best(run: () => void): number {
  let ms = Number.POSITIVE_INFINITY;
  for (let i = 0; i < RUNS; i++) {
    const start = performance.now();
    run();
    ms = Math.min(ms, performance.now() - start);
  }
  return ms;
}

function beside(ours: number, real: number): string {
  return `${ours.toFixed(1)} ms, bash ${real.toFixed(1)} ms: ${(ours / real).toFixed(2)} times`;
}

function scripts(): [string, string][] {
  const world = new ShellWorld();
  return SCRIPTS.map(([name, script]) => {
    const ours = best(() => void world.run(script));
    const real = best(() => void spawnSync('/bin/bash', ['-c', script], { stdio: 'ignore' }));
    return [name, beside(ours, real)];
  });
}

const at = (times: number[], part: number): number =>
  times.sort((a, b) => a - b)[Math.floor(times.length * part)] as number;

function terminal(world: ShellWorld) {
  const master = new Terminals(world.host.processes).create({ columns: 80, rows: 24 });
  world.login(master, ['bash', '--norc']);
  world.clock.runUntilQuiet(1000);
  master.take();
  return master;
}

function ownStrokes(): number[] {
  const world = new ShellWorld();
  const master = terminal(world);
  return Array.from({ length: KEYS }, () => {
    const start = performance.now();
    master.input('x');
    while (!master.pending && world.clock.step());
    master.take();
    return performance.now() - start;
  });
}

/** The real one sits behind `script`, which gives it a terminal. */
async function realStrokes(): Promise<number[]> {
  const child = spawn('script', ['-qec', 'bash --norc', '/dev/null'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const shown = () => new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
  await shown();
  await new Promise((resolve) => setTimeout(resolve, 500));
  const times: number[] = [];
  for (let i = 0; i < KEYS; i++) {
    const start = performance.now();
    const echo = shown();
    child.stdin.write('x');
    await echo;
    times.push(performance.now() - start);
  }
  child.kill('SIGKILL');
  return times;
}

function terminalBytes(): number {
  const world = new ShellWorld();
  terminal(world);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const open = Array.from({ length: TERMINALS }, () => terminal(world));
  globalThis.gc?.();
  return (process.memoryUsage().heapUsed - before) / open.length;
}

const rows = scripts();
const own = ownStrokes();
const real = await realStrokes();
for (const part of [0.5, 0.99])
  rows.push([`keystroke to echo, p${part * 100}`, beside(at(own, part), at(real, part))]);
rows.push(['memory of an open terminal', `${(terminalBytes() / 1024).toFixed(0)} KiB`]);
report('the shell beside the real one', rows);
