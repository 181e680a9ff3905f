import { ApiError } from '../../../objects/api-error.ts';
import { compareFields, fieldsOf } from '../../../objects/field-changes.ts';
import { mergeApplied, withoutFields } from '../../../objects/field-merge.ts';
import {
  differenceSets,
  type FieldSet,
  intersectSets,
  isEmptySet,
  MEMBER,
  pathsOf,
  unionSets,
} from '../../../objects/field-set.ts';
import { type KubeObject, type ManagedFieldsEntry, timestamp } from '../../../objects/object.ts';
import { typedProblems } from '../../../objects/typed-check.ts';
import { equalValues, isObject } from '../../../objects/values.ts';
import { decodeFor } from '../body.ts';
import type { ResourceCall } from '../call.ts';
import { badRequest, conflict } from '../errors.ts';
import { isEntryOf, ownableParts } from '../managed-fields.ts';
import { present, toStorage } from '../present.ts';
import { isTrue } from '../request-info.ts';
import { createObject } from './create.ts';
import { fieldManager, isDryRun } from './options.ts';
import { replaceObject, type Updated } from './update.ts';

/** Server-side apply. Models structured-merge-diff merge.Updater Apply and managedfields/internal. */
export function apply(call: ResourceCall, body: unknown): Updated {
  const { server, served, info } = call;
  const manager = fieldManager(call);
  const configuration = readConfiguration(call, body);
  const old = server.store.find(served, info.namespace, info.name);
  if (configuration.metadata.uid && configuration.metadata.uid !== old?.metadata.uid) {
    throw conflict(
      served,
      info.name,
      `Precondition failed: UID in precondition: ${configuration.metadata.uid}, UID in object meta: ${old?.metadata.uid ?? ''}`,
    );
  }
  const live = old ? present(served, old) : undefined;
  const { object, entries } = applied(call, live, configuration, manager);
  const options = { dryRun: isDryRun(call), manager, entries };
  const decoded = toStorage(call, decodeFor(call, served, object));
  if (old) return { object: replaceObject(call, old, decoded, options), created: false };
  return { object: createObject(call, decoded, options), created: true };
}

/** What the client wants, and no more: nothing is defaulted, so that it owns only what it says. */
function readConfiguration(call: ResourceCall, body: unknown): KubeObject {
  const { served, info } = call;
  if (!isObject(body)) throw badRequest('error decoding YAML: not an object');
  const metadata = isObject(body['metadata']) ? body['metadata'] : {};
  if (Array.isArray(metadata['managedFields']) && metadata['managedFields'].length > 0) {
    throw badRequest('metadata.managedFields must be nil');
  }
  const { apiVersion = '', kind = '' } = body;
  if (apiVersion !== served.apiVersion) {
    throw badRequest(
      `Incorrect version specified in apply patch. Specified patch version: ${String(apiVersion)}, expected: ${served.apiVersion}`,
    );
  }
  if (kind !== served.kind.kind) {
    const type = `${served.group}/${served.version}, Kind=${String(kind)}`;
    const at = `${info.namespace ? `${info.namespace}/` : ''}${info.name}; ${type}`;
    throw new ApiError(
      500,
      undefined,
      `failed to create typed patch object (${at}): no corresponding type for ${type}`,
    );
  }
  const name = metadata['name'];
  if (name !== undefined && name !== info.name) {
    throw badRequest(
      `the name of the object (${String(name)}) does not match the name on the URL (${info.name})`,
    );
  }
  const namespace = info.namespace && served.namespaced ? { namespace: info.namespace } : {};
  const configuration = {
    ...body,
    metadata: { ...metadata, name: info.name, ...namespace },
  } as unknown as KubeObject;
  checkTyped(call, configuration);
  return configuration;
}

function checkTyped({ served, info }: ResourceCall, configuration: KubeObject): void {
  const at = `${info.namespace ? `${info.namespace}/` : ''}${info.name}; ${served.group}/${served.version}, Kind=${served.kind.kind}`;
  const problems = typedProblems(configuration, { is: 'object', type: served.type });
  if (problems.length === 0) return;
  const [only] = problems;
  const why = problems.length === 1 ? only : `errors:\n${problems.map((one) => `  ${one}`).join('\n')}`;
  throw new ApiError(500, undefined, `failed to create typed patch object (${at}): ${why}`);
}

