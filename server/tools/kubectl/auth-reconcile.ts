import { isApiError } from '../../objects/api-error.ts';
import { equalValues } from '../../objects/values.ts';
import type { Steps } from '../../sim/index.ts';
import { fileFlags, hasFiles, type Info, select } from './builder.ts';
import { isFailure, KubectlError, throwAll } from './errors.ts';
import type { Kubectl } from './kubectl.ts';
import { operation, printerFor } from './printers.ts';
import { builtIn, pathOf } from './resources.ts';
import { missingRules } from './rule-coverage.ts';

type Fields = Record<string, any>;

const RECONCILED = new Set(['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding']);
/** An object whose annotation says "false" is left alone. */
const AUTO_UPDATE = 'rbac.authorization.kubernetes.io/autoupdate';

/** Models kubectl/pkg/cmd/auth/reconcile.go. */
export function* reconcile(k: Kubectl): Steps<void> {
  if (k.args.length > 0) throw new KubectlError('no arguments are allowed');
  if (!hasFiles(k)) throw new KubectlError('must specify one of -f and -k');
  if ((yield* k.dryRun()) === 'server')
    throw new KubectlError('--dry-run=server for command reconcile is not supported yet');
  const { infos, errors } = yield* select(k, { ...fileFlags(k), validate: false });
  if (infos.length === 0) throwAll(errors);
  if (infos.length === 0) throw new KubectlError('no objects passed to reconcile');
  // Other kinds are passed over.
  const failures = [...errors];
  for (const info of infos.filter(({ resource }) => RECONCILED.has(resource.kind))) {
    try {
      yield* reconcileOne(k, info);
    } catch (error) {
      if (!isFailure(error)) throw error;
      failures.push(error);
    }
  }
  throwAll(failures);
}

function* reconcileOne(k: Kubectl, info: Info): Steps<void> {
  const result = compared(k, info.object as Fields, yield* existing(k, info));
  info.object = yield* confirm(k, info, result);
  const shown = { ...info.object, metadata: { creationTimestamp: null, ...info.object['metadata'] } };
  yield* k.out(printerFor(k, yield* operation(k, 'reconciled')).print(shown, { typed: true }));
  yield* k.err(changesText(k, result));
}

function* existing(k: Kubectl, info: Info): Steps<Fields | undefined> {
  try {
    return yield* k.api.get<Fields>(pathOf(info.resource, info.namespace, info.name));
  } catch (error) {
    if (isApiError(error, 'NotFound')) return undefined;
    throw error;
  }
}

/** What has to be done so that the cluster has what is wanted. */
interface Reconciliation {
  readonly next: Fields;
  readonly operation: 'none' | 'create' | 'update' | 'recreate';
  readonly protected: boolean;
  readonly missingRules: readonly Fields[];
  readonly extraRules: readonly Fields[];
  readonly missingSubjects: readonly Fields[];
  readonly extraSubjects: readonly Fields[];
}

/** Models component-helpers/auth/rbac/reconciliation computeReconciledRole and computeReconciledRoleBinding. */
function compared(k: Kubectl, wanted: Fields, found: Fields | undefined): Reconciliation {
  const all = { missingRules: wanted['rules'] ?? [], missingSubjects: wanted['subjects'] ?? [] };
  const nothing = { missingRules: [], extraRules: [], missingSubjects: [], extraSubjects: [] };
  if (!found) return { ...nothing, ...all, next: wanted, operation: 'create', protected: false };
  const opted = found['metadata'].annotations?.[AUTO_UPDATE] === 'false';
  if (wanted['roleRef'] && !equalValues(roleRefOf(wanted), roleRefOf(found)))
    return { ...nothing, ...all, next: wanted, operation: 'recreate', protected: opted };
  const next = structuredClone(found);
  for (const field of ['labels', 'annotations'])
    if (wanted['metadata'][field])
      next['metadata'][field] = { ...next['metadata'][field], ...wanted['metadata'][field] };
  const differences = {
    missingRules: missingRules(found['rules'] ?? [], wanted['rules'] ?? []),
    extraRules: missingRules(wanted['rules'] ?? [], found['rules'] ?? []),
    missingSubjects: missingSubjects(found, wanted),
    extraSubjects: missingSubjects(wanted, found),
  };
  const { missingRules: rules, extraRules, missingSubjects: subjects, extraSubjects } = differences;
  if (k.flags.bool('remove-extra-permissions') && rules.length + extraRules.length > 0)
    next['rules'] = wanted['rules'];
  else if (rules.length > 0) next['rules'] = [...(found['rules'] ?? []), ...rules];
  if (k.flags.bool('remove-extra-subjects') && subjects.length + extraSubjects.length > 0)
    next['subjects'] = wanted['subjects'];
  else if (subjects.length > 0) next['subjects'] = [...(found['subjects'] ?? []), ...subjects];
  const operation = equalValues(next, found) ? 'none' : 'update';
  return { ...differences, next, operation, protected: opted };
}

