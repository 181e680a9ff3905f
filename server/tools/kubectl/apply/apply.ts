import { ApiError, isApiError } from '../../../objects/api-error.ts';
import type { Steps } from '../../../sim/index.ts';
import type { RequestOptions } from '../api.ts';
import { byLabels, fileFlags, hasFiles, type Info, select } from '../builder.ts';
import { LAST_APPLIED, sortedMap } from '../create/send.ts';
import { deleteInfo, deletionFlags, pollGone } from '../delete.ts';
import { KubectlError, messageOf, throwAll } from '../errors.ts';
import { flagError } from '../flags.ts';
import { goJson } from '../go-json.ts';
import type { Kubectl } from '../kubectl.ts';
import { operation, outputFormat, printerFor } from '../printers.ts';
import { recorded } from '../record.ts';
import { groupVersion, pathOf } from '../resources.ts';
import { typeOf } from '../types.ts';
import { ApplySet, applySetsAreOn } from './applyset.ts';
import { migrate } from './migrate.ts';
import { checkPrune, prune, pruneAllowlist } from './prune.ts';
import { patchText, threeWayPatch } from './three-way.ts';

type Fields = Record<string, any>;

/** Models kubectl/pkg/cmd/apply/apply.go. */
export function* apply(k: Kubectl): Steps<void> {
  const { flags } = k;
  if (flags.changed('applyset') && !applySetsAreOn(k)) throw flagError('apply', 'unknown flag: --applyset');
  if (k.args.length > 0) throw k.usage(`Unexpected args: [${k.args.join(' ')}]`);
  if (!hasFiles(k)) throw new KubectlError('must specify one of -f and -k');
  const set = yield* ApplySet.parse(k);
  const allowed = flags.bool('prune') ? pruneAllowlist(k) : [];
  yield* checkFlags(k);
  deletionFlags(k);
  yield* checkPrune(k, set, allowed);
  const selected = yield* select(k, {
    ...fileFlags(k),
    validate: true,
  });
  const chosen = byLabels(k, selected.infos);
  set?.addLabels(chosen);
  if (chosen.length === 0 && selected.errors.length === 0)
    throw new KubectlError('no objects passed to apply');
  if (set) yield* set.beforeApply(chosen);
  const errors = [...selected.errors];
  const done: Info[] = [];
  for (const info of chosen) {
    try {
      yield* applyOne(k, info);
      done.push(info);
    } catch (error) {
      errors.push(error);
    }
  }
  throwAll(errors);
  if (printsObjects(k)) yield* printApplied(k, done);
  if (set) yield* set.prune(done);
  else if (flags.bool('prune')) yield* prune(k, done, allowed);
}

/** Flags that do not go together. Models ApplyOptions.Validate. */
function* checkFlags(k: Kubectl): Steps<void> {
  const { flags } = k;
  const serverSide = flags.bool('server-side');
  const dryRun = yield* k.dryRun();
  if (flags.bool('force-conflicts') && !serverSide)
    throw new KubectlError('--force-conflicts only works with --server-side');
  if (dryRun === 'client' && serverSide)
    throw new KubectlError(
      "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)",
    );
  if (flags.bool('force') && serverSide) throw new KubectlError('--force cannot be used with --server-side');
  if (flags.bool('force') && dryRun === 'server')
    throw new KubectlError('--dry-run=server cannot be used with --force');
}

function printsObjects(k: Kubectl): boolean {
  const { format } = outputFormat(k);
  return format !== '' && format !== 'name';
}

function* printApplied(k: Kubectl, infos: readonly Info[]): Steps<void> {
  const printer = printerFor(k, '');
  const items = infos.map((info) => info.object as Fields);
  const [only] = items;
  if (items.length === 1 && only) yield* k.out(printer.print(only));
  else yield* k.out(printer.print({ apiVersion: 'v1', items, kind: 'List', metadata: {} }));
}

/** Tells what was done, unless the objects themselves are printed in the end. */
function* told(k: Kubectl, info: Info, word: string): Steps<void> {
  if (printsObjects(k)) return;
  yield* k.out(printerFor(k, yield* operation(k, word)).print(info.object as Fields));
}

