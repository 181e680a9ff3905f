import { equalValues } from '../../objects/values.ts';
import type { Steps } from '../../sim/index.ts';
import { ConnectionError, ExitError, KubectlError } from './errors.ts';
import type { Kubectl } from './kubectl.ts';
import { outputFormat, printerFor } from './printers.ts';
import { type ApiResource, LOOKUP_ATTEMPTS } from './resources.ts';
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
    const found = type === '*' ? undefined : yield* lookUp(k, type);
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

/** A server that does not answer has no such type. */
function* lookUp(k: Kubectl, type: string): Steps<ApiResource | undefined> {
  try {
    return yield* k.resources.find(type, LOOKUP_ATTEMPTS);
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    return undefined;
  }
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
    yield* k.out(printerFor(k, '').print(review, { typed: true }));
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
