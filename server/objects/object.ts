import { belowMs } from '../sim/fine-time.ts';

/**
 * API objects as plain JSON values. Objects in the store are frozen and shared; whoever changes one makes a copy
 * (`{...object, spec: {...}}` or `structuredClone`). Timestamps are RFC 3339 strings in UTC with seconds.
 */
export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

export interface ManagedFieldsEntry {
  manager?: string;
  operation?: 'Apply' | 'Update';
  apiVersion?: string;
  time?: string;
  fieldsType?: string;
  fieldsV1?: unknown;
  subresource?: string;
}

export interface ObjectMeta {
  name: string;
  namespace?: string;
  generateName?: string;
  uid: string;
  resourceVersion: string;
  generation?: number;
  creationTimestamp: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  managedFields?: ManagedFieldsEntry[];
}

/** Any API object. `Spec` and `Status` may be narrowed; other top-level fields (`data`, `rules`) are looked up by name. */
export interface KubeObject<Spec = any, Status = any> {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec?: Spec;
  status?: Status;
  [field: string]: any;
}

/** A list as the API serves it. */
export interface KubeList<T = KubeObject> {
  apiVersion: string;
  kind: string;
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
  items: T[];
}

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';

export interface WatchEvent<T = KubeObject> {
  type: WatchEventType;
  object: T;
}

/** `default/web`, or `node01` without a namespace: the key of an object among its kind. */
export function keyOf(object: { metadata: { name: string; namespace?: string } }): string {
  const { name, namespace } = object.metadata;
  return namespace ? `${namespace}/${name}` : name;
}

/** Seconds since the epoch in ms to an API timestamp: `2026-11-21T09:46:30Z`. */
export function timestamp(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== lastSecond) {
    lastTimestamp = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;
    lastSecond = second;
  }
  return lastTimestamp;
}

/** Most writes happen in the second of the one before. */
let lastSecond = Number.NaN;
let lastTimestamp = '';

/** A MicroTime, as leases and new events have it: `2026-11-21T09:46:30.123456Z`. */
export function microTimestamp(ms: number): string {
  const whole = Math.floor(ms);
  const fraction = String(whole - 1000 * Math.floor(whole / 1000)).padStart(3, '0');
  return `${timestamp(ms).slice(0, 19)}.${fraction}${belowMs(whole, '', 3)}Z`;
}

/** Freezes a JSON value through and through, and returns it. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const key in value) {
      const part = (value as Record<string, unknown>)[key];
      if (typeof part === 'object' && part !== null) deepFreeze(part);
    }
  }
  return value;
}

/** The fields of ObjectMeta as Go writes them. */
const METADATA_ORDER = [
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
] as const;

/** An object with kind, version and metadata first, its status last, as Go writes them. */
export function inPublishedOrder(object: KubeObject): KubeObject {
  const { kind, apiVersion, metadata } = object;
  const published: KubeObject = { kind, apiVersion, metadata: metadataInOrder(metadata) };
  for (const name in object) {
    if (name !== 'metadata' && name !== 'status') published[name] = object[name];
  }
  if (object.status !== undefined) published.status = object.status;
  return published;
}

function metadataInOrder(metadata: ObjectMeta): ObjectMeta {
  const given = metadata as unknown as Record<string, unknown>;
  const ordered: Record<string, unknown> = {};
  for (const name of METADATA_ORDER) if (given[name] !== undefined) ordered[name] = given[name];
  return ordered as unknown as ObjectMeta;
}
