// Random operations, failures and restarts against the control plane; what must hold is looked at again and again.
//   npm run simulate -- --seed 7                    one run, with what was done
//   npm run simulate -- --seeds 1-2000 [--jobs 4]   many, in as many processes as there are CPUs; prints those that fail
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { simulate } from '../server/cluster/controllers/testing/simulation/run.ts';

/** One seed in so many is run twice: the same seed must give the same log. */
const REPEATED = 50;

// Refusals are many, and nobody reads where they were made.
Error.stackTraceLimit = 0;

function flag(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args[at + 1];
}

/** The problems of one seed. */
function check(seed: number): { problems: readonly string[]; trace: readonly string[] } {
  const { problems, digest, trace } = simulate(String(seed));
  if (problems.length === 0 && seed % REPEATED === 0 && simulate(String(seed)).digest !== digest) {
    return { problems: ['the log differs between two runs'], trace };
  }
  return { problems, trace };
}

/** Every `step`th seed of a range; how many failed. */
function runRange(first: number, last: number, step: number): number {
  let failed = 0;
  for (let seed = first; seed <= last; seed += step) {
    const { problems, trace } = check(seed);
    if (problems.length === 0) continue;
    failed++;
    console.log(`seed ${seed}: ${problems.join('; ')}\n  ${trace.join(', ')}`);
  }
  return failed;
}

function runProcess(args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    fork(fileURLToPath(import.meta.url), args, { execArgv: process.execArgv }).on('exit', (code) =>
      resolve(code ?? 1),
    );
  });
}

async function main(args: readonly string[]): Promise<number> {
  const seed = flag(args, '--seed');
  if (seed !== undefined) {
    const { problems, trace } = check(Number(seed));
    console.log(`${trace.join(', ')}\n${problems.join('\n') || 'holds'}`);
    return problems.length > 0 ? 1 : 0;
  }
  const [first = 1, last = first] = (flag(args, '--seeds') ?? '1-100').split('-').map(Number);
  const part = flag(args, '--part');
  const jobs = Number(flag(args, '--jobs') ?? availableParallelism());
  if (part !== undefined) return runRange(first + Number(part), last, jobs) > 0 ? 1 : 0;
  const parts = Array.from({ length: jobs }, (_, i) =>
    runProcess(['--seeds', `${first}-${last}`, '--jobs', String(jobs), '--part', String(i)]),
  );
  const codes = await Promise.all(parts);
  const failed = codes.some((code) => code !== 0);
  console.log(`seeds ${first} to ${last}: ${failed ? 'some failed' : 'all hold'}`);
  return failed ? 1 : 0;
}

process.exit(await main(process.argv.slice(2)));
