// Runs the recorded transcripts of a real cluster, where they lie beside the checkout, and fails when a transcript has
// fewer steps that agree than `transcripts.scores.json` says. UPDATE=1 writes the scores that were reached.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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
const run = spawnSync('node', [join(reference, 'compare.mjs'), '--json', ...files], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 1 << 28,
});
if (run.stdout.trim() === '') throw new Error(`the comparison printed nothing: ${run.stderr}`);
const report = JSON.parse(run.stdout);
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
