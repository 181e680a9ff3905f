import { type Context, encode, isSystemError, normalizePath } from '../../host/index.ts';
import { jsonPatch } from '../../objects/json-patch.ts';
import { mergePatch } from '../../objects/merge-patch.ts';
import { strategicMerge } from '../../objects/strategic-merge.ts';
import { configMapHash, secretHash } from '../kubectl/create/config-data.ts';
import { KubectlError } from '../kubectl/errors.ts';
import { documents } from '../kubectl/manifest.ts';
import { typeOf } from '../kubectl/types.ts';
import { toYaml } from '../kubectl/yaml.ts';
import { parseYaml } from '../kubectl/yaml-parser.ts';
import { addLabels, eachName, eachPodSpec, isClusterScoped, podSpecsOf } from './fields.ts';

type Fields = Record<string, any>;

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

interface Item {
  object: Fields;
  /** As the files named it: patches and references find it by this. */
  readonly original: string;
  /** A name made of its content is to be added. */
  hash: boolean;
}

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
  const order = fields['sortOptions']?.order;
  const sorted = order === 'legacy' ? sortLegacy(items) : items;
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

function generate(fields: Fields, items: Item[], read: (path: string) => string): void {
  const options: Fields = fields['generatorOptions'] ?? {};
  for (const kind of ['ConfigMap', 'Secret'] as const) {
    for (const spec of fields[kind === 'ConfigMap' ? 'configMapGenerator' : 'secretGenerator'] ?? []) {
      const object = generated(kind, spec, read);
      const own: Fields = { ...options, ...spec.options };
      const labels = { ...options['labels'], ...spec.options?.labels };
      const annotations = { ...options['annotations'], ...spec.options?.annotations };
      if (Object.keys(labels).length > 0) object['metadata'].labels = labels;
      if (Object.keys(annotations).length > 0) object['metadata'].annotations = annotations;
      if (own['immutable']) object['immutable'] = true;
      const existing = items.find((item) => item.object['kind'] === kind && item.original === spec.name);
      if (existing && spec.behavior === 'merge') {
        existing.object = { ...existing.object, data: { ...existing.object['data'], ...object['data'] } };
        existing.hash = true;
      } else if (existing && spec.behavior === 'replace') existing.object = object;
      else items.push({ object, original: spec.name, hash: !own['disableNameSuffixHash'] });
    }
  }
}

