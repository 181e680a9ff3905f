// Runs recorded transcripts with the real kubectl against `examlet cluster`, and prints how many steps agree.
// usage: npm run conformance -- [TRANSCRIPT …]; without names, every transcript. Needs the network once, for kubectl.
// The cluster keeps the time of the wall clock here: what sleeps in a transcript takes its time.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import YAML from 'yaml';
import { clientFolder, root, startCluster } from './conformance/cluster.mjs';

const STEP_SECONDS = 120;
const reference = process.env.EXAMLET_REFERENCE ?? join(root, '..', 'shared', 'reference');

function runStep(command, { cwd, env }) {
  return new Promise((resolve) => {
    const child = spawn('timeout', [String(STEP_SECONDS), 'bash', '-c', command], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const result = { stdout: '', stderr: '', exit: 0 };
    child.stdout.setEncoding('utf8').on('data', (data) => {
      result.stdout += data;
    });
    child.stderr.setEncoding('utf8').on('data', (data) => {
      result.stderr += data;
    });
    child.on('close', (code) => resolve({ ...result, exit: code ?? 128 }));
  });
}

async function runTranscript(file, compareStep, kubectl) {
  const transcript = YAML.parse(readFileSync(file, 'utf8'));
  const home = mkdtempSync(join(tmpdir(), 'examlet-conformance-'));
  const cwd = join(home, 'work');
  mkdirSync(cwd);
  const kubeconfig = join(home, 'kubeconfig');
  const cluster = await startCluster(transcript.addons ? 'reference-addons' : 'reference', kubeconfig);
  const env = { ...process.env, HOME: home, KUBECONFIG: kubeconfig, PATH: `${kubectl}:${process.env.PATH}` };
  const given = transcript.steps.map((step) => step.run).join('\n');
  const failing = [];
  try {
    for (const [index, step] of transcript.steps.entries()) {
      const differences = compareStep(step, await runStep(step.run, { cwd, env }), given);
      if (differences.length > 0) failing.push({ number: index + 1, step, differences });
    }
  } finally {
    cluster.removeAllListeners('exit');
    cluster.kill('SIGINT');
    rmSync(home, { recursive: true, force: true });
  }
  return { total: transcript.steps.length, failing };
}

if (!existsSync(join(reference, 'compare.mjs'))) {
  console.log(`no recorded transcripts at ${reference}: nothing was compared`);
  process.exit(0);
}
const { compareStep } = await import(pathToFileURL(join(reference, 'compare.mjs')).href);
const kubectl = clientFolder('kubectl');
const folder = join(reference, 'transcripts');
const args = process.argv.slice(2);
const verbose = args.includes('--verbose');
const named = args.filter((arg) => !arg.startsWith('-')).map((name) => `${basename(name, '.yaml')}.yaml`);
const files = named.length > 0 ? named : readdirSync(folder).filter((name) => name.endsWith('.yaml'));
let passed = 0;
let all = 0;
for (const name of files) {
  const { total, failing } = await runTranscript(join(folder, name), compareStep, kubectl);
  passed += total - failing.length;
  all += total;
  const missing = failing.map(({ number }) => number).join(',');
  console.log(
    `${basename(name, '.yaml')}: ${total - failing.length}/${total}${missing ? `  (not: ${missing})` : ''}`,
  );
  if (verbose)
    for (const { number, step, differences } of failing)
      console.log(`\n  step ${number}: ${step.run}\n${differences.join('\n')}\n`);
}
console.log(`total: ${passed}/${all}`);
