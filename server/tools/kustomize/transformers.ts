import { addLabels, eachName, eachPodSpec, isClusterScoped, podSpecsOf } from './fields.ts';
import type { Fields, Item } from './item.ts';
import { applyPatches } from './patches.ts';

/** The transformers in kustomize's order. */
export function transform(fields: Fields, items: Item[], read: (path: string) => string): void {
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
