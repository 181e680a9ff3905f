import { annotationLines, goList, labelLines } from '../describe/common.ts';
import { described } from '../describe/writer.ts';

/** Roles and cluster roles. Models kubectl pkg/describe describeRole. */
export function describeRole({ metadata, rules }: any): string {
  return described((w) => {
    w.line(0, `Name:\t${metadata.name}`);
    labelLines(w, 'Labels', metadata.labels);
    annotationLines(w, 'Annotations', metadata.annotations);
    w.line(0, 'PolicyRule:');
    w.line(1, 'Resources\tNon-Resource URLs\tResource Names\tVerbs');
    w.line(1, '---------\t-----------------\t--------------\t-----');
    for (const rule of sortRules(compactRules((rules ?? []).flatMap(breakDown)))) {
      const cells = [rule.nonResourceURLs, rule.resourceNames, rule.verbs].map(goList);
      w.line(1, `${resourceText(rule)}\t${cells.join('\t')}`);
    }
  });
}

interface Rule {
  verbs: string[];
  apiGroups: string[];
  resources: string[];
  resourceNames: string[];
  nonResourceURLs: string[];
}

const EMPTY = { apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [] };

/** One rule for each group, resource, name and verb. Models component-helpers/auth/rbac/validation BreakdownRule. */
function breakDown({
  verbs = [],
  apiGroups = [],
  resources = [],
  resourceNames = [],
  nonResourceURLs = [],
}: any): Rule[] {
  const rules: Rule[] = [];
  for (const group of apiGroups) {
    for (const resource of resources) {
      for (const verb of verbs) {
        const base = { ...EMPTY, apiGroups: [group], resources: [resource], verbs: [verb] };
        if (resourceNames.length === 0) rules.push(base);
        for (const name of resourceNames) rules.push({ ...base, resourceNames: [name] });
      }
    }
  }
  for (const url of nonResourceURLs) {
    for (const verb of verbs) rules.push({ ...EMPTY, nonResourceURLs: [url], verbs: [verb] });
  }
  return rules;
}

/** Joins the verbs of the same resource and name. */
function compactRules(rules: readonly Rule[]): Rule[] {
  const found = new Map<string, Rule>();
  const compact: Rule[] = [];
  for (const rule of rules) {
    if (rule.nonResourceURLs.length > 0) {
      compact.push(rule);
      continue;
    }
    const key = JSON.stringify([rule.apiGroups, rule.resources, rule.resourceNames]);
    const known = found.get(key);
    if (known) known.verbs.push(...rule.verbs.filter((verb) => !known.verbs.includes(verb)));
    else {
      const copy = { ...rule, verbs: [...rule.verbs] };
      found.set(key, copy);
      compact.push(copy);
    }
  }
  return compact;
}

/** In the order of Go's text of a rule, whose verbs stand first. */
function sortRules(rules: readonly Rule[]): Rule[] {
  const text = (rule: Rule) =>
    [rule.verbs, rule.apiGroups, rule.resources, rule.resourceNames, rule.nonResourceURLs]
      .map(goList)
      .join(',');
  return [...rules].sort((a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0));
}

function resourceText({ resources, apiGroups }: Rule): string {
  const resource = resources[0];
  if (resource === undefined) return '';
  const [name, ...rest] = resource.split('/');
  const group = apiGroups[0] ? `.${apiGroups[0]}` : '';
  return [`${name}${group}`, ...rest].join('/');
}
