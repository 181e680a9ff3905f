type Fields = Record<string, any>;

/**
 * What `wanted` allows and `owned` does not, one verb on one resource a rule. Models component-helpers/auth/rbac/validation
 * Covers.
 */
export function missingRules(owned: readonly Fields[], wanted: readonly Fields[]): Fields[] {
  return wanted.flatMap(broken).filter((rule) => !owned.some((owner) => covers(owner, rule)));
}

/** A rule as rules of one verb, one group and one resource, or of one path. */
function broken(rule: Fields): Fields[] {
  const { verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  const parts: Fields[] = [];
  for (const group of apiGroups)
    for (const resource of resources)
      for (const verb of verbs) {
        const part = { verbs: [verb], apiGroups: [group], resources: [resource] };
        if (resourceNames.length === 0) parts.push(part);
        for (const name of resourceNames) parts.push({ ...part, resourceNames: [name] });
      }
  for (const url of nonResourceURLs)
    for (const verb of verbs) parts.push({ verbs: [verb], nonResourceURLs: [url] });
  return parts;
}

function covers(owner: Fields, part: Fields): boolean {
  const has = (field: string) => {
    const list: string[] = owner[field] ?? [];
    return (part[field] ?? []).every((one: string) => list.includes('*') || list.includes(one));
  };
  const names: string[] = owner['resourceNames'] ?? [];
  const wanted: string[] = part['resourceNames'] ?? [];
  return (
    has('verbs') &&
    has('apiGroups') &&
    (part['resources'] ?? []).every((one: string) => coversResource(owner['resources'] ?? [], one)) &&
    (part['nonResourceURLs'] ?? []).every((one: string) => coversUrl(owner['nonResourceURLs'] ?? [], one)) &&
    (names.length === 0 || (wanted.length > 0 && wanted.every((name) => names.includes(name))))
  );
}

function coversResource(owned: readonly string[], resource: string): boolean {
  const slash = resource.indexOf('/');
  return (
    owned.includes('*') ||
    owned.includes(resource) ||
    (slash >= 0 && owned.includes(`*${resource.slice(slash)}`))
  );
}

function coversUrl(owned: readonly string[], url: string): boolean {
  return owned.some((one) => one === url || (one.endsWith('*') && url.startsWith(one.slice(0, -1))));
}
