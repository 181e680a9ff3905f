// Runs the recorded transcripts of a real cluster, where they lie beside the checkout, and fails when a transcript has
// fewer steps that agree than `transcripts.scores.json` says. UPDATE=1 writes the scores that were reached.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildIfStale } from '../server/build-if-stale.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const reference = process.env.EXAMLET_REFERENCE ?? join(root, '..', 'shared', 'reference');
const scoresFile = join(root, 'scripts', 'transcripts.scores.json');

if (!existsSync(join(reference, 'compare.mjs'))) {
  console.log(`no recorded transcripts at ${reference}: nothing was compared`);
  process.exit(0);
}
const files = readdirSync(join(reference, 'transcripts'))
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => join(reference, 'transcripts', name));

/** What the comparer reports of some of the files. */
function compare(some) {
  return new Promise((resolve, reject) => {
    const run = spawn('node', [join(reference, 'compare.mjs'), '--json', ...some], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const printed = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr']) {
      run[stream].setEncoding('utf8').on('data', (text) => {
        printed[stream] += text;
      });
    }
    run.on('error', reject).on('close', () => {
      if (printed.stdout.trim() !== '') resolve(JSON.parse(printed.stdout));
      else reject(new Error(`the comparison printed nothing: ${printed.stderr}`));
    });
  });
}

// Built once, not by each of the worlds at the same time.
await buildIfStale();
const cores = availableParallelism();
const shares = Array.from({ length: cores }, (_, core) => files.filter((_, i) => i % cores === core));
const reports = await Promise.all(shares.filter((share) => share.length > 0).map(compare));
const found = Object.assign({}, ...reports);
const report = Object.fromEntries(files.map((file) => [file, found[file]]));
const scores = existsSync(scoresFile) ? JSON.parse(readFileSync(scoresFile, 'utf8')) : {};
const reached = {};
let passed = 0;
let total = 0;
let failed = false;
for (const [file, result] of Object.entries(report)) {
  const name = basename(file, '.yaml');
  const known = scores[name] ?? 0;
  reached[name] = result.passed;
  passed += result.passed;
  total += result.total;
  const worse = result.passed < known;
  failed ||= worse;
  const missing = result.failing.map((step) => step.step).join(',');
  console.log(
    `${worse ? 'WORSE' : 'ok   '} ${name}: ${result.passed}/${result.total}${missing ? `  (not: ${missing})` : ''}`,
  );
  if (result.note) console.log(`      ${result.note}`);
}
console.log(`total: ${passed}/${total}`);
if (process.env.UPDATE) writeFileSync(scoresFile, `${JSON.stringify(reached, undefined, 2)}\n`);
else if (failed) process.exit(1);
