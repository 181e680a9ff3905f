import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { z } from 'zod';
import { type Check, checkSchema } from '../../graders/grade.ts';
import { DocumentError, readDocument } from './document.ts';

/** The domains of the exam in the order of its curriculum. */
export const DOMAINS = [
  'cluster-architecture',
  'workloads-scheduling',
  'services-networking',
  'storage',
  'troubleshooting',
] as const;

export type Domain = (typeof DOMAINS)[number];

const labSchema = z.strictObject({
  title: z.string(),
  'title.ko': z.string().optional(),
  domain: z.enum(DOMAINS),
  /** How long an examinee has for it, about. */
  minutes: z.number().positive(),
  topology: z.string().default('three-nodes'),
  /** The host that the task says to work on, where that is not the candidate's own. */
  host: z.string().optional(),
  checks: z.array(checkSchema).min(1),
  /** Points of the untouched world. */
  baseline: z.number().min(0).default(0),
  /** Points that each `mistakes/<name>.sh` gets: less than all. */
  mistakes: z.record(z.string(), z.number().min(0)).default({}),
  /** Virtual seconds that the cluster gets to react before it is judged. */
  settle: z.number().min(0).max(600).default(30),
  hints: z.array(z.string()).max(2).default([]),
  'hints.ko': z.array(z.string()).max(2).default([]),
  /** Pages of the documentation that help. */
  docs: z.array(z.url()).default([]),
});

/** A file that is laid over a host's disk before the task begins. */
export interface OverlayFile {
  readonly host: string;
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

/** One task, as its folder has it. */
export interface Lab extends Omit<z.output<typeof labSchema>, 'checks'> {
  /** The name of its folder. */
  readonly id: string;
  readonly directory: string;
  readonly checks: readonly Check[];
  /** Markdown. */
  readonly task: string;
  readonly taskKo: string | undefined;
  readonly setupYaml: string | undefined;
  readonly setupScript: string | undefined;
  readonly solution: string;
  /** Markdown: why the solution is one. */
  readonly explanation: string | undefined;
  readonly mistakeScripts: ReadonlyMap<string, string>;
  readonly overlay: readonly OverlayFile[];
  /** Changes with what the task's setup and checks are made of. */
  readonly version: string;
}

export function pointsOf(lab: Lab): number {
  return lab.checks.reduce((sum, check) => sum + check.points, 0);
}

/** Reads `labs/<domain>/<id>`. Throws `DocumentError` with everything that is wrong. */
export function loadLab(directory: string, shownFrom = process.cwd()): Lab {
  const shown = (name: string) => relative(shownFrom, join(directory, name));
  const data = readDocument(join(directory, 'lab.yaml'), labSchema, shown('lab.yaml'));
  const text = (name: string) => {
    const file = join(directory, name);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  };
  const mistakeScripts = readScripts(join(directory, 'mistakes'));
  const problems: string[] = [];
  const task = text('task.md');
  const solution = text('solution.sh');
  if (task === undefined) problems.push(`${shown('task.md')}:1:1: the task's text is missing`);
  if (solution === undefined) problems.push(`${shown('solution.sh')}:1:1: the reference solution is missing`);
  for (const name of mistakeScripts.keys()) {
    if (!(name in data.mistakes)) problems.push(`${shown('lab.yaml')}:1:1: mistakes: no score for "${name}"`);
  }
  for (const name of Object.keys(data.mistakes)) {
    if (!mistakeScripts.has(name))
      problems.push(`${shown(`mistakes/${name}.sh`)}:1:1: the script is missing`);
  }
  if (problems.length > 0) throw new DocumentError(problems);
  const setupYaml = text('setup.yaml');
  const setupScript = text('setup.sh');
  const overlay = readOverlay(join(directory, 'hosts'));
  const parts = JSON.stringify([text('lab.yaml'), setupYaml, setupScript, overlay]);
  return {
    ...data,
    id: basename(directory),
    directory,
    task: task as string,
    taskKo: text('task.ko.md'),
    setupYaml,
    setupScript,
    solution: solution as string,
    explanation: text('explanation.md'),
    mistakeScripts,
    overlay,
    version: createHash('sha256').update(parts).digest('hex').slice(0, 12),
  };
}

/** The scripts of a folder by name, without `.sh`. */
function readScripts(directory: string): Map<string, string> {
  if (!existsSync(directory)) return new Map();
  const names = readdirSync(directory)
    .filter((name) => name.endsWith('.sh'))
    .sort();
  return new Map(names.map((name) => [name.slice(0, -3), readFileSync(join(directory, name), 'utf8')]));
}

function readOverlay(directory: string): OverlayFile[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory).flatMap((host) => walk(join(directory, host), host, ''));
}

function walk(directory: string, host: string, path: string): OverlayFile[] {
  return readdirSync(directory)
    .sort()
    .flatMap((name) => {
      const file = join(directory, name);
      const stat = statSync(file);
      if (stat.isDirectory()) return walk(file, host, `${path}/${name}`);
      return [{ host, path: `${path}/${name}`, text: readFileSync(file, 'utf8'), mode: stat.mode & 0o777 }];
    });
}