function generated(kind: 'ConfigMap' | 'Secret', spec: Fields, read: (path: string) => string): Fields {
  const data: Fields = {};
  for (const literal of spec['literals'] ?? []) {
    const at = String(literal).indexOf('=');
    const value = String(literal)
      .slice(at + 1)
      .replace(/^(["'])(.*)\1$/s, '$2');
    data[String(literal).slice(0, at)] = value;
  }
  for (const file of spec['files'] ?? []) {
    const [left = '', right] = String(file).split('=');
    const path = right ?? left;
    data[right === undefined ? (path.split('/').at(-1) as string) : left] = read(path);
  }
  for (const file of [...(spec['envs'] ?? []), ...(spec['env'] ? [spec['env']] : [])]) {
    for (const line of read(file).split('\n')) {
      const text = line.trim();
      if (text === '' || text.startsWith('#')) continue;
      const at = text.indexOf('=');
      data[at < 0 ? text : text.slice(0, at)] = at < 0 ? '' : text.slice(at + 1);
    }
  }
  if (kind === 'Secret')
    for (const key of Object.keys(data)) data[key] = Buffer.from(encode(data[key])).toString('base64');
  return {
    apiVersion: 'v1',
    ...(Object.keys(data).length > 0 ? { data } : {}),
    kind,
    metadata: { name: spec['name'], ...(spec['namespace'] ? { namespace: spec['namespace'] } : {}) },
    ...(kind === 'Secret' ? { type: spec['type'] ?? 'Opaque' } : {}),
  };
}

/** The transformers in kustomize's order. */
function transform(fields: Fields, items: Item[], read: (path: string) => string): void {
  applyPatches(fields, items, read);
  const namespace = fields['namespace'];
  if (namespace) for (const item of items) setNamespace(item, namespace);
  rename(items, fields['namePrefix'] ?? '', fields['nameSuffix'] ?? '');
  for (const item of items) {
    if (fields['commonLabels'])
      addLabels(item.object, fields['commonLabels'], { selectors: true, templates: true });
    for (const entry of fields['labels'] ?? []) {
      addLabels(item.object, entry.pairs ?? {}, {
        selectors: Boolean(entry.includeSelectors),
        templates: Boolean(entry.includeSelectors || entry.includeTemplates),
      });
    }
    if (fields['commonAnnotations']) annotate(item.object, fields['commonAnnotations']);
    for (const image of fields['images'] ?? []) setImage(item.object, image);
    for (const { name, count } of fields['replicas'] ?? []) {
      if (item.original === name && item.object['spec']?.replicas !== undefined)
        item.object['spec'].replicas = count;
      else if (
        item.original === name &&
        ['Deployment', 'StatefulSet', 'ReplicaSet'].includes(item.object['kind'])
      )
        item.object['spec'].replicas = count;
    }
  }
}

function annotate(object: Fields, pairs: Fields): void {
  object['metadata'].annotations = { ...object['metadata'].annotations, ...pairs };
  eachPodSpec(object, (_, template) => {
    if (template)
      template['metadata'] = {
        ...template['metadata'],
        annotations: { ...template['metadata']?.annotations, ...pairs },
      };
  });
}

function setNamespace(item: Item, namespace: string): void {
  const { object } = item;
  if (object['kind'] === 'Namespace') {
    object['metadata'].name = namespace;
    return;
  }
  if (!isClusterScoped(object)) object['metadata'] = { ...object['metadata'], namespace };
  for (const subject of object['subjects'] ?? [])
    if (subject.kind === 'ServiceAccount' && (subject.name === 'default' || subject.namespace !== undefined))
      subject.namespace = namespace;
}

/** Changes names and everything that refers to them. */
function rename(items: readonly Item[], prefix: string, suffix: string): void {
  if (prefix === '' && suffix === '') return;
  const skip = (kind: string) =>
    kind === 'Namespace' || kind === 'CustomResourceDefinition' || kind === 'APIService';
  const changes = new Map<string, string>();
  for (const { object } of items) {
    if (skip(object['kind'])) continue;
    const name = object['metadata'].name;
    const next = `${prefix}${name}${suffix}`;
    changes.set(`${object['kind']}/${name}`, next);
    object['metadata'] = { ...object['metadata'], name: next };
  }
  for (const { object } of items) eachName(object, (kind, name) => changes.get(`${kind}/${name}`) ?? name);
}

function addHashes(items: readonly Item[]): void {
  const changes = new Map<string, string>();
  for (const item of items) {
    if (!item.hash) continue;
    const { object } = item;
    const { name } = object['metadata'];
    const hash = object['kind'] === 'Secret' ? secretHash(object) : configMapHash(object);
    changes.set(`${object['kind']}/${name}`, `${name}-${hash}`);
    object['metadata'] = { ...object['metadata'], name: `${name}-${hash}` };
  }
  for (const { object } of items) eachName(object, (kind, name) => changes.get(`${kind}/${name}`) ?? name);
}

function setImage(object: Fields, image: Fields): void {
  for (const spec of podSpecsOf(object)) {
    for (const container of [...(spec['containers'] ?? []), ...(spec['initContainers'] ?? [])]) {
      const match = /^(.*?)(?::([^:@/]+))?(?:@(.+))?$/.exec(container.image ?? '');
      if (!match || match[1] !== image['name']) continue;
      const name = image['newName'] ?? match[1];
      const tag = image['newTag'] ?? (image['digest'] ? undefined : match[2]);
      const digest = image['digest'] ?? (image['newTag'] ? undefined : match[3]);
      container.image = `${name}${tag !== undefined ? `:${tag}` : ''}${digest ? `@${digest}` : ''}`;
    }
  }
}

function applyPatches(fields: Fields, items: Item[], read: (path: string) => string): void {
  const text = (entry: string) => (/\n|^\s*[{-]/.test(entry) ? entry : read(entry));
  for (const entry of fields['patchesStrategicMerge'] ?? []) mergeInto(items, text(entry), undefined);
  for (const { target, path, patch } of fields['patchesJson6902'] ?? [])
    jsonInto(items, patch ?? read(path), target);
  for (const { target, path, patch, options } of fields['patches'] ?? []) {
    const body: string = patch ?? read(path);
    const parsed = parseYaml(body);
    if (Array.isArray(parsed)) jsonInto(items, body, target);
    else mergeInto(items, body, target, options);
  }
}

function selects(item: Item, target: Fields): boolean {
  const { object } = item;
  const [group, version] = String(object['apiVersion']).includes('/')
    ? String(object['apiVersion']).split('/')
    : ['', object['apiVersion']];
  const fits = (pattern: unknown, value: string) =>
    pattern === undefined || pattern === value || safeMatch(String(pattern), value);
  return (
    fits(target['kind'], object['kind']) &&
    fits(target['group'], group as string) &&
    fits(target['version'], version as string) &&
    (fits(target['name'], item.original) || fits(target['name'], object['metadata'].name)) &&
    fits(target['namespace'], object['metadata'].namespace ?? '') &&
    labelsFit(target['labelSelector'], object['metadata'].labels ?? {}) &&
    labelsFit(target['annotationSelector'], object['metadata'].annotations ?? {})
  );
}

/** Names may be patterns; only simple ones are taken, so that none runs for ever. */
function safeMatch(pattern: string, value: string): boolean {
  if (!/^[\w.*+?|()^$-]*$/.test(pattern) || pattern.length > 100 || /[*+?]\)?[*+?]/.test(pattern))
    return false;
  try {
    return new RegExp(`^(?:${pattern})$`).test(value);
  } catch {
    return false;
  }
}

function labelsFit(selector: string | undefined, labels: Fields): boolean {
  if (!selector) return true;
  return selector.split(',').every((term) => {
    const [key = '', value] = term.split(/==?/).map((part) => part.trim());
    return value === undefined ? key in labels : labels[key] === value;
  });
}

function jsonInto(items: Item[], text: string, target: Fields | undefined): void {
  if (!target) throw new KubectlError('must specify a target for patch');
  for (const item of items)
    if (selects(item, target))
      item.object = jsonPatch(structuredClone(item.object), parseYaml(text) as any) as Fields;
}

function mergeInto(items: Item[], text: string, target: Fields | undefined, options: Fields = {}): void {
  for (const value of documents(text, 'patch')) {
    const patch = value as Fields;
    const wanted = target ?? {
      kind: patch['kind'],
      name: patch['metadata']?.name,
      ...(patch['metadata']?.namespace ? { namespace: patch['metadata'].namespace } : {}),
    };
    const found = items.filter((item) => selects(item, wanted));
    if (found.length === 0 && !target)
      throw new KubectlError(
        `no resource matches strategic merge patch ${JSON.stringify(`${patch['kind']}.${String(patch['apiVersion']).replace('/', '.')}/${patch['metadata']?.name}.[noNs]`)}: no matches for Id ${patch['kind']}.${String(patch['apiVersion'])}/${patch['metadata']?.name}.[noNs]; failed to find unique target for patch ${patch['kind']}.${String(patch['apiVersion'])}/${patch['metadata']?.name}.[noNs]`,
      );
    for (const item of found) {
      if (patch['$patch'] === 'delete') {
        items.splice(items.indexOf(item), 1);
        continue;
      }
      item.object = merged(item.object, patch, options);
    }
  }
}

function merged(object: Fields, patch: Fields, options: Fields): Fields {
  const type = typeOf(object['apiVersion'], object['kind']);
  const next = (type ? strategicMerge(object, patch, type) : mergePatch(object, patch)) as Fields;
  const name = options['allowNameChange'] ? next['metadata'].name : object['metadata'].name;
  const kind = options['allowKindChange'] ? next['kind'] : object['kind'];
  return { ...next, kind, metadata: { ...next['metadata'], name } };
}

const LEGACY_FIRST = [
  'Namespace',
  'ResourceQuota',
  'StorageClass',
  'CustomResourceDefinition',
  'ServiceAccount',
  'PodSecurityPolicy',
  'Role',
  'ClusterRole',
  'RoleBinding',
  'ClusterRoleBinding',
  'ConfigMap',
  'Secret',
  'Endpoints',
  'Service',
  'LimitRange',
  'PriorityClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'PodDisruptionBudget',
];

function sortLegacy(items: readonly Item[]): Item[] {
  const rank = ({ object }: Item) => {
    const at = LEGACY_FIRST.indexOf(object['kind']);
    return at < 0 ? LEGACY_FIRST.length : at;
  };
  return [...items].sort(
    (a, b) => rank(a) - rank(b) || (a.object['metadata'].name < b.object['metadata'].name ? -1 : 1),
  );
}