function* applyOne(k: Kubectl, info: Info): Steps<void> {
  if (info.name === '') {
    const generate = info.object?.['metadata']?.generateName;
    if (generate)
      throw new KubectlError(
        `from ${info.object?.['metadata'].generateName}: cannot use generate name with apply`,
      );
  }
  if (k.flags.bool('server-side')) {
    yield* serverSideApply(k, info);
    return;
  }
  const modified = withLastApplied(recorded(k, info.object as Fields));
  let current: Fields;
  try {
    current = yield* currentOf(k, info);
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error;
    yield* createNew(k, info, modified);
    return;
  }
  yield* update(k, info, { current, modified });
}

function* currentOf(k: Kubectl, info: Info): Steps<Fields> {
  try {
    if (info.name === '') throw new KubectlError('resource name may not be empty');
    return yield* k.api.get<Fields>(pathOf(info.resource, info.namespace, info.name));
  } catch (error) {
    if (isApiError(error, 'NotFound')) throw error;
    throw withSource(
      error,
      `retrieving current configuration of:\n${describeInfo(info)}\nfrom server for:`,
      info.source,
    );
  }
}

export function describeInfo(info: Info): string {
  const { resource } = info;
  const gv = groupVersion(resource);
  const shown = resource.group === '' ? `/${gv}` : gv;
  return `Resource: "${shown}, Resource=${resource.name}", GroupVersionKind: "${shown}, Kind=${resource.kind}"\nName: ${JSON.stringify(info.name)}, Namespace: ${JSON.stringify(info.namespace)}`;
}

/** Says where an error came from. Models cmdutil.AddSourceToErr. */
export function withSource(error: unknown, verb: string, source: string): unknown {
  if (source === '' || !(error instanceof Error)) return error;
  const text = `error when ${verb} ${JSON.stringify(source)}: ${error.message}`;
  if (error instanceof ApiError) return new ApiError(error.code, error.reason, text, error.details);
  if (error instanceof KubectlError) return new KubectlError(text);
  return error;
}

/** The object with its own configuration in the annotation. Models util.GetModifiedConfiguration. */
export function withLastApplied(object: Fields): Fields {
  const annotations = { ...(object['metadata']?.annotations ?? {}) };
  delete annotations[LAST_APPLIED];
  const plain = { ...object, metadata: { ...object['metadata'], annotations } };
  const saved = { ...annotations, [LAST_APPLIED]: `${goJson(plain)}\n` };
  return { ...object, metadata: { ...object['metadata'], annotations: sortedMap(saved) } };
}

function* createNew(k: Kubectl, info: Info, modified: Fields): Steps<void> {
  const dryRun = yield* k.dryRun();
  if (dryRun !== 'client') {
    try {
      info.object = yield* k.api.create<Fields>(pathOf(info.resource, info.namespace), modified, {
        query: {
          dryRun: dryRun === 'server' ? 'All' : undefined,
          fieldManager: k.flags.string('field-manager'),
          fieldValidation: k.fieldValidation(),
        },
      });
    } catch (error) {
      throw withSource(error, 'creating', info.source);
    }
  } else info.object = modified;
  yield* told(k, info, 'created');
}

/** An object as the server has it, and as it shall be. */
interface Versions {
  readonly current: Fields;
  readonly modified: Fields;
}

function* update(k: Kubectl, info: Info, { current, modified }: Versions): Steps<void> {
  const saved = current['metadata'].annotations?.[LAST_APPLIED];
  const dryRun = yield* k.dryRun();
  if (saved === undefined && dryRun !== 'client') {
    yield* k.err(
      `Warning: resource ${info.resource.name}/${info.name} is missing the ${LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n`,
    );
  }
  if (dryRun === 'client') {
    info.object = current;
    yield* told(k, info, 'configured');
    return;
  }
  const type = typeOf(groupVersion(info.resource), info.resource.kind);
  const original = parseSaved(saved);
  const patch = threeWayPatch({ original, modified, current }, type);
  if (Object.keys(patch).length === 0) {
    info.object = current;
    yield* warnIfDeleting(k, info);
    yield* told(k, info, 'unchanged');
    return;
  }
  info.object = yield* sendPatch(k, info, { patch, strategic: type !== undefined, current, modified });
  yield* warnIfDeleting(k, info);
  yield* told(k, info, 'configured');
}

