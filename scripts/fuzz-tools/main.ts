// Compares the Linux tools with the real ones of this machine: random combinations of the options in their own help.
// Run: npx tsx scripts/fuzz-tools/main.ts [SEED] [COUNT] [TOOL,TOOL…]
import { runAllReal, runOurs } from '../../server/shell/commands/corpus/compare.ts';
import type { Result } from '../../server/shell/commands/testing.ts';
import { Random } from '../../server/sim/index.ts';
import { commandLine, TOOLS } from './grammar.ts';
import { optionsOf } from './options.ts';

const [seed = '1', count = '500', only = ''] = process.argv.slice(2);
const tools = only === '' ? Object.keys(TOOLS) : only.split(',');
const options = new Map(tools.map((tool) => [tool, optionsOf(tool)]));
const SHOWN = 300;

function ours(line: string): Result {
  try {
    return runOurs(line);
  } catch (error) {
    return { stdout: '', stderr: `crash: ${(error as Error).stack}`, status: -9 };
  }
}

const lines = [
  ...new Set(
    Array.from({ length: Number(count) }, (_, i) => {
      const random = new Random(`${seed}/${i}`);
      const tool = tools[random.below(tools.length)] as string;
      return commandLine(random, tool, options.get(tool) ?? []);
    }),
  ),
];
const real = await runAllReal(lines);
let differing = 0;
lines.forEach((line, i) => {
  const [is, expected] = [ours(line), real[i] as Result];
  if (JSON.stringify(is) === JSON.stringify(expected)) return;
  differing++;
  console.log(`### ${line}`);
  for (const what of ['stdout', 'stderr', 'status'] as const) {
    if (is[what] === expected[what]) continue;
    console.log(`  ${what} real ${JSON.stringify(expected[what]).slice(0, SHOWN)}`);
    console.log(`  ${what} ours ${JSON.stringify(is[what]).slice(0, SHOWN)}`);
  }
});
console.log(`${differing} of ${lines.length} differ`);
process.exitCode = differing > 0 ? 1 : 0;
