import { type Context, isSystemError, normalizePath } from '../../host/index.ts';
import { KubectlError } from '../kubectl/errors.ts';
import { documents } from '../kubectl/manifest.ts';
import { toYaml } from '../kubectl/yaml.ts';
import { parseYaml } from '../kubectl/yaml-parser.ts';
import { addHashes, generate } from './generators.ts';
import type { Fields, Item } from './item.ts';
import { sortLegacy } from './order.ts';
import { transform } from './transformers.ts';

const FILES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Deprecated fields and what to use instead. */
const DEPRECATED: Readonly<Record<string, string>> = {
  commonLabels: "'commonLabels' is deprecated. Please use 'labels' instead.",
  patchesStrategicMerge: "'patchesStrategicMerge' is deprecated. Please use 'patches' instead.",
  patchesJson6902: "'patchesJson6902' is deprecated. Please use 'patches' instead.",
  bases: "'bases' is deprecated. Please use 'resources' instead.",
  vars: "'vars' is deprecated. Please use 'replacements' instead.",
};
const FIX = " Run 'kustomize edit fix' to update your Kustomization automatically.";

const KNOWN = new Set([
  'apiVersion',
  'kind',
  'metadata',
  'resources',
  'bases',
  'components',
  'namespace',
  'namePrefix',
  'nameSuffix',
  'commonLabels',
  'labels',
  'commonAnnotations',
  'images',
  'replicas',
  'patches',
  'patchesStrategicMerge',
  'patchesJson6902',
  'configMapGenerator',
  'secretGenerator',
  'generatorOptions',
  'sortOptions',
  'buildMetadata',
]);

export interface Built {
  readonly text: string;
  readonly warnings: readonly string[];
}

/** What `kustomize build` prints. Throws `KubectlError`. */
export function buildKustomization(context: Context, directory: string): Built {
  const warnings: string[] = [];
  const root = normalizePath(directory, context.cwd);
  if (!context.fs.isDirectory(root)) {
    throw new KubectlError(
      `must build at directory: not a valid directory: evalsymlink failure on '${directory}' : lstat ${root}: no such file or directory`,
    );
  }
  const { items, fields } = load(context, root, warnings, []);
  addHashes(items);
  const sorted = fields['sortOptions']?.order === 'fifo' ? items : sortLegacy(items);
  return { text: sorted.map(({ object }) => toYaml(object)).join('---\n'), warnings };
}

function load(
  context: Context,
  root: string,
  warnings: string[],
  parents: readonly string[],
): { items: Item[]; fields: Fields } {
  if (parents.includes(root))
    throw new KubectlError(`cycle detected: candidate root '${root}' contains visited root '${root}'`);
  const fields = readKustomization(context, root, warnings);
  const read = (path: string) => readFile(context, root, path);
  const items: Item[] = [];
  for (const path of [...(fields['resources'] ?? []), ...(fields['bases'] ?? [])])
    items.push(...resourcesAt(context, { root, path, warnings, parents: [...parents, root] }));
  for (const path of fields['components'] ?? []) {
    const full = normalizePath(path, root);
    const component = readKustomization(context, full, warnings);
    transform(component, items, (name) => readFile(context, full, name));
  }
  generate(fields, items, read);
  transform(fields, items, read);
  return { items, fields };
}

function readKustomization(context: Context, root: string, warnings: string[]): Fields {
  const found = FILES.filter((name) => context.fs.isFile(`${root}/${name}`));
  if (found.length === 0) {
    throw new KubectlError(
      `unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${root}'`,
    );
  }
  if (found.length > 1) throw new KubectlError(`Found multiple kustomization files under: ${root}\n`);
  let fields: Fields;
  try {
    fields = (parseYaml(context.fs.read(`${root}/${found[0]}`)) ?? {}) as Fields;
  } catch (error) {
    throw new KubectlError(
      `invalid Kustomization: error converting YAML to JSON: ${(error as Error).message}`,
    );
  }
  const unknown = Object.keys(fields).find((key) => !KNOWN.has(key));
  if (unknown)
    throw new KubectlError(`invalid Kustomization: json: unknown field ${JSON.stringify(unknown)}`);
  if (Object.keys(fields).length === 0) throw new KubectlError('kustomization.yaml is empty');
  for (const [key, text] of Object.entries(DEPRECATED))
    if (fields[key] !== undefined) warnings.push(text + FIX);
  return fields;
}

function readFile(context: Context, root: string, path: string): string {
  const full = normalizePath(path, root);
  try {
    return context.fs.read(full);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new KubectlError(
      `accumulating resources: accumulation err='accumulating resources from '${path}': evalsymlink failure on '${full}' : lstat ${full}: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on '${full}' : lstat ${full}: no such file or directory`,
    );
  }
}

function resourcesAt(
  context: Context,
  at: { root: string; path: string; warnings: string[]; parents: readonly string[] },
): Item[] {
  const full = normalizePath(at.path, at.root);
  if (context.fs.isDirectory(full)) return load(context, full, at.warnings, at.parents).items;
  const text = readFile(context, at.root, at.path);
  const out: Item[] = [];
  for (const value of documents(text, at.path)) {
    if (typeof value !== 'object' || value === null) continue;
    const object = value as Fields;
    const list =
      Array.isArray(object['items']) && String(object['kind']).endsWith('List') ? object['items'] : [object];
    for (const item of list) out.push({ object: item, original: item.metadata?.name ?? '', hash: false });
  }
  return out;
}
