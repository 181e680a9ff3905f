import { jsonPatch } from '../../objects/json-patch.ts';
import { mergePatch } from '../../objects/merge-patch.ts';
import { strategicMerge } from '../../objects/strategic-merge.ts';
import { KubectlError } from '../kubectl/errors.ts';
import { documents } from '../kubectl/manifest.ts';
import { typeOf } from '../kubectl/types.ts';
import { parseYaml } from '../kubectl/yaml-parser.ts';
import type { Fields, Item } from './item.ts';

export function applyPatches(fields: Fields, items: Item[], read: (path: string) => string): void {
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
