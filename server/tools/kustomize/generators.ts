import { encode } from '../../host/index.ts';
import { configMapHash, secretHash } from '../kubectl/create/config-data.ts';
import { KubectlError, messageOf } from '../kubectl/errors.ts';
import { eachName } from './fields.ts';
import type { Fields, Item } from './item.ts';

/** Config maps and secrets that a kustomization makes of files and literals. */
export function generate(fields: Fields, items: Item[], read: (path: string) => string): void {
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
      absorb(
        items,
        { object, original: spec.name, hash: !own['disableNameSuffixHash'], file: undefined },
        spec,
      );
    }
  }
}

/** Adds what was generated, or changes what is there already. Models resmap AbsorbAll. */
function absorb(items: Item[], made: Item, { behavior = 'create', name, namespace = '' }: Fields): void {
  const { kind } = made.object;
  const existing = items.find((item) => item.object['kind'] === kind && item.original === name);
  const id = `id resid.ResId{Gvk:resid.Gvk{Group:"", Version:"v1", Kind:"${kind}", isClusterScoped:false}, Name:"${name}", Namespace:"${namespace}"}`;
  const fail = (why: string) =>
    new KubectlError(`merging from generator &{0xc000a12000 <nil>}: ${id} ${why}`);
  if (behavior === 'create') {
    if (existing) throw fail('exists; behavior must be merge or replace');
    items.push(made);
    return;
  }
  if (!existing) throw fail('does not exist; cannot merge or replace');
  const { metadata, data } = existing.object;
  const merged = (field: string) => {
    const map = { ...metadata[field], ...made.object['metadata'][field] };
    return Object.keys(map).length > 0 ? { [field]: map } : {};
  };
  existing.object = {
    ...made.object,
    data: behavior === 'merge' ? { ...data, ...made.object['data'] } : made.object['data'],
    metadata: { ...metadata, ...merged('labels'), ...merged('annotations') },
  };
  existing.hash = true;
}

function generated(kind: 'ConfigMap' | 'Secret', spec: Fields, read: (path: string) => string): Fields {
  const data: Fields = {};
  const load = (path: string, what: string) => {
    try {
      return read(path);
    } catch (error) {
      throw new KubectlError(`loading KV pairs: ${what} sources: [${path}]: ${messageOf(error)}`);
    }
  };
  for (const literal of spec['literals'] ?? []) {
    const at = String(literal).indexOf('=');
    if (at <= 0)
      throw new KubectlError(
        `loading KV pairs: literal sources [${spec['literals'].join(' ')}]: invalid literal source ${literal}, expected key=value`,
      );
    const value = String(literal)
      .slice(at + 1)
      .replace(/^(["'])(.*)\1$/s, '$2');
    data[String(literal).slice(0, at)] = value;
  }
  for (const file of spec['files'] ?? []) {
    const [left = '', right] = String(file).split('=');
    const path = right ?? left;
    data[right === undefined ? (path.split('/').at(-1) as string) : left] = load(path, 'file');
  }
  for (const file of [...(spec['envs'] ?? []), ...(spec['env'] ? [spec['env']] : [])]) {
    for (const line of load(file, 'env').split('\n')) {
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

/** Generated objects are named after their content too. */
export function addHashes(items: readonly Item[]): void {
  const changes = new Map<string, string>();
  for (const item of items) {
    if (!item.hash) continue;
    const { object } = item;
    const { name } = object['metadata'];
    // The name is no part of the digest here.
    const unnamed = { ...object, metadata: {} };
    const hash = object['kind'] === 'Secret' ? secretHash(unnamed) : configMapHash(unnamed);
    changes.set(`${object['kind']}/${name}`, `${name}-${hash}`);
    object['metadata'] = { ...object['metadata'], name: `${name}-${hash}` };
  }
  for (const { object } of items) eachName(object, (kind, name) => changes.get(`${kind}/${name}`) ?? name);
}
