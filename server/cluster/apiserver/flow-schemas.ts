import type { Log, LogWatch } from '../store/log.ts';
import { Remembered } from './authorize/remembered.ts';
import { pathMatches } from './authorize/rules.ts';
import type { RequestInfo } from './request-info.ts';
import { serviceAccountOf, type User } from './user.ts';

interface ResourceRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly clusterScope?: boolean;
  readonly namespaces?: readonly string[];
}

interface Rule {
  readonly subjects: readonly any[];
  readonly resourceRules?: readonly ResourceRule[];
  readonly nonResourceRules?: readonly { verbs: readonly string[]; nonResourceURLs: readonly string[] }[];
}

interface Flow {
  readonly rules: readonly Rule[];
  readonly headers: Readonly<Record<string, string>>;
}

const SCHEMAS = '/registry/flowschemas/';
const LEVELS = '/registry/prioritylevelconfigurations/';

/** Requests that go on and on are not held back, and belong to no flow; watches do while they start. */
const LONG_RUNNING = new Set(['attach', 'exec', 'log', 'portforward', 'proxy']);

/** Which flow a request belongs to: nothing waits here, but answers tell. Models apiserver/pkg/util/flowcontrol. */
export class FlowSchemas {
  readonly #log: Log;
  readonly #watches: LogWatch[];
  /** In the order in which they are tried. Undefined: to be read again. */
  #flows: Flow[] | undefined;
  readonly #found = new Remembered<Flow[], Flow['headers']>((user) => this.#flowsOf(user));

  constructor(log: Log) {
    this.#log = log;
    const changed = () => {
      this.#flows = undefined;
      this.#found.forget();
    };
    this.#watches = [SCHEMAS, LEVELS].map((prefix) => log.watch(prefix, log.revision, changed));
  }

  close(): void {
    for (const watch of this.#watches) watch.close();
  }

  /** What an answer says of its flow. */
  headersOf(user: User, info: RequestInfo): Readonly<Record<string, string>> {
    if (LONG_RUNNING.has(info.subresource)) return NO_HEADERS;
    return this.#found.get(user, info, (flows) => headersFor(flows, info));
  }

  /** Flows with those of their rules that are about a user. */
  #flowsOf(user: User): Flow[] {
    this.#flows ??= this.#read();
    const who = { ...user, account: serviceAccountOf(user) };
    return this.#flows.flatMap(({ rules, headers }) => {
      const own = rules.filter(({ subjects }) => subjects.some((subject) => isSubject(subject, who)));
      return own.length > 0 ? [{ rules: own, headers }] : [];
    });
  }

  #read(): Flow[] {
    const order = ({ metadata, spec }: any) => [spec?.matchingPrecedence ?? 0, metadata.name] as const;
    return this.#log
      .list(SCHEMAS)
      .map(({ value }) => value)
      .sort((a, b) => {
        const [first, name] = order(a);
        const [second, other] = order(b);
        return first - second || (name < other ? -1 : 1);
      })
      .flatMap((schema: any) => {
        const level = this.#log.get(LEVELS + schema.spec?.priorityLevelConfiguration?.name)?.value;
        if (!level) return [];
        const headers = {
          'x-kubernetes-pf-flowschema-uid': schema.metadata.uid,
          'x-kubernetes-pf-prioritylevel-uid': level.metadata.uid as string,
        };
        return [{ rules: schema.spec.rules ?? [], headers }];
      });
  }
}

const NO_HEADERS = {};

interface Known extends User {
  readonly account: ReturnType<typeof serviceAccountOf>;
}

function headersFor(flows: readonly Flow[], info: RequestInfo): Flow['headers'] {
  return flows.find(({ rules }) => rules.some((rule) => covers(rule, info)))?.headers ?? NO_HEADERS;
}

/** Models apiserver/pkg/util/flowcontrol/rule.go matchesPolicyRule. */
function covers({ resourceRules, nonResourceRules }: Rule, info: RequestInfo): boolean {
  if (info.isResource) return (resourceRules ?? []).some((rule) => coversResource(rule, info));
  return (nonResourceRules ?? []).some(
    ({ verbs, nonResourceURLs }) => has(verbs, info.verb) && pathMatches(nonResourceURLs, info.path),
  );
}

function isSubject({ kind, group, user: wanted, serviceAccount }: any, user: Known): boolean {
  if (kind === 'Group') return group.name === '*' || user.groups.includes(group.name);
  if (kind === 'User') return wanted.name === '*' || wanted.name === user.name;
  const { account } = user;
  if (!account || account.namespace !== serviceAccount.namespace) return false;
  return serviceAccount.name === '*' || serviceAccount.name === account.name;
}

function coversResource(rule: ResourceRule, info: RequestInfo): boolean {
  const resource = info.subresource === '' ? info.resource : `${info.resource}/${info.subresource}`;
  if (!has(rule.verbs, info.verb) || !has(rule.apiGroups, info.group)) return false;
  if (!has(rule.resources, resource)) return false;
  return info.namespace === '' ? rule.clusterScope === true : has(rule.namespaces ?? [], info.namespace);
}

function has(list: readonly string[], value: string): boolean {
  return list.includes('*') || list.includes(value);
}
