import { isApiError } from '../../objects/api-error.ts';
import { equalValues } from '../../objects/values.ts';
import type { Steps } from '../../sim/index.ts';
import { fileFlags, hasFiles, select } from './builder.ts';
import { ExitError, KubectlError, throwAll } from './errors.ts';
import type { Kubectl } from './kubectl.ts';
import { operation, outputFormat, printerFor } from './printers.ts';
import { pathOf } from './resources.ts';
import { tabulate } from './tab-writer.ts';

type Fields = Record<string, any>;

const REVIEWS = '/apis/authorization.k8s.io/v1';

/** Models kubectl/pkg/cmd/auth/cani.go. */
export function* canI(k: Kubectl): Steps<void> {
  const { flags, args } = k;
  if (flags.bool('list')) {
    if (args.length > 0) throw new KubectlError('list option must be specified with no arguments');
    yield* listRules(k);
    return;
  }
  if (args.length !== 2) {
    throw new KubectlError(
      "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
    );
  }
  const [verb = '', what = ''] = args;
  const spec: Fields = {};
  let warning = '';
  if (what.startsWith('/')) {
    if (flags.string('subresource') !== '')
      throw new KubectlError('--subresource can not be used with NonResourceURL');
    spec['nonResourceAttributes'] = { path: what, verb };
  } else {
    const [type = '', name = ''] = what.split('/');
    const found = type === '*' ? undefined : yield* k.resources.find(type);
    const [plain = '', ...group] = type.split('.');
    if (!KNOWN_VERBS.has(verb)) warning += `Warning: verb '${verb}' is not a known verb\n\n`;
    if (!found && type !== '*' && !VIRTUAL_RESOURCES.has(type)) {
      warning +=
        group.length === 0
          ? `Warning: the server doesn't have a resource type '${plain}'\n\n`
          : `Warning: the server doesn't have a resource type '${plain}' in group '${group.join('.')}'\n\n`;
    }
    if (found && !found.namespaced && !flags.bool('all-namespaces')) {
      warning += `Warning: resource '${found.name}' is not namespace scoped${found.group === '' ? '' : ` in group '${found.group}'`}\n\n`;
    }
    spec['resourceAttributes'] = {
      namespace: flags.bool('all-namespaces') ? '' : k.namespace,
      verb,
      group: found ? found.group : type === '*' ? '*' : group.join('.'),
      resource: found ? found.name : plain,
      ...(flags.string('subresource') !== '' ? { subresource: flags.string('subresource') } : {}),
      ...(name !== '' ? { name } : {}),
    };
  }
  if (warning !== '' && !flags.bool('quiet')) yield* k.err(warning);
  const review = yield* k.api.post(`${REVIEWS}/selfsubjectaccessreviews`, {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec,
  });
  const { allowed, reason, evaluationError } = review.status;
  const text =
    (allowed ? 'yes' : 'no') +
    (!allowed && reason ? ` - ${reason}` : '') +
    (!allowed && evaluationError ? ` - ${evaluationError}` : '');
  if (!flags.bool('quiet')) yield* k.out(`${text}\n`);
  if (!allowed) throw new ExitError(1);
}

const KNOWN_VERBS = new Set(
  'get list watch create update patch delete deletecollection use bind impersonate * approve sign escalate attest'.split(
    ' ',
  ),
);
/** Rules may name them, although nobody serves them. */
const VIRTUAL_RESOURCES = new Set(['users', 'groups']);

function* listRules(k: Kubectl): Steps<void> {
  const review = yield* k.api.post(`${REVIEWS}/selfsubjectrulesreviews`, {
    kind: 'SelfSubjectRulesReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec: { namespace: k.namespace },
  });
  const { resourceRules = [], nonResourceRules = [], incomplete, evaluationError } = review.status;
  if (incomplete) yield* k.err(`warning: the list may be incomplete: ${evaluationError ?? ''}\n`);
  const rules: Rule[] = compactRules(resourceRules);
  for (const { nonResourceURLs = [], verbs = [] } of nonResourceRules)
    for (const url of nonResourceURLs) rules.push({ group: '', resource: '', names: [], urls: [url], verbs });
  const rows = sorted(rules).map(cellsOf);
  const head = k.flags.bool('no-headers')
    ? []
    : [['Resources', 'Non-Resource URLs', 'Resource Names', 'Verbs']];
  const text = [...head, ...rows].map((cells) => `${cells.join('\t')}\n`).join('');
  yield* k.out(tabulate(text));
}

