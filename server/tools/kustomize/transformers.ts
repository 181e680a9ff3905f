import { KubectlError } from '../kubectl/errors.ts';
import { eachName, isClusterScoped, podSpecsOf } from './fields.ts';
import type { Fields, Item } from './item.ts';
import { addLabels, putAt, TEMPLATED } from './labels.ts';
import { applyJsonPatches, applyPatches } from './patches.ts';
import { applyReplacements } from './replacements.ts';

/** The transformers in kustomize's order. */
export function transform(fields: Fields, items: Item[], read: (path: string) => string): void {
  applyPatches(fields, items, read);
  if (fields['namespace']) setNamespaces(items, fields['namespace']);
  rename(items, fields['namePrefix'] ?? '', fields['nameSuffix'] ?? '');
  for (const { object } of items) {
    if (fields['commonLabels']) addLabels(object, texts(fields['commonLabels']), { selectors: true });
    for (const { pairs = {}, includeSelectors, includeTemplates, fields: places = [] } of fields['labels'] ??
      [])
      addLabels(object, texts(pairs), {
        selectors: includeSelectors,
        templates: includeTemplates,
        fields: places,
      });
    if (fields['commonAnnotations']) annotate(object, texts(fields['commonAnnotations']));
  }
  applyJsonPatches(fields, items, read);
  for (const replica of fields['replicas'] ?? []) setReplicas(items, replica);
  for (const { object } of items) for (const image of fields['images'] ?? []) setImage(object, image);
  applyReplacements(fields, items);
}

/** Go reads these as strings. */
function texts(pairs: Fields): Fields {
  return Object.fromEntries(Object.entries(pairs).map(([key, value]) => [key, String(value)]));
}

const SCALED = ['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController'];

function setReplicas(items: readonly Item[], { name, count }: Fields): void {
  const found = items.filter(({ original, object }) => original === name && SCALED.includes(object['kind']));
  if (found.length === 0)
    throw new KubectlError(
      `resource with name ${name} does not match a config with the following GVK [Deployment.[noVer].[noGrp] StatefulSet.[noVer].[noGrp] ReplicaSet.[noVer].[noGrp] ReplicationController.[noVer].[noGrp]]`,
    );
  for (const item of found)
    item.object = { ...item.object, spec: { ...item.object['spec'], replicas: count } };
}

function annotate(object: Fields, pairs: Fields): void {
  const path = (text: string) => [
    ...text.split('/').filter((step) => step !== ''),
    'metadata',
    'annotations',
  ];
  putAt(object, path(''), true, pairs);
  if (object['kind'] === 'CronJob')
    for (const place of ['spec/jobTemplate', 'spec/jobTemplate/spec/template'])
      putAt(object, path(place), true, pairs);
  else if (TEMPLATED.includes(object['kind'])) putAt(object, path('spec/template'), true, pairs);
}

function setNamespaces(items: readonly Item[], namespace: string): void {
  const accounts = items.filter(({ object }) => object['kind'] === 'ServiceAccount');
  const moved = (name: string) =>
    name === 'default' ||
    accounts.some(({ original, object }) => name === original || name === object['metadata'].name);
  for (const { object } of items) {
    if (object['kind'] === 'Namespace') {
      object['metadata'] = { ...object['metadata'], name: namespace };
      continue;
    }
    if (!isClusterScoped(object)) object['metadata'] = { ...object['metadata'], namespace };
    if (!object['subjects']) continue;
    object['subjects'] = object['subjects'].map((subject: Fields) =>
      subject['kind'] === 'ServiceAccount' && moved(subject['name']) ? { ...subject, namespace } : subject,
    );
  }
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
