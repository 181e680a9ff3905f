import { grade } from '../../graders/grade.ts';
import { type Report, report } from '../../graders/report.ts';
import { filesOn } from '../host/index.ts';
import { forkWorld, type MakeOptions, type WorldBuilder } from './boot.ts';
import { drive } from './drive.ts';
import { type Baseline, takeBaseline, WorldEvidence } from './evidence.ts';
import type { Lab } from './lab.ts';
import { runScript } from './shell-run.ts';
import type { Snapshot, World } from './world.ts';

/** A world in which a task can begin: what every attempt at a lab is forked from. */
export interface TaskStart {
  readonly lab: Lab;
  readonly snapshot: Snapshot;
  readonly baseline: Baseline;
}

/** The setup of a lab did not do what it should. */
export class SetupError extends Error {
  override name = 'SetupError';
}

/** Virtual time that a world gets to come to rest after its setup. */
const SETTLE_MS = 60_000;

/** Puts a freshly booted world into the state that a lab describes. */
export async function prepareTask(
  builder: WorldBuilder,
  booted: Snapshot,
  lab: Lab,
  options: MakeOptions,
): Promise<TaskStart> {
  const world = await forkWorld(builder, booted, options);
  overlay(world, lab);
  if (lab.setupYaml !== undefined) await applyYaml(world, lab, lab.setupYaml);
  if (lab.setupScript !== undefined) await mustSucceed(world, lab, 'setup.sh', lab.setupScript);
  await drive(world.clock, () => false, { limitMs: SETTLE_MS });
  const start = { lab, snapshot: world.snapshot(), baseline: takeBaseline(world, lab.checks) };
  world.close();
  return start;
}

/**
 * Judges a world without touching it: a fork of it gets the virtual time that the lab allows, and is looked at.
 * Deterministic: the same world gives the same report.
 */
export async function gradeTask(
  builder: WorldBuilder,
  candidate: Snapshot,
  { lab, baseline }: Omit<TaskStart, 'snapshot'>,
  options: MakeOptions,
): Promise<Report> {
  const world = await forkWorld(builder, candidate, options);
  try {
    await drive(world.clock, () => false, { limitMs: lab.settle * 1000 });
    const evidence = new WorldEvidence(world, baseline, (host, script) =>
      runApart(builder, world, host, script, options),
    );
    return report(await grade(lab.checks, evidence));
  } finally {
    world.close();
  }
}

async function runApart(
  builder: WorldBuilder,
  world: World,
  host: string,
  script: string,
  options: MakeOptions,
) {
  const fork = await forkWorld(builder, world.snapshot(), options);
  let stdout = '';
  let stderr = '';
  const exit = await runScript(fork, script, {
    host: host === '' ? world.topology.candidate.host : host,
    user: host === '' ? world.topology.candidate.user : 'root',
    out: (text) => {
      stdout += text;
    },
    err: (text) => {
      stderr += text;
    },
    limitMs: 120_000,
  });
  fork.close();
  return { stdout, stderr, exit };
}

function overlay(world: World, lab: Lab): void {
  for (const { host, path, text, mode } of lab.overlay) {
    const fs = filesOn(world.host(host).disk);
    fs.mkdirAll(path.slice(0, path.lastIndexOf('/')) || '/');
    fs.write(path, text);
    fs.chmod(path, mode);
  }
}

async function applyYaml(world: World, lab: Lab, yaml: string): Promise<void> {
  const path = '/tmp/.setup.yaml';
  const fs = filesOn(world.host(world.topology.candidate.host).disk);
  fs.write(path, yaml);
  await mustSucceed(world, lab, 'setup.yaml', `kubectl apply -f ${path}`);
  fs.unlink(path);
}

async function mustSucceed(world: World, lab: Lab, name: string, script: string): Promise<void> {
  let said = '';
  const say = (text: string) => {
    said += text;
  };
  const exit = await runScript(world, script, { out: say, err: say });
  if (exit !== 0) throw new SetupError(`${lab.id}: ${name} exits with ${exit}: ${said.trim()}`);
}
