import { existsSync, readFileSync, statSync } from 'node:fs';
import { bootWorld, forkWorld } from '../exam/boot.ts';
import { labOf, loadCatalog } from '../exam/catalog.ts';
import { runScript, StepShell } from '../exam/shell-run.ts';
import { prepareTask } from '../exam/task.ts';
import { loadTopology } from '../exam/topology.ts';
import type { World } from '../exam/world.ts';
import type { Host } from '../host/index.ts';
import { type Arguments, flagValue, parseArguments, UsageError } from './arguments.ts';
import { worldBuilder } from './builder.ts';
import type { Surroundings } from './surroundings.ts';

const DEFAULT_TOPOLOGY = 'three-nodes';

/** `examlet exec [--json] [--lab ID | --topology NAME] [--host H] [SCRIPT]`: a fresh world, as fast as it goes. */
export async function execCommand(args: readonly string[], around: Surroundings): Promise<number> {
  const parsed = parseArguments(args, { switches: ['json'], values: ['lab', 'topology', 'host', 'seed'] });
  if (parsed.rest.length > 1) throw new UsageError('exec takes one script');
  if (parsed.flags.has('lab') && parsed.flags.has('topology')) {
    throw new UsageError('--lab and --topology exclude each other');
  }
  const input = await readScript(parsed.rest[0], around);
  const steps = parsed.flags.has('json') ? parseSteps(input) : undefined;
  const world = await openWorld(parsed, around);
  const host = flagValue(parsed, 'host');
  const where = host === undefined ? {} : { host };
  if (steps) return runSteps(world, steps, where, around);
  return runScript(world, input, { ...where, out: around.out, err: around.err });
}

/** A script given as a file's name, as text, or on standard input. */
async function readScript(given: string | undefined, around: Surroundings): Promise<string> {
  if (given === undefined) return around.readInput();
  return existsSync(given) && statSync(given).isFile() ? readFileSync(given, 'utf8') : given;
}

/** The value of the text; nothing where it is not JSON. */
function parseJson(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    return undefined;
  }
}

/** A world of the topology, or one in which the task of the lab can begin. */
async function openWorld(parsed: Arguments, around: Surroundings): Promise<World> {
  const options = {
    seed: flagValue(parsed, 'seed') ?? 'examlet',
    startMs: around.startMs,
    onCrash: (host: Host, error: unknown) =>
      around.err(`examlet: a program on ${host.hostname} crashed: ${text(error)}\n`),
  };
  const id = flagValue(parsed, 'lab');
  if (id === undefined) {
    const name = flagValue(parsed, 'topology') ?? DEFAULT_TOPOLOGY;
    return bootWorld(worldBuilder, loadTopology(around.labs, name), options);
  }
  const lab = labOf(loadCatalog(around.labs), id);
  const booted = await bootWorld(worldBuilder, loadTopology(around.labs, lab.topology), options);
  const { snapshot } = await prepareTask(worldBuilder, booted.snapshot(), lab, options);
  return forkWorld(worldBuilder, snapshot, options);
}

async function runSteps(
  world: World,
  steps: readonly string[],
  where: { host?: string },
  around: Surroundings,
): Promise<number> {
  const shell = new StepShell(world, where);
  for (const step of steps) around.out(`${JSON.stringify(await shell.run(step))}\n`);
  return 0;
}

function parseSteps(input: string): string[] {
  const steps = parseJson(input);
  if (!Array.isArray(steps) || steps.some((step) => typeof step !== 'string')) {
    throw new UsageError('--json expects a JSON array of commands on standard input');
  }
  return steps;
}

function text(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
