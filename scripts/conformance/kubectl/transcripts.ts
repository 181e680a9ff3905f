// Runs recorded transcripts with the real kubectl against the simulated cluster, and prints how many steps agree.
// usage: npm run conformance:transcripts -- [--verbose] [TRANSCRIPT …]; without names, every transcript.
// The cluster keeps the time of the wall clock here: what sleeps in a transcript takes its time. Every step must agree.
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
const AT_ONCE = 5;
/** Steps that may differ, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'events-and-wait 23': 'the pod may be gone before the second command looks: its containers stop at once',
};
/** Of these the real kubectl walks a map of Go, whose order is drawn anew each time. */
const UNORDERED = /^kubectl describe secrets? /;
const root = join(import.meta.dirname, '..', '..', '..');
const reference = process.env['EXAMLET_REFERENCE'] ?? join(root, '..', 'shared', 'reference');

interface Step {
  readonly run: string;
  readonly unordered?: boolean;
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
  name: string,
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
    const number = index + 1;
    const unordered = step.unordered || UNORDERED.test(step.run);
    const differences = compareStep({ ...step, unordered }, await runStep(step.run, home, env), given);
    if (differences.length > 0 && !EXCEPTIONS[`${name} ${number}`])
      failing.push({ number, step, differences });
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
const started = Date.now();
let passed = 0;
let total = 0;
const todo = files.values();
const worker = async () => {
  for (const file of todo) {
    const name = basename(file, '.yaml');
    const transcript = YAML.parse(readFileSync(join(folder, file), 'utf8')) as Transcript;
    const snapshot = await snapshotOf(transcript.addons ? 'reference-addons' : 'reference');
    const run = () => runTranscript(name, transcript, snapshot, compareStep, kubectl);
    let outcome = await run();
    // Real commands keep the wall clock's time: on a busy machine one may look before the cluster is there.
    if (outcome.failing.length > 0) outcome = await run();
    passed += outcome.total - outcome.failing.length;
    total += outcome.total;
    report(name, outcome, values.verbose);
  }
};
await Promise.all(Array.from({ length: AT_ONCE }, worker));
const seconds = ((Date.now() - started) / 1000).toFixed(0);
console.log(`total: ${passed}/${total}, ${seconds} s`);
process.exit(passed === total ? 0 : 1);
