import { isApiError } from '../../../objects/api-error.ts';
import { type FieldSet, unionSets } from '../../../objects/field-set.ts';
import type { ManagedFieldsEntry } from '../../../objects/object.ts';
import { equalValues } from '../../../objects/values.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Info } from '../builder.ts';
import { LAST_APPLIED } from '../create/send.ts';
import { goJson } from '../go-json.ts';
import type { Kubectl } from '../kubectl.ts';
import { groupVersion, pathOf } from '../resources.ts';

type Fields = Record<string, any>;

/** Who holds the annotation of earlier client-side applies from now on. */
const ANNOTATION_MANAGER = 'kubectl-last-applied';
const DEFAULT_MANAGER = 'kubectl';
const RETRIES = 5;

const LATER = 'This is non-fatal and will be retried next time you apply.';
const WARNINGS = {
  annotation: `failed to migrate ${LAST_APPLIED} for Server-Side Apply. ${LATER}`,
  fields: `server rejected managed fields migration to Server-Side Apply. ${LATER}`,
  again: `failed to re-apply configuration after performing Server-Side Apply migration. ${LATER}`,
};

/**
 * After a server-side apply: what client-side applies have set becomes the applier's, so that fields that leave the
 * files leave the object. `send` applies once more. Models kubectl/pkg/cmd/apply/apply.go migrateToSSAIfNecessary.
 */
export function* migrate(k: Kubectl, info: Info, manager: string, send: () => Steps<Fields>): Steps<void> {
  let stage: keyof typeof WARNINGS = 'annotation';
  try {
    if (manager === DEFAULT_MANAGER) yield* keepAnnotation(k, info);
    stage = 'fields';
    if (!(yield* migrateFields(k, info, manager))) return;
    stage = 'again';
    info.object = yield* send();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    yield* k.err(`Warning: ${WARNINGS[stage]} Error: ${error.message}\n`);
  }
}

function entriesOf(info: Info): readonly ManagedFieldsEntry[] {
  return info.object?.['metadata'].managedFields ?? [];
}

/** Models csaupgrade.FindFieldsOwners for the annotation. */
function ownsAnnotation(entry: ManagedFieldsEntry, by: string): boolean {
  const set = entry.fieldsV1 as FieldSet | undefined;
  return (
    entry.operation === by && set?.['f:metadata']?.['f:annotations']?.[`f:${LAST_APPLIED}`] !== undefined
  );
}

function* keepAnnotation(k: Kubectl, info: Info): Steps<void> {
  const text = info.object?.['metadata'].annotations?.[LAST_APPLIED];
  if (text === undefined || entriesOf(info).some((entry) => ownsAnnotation(entry, 'Apply'))) return;
  const { resource, namespace, name } = info;
  const only = {
    apiVersion: groupVersion(resource),
    kind: resource.kind,
    metadata: { name, ...(namespace ? { namespace } : {}), annotations: { [LAST_APPLIED]: text } },
  };
  info.object = yield* k.api.patch<Fields>(
    pathOf(resource, namespace, name),
    'application/apply-patch+yaml',
    goJson(only),
    { query: { ...(yield* commonQuery(k)), fieldManager: ANNOTATION_MANAGER } },
  );
}

function* commonQuery(k: Kubectl): Steps<{ dryRun: string | undefined; fieldValidation: string }> {
  const dryRun = yield* k.dryRun();
  return { dryRun: dryRun === 'server' ? 'All' : undefined, fieldValidation: k.fieldValidation() };
}

/** True when entries were changed. Tried again as often as somebody else writes in between. */
function* migrateFields(k: Kubectl, info: Info, manager: string): Steps<boolean> {
  const clients = entriesOf(info).filter((entry) => ownsAnnotation(entry, 'Update'));
  const names = new Set(clients.map((entry) => entry.manager as string));
  const path = pathOf(info.resource, info.namespace, info.name);
  for (let attempt = 1; ; attempt++) {
    const entries = upgraded(entriesOf(info), names, manager);
    if (equalValues(entries, entriesOf(info))) return false;
    const patch = [
      { op: 'replace', path: '/metadata/managedFields', value: entries },
      { op: 'replace', path: '/metadata/resourceVersion', value: info.object?.['metadata'].resourceVersion },
    ];
    try {
      info.object = yield* k.api.patch<Fields>(path, 'application/json-patch+json', goJson(patch), {
        query: { ...(yield* commonQuery(k)), fieldManager: manager },
      });
      return true;
    } catch (error) {
      if (!isApiError(error, 'Conflict') || attempt === RETRIES) throw error;
      info.object = yield* k.api.get<Fields>(path);
    }
  }
}

/** Entries in which the applier has what the client-side managers had. Models client-go/util/csaupgrade. */
export function upgraded(
  entries: readonly ManagedFieldsEntry[],
  clients: ReadonlySet<string>,
  manager: string,
): readonly ManagedFieldsEntry[] {
  let result = entries;
  for (const client of [...clients].sort()) result = upgradedOne(result, client, manager);
  return result;
}

function upgradedOne(
  entries: readonly ManagedFieldsEntry[],
  client: string,
  manager: string,
): readonly ManagedFieldsEntry[] {
  const isClients = (entry: ManagedFieldsEntry) =>
    entry.manager === client && entry.operation === 'Update' && !entry.subresource;
  const isAppliers = (entry: ManagedFieldsEntry) =>
    entry.manager === manager && entry.operation === 'Apply' && !entry.subresource;
  const found = entries.find(isAppliers) ?? entries.find(isClients);
  if (!found) return entries;
  const other = entries.find((entry) => isClients(entry) && entry.apiVersion === found.apiVersion);
  const fields = found.fieldsV1 as FieldSet;
  const target: ManagedFieldsEntry = {
    ...found,
    manager,
    operation: 'Apply',
    fieldsV1: other && other !== found ? unionSets(fields, other.fieldsV1 as FieldSet) : fields,
  };
  return entries.map((entry) => (entry === found ? target : entry)).filter((entry) => !isClients(entry));
}