interface Rule {
  readonly group: string;
  /** With its subresource; '' in a rule on paths. */
  readonly resource: string;
  readonly names: readonly string[];
  readonly urls: readonly string[];
  readonly verbs: string[];
}

/** In the order of the rules as Go prints them. Models rbac.SortableRuleSlice. */
function sorted(rules: readonly Rule[]): Rule[] {
  const key = ({ verbs, group, resource, names, urls }: Rule) =>
    resource === ''
      ? `Verbs:[${verbs.join(' ')}],APIGroups:[],Resources:[],ResourceNames:[],NonResourceURLs:[${urls.join(' ')}],`
      : `Verbs:[${verbs.join(' ')}],APIGroups:[${group}],Resources:[${resource}],ResourceNames:[${names.join(' ')}],NonResourceURLs:[],`;
  return [...rules].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

function cellsOf({ group, resource, names, urls, verbs }: Rule): string[] {
  const [plain = '', ...sub] = resource.split('/');
  const qualified = group === '' ? plain : `${plain}.${group}`;
  const shown = sub.length > 0 ? `${qualified}/${sub.join('/')}` : qualified;
  return [shown, `[${urls.join(' ')}]`, `[${names.join(' ')}]`, `[${verbs.join(' ')}]`];
}

/** One row for each resource; rules that differ only in their verbs are joined. */
function compactRules(rules: readonly Fields[]): Rule[] {
  const rows: Rule[] = [];
  for (const rule of rules) {
    for (const group of rule['apiGroups'] ?? []) {
      for (const resource of rule['resources'] ?? []) {
        const names: string[] = rule['resourceNames'] ?? [];
        const same = rows.find(
          (row) =>
            row.group === group && row.resource === resource && equalValues([...row.names], [...names]),
        );
        if (same && names.length === 0) {
          for (const verb of rule['verbs']) if (!same.verbs.includes(verb)) same.verbs.push(verb);
        } else rows.push({ group, resource, names, urls: [], verbs: [...rule['verbs']] });
      }
    }
  }
  return rows;
}

/** Models kubectl/pkg/cmd/auth/whoami.go. */
export function* whoAmI(k: Kubectl): Steps<void> {
  const review = yield* k.api.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {
    kind: 'SelfSubjectReview',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { creationTimestamp: null },
    status: { userInfo: {} },
  });
  if (outputFormat(k).format !== '') {
    yield* k.out(printerFor(k, '').print(review));
    return;
  }
  const { username, uid, groups, extra = {} } = review.status.userInfo;
  const rows: string[][] = [['ATTRIBUTE', 'VALUE']];
  if (username) rows.push(['Username', username]);
  if (uid) rows.push(['UID', uid]);
  if (groups?.length) rows.push(['Groups', `[${groups.join(' ')}]`]);
  for (const key of Object.keys(extra).sort()) rows.push([`Extra: ${key}`, `[${extra[key].join(' ')}]`]);
  yield* k.out(tabulate(rows.map((cells) => `${cells.join('\t')}\n`).join('')));
}

const RECONCILED = new Set(['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding']);

