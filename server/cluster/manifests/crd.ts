import type { Labels, Manifest } from './manifest.ts';

/** A piece of a structural schema. */
export type Schema = Readonly<Record<string, unknown>>;

/** An object; names that end with `!` are required. */
export function object(fields: Readonly<Record<string, Schema>>, description?: string): Schema {
  const entries = Object.entries(fields);
  const required = entries.filter(([name]) => name.endsWith('!')).map(([name]) => name.slice(0, -1));
  return {
    ...(description ? { description } : {}),
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, schema]) => [name.replace(/!$/, ''), schema])),
    ...(required.length > 0 ? { required } : {}),
  };
}

export const text: Schema = { type: 'string' };
export const flag: Schema = { type: 'boolean' };
export const number: Schema = { type: 'integer', format: 'int32' };
export const anything: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
export const texts: Schema = { type: 'array', items: text };
export const textMap: Schema = { type: 'object', additionalProperties: text };

export function oneOf(...values: string[]): Schema {
  return { type: 'string', enum: values };
}

export function list(items: Schema, more: Schema = {}): Schema {
  return { type: 'array', items, ...more };
}

/** A schema with further words: `description`, `default`, limits. */
export function but(schema: Schema, more: Schema): Schema {
  return { ...schema, ...more };
}

export const conditions: Schema = list(
  object({
    'lastTransitionTime!': { type: 'string', format: 'date-time' },
    'message!': { type: 'string', maxLength: 32_768 },
    observedGeneration: { type: 'integer', format: 'int64', minimum: 0 },
    'reason!': { type: 'string', maxLength: 1024, minLength: 1 },
    'status!': oneOf('True', 'False', 'Unknown'),
    'type!': { type: 'string', maxLength: 316 },
  }),
  { 'x-kubernetes-list-map-keys': ['type'], 'x-kubernetes-list-type': 'map' },
);

export interface CrdOptions {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly scope?: 'Namespaced' | 'Cluster';
  /** The stored version first. */
  readonly versions: readonly string[];
  readonly spec: Schema;
  readonly specRequired?: boolean;
  readonly status?: Schema;
  readonly description?: string;
  /** Name, JSON path, type and priority of the columns besides the age. */
  readonly columns?: readonly (readonly [name: string, path: string, type?: string, priority?: number])[];
  /** Whether a column of the age comes after those. Default: yes. */
  readonly age?: boolean;
  readonly labels?: Labels;
  readonly annotations?: Labels;
}

/** A CustomResourceDefinition with a spec and, where it has one, a status of its own. */
export function definition(options: CrdOptions): Manifest {
  const { group, kind, plural, versions, status } = options;
  const required = options.specRequired ?? true;
  const schema = {
    ...(options.description ? { description: options.description } : {}),
    type: 'object',
    properties: {
      apiVersion: text,
      kind: text,
      metadata: { type: 'object' },
      spec: options.spec,
      ...(status ? { status } : {}),
    },
    ...(required ? { required: ['spec'] } : {}),
  };
  const columns = (options.columns ?? []).map(([name, jsonPath, type = 'string', priority]) => ({
    jsonPath,
    name,
    ...(priority === undefined ? {} : { priority }),
    type,
  }));
  const age = { jsonPath: '.metadata.creationTimestamp', name: 'Age', type: 'date' };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      ...(options.labels ? { labels: options.labels } : {}),
      ...(options.annotations ? { annotations: options.annotations } : {}),
    },
    spec: {
      group,
      names: {
        ...(options.categories ? { categories: options.categories } : {}),
        kind,
        listKind: `${kind}List`,
        plural,
        ...(options.shortNames ? { shortNames: options.shortNames } : {}),
        singular: kind.toLowerCase(),
      },
      scope: options.scope ?? 'Namespaced',
      versions: versions.map((name, i) => ({
        ...(columns.length > 0
          ? { additionalPrinterColumns: [...columns, ...(options.age === false ? [] : [age])] }
          : {}),
        name,
        schema: { openAPIV3Schema: schema },
        served: true,
        storage: i === 0,
        ...(status ? { subresources: { status: {} } } : {}),
      })),
    },
  };
}
