import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { DocumentError, readDocument } from './document.ts';
import { DOMAINS, type Lab, loadLab } from './lab.ts';

const examSchema = z.strictObject({
  title: z.string(),
  'title.ko': z.string().optional(),
  about: z.string().optional(),
  'about.ko': z.string().optional(),
  minutes: z.number().positive(),
  /** Percent that pass. */
  pass: z.number().min(1).max(100).default(66),
  tasks: z.array(z.strictObject({ lab: z.string(), weight: z.number().positive() })).min(1),
});

export interface ExamTask {
  readonly lab: Lab;
  /** In percent of the exam. */
  readonly weight: number;
}

/** A weighted selection of labs with a time limit. */
export interface Exam extends Omit<z.output<typeof examSchema>, 'tasks'> {
  readonly id: string;
  readonly tasks: readonly ExamTask[];
}

/** Everything below `labs/`. */
export interface Catalog {
  readonly labs: ReadonlyMap<string, Lab>;
  readonly exams: ReadonlyMap<string, Exam>;
}

export class UnknownLabError extends Error {
  override name = 'UnknownLabError';
}

/** Reads all labs and exams. Throws one `DocumentError` with all that is wrong anywhere. */
export function loadCatalog(directory: string, shownFrom = process.cwd()): Catalog {
  const problems: string[] = [];
  const labs = new Map<string, Lab>();
  for (const folder of labFolders(directory)) {
    attempt(problems, () => {
      const lab = loadLab(folder, shownFrom);
      const other = labs.get(lab.id);
      if (other) problems.push(`${relative(shownFrom, folder)}:1:1: there is another lab "${lab.id}"`);
      labs.set(lab.id, lab);
    });
  }
  const exams = new Map<string, Exam>();
  for (const file of examFiles(directory)) attempt(problems, () => addExam(exams, labs, file, shownFrom));
  if (problems.length > 0) throw new DocumentError(problems);
  return { labs, exams };
}

/** The lab of that id. Throws `UnknownLabError` that names those there are. */
export function labOf(catalog: Catalog, id: string): Lab {
  const lab = catalog.labs.get(id);
  if (!lab) throw new UnknownLabError(`no lab "${id}"; there are: ${[...catalog.labs.keys()].join(', ')}`);
  return lab;
}

function addExam(exams: Map<string, Exam>, labs: ReadonlyMap<string, Lab>, file: string, from: string): void {
  const shown = relative(from, file);
  const data = readDocument(file, examSchema, shown);
  const id = file.slice(file.lastIndexOf('/') + 1, -'.yaml'.length);
  const tasks = data.tasks.map(({ lab, weight }) => {
    const found = labs.get(lab);
    if (!found) throw new DocumentError([`${shown}:1:1: tasks: no lab "${lab}"`]);
    return { lab: found, weight };
  });
  const total = tasks.reduce((sum, task) => sum + task.weight, 0);
  if (total !== 100)
    throw new DocumentError([`${shown}:1:1: tasks: the weights add up to ${total}, not 100`]);
  exams.set(id, { ...data, id, tasks });
}

function labFolders(directory: string): string[] {
  return DOMAINS.flatMap((domain) => {
    const folder = join(directory, domain);
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .sort()
      .map((name) => join(folder, name))
      .filter((path) => existsSync(join(path, 'lab.yaml')));
  });
}

function examFiles(directory: string): string[] {
  const folder = join(directory, 'exams');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => join(folder, name));
}

function attempt(problems: string[], run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    problems.push(...error.problems);
  }
}
