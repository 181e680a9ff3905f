import type { Access } from './access.ts';

/** `rbac.authorization.k8s.io/v1` PolicyRule. */
export interface PolicyRule {
  readonly verbs?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

const has = (list: readonly string[] | undefined, value: string) =>
  list !== undefined && (list.includes('*') || list.includes(value));

/** True when a rule is about what is asked for, if not of which name. Models plugin/pkg/auth/authorizer/rbac RuleAllows. */
export function ruleCovers(rule: PolicyRule, access: Access): boolean {
  if (!has(rule.verbs, access.verb)) return false;
  if (!access.isResource) return pathMatches(rule.nonResourceURLs ?? [], access.path);
  const { resource, subresource } = access;
  if (!has(rule.apiGroups, access.group)) return false;
  return resourceMatches(rule.resources ?? [], resource, subresource);
}

export function resourceMatches(
  resources: readonly string[],
  resource: string,
  subresource: string,
): boolean {
  const combined = subresource === '' ? resource : `${resource}/${subresource}`;
  for (const candidate of resources) {
    if (candidate === '*' || candidate === combined) return true;
    if (subresource !== '' && candidate === `*/${subresource}`) return true;
  }
  return false;
}

export function pathMatches(patterns: readonly string[], path: string): boolean {
  return patterns.some(
    (pattern) =>
      pattern === '*' ||
      pattern === path ||
      (pattern.endsWith('*') && path.startsWith(pattern.replace(/\*+$/, ''))),
  );
}

/** One verb on one resource, or one path: what a rule allows, taken apart. */
function breakDown(rule: PolicyRule): PolicyRule[] {
  const parts: PolicyRule[] = [];
  for (const verb of rule.verbs ?? []) {
    for (const url of rule.nonResourceURLs ?? []) parts.push({ verbs: [verb], nonResourceURLs: [url] });
    for (const group of rule.apiGroups ?? []) {
      for (const resource of rule.resources ?? []) {
        const part = { verbs: [verb], apiGroups: [group], resources: [resource] };
        const names = rule.resourceNames ?? [];
        if (names.length === 0) parts.push(part);
        for (const name of names) parts.push({ ...part, resourceNames: [name] });
      }
    }
  }
  return parts;
}

/** What `wanted` allows and `owned` does not. Models component-helpers/auth/rbac/validation Covers. */
export function uncovered(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  return wanted.flatMap(breakDown).filter((part) => !owned.some((rule) => covers(rule, part)));
}

function covers(owner: PolicyRule, part: PolicyRule): boolean {
  const all = (own: readonly string[] | undefined, wanted: readonly string[] | undefined) =>
    (wanted ?? []).every((value) => has(own, value));
  if (!all(owner.verbs, part.verbs)) return false;
  if (part.nonResourceURLs) {
    return part.nonResourceURLs.every((url) => pathMatches(owner.nonResourceURLs ?? [], url));
  }
  if (!all(owner.apiGroups, part.apiGroups)) return false;
  const resourcesCovered = (part.resources ?? []).every((name) => {
    const [resource = '', subresource = ''] = name.split('/');
    return resourceMatches(owner.resources ?? [], resource, subresource);
  });
  if (!resourcesCovered) return false;
  const ownNames = owner.resourceNames ?? [];
  const names = part.resourceNames ?? [];
  if (ownNames.length === 0) return true;
  return names.length > 0 && names.every((name) => ownNames.includes(name));
}

/** Rules as the escalation error lists them, one a line, those of the same resources together. */
export function showRules(rules: readonly PolicyRule[]): string {
  return compact(rules).map(showRule).join('\n');
}

/** Verbs stay in the order in which they came. Models component-helpers/auth/rbac/validation CompactRules. */
function compact(rules: readonly PolicyRule[]): PolicyRule[] {
  const merged = new Map<string, { rule: PolicyRule; verbs: Set<string> }>();
  for (const rule of rules) {
    const { verbs = [], ...rest } = rule;
    // Those of paths are told each on its own.
    const key = JSON.stringify(rest.nonResourceURLs?.length ? rule : rest);
    const known = merged.get(key) ?? { rule: rest, verbs: new Set<string>() };
    for (const verb of verbs) known.verbs.add(verb);
    merged.set(key, known);
  }
  return [...merged.values()]
    .map(({ rule, verbs }) => ({ ...rule, verbs: [...verbs] }))
    .sort((a, b) => (showRule(a) < showRule(b) ? -1 : 1));
}

function showRule({ apiGroups, resources, nonResourceURLs, resourceNames, verbs }: PolicyRule): string {
  const list = (values: readonly string[]) => `[${values.map((value) => JSON.stringify(value)).join(' ')}]`;
  const parts: string[] = [];
  if (apiGroups?.length) parts.push(`APIGroups:${list(apiGroups)}`);
  if (resources?.length) parts.push(`Resources:${list(resources)}`);
  if (nonResourceURLs?.length) parts.push(`NonResourceURLs:${list(nonResourceURLs)}`);
  if (resourceNames?.length) parts.push(`ResourceNames:${list(resourceNames)}`);
  if (verbs?.length) parts.push(`Verbs:${list(verbs)}`);
  return `{${parts.join(', ')}}`;
}
