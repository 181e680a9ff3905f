import type { KubeObject } from '../../../objects/object.ts';
import type { Log, LogWatch } from '../../store/log.ts';
import { MASTERS, serviceAccountOf, type User } from '../user.ts';
import { type Access, type Authorizer, type Decision, NO_OPINION } from './access.ts';
import { Remembered } from './remembered.ts';
import { type PolicyRule, ruleCovers } from './rules.ts';

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

interface Binding {
  readonly namespace: string;
  readonly roleRef: { readonly kind: string; readonly name: string };
}

const PREFIXES = [
  '/registry/roles/',
  '/registry/rolebindings/',
  '/registry/clusterroles/',
  '/registry/clusterrolebindings/',
];

/** The rules of a binding's role, or why there are none. */
interface Bound {
  readonly namespace: string;
  readonly rules: readonly PolicyRule[] | string;
}

/** What the rules say of a request whatever name it is for. */
interface Grant {
  readonly names: ReadonlySet<string> | 'all';
  /** Of the names that are not granted. */
  readonly otherwise: Decision;
}

/** Role based access control over the roles and bindings in the log. Models plugin/pkg/auth/authorizer/rbac. */
export class RbacAuthorizer implements Authorizer {
  readonly #log: Log;
  readonly #watches: LogWatch[];
  /** Bindings by subject: `User:jane`, `Group:ops`. Undefined: to be read again. */
  #bindings: Map<string, Binding[]> | undefined;
  readonly #grants = new Remembered<Bound[], Grant>((user) => this.#boundTo(user));

  constructor(log: Log) {
    this.#log = log;
    const changed = () => {
      this.#bindings = undefined;
      this.#grants.forget();
    };
    this.#watches = PREFIXES.map((prefix) => log.watch(prefix, log.revision, changed));
  }

  close(): void {
    for (const watch of this.#watches) watch.close();
  }

  decide(access: Access): Decision {
    const { user } = access;
    if (user.groups.includes(MASTERS)) return ALLOWED;
    const grant = this.#grants.get(user, access, (bound) => grantOf(bound, access));
    return grant.names === 'all' || grant.names.has(access.name) ? ALLOWED : grant.otherwise;
  }

  /** Everything that a user may do in a namespace ('' for cluster-wide), and what could not be looked up. */
  rulesFor(user: User, namespace: string): { rules: PolicyRule[]; errors: string[] } {
    const found = [...within(this.#grants.own(user), namespace)].map(({ rules }) => rules);
    const masters = user.groups.includes(MASTERS) ? EVERYTHING : [];
    return {
      rules: [...masters, ...found.filter((rules) => typeof rules !== 'string').flat()],
      errors: found.filter((rules) => typeof rules === 'string'),
    };
  }

  /** The rules of the role that a binding refers to, or why there are none. */
  rulesOf({ namespace, roleRef }: Binding): readonly PolicyRule[] | string {
    const cluster = roleRef.kind === 'ClusterRole';
    const key = cluster
      ? `/registry/clusterroles/${roleRef.name}`
      : `/registry/roles/${namespace}/${roleRef.name}`;
    const role = this.#log.get(key)?.value;
    if (role) return role['rules'] ?? [];
    return `${cluster ? 'clusterrole' : 'role'}.rbac.authorization.k8s.io ${JSON.stringify(roleRef.name)} not found`;
  }

  #boundTo(user: User): Bound[] {
    this.#bindings ??= this.#read();
    const keys = [`User:${user.name}`, ...user.groups.map((group) => `Group:${group}`)];
    const bindings = keys.flatMap((key) => this.#bindings?.get(key) ?? []);
    return bindings.map((binding) => ({ namespace: binding.namespace, rules: this.rulesOf(binding) }));
  }

  #read(): Map<string, Binding[]> {
    const bindings = new Map<string, Binding[]>();
    for (const prefix of ['/registry/clusterrolebindings/', '/registry/rolebindings/']) {
      for (const { value } of this.#log.list(prefix)) addBinding(bindings, value);
    }
    return bindings;
  }
}

/** Those of the whole cluster and of a namespace. */
function* within(bound: readonly Bound[], namespace: string): Iterable<Bound> {
  for (const one of bound) if (one.namespace === '' || one.namespace === namespace) yield one;
}

function grantOf(bound: readonly Bound[], access: Access): Grant {
  const names = new Set<string>();
  const errors: string[] = [];
  for (const { rules } of within(bound, access.namespace)) {
    if (typeof rules === 'string') {
      errors.push(rules);
      continue;
    }
    for (const rule of rules) {
      if (!ruleCovers(rule, access)) continue;
      const named = access.isResource ? (rule.resourceNames ?? []) : [];
      if (named.length === 0) return { names: 'all', otherwise: NO_OPINION };
      for (const name of named) names.add(name);
    }
  }
  if (errors.length === 0) return { names, otherwise: NO_OPINION };
  const text = errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`;
  return { names, otherwise: { allowed: false, reason: `RBAC: ${text}` } };
}

const ALLOWED: Decision = { allowed: true, reason: '' };
const EVERYTHING: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

function addBinding(bindings: Map<string, Binding[]>, object: KubeObject): void {
  const binding: Binding = { namespace: object.metadata.namespace ?? '', roleRef: object['roleRef'] };
  for (const subject of (object['subjects'] ?? []) as Subject[]) {
    const key = subjectKey(subject, binding.namespace);
    const list = bindings.get(key) ?? [];
    list.push(binding);
    bindings.set(key, list);
  }
}

function subjectKey({ kind, name, namespace }: Subject, bindingNamespace: string): string {
  if (kind !== 'ServiceAccount') return `${kind}:${name}`;
  return `User:system:serviceaccount:${namespace || bindingNamespace}:${name}`;
}

/** `system:serviceaccount:…` users are in these groups besides. */
export function serviceAccountGroups(user: User): string[] {
  const account = serviceAccountOf(user);
  return account ? ['system:serviceaccounts', `system:serviceaccounts:${account.namespace}`] : [];
}
