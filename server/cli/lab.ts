import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Verdict } from '../../graders/verdict.ts';
import { bootWorld, forkWorld } from '../exam/boot.ts';
import { labOf, loadCatalog } from '../exam/catalog.ts';
import { DOMAINS, type Lab, pointsOf } from '../exam/lab.ts';
import { runScript } from '../exam/shell-run.ts';
import { gradeTask, prepareTask } from '../exam/task.ts';
import { loadTopology } from '../exam/topology.ts';
import { type Proof, Verifier } from '../exam/verify.ts';
import { type Arguments, flagInteger, parseArguments, UsageError } from './arguments.ts';
import { worldBuilder } from './builder.ts';
import type { Surroundings } from './surroundings.ts';

/** `examlet lab verify|lint|new|run`. */
export async function labCommand(args: readonly string[], around: Surroundings): Promise<number> {
  const [verb, ...rest] = args;
  switch (verb) {
    case 'verify':
      return verify(parseArguments(rest, { values: ['seeds'] }), around);
    case 'lint':
      return lint(parseArguments(rest, {}), around);
    case 'new':
      return create(parseArguments(rest, {}), around);
    case 'run':
      return run(parseArguments(rest, {}), around);
    default:
      throw new UsageError(verb === undefined ? 'lab needs a verb' : `unknown verb: lab ${verb}`);
  }
}

/** `lab verify [--seeds N] [ID …]`: proves labs, all of them by default. */
async function verify(parsed: Arguments, around: Surroundings): Promise<number> {
  const catalog = loadCatalog(around.labs);
  const labs =
    parsed.rest.length === 0 ? [...catalog.labs.values()] : parsed.rest.map((id) => labOf(catalog, id));
  const count = flagInteger(parsed, 'seeds', 3, { least: 1 });
  const seeds = Array.from({ length: count }, (_, i) => `seed-${i + 1}`);
  const verifier = new Verifier({
    builder: worldBuilder,
    labsDirectory: around.labs,
    startMs: around.startMs,
    seeds,
  });
  const width = Math.max(3, ...labs.map((lab) => lab.id.length));
  around.out(row(width, 'LAB', 'PROOF', 'POINTS', 'EXPECTED', ''));
  let failures = 0;
  for (const lab of labs) failures += show(lab, width, await verifier.verify(lab), around);
  around.out(
    failures === 0 ? `${labs.length} labs hold, over ${count} seeds\n` : `${failures} proofs fail\n`,
  );
  return failures === 0 ? 0 : 1;
}

function show(lab: Lab, width: number, proofs: readonly Proof[], around: Surroundings): number {
  let failures = 0;
  for (const name of new Set(proofs.map((proof) => proof.name))) {
    const own = proofs.filter((proof) => proof.name === name);
    const wrong = own.filter((proof) => proof.earned !== proof.expected);
    const scores = [...new Set(own.map((proof) => proof.earned))].join(', ');
    const points = `${scores} of ${pointsOf(lab)}`;
    around.out(row(width, lab.id, name, points, `${own[0]?.expected}`, wrong.length === 0 ? 'ok' : 'FAIL'));
    const [first] = wrong;
    if (first) around.out(explain(first));
    failures += wrong.length;
  }
  return failures;
}

function row(
  width: number,
  lab: string,
  proof: string,
  points: string,
  expected: string,
  is: string,
): string {
  return `${`${lab.padEnd(width)}  ${proof.padEnd(32)}  ${points.padEnd(9)}  ${expected.padEnd(8)}  ${is}`.trimEnd()}\n`;
}

function explain({ report, output }: Proof): string {
  const printed = output.trim() === '' ? '' : `     it printed:\n${indent(output.trim())}\n`;
  return `${report.verdicts.map(showVerdict).join('')}${printed}`;
}

function showVerdict({ outcome, says, earned, points, expected, actual }: Verdict): string {
  const head = `     ${outcome} (${earned}/${points}) ${says}\n`;
  return outcome === 'pass' ? head : `${head}${indent(`expected: ${expected}\nactual:   ${actual}`)}\n`;
}

function indent(text: string): string {
  return text.replace(/^/gm, '       ');
}

/** `lab lint [ID …]`: reads the files only. An exam needs its labs, so all are read whatever is named. */
function lint(parsed: Arguments, around: Surroundings): number {
  const catalog = loadCatalog(around.labs);
  for (const id of parsed.rest) around.out(`${labOf(catalog, id).id} is well-formed\n`);
  if (parsed.rest.length > 0) return 0;
  around.out(`${catalog.labs.size} labs and ${catalog.exams.size} exams are well-formed\n`);
  return 0;
}

/** `lab run ID [SCRIPT-FILE]`: runs a script, the reference solution by default, and shows the report. */
async function run(parsed: Arguments, around: Surroundings): Promise<number> {
  const [id, file] = parsed.rest;
  if (id === undefined) throw new UsageError('lab run needs the id of a lab');
  const lab = labOf(loadCatalog(around.labs), id);
  const script = file === undefined ? lab.solution : readFileSync(file, 'utf8');
  const options = { seed: id, startMs: around.startMs };
  const booted = await bootWorld(worldBuilder, loadTopology(around.labs, lab.topology), options);
  const start = await prepareTask(worldBuilder, booted.snapshot(), lab, options);
  const world = await forkWorld(worldBuilder, start.snapshot, options);
  await runScript(world, script, { out: around.out, err: around.err });
  const report = await gradeTask(worldBuilder, world.snapshot(), start, options);
  around.out(
    `${report.verdicts.map(showVerdict).join('')}     ${report.earned} of ${report.points} points\n`,
  );
  return report.earned === report.points ? 0 : 1;
}

/** `lab new DOMAIN/ID`: a skeleton that lints. */
function create(parsed: Arguments, around: Surroundings): number {
  const [domain, id] = (parsed.rest[0] ?? '').split('/');
  if (!DOMAINS.includes(domain as never) || !id || !/^[a-z0-9-]+$/.test(id)) {
    throw new UsageError(
      `lab new needs a domain and an id, such as storage/expand-volume (${DOMAINS.join(', ')})`,
    );
  }
  const directory = join(around.labs, domain as string, id);
  if (existsSync(directory)) throw new UsageError(`${directory} is already there`);
  mkdirSync(join(directory, 'mistakes'), { recursive: true });
  for (const [name, text] of Object.entries(skeleton(domain as string)))
    writeFileSync(join(directory, name), text);
  around.out(`${directory}\n`);
  return 0;
}

function skeleton(domain: string): Record<string, string> {
  return {
    'lab.yaml': `title: Title of the task
domain: ${domain}
minutes: 6
topology: three-nodes
checks:
  - says: the ConfigMap settings exists
    points: 2
    object: configmap/settings -n default
    matches: { data: { mode: fast } }
    why: Why this is what was asked for.
mistakes:
  wrong-value: 0
`,
    'task.md': 'Create a ConfigMap `settings` in namespace `default` with `mode` set to `fast`.\n',
    'solution.sh': 'kubectl create configmap settings --from-literal=mode=fast\n',
    'mistakes/wrong-value.sh': 'kubectl create configmap settings --from-literal=mode=slow\n',
  };
}
