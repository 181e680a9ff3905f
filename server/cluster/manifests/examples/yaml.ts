import { parse } from 'yaml';
import type { Manifest } from '../manifest.ts';

/** Files of an area by their path below `/examples/`, without `.yaml`: the objects in them, in YAML's short form. */
export type Examples = Readonly<Record<string, readonly string[]>>;

/** `kind` of a group's version, with fields beside its metadata: `spec: {replicas: 2}`. */
export function doc(apiVersion: string, kind: string, metadata: string, fields: string): string {
  return `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {${metadata}}, ${fields}}`;
}

/** `metadata` is a name, or more: `demo, labels: {app: web}`. */
export function pod(metadata: string, spec: string): string {
  return doc('v1', 'Pod', `name: ${metadata}`, `spec: {${spec}}`);
}

export function service(metadata: string, spec: string): string {
  return doc('v1', 'Service', `name: ${metadata}`, `spec: {${spec}}`);
}

/** What makes pods with one label, the same in its selector. */
export function workload(
  kind: string,
  metadata: string,
  labels: string,
  more: string,
  podSpec: string,
): string {
  const spec = `${more}selector: {matchLabels: {${labels}}}, template: {metadata: {labels: {${labels}}}, spec: {${podSpec}}}`;
  return doc('apps/v1', kind, `name: ${metadata}`, `spec: {${spec}}`);
}

export function deployment(metadata: string, labels: string, replicas: number, podSpec: string): string {
  return workload('Deployment', metadata, labels, `replicas: ${replicas}, `, podSpec);
}

export function objectsOf(documents: readonly string[]): Manifest[] {
  return documents.map((text) => parse(text) as Manifest);
}