/** Models kubectl/pkg/cmd/auth/reconcile.go. */
export function* reconcile(k: Kubectl): Steps<void> {
  if (k.args.length > 0) throw new KubectlError('no arguments are allowed');
  if (!hasFiles(k)) throw new KubectlError('must specify one of -f and -k');
  const { infos, errors } = yield* select(k, { ...fileFlags(k), validate: false });
  throwAll(errors);
  if (infos.length === 0) throw new KubectlError('no objects passed to reconcile');
  const dryRun = yield* k.dryRun();
  // Other kinds are passed over.
  for (const info of infos.filter(({ resource }) => RECONCILED.has(resource.kind))) {
    const path = pathOf(info.resource, info.namespace, info.name);
    let existing: Fields | undefined;
    try {
      existing = yield* k.api.get<Fields>(path);
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error;
    }
    const wanted = info.object as Fields;
    const next = existing ? joined(k, existing, wanted) : wanted;
    const told = existing ? changesText(existing, wanted) : '\treconciliation required create\n';
    if (dryRun !== 'client') {
      if (!existing) info.object = yield* k.api.post<Fields>(pathOf(info.resource, info.namespace), next);
      else if (!equalValues(existing, next)) info.object = yield* k.api.put<Fields>(path, next);
    }
    yield* k.out(printerFor(k, yield* operation(k, 'reconciled')).print(info.object as Fields));
    yield* k.err(told);
  }
}

/** The verbs that a rule wants and no rule of `existing` gives. */
function missingRule(existing: readonly Fields[], rule: Fields): Fields | undefined {
  const covers = (verb: string) =>
    existing.some(
      (other) =>
        (other['verbs'].includes(verb) || other['verbs'].includes('*')) &&
        (rule['apiGroups'] ?? []).every(
          (g: string) => other['apiGroups']?.includes(g) || other['apiGroups']?.includes('*'),
        ) &&
        (rule['resources'] ?? []).every(
          (r: string) => other['resources']?.includes(r) || other['resources']?.includes('*'),
        ) &&
        equalValues(rule['resourceNames'] ?? [], other['resourceNames'] ?? []) &&
        (rule['nonResourceURLs'] ?? []).every((u: string) => other['nonResourceURLs']?.includes(u)),
    );
  const verbs = (rule['verbs'] ?? []).filter((verb: string) => !covers(verb));
  return verbs.length > 0 ? { ...rule, verbs } : undefined;
}

function missingRules(existing: Fields, wanted: Fields): Fields[] {
  return (wanted['rules'] ?? []).flatMap((rule: Fields) => missingRule(existing['rules'] ?? [], rule) ?? []);
}

/** What a reconciliation had to change. */
function changesText(existing: Fields, wanted: Fields): string {
  const rules = missingRules(existing, wanted);
  const subjects = (wanted['subjects'] ?? []).filter(
    (subject: Fields) => !(existing['subjects'] ?? []).some((other: Fields) => equalValues(other, subject)),
  );
  if (rules.length === 0 && subjects.length === 0) return '';
  const list = (values: unknown) => `[${((values as string[]) ?? []).join(' ')}]`;
  const ruleText = (rule: Fields) =>
    `\t\t{Verbs:${list(rule['verbs'])} APIGroups:${list(rule['apiGroups'])} Resources:${list(rule['resources'])} ResourceNames:${list(rule['resourceNames'])} NonResourceURLs:${list(rule['nonResourceURLs'])}}\n`;
  const subjectText = (s: Fields) =>
    `\t\t{Kind:${s['kind']} APIGroup:${s['apiGroup'] ?? ''} Name:${s['name']} Namespace:${s['namespace'] ?? ''}}\n`;
  return `\treconciliation required update\n${
    rules.length > 0 ? `\tmissing rules added:\n${rules.map(ruleText).join('')}` : ''
  }${subjects.length > 0 ? `\tmissing subjects added:\n${subjects.map(subjectText).join('')}` : ''}`;
}

/** What is there plus what is wanted; extra rules and subjects go only when asked. */
function joined(k: Kubectl, existing: Fields, wanted: Fields): Fields {
  const next: Fields = structuredClone(existing);
  for (const field of ['labels', 'annotations']) {
    if (wanted['metadata'][field])
      next['metadata'][field] = { ...next['metadata'][field], ...wanted['metadata'][field] };
  }
  for (const [field, flag] of [
    ['rules', 'remove-extra-permissions'],
    ['subjects', 'remove-extra-subjects'],
  ] as const) {
    if (wanted[field] === undefined) continue;
    if (k.flags.bool(flag)) next[field] = wanted[field];
    else {
      const list: Fields[] = next[field] ?? [];
      for (const item of wanted[field]) if (!list.some((other) => equalValues(other, item))) list.push(item);
      next[field] = list;
    }
  }
  return next;
}
