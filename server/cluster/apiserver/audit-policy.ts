import { parse as parseYaml } from 'yaml';
import { isObject } from '../../objects/values.ts';
import type { RequestInfo } from './request-info.ts';
import type { User } from './user.ts';

const LEVELS = ['None', 'Metadata', 'Request', 'RequestResponse'] as const;
export type AuditLevel = (typeof LEVELS)[number];

export interface AuditRule {
  readonly level: AuditLevel;
  readonly users?: readonly string[];
  readonly userGroups?: readonly string[];
  readonly verbs?: readonly string[];
  readonly namespaces?: readonly string[];
  readonly resources?: readonly {
    readonly group?: string;
    readonly resources?: readonly string[];
    readonly resourceNames?: readonly string[];
  }[];
  readonly nonResourceURLs?: readonly string[];
  readonly omitStages?: readonly string[];
  readonly omitManagedFields?: boolean;
}

/** `audit.k8s.io/v1` Policy. */
export interface AuditPolicy {
  readonly rules: readonly AuditRule[];
  readonly omitStages?: readonly string[];
  readonly omitManagedFields?: boolean;
}

/** Reads a policy file. Throws what is wrong with it. Models apiserver/pkg/audit/policy/reader.go. */
export function readAuditPolicy(text: string, path: string): AuditPolicy {
  let value: unknown;
  try {
    value = parseYaml(text);
  } catch (error) {
    throw new Error(`failed decoding: ${(error as Error).message.split('\n')[0]}: from file ${path}`);
  }
  if (!isObject(value) || value['apiVersion'] !== 'audit.k8s.io/v1' || value['kind'] !== 'Policy') {
    const { apiVersion = '', kind = '' } = isObject(value) ? value : {};
    throw new Error(
      `failed decoding: no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}: from file ${path}`,
    );
  }
  const policy = value as unknown as AuditPolicy;
  if (!Array.isArray(policy.rules) || policy.rules.length === 0) {
    throw new Error(`loaded illegal policy with 0 rules from file ${path}`);
  }
  for (const [i, rule] of policy.rules.entries()) checkLevel(rule, i);
  return policy;
}

function checkLevel({ level }: AuditRule, index: number): void {
  const field = `rules[${index}].level`;
  if (!level) throw new Error(`${field}: Required value`);
  if (LEVELS.includes(level)) return;
  const supported = LEVELS.map((known) => JSON.stringify(known)).join(', ');
  throw new Error(`${field}: Unsupported value: ${JSON.stringify(level)}: supported values: ${supported}`);
}

const UNMATCHED: AuditRule = { level: 'None' };

/** The first rule that a request falls under. Models apiserver/pkg/audit/policy/checker.go. */
export function auditLevel(policy: AuditPolicy, info: RequestInfo, user: User | undefined): AuditRule {
  return policy.rules.find((rule) => matches(rule, info, user)) ?? UNMATCHED;
}

function matches(rule: AuditRule, info: RequestInfo, user: User | undefined): boolean {
  const { users = [], userGroups = [], verbs = [], namespaces = [], resources = [] } = rule;
  if (users.length > 0 && !(user && users.includes(user.name))) return false;
  if (userGroups.length > 0 && !user?.groups.some((group) => userGroups.includes(group))) return false;
  if (verbs.length > 0 && !verbs.includes(info.verb)) return false;
  if (namespaces.length > 0 || resources.length > 0) return matchesResource(rule, info);
  if ((rule.nonResourceURLs ?? []).length > 0) return matchesPath(rule, info);
  return true;
}

function matchesPath({ nonResourceURLs = [] }: AuditRule, { isResource, path }: RequestInfo): boolean {
  if (isResource) return false;
  return nonResourceURLs.some((url) =>
    url.endsWith('*') ? path.startsWith(url.slice(0, -1)) : url === path,
  );
}

function matchesResource({ namespaces = [], resources = [] }: AuditRule, info: RequestInfo): boolean {
  if (!info.isResource) return false;
  if (namespaces.length > 0 && !namespaces.includes(info.namespace)) return false;
  if (resources.length === 0) return true;
  const full = info.subresource === '' ? info.resource : `${info.resource}/${info.subresource}`;
  return resources.some(({ group = '', resources: names = [], resourceNames = [] }) => {
    if (group !== info.group) return false;
    if (names.length === 0) return true;
    if (resourceNames.length > 0 && !resourceNames.includes(info.name)) return false;
    return names.some(
      (name) =>
        name === '*' ||
        name === full ||
        (info.subresource !== '' && name === `*/${info.subresource}`) ||
        name === `${info.resource}/*`,
    );
  });
}
