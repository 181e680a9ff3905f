// Random and malformed requests against an API server in memory: none may crash it, get a wrong 5xx, change
// Object.prototype or let memory grow.
//   npx tsx scripts/fuzz-api.ts --seeds 1-20 --requests 5000
import { parseArgs } from 'node:util';
import { fuzz } from '../server/cluster/apiserver/fuzz/run.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1-20' },
    requests: { type: 'string', default: '5000' },
  },
});
const [first = 1, last = first] = values.seeds.split('-').map(Number);
const totals = new Map<string, number>();
let failed = 0;
for (let seed = first; seed <= last; seed++) {
  const { counts, wrong } = fuzz(seed, Number(values.requests));
  for (const [status, count] of Object.entries(counts)) totals.set(status, (totals.get(status) ?? 0) + count);
  failed += wrong.length;
  for (const { request, why } of wrong.slice(0, 5)) {
    const body = request.body ?? JSON.stringify(request.value) ?? '';
    console.log(`seed ${seed}: ${request.method} ${request.path} ${JSON.stringify(request.headers)}`);
    console.log(`  ${body.slice(0, 500)}\n  ${why}`);
  }
}
const heap = Math.round(process.memoryUsage().heapUsed / 2 ** 20);
console.log(
  [...totals]
    .sort()
    .map(([status, count]) => `${status}: ${count}`)
    .join('  '),
);
console.log(`${failed} wrong answers, ${heap} MiB of heap at the end`);
process.exitCode = failed > 0 ? 1 : 0;
