// Compares the shell with the machine's bash on snippets from a grammar. Run: npx tsx scripts/fuzz-shell.ts [SEED] [COUNT]

import { snippet } from '../server/shell/corpus/grammar.ts';
import { corners } from '../server/shell/corpus/grammar-corners.ts';
import { realities } from '../server/shell/corpus/reality.ts';
import { type Outcome, ShellWorld } from '../server/shell/testing.ts';
import { Random } from '../server/sim/random.ts';

const [seed = '1', count = '1000'] = process.argv.slice(2);
const BATCH = 250;

/** Pids differ from run to run, and so do they in messages. */
function comparable({ stdout, stderr, status }: Outcome): string {
  return JSON.stringify([stdout, stderr.replace(/line \d+: +\d+ (?=[A-Z])/g, 'line N: PID '), status]);
}

/** Whole programs and corners of the language in turns. */
const script = (name: string, i: number): string => (i % 2 === 0 ? snippet(name) : corners(new Random(name)));

let failures = 0;
let world = new ShellWorld();
for (let from = 0; from < Number(count); from += BATCH) {
  const size = Math.min(BATCH, Number(count) - from);
  const scripts = Array.from({ length: size }, (_, i) => script(`${seed}/${from + i}`, i));
  const real = realities(scripts);
  scripts.forEach((script, i) => {
    world.clear();
    let ours: Outcome;
    try {
      ours = world.run(script);
    } catch (error) {
      ours = { stdout: '', stderr: `crash: ${(error as Error).stack}`, status: -9 };
      world = new ShellWorld();
    }
    const expected = real[i] as Outcome;
    if (comparable(ours) === comparable(expected)) return;
    failures++;
    console.log(`=== ${seed}/${from + i}\n${script}`);
    for (const what of ['stdout', 'stderr', 'status'] as const) {
      if (ours[what] === expected[what]) continue;
      console.log(
        `  ${what}\n    bash ${JSON.stringify(expected[what])}\n    ours ${JSON.stringify(ours[what])}`,
      );
    }
  });
}
console.log(`${failures} of ${count} differ`);
process.exitCode = failures > 0 ? 1 : 0;
