import { jsonPatch } from '../../objects/json-patch.ts';
import { linearRegex } from '../../objects/linear-regex.ts';
import { mergePatch } from '../../objects/merge-patch.ts';
import { strategicMerge } from '../../objects/strategic-merge.ts';
import { KubectlError, messageOf } from '../kubectl/errors.ts';
import { documents } from '../kubectl/manifest.ts';
import { typeOf } from '../kubectl/types.ts';
import { toYaml } from '../kubectl/yaml.ts';
import { parseYaml } from '../kubectl/yaml-parser.ts';
import { type Fields, groupVersionOf, type Item, idOf } from './item.ts';

export function applyPatches(fields: Fields, items: Item[], read: (path: string) => string): void {
  const text = (entry: string) => (/\n|^\s*[{-]/.test(entry) ? entry : read(entry));
  for (const entry of fields['patchesStrategicMerge'] ?? []) mergeInto(items, text(entry), undefined);
  for (const entry of fields['patches'] ?? []) {
    const { target, path, patch, options } = entry;
    const body: string = patch ?? read(path);
    if (Array.isArray(parseYaml(body))) jsonInto(items, body, target);
    else {
      checkMerge(entry, body);
      mergeInto(items, body, target, options);
    }
  }
}

/** These come late among the transformers. */
export function applyJsonPatches(fields: Fields, items: Item[], read: (path: string) => string): void {
  for (const { target, path, patch } of fields['patchesJson6902'] ?? [])
    jsonInto(items, patch ?? read(path), target);
}

/** A strategic merge names what it changes, even where a target does. */
function checkMerge(entry: Fields, body: string): void {
  for (const value of documents(body, 'patch')) {
    const { apiVersion, kind, metadata } = (value ?? {}) as Fields;
    if (apiVersion && kind && metadata?.name) continue;
    const source = entry['path']
      ? `path: ${JSON.stringify(entry['path'])}`
      : `patch: ${JSON.stringify(body)}`;
    throw new KubectlError(
      `trouble configuring builtin PatchTransformer with config: \`\n${toYaml(entry)}\`: unable to parse SM or JSON patch from [${source}]`,
    );
  }
}

/** Whether a selector of kustomize means an item; names are patterns unless `exactly`. */
export function selects(item: Item, target: Fields, exactly = false): boolean {
  const { object } = item;
  const { group, version } = groupVersionOf(object);
  const fits = (pattern: unknown, value: string) =>
    pattern === undefined ||
    pattern === '' ||
    pattern === value ||
    (!exactly && safeMatch(String(pattern), value));
  return (
    fits(target['kind'], object['kind']) &&
    fits(target['group'], group) &&
    fits(target['version'], version) &&
    (fits(target['name'], item.original) || fits(target['name'], object['metadata'].name)) &&
    fits(target['namespace'], object['metadata'].namespace ?? '') &&
    labelsFit(target['labelSelector'], object['metadata'].labels ?? {}) &&
    labelsFit(target['annotationSelector'], object['metadata'].annotations ?? {})
  );
}

/** Names may be patterns of the whole. */
function safeMatch(pattern: string, value: string): boolean {
  try {
    return linearRegex(`^(?:${pattern})$`).matcher(value).find();
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
  for (const item of items) if (selects(item, target)) item.object = patched(item.object, text);
}

function patched(object: Fields, text: string): Fields {
  try {
    return jsonPatch(structuredClone(object), parseYaml(text) as any) as Fields;
  } catch (error) {
    const match = /^(\w+) operation does not apply: doc is missing (?:key|path): (\S+?): (.*)$/.exec(
      messageOf(error),
    );
    if (!match) throw error;
    throw new KubectlError(`error in ${match[1]} for path: '${match[2]}': ${match[3]}`);
  }
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
    if (found.length === 0 && !target) {
      const id = idOf(patch);
      throw new KubectlError(
        `no resource matches strategic merge patch ${JSON.stringify(id)}: no matches for Id ${id}; failed to find unique target for patch ${id}`,
      );
    }
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
  const { apiVersion, kind } = options['allowKindChange'] ? next : object;
  return { ...next, apiVersion, kind, metadata: { ...next['metadata'], name } };
}