export function parseSaved(saved: string | undefined): Fields | undefined {
  if (saved === undefined) return undefined;
  try {
    return JSON.parse(saved) as Fields;
  } catch {
    return undefined;
  }
}

function* sendPatch(
  k: Kubectl,
  info: Info,
  { patch, strategic, ...versions }: { patch: Fields; strategic: boolean } & Versions,
): Steps<Fields> {
  const dryRun = yield* k.dryRun();
  const path = pathOf(info.resource, info.namespace, info.name);
  const contentType = strategic ? 'application/strategic-merge-patch+json' : 'application/merge-patch+json';
  const query = {
    dryRun: dryRun === 'server' ? 'All' : undefined,
    fieldManager: k.flags.string('field-manager'),
    fieldValidation: k.fieldValidation(),
  };
  const failed = (error: unknown, text: string) =>
    withSource(error, `applying patch:\n${text}\nto:\n${describeInfo(info)}\nfor:`, info.source);
  try {
    return yield* k.api.patch<Fields>(path, contentType, patchText(patch), { query });
  } catch (error) {
    const retryable = isApiError(error, 'Conflict') || isApiError(error, 'Invalid');
    if (!k.flags.bool('force') || !retryable)
      throw failed(withSource(error, 'patching', info.source), patchText(patch));
  }
  try {
    return yield* recreate(k, info, versions, query);
  } catch (error) {
    throw failed(error, `${goJson(versions.modified)}\n`);
  }
}

/** What is there gives way to what is wanted, or comes back. Models Patcher deleteAndCreate. */
function* recreate(
  k: Kubectl,
  info: Info,
  { current, modified }: Versions,
  query: NonNullable<RequestOptions['query']>,
): Steps<Fields> {
  yield* deleteInfo(k, info, deletionFlags(k));
  yield* pollGone(k, info, k.flags.duration('timeout'));
  const collection = pathOf(info.resource, info.namespace);
  try {
    return yield* k.api.create<Fields>(collection, modified, { query });
  } catch (error) {
    yield* restored(k.api.create<Fields>(collection, current, { query }), error);
    throw error;
  }
}

function* restored(creation: Steps<unknown>, why: unknown): Steps<void> {
  try {
    yield* creation;
  } catch (error) {
    throw new KubectlError(
      `An error occurred force-replacing the existing object with the newly provided one:\n\n${messageOf(why)}.\n\nAdditionally, an error occurred attempting to restore the original object:\n\n${messageOf(error)}`,
    );
  }
}

const CONFLICT_HELP = `Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`;

function* serverSideApply(k: Kubectl, info: Info): Steps<void> {
  const dryRun = yield* k.dryRun();
  const manager = k.flags.changed('field-manager') ? k.flags.string('field-manager') : 'kubectl';
  const path = pathOf(info.resource, info.namespace, info.name, k.flags.string('subresource'));
  const text = goJson(info.object);
  const send = () =>
    k.api.patch<Fields>(path, 'application/apply-patch+yaml', text, {
      query: {
        dryRun: dryRun === 'server' ? 'All' : undefined,
        fieldManager: manager,
        fieldValidation: k.fieldValidation(),
        force: k.flags.bool('force-conflicts'),
      },
    });
  try {
    info.object = yield* send();
  } catch (error) {
    if (isApiError(error, 'Conflict')) throw new KubectlError(`${error.message}\n${CONFLICT_HELP}`);
    throw error;
  }
  yield* migrate(k, info, manager, send);
  yield* warnIfDeleting(k, info);
  yield* told(k, info, 'serverside-applied');
}

/** Models apply.WarnIfDeleting. */
function* warnIfDeleting(k: Kubectl, { object, name }: Info): Steps<void> {
  if (object?.['metadata'].deletionTimestamp === undefined) return;
  yield* k.err(`Warning: Detected changes to resource ${name} which is currently being deleted.\n`);
}
