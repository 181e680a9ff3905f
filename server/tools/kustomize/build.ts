import { type Context, normalizePath } from '../../host/index.ts';
import { KubectlError, messageOf } from '../kubectl/errors.ts';
import { documents } from '../kubectl/manifest.ts';
import { toYaml } from '../kubectl/yaml.ts';
import { addHashes, generate } from './generators.ts';
import { type Fields, type Item, idOf } from './item.ts';
import { readKustomization } from './kustomization.ts';
import { addMetadata } from './metadata.ts';
import { sortItems } from './order.ts';
import { resolveVars } from './replacements.ts';
import { transform } from './transformers.ts';

/** One build: where it reads, and what it found out on the way. */
interface Build {
  readonly context: Context;
  /** Files may lie anywhere. */
  readonly unrestricted: boolean;
  readonly warnings: string[];
  readonly vars: Fields[];
}

/** What `kustomize build` prints; what should be said of it goes to `warnings`, also when it throws a `KubectlError`. */
export function buildKustomization(
  context: Context,
  directory: string,
  options: { unrestricted: boolean; warnings: string[] },
): string {
  const root = normalizePath(directory, context.cwd);
  if (!context.fs.exists(root))
    throw new KubectlError(`must build at directory: ${noDirectory(directory, root)}`);
  if (!context.fs.isDirectory(root))
    throw new KubectlError(`must build at directory: '${directory}': file is not directory`);
  const build: Build = { context, ...options, vars: [] };
  const items: Item[] = [];
  const fields = accumulate(build, root, items, []);
  addHashes(items);
  resolveVars(items, build.vars);
  addMetadata(items, { root, wanted: fields['buildMetadata'] ?? [] });
  const sorted = sortItems(items, fields['sortOptions']);
  return sorted.map(({ object }) => toYaml(object)).join('---\n');
}

function noDirectory(named: string, full: string): string {
  return `not a valid directory: evalsymlink failure on '${named}' : lstat ${full}: no such file or directory`;
}

/** Adds what a kustomization makes to `items`. Models KustTarget accumulateTarget. */
function accumulate(build: Build, root: string, items: Item[], parents: readonly string[]): Fields {
  if (parents.includes(root))
    throw new KubectlError(`cycle detected: candidate root '${root}' contains visited root '${root}'`);
  const fields = readKustomization(build.context, root, build.warnings);
  const chain = [...parents, root];
  const own: Item[] = fields['kind'] === 'Component' ? items : [];
  for (const path of [...(fields['resources'] ?? []), ...(fields['bases'] ?? [])])
    addResource(build, { root, path, chain }, own);
  const read = (path: string) => readLocal(build, root, path);
  generate(fields, own, read);
  for (const path of fields['components'] ?? []) accumulate(build, normalizePath(path, root), own, chain);
  transform(fields, own, read);
  build.vars.push(...(fields['vars'] ?? []));
  if (own !== items) for (const item of own) add(items, item);
  return fields;
}

function add(items: Item[], item: Item): void {
  const id = idOf(item.object);
  if (items.some((other) => idOf(other.object) === id))
    throw new KubectlError(`may not add resource with an already registered id: ${id}`);
  items.push(item);
}

/** A file, or the directory of another kustomization. Models KustTarget accumulateResources. */
function addResource(
  build: Build,
  at: { root: string; path: string; chain: readonly string[] },
  items: Item[],
): void {
  const { fs } = build.context;
  const full = normalizePath(at.path, at.root);
  const from = `accumulating resources: accumulation err='accumulating resources from '${at.path}':`;
  if (/^https?:\/\//.test(at.path)) throw new KubectlError(`${from} remote resources are not simulated'`);
  if (fs.isDirectory(full)) {
    try {
      accumulate(build, full, items, at.chain);
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error;
      const inner = error.message.startsWith('cycle')
        ? error.message
        : `recursed accumulation of path '${full}': ${error.message}`;
      throw new KubectlError(`${from} '${full}' must resolve to a file': ${inner}`);
    }
    return;
  }
  if (!fs.exists(full)) {
    const missing = `evalsymlink failure on '${full}' : lstat ${full}: no such file or directory`;
    throw new KubectlError(`${from} ${missing}': must build at directory: not a valid directory: ${missing}`);
  }
  try {
    for (const object of objectsOf(readLocal(build, at.root, at.path), at.path))
      add(items, { object, original: object['metadata']?.name ?? '', hash: false, file: full });
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error;
    const what = error.message.startsWith('may not add')
      ? `accumulating resources: accumulation err='merging resources from '${at.path}':`
      : from;
    throw new KubectlError(
      `${what} ${messageOf(error)}': must build at directory: '${full}': file is not directory`,
    );
  }
}

/** A file at or below the root. */
function readLocal({ context, unrestricted }: Build, root: string, path: string): string {
  const full = normalizePath(path, root);
  if (!context.fs.exists(full))
    throw new KubectlError(`evalsymlink failure on '${full}' : lstat ${full}: no such file or directory`);
  if (!unrestricted && !full.startsWith(`${root}/`))
    throw new KubectlError(`security; file '${full}' is not in or below '${root}'`);
  return context.fs.read(full);
}

function objectsOf(text: string, path: string): Fields[] {
  const out: Fields[] = [];
  for (const value of documents(text, path)) {
    if (typeof value !== 'object' || value === null) continue;
    const object = value as Fields;
    if (Array.isArray(object['items']) && String(object['kind']).endsWith('List'))
      out.push(...object['items']);
    else out.push(object);
  }
  return out;
}
