import { compareFields } from '../../objects/field-changes.ts';
import { differenceSets, type FieldSet, inOrder, isEmptySet, unionSets } from '../../objects/field-set.ts';
import type { Values } from '../../objects/field-shape.ts';
import { type KubeObject, type ManagedFieldsEntry, timestamp } from '../../objects/object.ts';
import { equalValues } from '../../objects/values.ts';
import type { ResourceCall } from './call.ts';

/** Entries of updating managers that are kept apart. Models the cap manager of apimachinery/pkg/util/managedfields. */
const MAX_UPDATE_MANAGERS = 10;

/** Fields of metadata that nobody owns. Models managedfields/internal/stripmeta.go. */
const UNOWNED = new Set([
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'name',
  'namespace',
  'resourceVersion',
  'selfLink',
  'uid',
]);

/** What of an object those who write through a subresource may own. */
export function ownableParts(object: KubeObject, call: ResourceCall, subresource: string): Values {
  const parts: Values = {};
  const hidesStatus = call.served.kind.hasStatus === true && subresource === '';
  for (const name in object) {
    if (name === 'apiVersion' || name === 'kind') continue;
    if (name === 'metadata') parts[name] = ownableMetadata(object[name] as unknown as Values);
    else if (name === 'status' ? !hidesStatus : subresource !== 'status') parts[name] = object[name];
  }
  return parts;
}

function ownableMetadata(metadata: Values): Values {
  const ownable: Values = {};
  for (const name in metadata) if (!UNOWNED.has(name)) ownable[name] = metadata[name];
  return ownable;
}

export interface Writer {
  readonly manager: string;
  /** Where it differs from the call's. */
  readonly subresource?: string;
}

/** True for the entry that a writer's changes go to. */
export function isEntryOf(
  entry: ManagedFieldsEntry,
  wanted: { manager: string; operation: string; apiVersion: string; subresource: string },
): boolean {
  return (
    entry.manager === wanted.manager &&
    entry.operation === wanted.operation &&
    (entry.operation === 'Apply' || entry.apiVersion === wanted.apiVersion) &&
    (entry.subresource ?? '') === wanted.subresource
  );
}

/** The entries that a write starts from; an emptied list is a reset. */
export function entriesBefore(object: KubeObject, old: KubeObject | undefined): ManagedFieldsEntry[] {
  const own = object.metadata.managedFields;
  if (own === undefined) return old?.metadata.managedFields ?? [];
  return own.filter((entry) => entry.manager !== undefined && entry.fieldsV1 !== undefined);
}

/** Notes who set which fields: those that changed are the writer's now, and nobody else's. */
export function trackUpdate(
  call: ResourceCall,
  object: KubeObject,
  old: KubeObject | undefined,
  writer: Writer,
): void {
  const subresource = writer.subresource ?? call.info.subresource;
  const { added, modified, removed } = compareFields(
    old ? ownableParts(old, call, subresource) : { metadata: {} },
    ownableParts(object, call, subresource),
    call.served.type,
  );
  const changed = unionSets(added, modified);
  const before = entriesBefore(object, old);
  if (isEmptySet(changed) && isEmptySet(removed)) {
    setEntries(object, before);
    return;
  }
  const identity = {
    manager: writer.manager,
    operation: 'Update',
    apiVersion: call.served.apiVersion,
    subresource,
  };
  const lost = unionSets(changed, removed);
  const others: ManagedFieldsEntry[] = [];
  let own: FieldSet = {};
  for (const entry of before) {
    if (isEntryOf(entry, identity)) own = entry.fieldsV1 as FieldSet;
    else others.push(...withoutFieldsOf(entry, lost));
  }
  const fieldsV1 = differenceSets(unionSets(own, changed), removed);
  const entry: ManagedFieldsEntry = {
    manager: identity.manager,
    operation: 'Update',
    apiVersion: identity.apiVersion,
    time: timestamp(call.now),
    fieldsType: 'FieldsV1',
    fieldsV1,
    ...(subresource ? { subresource } : {}),
  };
  setEntries(object, isEmptySet(fieldsV1) ? others : [...others, entry]);
}

function withoutFieldsOf(entry: ManagedFieldsEntry, lost: FieldSet): ManagedFieldsEntry[] {
  const fields = entry.fieldsV1 as FieldSet;
  const left = differenceSets(fields, lost);
  if (left === fields) return [entry];
  return isEmptySet(left) ? [] : [{ ...entry, fieldsV1: left }];
}

/** Sorts and caps the entries. */
export function setEntries(object: KubeObject, entries: readonly ManagedFieldsEntry[]): void {
  if (entries.length === 0) delete object.metadata.managedFields;
  else object.metadata.managedFields = capped([...entries].sort(order)).map(withSortedFields);
}

function withSortedFields(entry: ManagedFieldsEntry): ManagedFieldsEntry {
  const fields = entry.fieldsV1 as FieldSet | undefined;
  const sorted = fields && inOrder(fields);
  return sorted === fields ? entry : { ...entry, fieldsV1: sorted as object };
}

const SORT_KEYS = ['operation', 'time', 'manager', 'apiVersion', 'subresource'] as const;

function order(a: ManagedFieldsEntry, b: ManagedFieldsEntry): number {
  for (const key of SORT_KEYS) {
    const left = a[key] ?? '';
    const right = b[key] ?? '';
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

function capped(entries: ManagedFieldsEntry[]): ManagedFieldsEntry[] {
  const updates = entries.filter(({ operation, subresource }) => operation === 'Update' && !subresource);
  if (updates.length <= MAX_UPDATE_MANAGERS) return entries;
  const merged = updates.slice(0, updates.length - MAX_UPDATE_MANAGERS + 1);
  const ancient: ManagedFieldsEntry = {
    ...(merged.at(-1) as ManagedFieldsEntry),
    manager: 'ancient-changes',
    fieldsV1: merged.reduce<FieldSet>((set, entry) => unionSets(set, entry.fieldsV1 as FieldSet), {}),
  };
  return [...entries.filter((entry) => !merged.includes(entry)), ancient].sort(order);
}

/** True when two states differ at most in when their fields were last touched. */
export function sameButTimes(a: readonly ManagedFieldsEntry[], b: readonly ManagedFieldsEntry[]): boolean {
  const timeless = ({ time: _time, ...entry }: ManagedFieldsEntry) => entry;
  return equalValues(a.map(timeless), b.map(timeless));
}
