// What a copy-on-write disk saves: the cost of a second host on the disk of a first. Run: npx tsx bench/fork.ts
import { performance } from 'node:perf_hooks';
import { Host, Network, ubuntuDisk } from '../server/host/index.ts';
import { Clock, Random } from '../server/sim/index.ts';
import { median, report } from './report.ts';

const clock = new Clock(Date.UTC(2026, 10, 21));
const installed = Array.from({ length: 400 }, (_, i) => ({
  program: `tool${i}`,
  paths: [`/usr/bin/tool${i}`],
}));
const buildMs = median(3, () => {
  const start = performance.now();
  ubuntuDisk(clock, installed);
  return performance.now() - start;
});
const base = ubuntuDisk(clock, installed);
const COUNT = 500;
const hosts: Host[] = [];
globalThis.gc?.();
const before = process.memoryUsage().heapUsed;
const start = performance.now();
for (let i = 0; i < COUNT; i++) {
  hosts.push(
    new Host({
      hostname: `h${i}`,
      clock,
      random: new Random(i),
      network: new Network(),
      base,
      programs: new Map(),
    }),
  );
}
const forkUs = ((performance.now() - start) * 1000) / COUNT;
globalThis.gc?.();
const bytes = (process.memoryUsage().heapUsed - before) / COUNT;
report('a host on a shared disk', [
  ['installing the disk', `${buildMs.toFixed(1)} ms`],
  ['inodes', String(base.inodes.size)],
  ['one more host', `${forkUs.toFixed(0)} µs`],
  ['memory of one more host', `${(bytes / 1024).toFixed(1)} KiB`],
]);