function roleRefOf({ roleRef }: Fields): Fields {
  return { apiGroup: 'rbac.authorization.k8s.io', ...roleRef };
}

function subjectsOf({ subjects = [] }: Fields): Fields[] {
  return subjects.map((subject: Fields) => ({
    ...(subject['kind'] === 'ServiceAccount' ? {} : { apiGroup: 'rbac.authorization.k8s.io' }),
    ...subject,
  }));
}

/** Subjects of `wanted` that `found` does not name. */
function missingSubjects(found: Fields, wanted: Fields): Fields[] {
  const known = subjectsOf(found);
  return subjectsOf(wanted).filter((subject) => !known.some((other) => equalValues(other, subject)));
}

/** Makes it so, unless the run or the object says no. */
function* confirm(k: Kubectl, info: Info, result: Reconciliation): Steps<Fields> {
  const dryRun = yield* k.dryRun();
  if (dryRun === 'client' || result.protected || result.operation === 'none') return result.next;
  const collection = pathOf(info.resource, info.namespace);
  const path = pathOf(info.resource, info.namespace, info.name);
  if (result.operation === 'update') return yield* k.api.put<Fields>(path, result.next);
  if (result.operation === 'recreate') yield* k.api.delete(path, {});
  else if (info.namespace !== '') yield* ensureNamespace(k, info.namespace);
  return yield* k.api.post<Fields>(collection, result.next);
}

function* ensureNamespace(k: Kubectl, name: string): Steps<void> {
  try {
    yield* k.api.post(pathOf(builtIn('namespaces'), ''), {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    });
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists') && !isApiError(error, 'Forbidden')) throw error;
  }
}

function changesText(k: Kubectl, result: Reconciliation): string {
  if (result.operation === 'none') return '';
  const caveat = result.protected ? `, but object opted out (${AUTO_UPDATE}: false)` : '';
  const section = (title: string, lines: readonly string[]) =>
    lines.length > 0 ? `\t${title}:\n${lines.map((line) => `\t\t${line}\n`).join('')}` : '';
  return [
    `\treconciliation required ${result.operation}${caveat}\n`,
    section('missing rules added', result.missingRules.map(ruleText)),
    k.flags.bool('remove-extra-permissions')
      ? section('extra rules removed', result.extraRules.map(ruleText))
      : '',
    section('missing subjects added', result.missingSubjects.map(subjectText)),
    k.flags.bool('remove-extra-subjects')
      ? section('extra subjects removed', result.extraSubjects.map(subjectText))
      : '',
  ].join('');
}

function ruleText(rule: Fields): string {
  const fields = ['verbs', 'apiGroups', 'resources', 'resourceNames', 'nonResourceURLs'];
  const names = ['Verbs', 'APIGroups', 'Resources', 'ResourceNames', 'NonResourceURLs'];
  return `{${fields.map((field, i) => `${names[i]}:[${(rule[field] ?? []).join(' ')}]`).join(' ')}}`;
}

function subjectText(s: Fields): string {
  const group = s['apiGroup'] ?? (s['kind'] === 'ServiceAccount' ? '' : 'rbac.authorization.k8s.io');
  return `{Kind:${s['kind']} APIGroup:${group} Name:${s['name']} Namespace:${s['namespace'] ?? ''}}`;
}
