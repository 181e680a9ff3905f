// Runs recorded transcripts with the real kubectl against the simulated cluster, and prints how many steps agree.
// usage: npm run conformance:transcripts -- [--verbose] [TRANSCRIPT …]; without names, every transcript.
// The cluster keeps the time of the wall clock here: what sleeps in a transcript takes its time.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import YAML from 'yaml';
import type { Snapshot } from '../../../server/exam/world.ts';
import { clientFolder } from '../cluster.mjs';
import { PacedWorld, type Ran } from './paced-world.ts';
import { runReal } from './real-shell.ts';
import { settledFork, snapshotWith } from './state.ts';

const STEP_SECONDS = 120;
/** Transcripts that run at a time: mostly they wait. */
const AT_ONCE = 4;
const root = join(import.meta.dirname, '..', '..', '..');
const reference = process.env['EXAMLET_REFERENCE'] ?? join(root, '..', 'shared', 'reference');

interface Step {
  readonly run: string;
}

interface Transcript {
  readonly addons?: boolean;
  readonly steps: readonly Step[];
}

type CompareStep = (step: Step, ran: Ran, given: string) => string[];

interface Outcome {
  readonly total: number;
  readonly failing: readonly { number: number; step: Step; differences: readonly string[] }[];
}

/** Gives the shell a `sleep` that sleeps in the time of the world. */
async function serveSleep(world: PacedWorld, home: string): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (seconds) => world.sleep(Number(seconds)).then(() => socket.end('\n')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const script = `#!/bin/bash\nexec 3<>/dev/tcp/127.0.0.1/${port}; echo "$1" >&3; read -r <&3\n`;
  mkdirSync(join(home, '.bin'));
  writeFileSync(join(home, '.bin', 'sleep'), script, { mode: 0o755 });
  return server;
}

/** Runs a step at home, which the recordings call `~`. */
async function runStep(command: string, home: string, env: NodeJS.ProcessEnv): Promise<Ran> {
  const ran = await runReal(command, STEP_SECONDS, { cwd: home, env });
  const atHome = (text: string) => text.replaceAll(home, '~');
  return { ...ran, stdout: atHome(ran.stdout), stderr: atHome(ran.stderr) };
}

async function runTranscript(
  transcript: Transcript,
  snapshot: Snapshot,
  compareStep: CompareStep,
  kubectl: string,
): Promise<Outcome> {
  const home = mkdtempSync(join(tmpdir(), 'examlet-transcript-'));
  const world = new PacedWorld(await settledFork(snapshot));
  mkdirSync(join(home, '.kube'));
  const kubeconfig = world.listen(await world.serve());
  writeFileSync(join(home, '.kube', 'config'), kubeconfig, { mode: 0o600 });
  const clock = await serveSleep(world, home);
  const env = { PATH: `${home}/.bin:${kubectl}:${process.env['PATH']}`, LANG: 'C.UTF-8', HOME: home };
  const given = transcript.steps.map((step) => step.run).join('\n');
  const failing = [];
  for (const [index, step] of transcript.steps.entries()) {
    const differences = compareStep(step, await runStep(step.run, home, env), given);
    if (differences.length > 0) failing.push({ number: index + 1, step, differences });
  }
  clock.close();
  await world.close();
  rmSync(home, { recursive: true, force: true });
  return { total: transcript.steps.length, failing };
}

function report(name: string, { total, failing }: Outcome, verbose: boolean): void {
  const missing = failing.map(({ number }) => number).join(',');
  console.log(`${name}: ${total - failing.length}/${total}${missing ? `  (not: ${missing})` : ''}`);
  if (!verbose) return;
  for (const { number, step, differences } of failing)
    console.log(`\n  step ${number}: ${step.run}\n${differences.join('\n')}\n`);
}

if (!existsSync(join(reference, 'compare.mjs'))) {
  console.log(`no recorded transcripts at ${reference}: nothing was compared`);
  process.exit(0);
}
const { compareStep } = (await import(pathToFileURL(join(reference, 'compare.mjs')).href)) as {
  compareStep: CompareStep;
};
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { verbose: { type: 'boolean', default: false } },
});
const kubectl = clientFolder('kubectl');
const folder = join(reference, 'transcripts');
const named = positionals.map((name) => `${basename(name, '.yaml')}.yaml`);
const files = named.length > 0 ? named : readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const snapshots = new Map<string, Promise<Snapshot>>();
const snapshotOf = (topology: string) => {
  const known = snapshots.get(topology) ?? snapshotWith({ labs: join(root, 'labs'), topology, scripts: [] });
  snapshots.set(topology, known);
  return known;
};
let passed = 0;
let total = 0;
const todo = files.values();
const worker = async () => {
  for (const name of todo) {
    const transcript = YAML.parse(readFileSync(join(folder, name), 'utf8')) as Transcript;
    const snapshot = await snapshotOf(transcript.addons ? 'reference-addons' : 'reference');
    const outcome = await runTranscript(transcript, snapshot, compareStep, kubectl);
    passed += outcome.total - outcome.failing.length;
    total += outcome.total;
    report(basename(name, '.yaml'), outcome, values.verbose);
  }
};
await Promise.all(Array.from({ length: AT_ONCE }, worker));
console.log(`total: ${passed}/${total}`);
process.exit(0);
