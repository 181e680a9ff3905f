import { KubectlError } from '../kubectl/errors.ts';
import type { Fields, Item } from './item.ts';

const KNOWN = ['originAnnotations', 'managedByLabel'];

/** What buildMetadata adds to every object. */
export function addMetadata(items: readonly Item[], at: { root: string; wanted: readonly string[] }): void {
  const unknown = at.wanted.find((one) => !KNOWN.includes(one));
  if (unknown !== undefined) throw new KubectlError(`buildMetadata ${unknown} is not simulated`);
  for (const { object, file } of items) {
    if (at.wanted.includes('originAnnotations'))
      put(object, 'annotations', 'config.kubernetes.io/origin', originText(object, file, at.root));
    if (at.wanted.includes('managedByLabel'))
      put(object, 'labels', 'app.kubernetes.io/managed-by', 'kustomize-(devel)');
  }
}

function put(object: Fields, field: string, key: string, value: string): void {
  const metadata = object['metadata'] ?? {};
  object['metadata'] = { ...metadata, [field]: { ...metadata[field], [key]: value } };
}

function originText(object: Fields, file: string | undefined, root: string): string {
  if (file !== undefined) return `path: ${relative(root, file)}\n`;
  const kind = `${object['kind']}Generator`;
  return `configuredIn: kustomization.yaml\nconfiguredBy:\n  apiVersion: builtin\n  kind: ${kind}\n`;
}

function relative(from: string, to: string): string {
  const [left, right] = [from.split('/'), to.split('/')];
  let common = 0;
  while (common < left.length && left[common] === right[common]) common++;
  return [...left.slice(common).map(() => '..'), ...right.slice(common)].join('/');
}