/** Metadata that says nothing which can be owned is not owned itself. */
const METADATA_ALONE: FieldSet = { 'f:metadata': MEMBER };

/** The merged object and who owns what of it afterwards. */
function applied(
  call: ResourceCall,
  live: KubeObject | undefined,
  configuration: KubeObject,
  manager: string,
): { object: KubeObject; entries: ManagedFieldsEntry[] } {
  const { served, info } = call;
  const { type, apiVersion } = served;
  const identity = { manager, operation: 'Apply', apiVersion, subresource: info.subresource };
  const entries = live?.metadata.managedFields ?? [];
  const mine = entries.find((entry) => isEntryOf(entry, identity));
  const others = entries.filter((entry) => entry !== mine);
  const parts = ownableParts(configuration, call, info.subresource);
  const wanted = differenceSets(fieldsOf(parts, type), METADATA_ALONE);
  const base = live ?? ({ apiVersion, kind: served.kind.kind, metadata: {} } as KubeObject);
  const merged = mergeApplied(base, configuration, type);
  const ownedByOthers = others.reduce<FieldSet>(
    (set, entry) => unionSets(set, entry.fieldsV1 as FieldSet),
    {},
  );
  const dropped = differenceSets(differenceSets((mine?.fieldsV1 as FieldSet) ?? {}, wanted), ownedByOthers);
  const object = withoutFields(merged, type, dropped) as KubeObject;
  const { added, modified } = compareFields(base, merged, type);
  const kept = settleConflicts(call, others, intersectSets(unionSets(added, modified), wanted));
  const same = mine !== undefined && equalValues(mine.fieldsV1, wanted) && equalValues(object, base);
  const entry: ManagedFieldsEntry = {
    manager,
    operation: 'Apply',
    apiVersion,
    time: same ? (mine.time as string) : timestamp(call.now),
    fieldsType: 'FieldsV1',
    fieldsV1: wanted,
    ...(info.subresource ? { subresource: info.subresource } : {}),
  };
  return { object, entries: isEmptySet(wanted) ? kept : [...kept, entry] };
}

interface Conflicting {
  readonly entry: ManagedFieldsEntry;
  readonly paths: readonly string[];
}

/** The other managers' entries, without the fields that are taken from them. Throws unless the client insists. */
function settleConflicts(
  call: ResourceCall,
  others: readonly ManagedFieldsEntry[],
  changed: FieldSet,
): ManagedFieldsEntry[] {
  const conflicts: Conflicting[] = [];
  const kept: ManagedFieldsEntry[] = [];
  for (const entry of others) {
    const fields = entry.fieldsV1 as FieldSet;
    const both = intersectSets(fields, changed);
    if (isEmptySet(both)) kept.push(entry);
    else {
      conflicts.push({ entry, paths: pathsOf(both) });
      const left = differenceSets(fields, both);
      if (!isEmptySet(left)) kept.push({ ...entry, fieldsV1: left });
    }
  }
  if (conflicts.length > 0 && !isTrue(call.info.query.get('force'))) throw conflictError(conflicts);
  return kept;
}

// Models managedfields/internal/conflict.go NewConflictError.
function conflictError(conflicts: Conflicting[]): ApiError {
  conflicts.sort((a, b) => (managerKey(a.entry) < managerKey(b.entry) ? -1 : 1));
  const causes = conflicts.flatMap(({ entry, paths }) =>
    paths.map((field) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${showManager(entry)}`,
      field,
    })),
  );
  const only = causes.length === 1 ? causes[0] : undefined;
  const text = only
    ? `${only.message}: ${only.field}`
    : conflicts
        .map(
          ({ entry, paths }) =>
            `conflicts with ${showManager(entry)}:\n${paths.map((p) => `- ${p}`).join('\n')}`,
        )
        .join('\n');
  const count = `${causes.length} conflict${causes.length === 1 ? '' : 's'}`;
  return new ApiError(409, 'Conflict', `Apply failed with ${count}: ${text}`, { causes });
}

function managerKey({ manager, operation, apiVersion, subresource }: ManagedFieldsEntry): string {
  return [manager, operation, apiVersion, subresource].join(' ');
}

function showManager({ manager, operation, apiVersion, subresource }: ManagedFieldsEntry): string {
  const name =
    JSON.stringify(manager) + (subresource ? ` with subresource ${JSON.stringify(subresource)}` : '');
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}
