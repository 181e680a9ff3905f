import type { HttpRequest } from '../../../host/index.ts';
import { linearRegex, matchesPart } from '../../../objects/linear-regex.ts';
import type { KubeObject } from '../../../objects/object.ts';

/** A rule of a route with one of its matches. */
export interface RouteRule {
  readonly route: KubeObject;
  readonly rule: any;
  readonly match: any;
}

/** The rules of routes, the most specific match first. Models the precedence of the HTTPRoute specification */
export function orderedRules(routes: readonly KubeObject[]): RouteRule[] {
  const all = routes.flatMap((route) =>
    (route.spec?.rules ?? []).flatMap((rule: any, i: number) =>
      filterProblem(rule, i) === undefined ? matchesOf(rule).map((match) => ({ route, rule, match })) : [],
    ),
  );
  const count = (list: readonly unknown[] | undefined) => list?.length ?? 0;
  return all.sort(
    (a, b) =>
      rank(b.match.path) - rank(a.match.path) ||
      (b.match.path?.value?.length ?? 0) - (a.match.path?.value?.length ?? 0) ||
      Number(b.match.method !== undefined) - Number(a.match.method !== undefined) ||
      count(b.match.headers) - count(a.match.headers) ||
      count(b.match.queryParams) - count(a.match.queryParams) ||
      a.route.metadata.creationTimestamp.localeCompare(b.route.metadata.creationTimestamp),
  );
}

function matchesOf({ matches }: any): any[] {
  return matches?.length > 0 ? matches : [{ path: { type: 'PathPrefix', value: '/' } }];
}

const FILTERS = ['RequestRedirect', 'URLRewrite', 'RequestHeaderModifier', 'ResponseHeaderModifier'];

/** Why a rule is not taken: a filter that this controller does not know. Models static/state/graph validateFilter */
export function filterProblem(rule: any, index: number): string | undefined {
  const filters: { type: string }[] = rule.filters ?? [];
  const at = filters.findIndex(({ type }) => !FILTERS.includes(type));
  if (at < 0) return undefined;
  const known = FILTERS.map((type) => `"${type}"`).join(', ');
  return `spec.rules[${index}].filters[${at}].type: Unsupported value: "${filters[at]?.type}": supported values: ${known}`;
}

function rank(path: any): number {
  return ['PathPrefix', 'RegularExpression', 'Exact'].indexOf(path?.type ?? 'PathPrefix');
}

export function requestMatches(match: any, request: HttpRequest): boolean {
  const [path = '/', query = ''] = request.path.split('?');
  const params = new URLSearchParams(query);
  const fits = (wanted: any, value: string | null | undefined) =>
    value !== undefined &&
    value !== null &&
    (wanted.type === 'RegularExpression'
      ? matchesPart(`^(?:${wanted.value})$`, value)
      : value === wanted.value);
  return (
    pathMatches(match.path ?? { type: 'PathPrefix', value: '/' }, path) &&
    (match.method === undefined || match.method === request.method) &&
    (match.headers ?? []).every((h: any) => fits(h, request.headers[h.name.toLowerCase()])) &&
    (match.queryParams ?? []).every((q: any) => fits(q, params.get(q.name)))
  );
}

function pathMatches({ type = 'PathPrefix', value = '/' }: any, path: string): boolean {
  if (type === 'Exact') return path === value;
  if (type === 'RegularExpression') return linearRegex(`^(?:${value})`).matcher(path).find();
  const prefix = value.replace(/\/$/, '');
  return path === prefix || path.startsWith(`${prefix}/`);
}

/** The path after a filter's `path` has changed it. */
export function changedPath(path: string, change: any, match: any): string {
  if (change === undefined) return path;
  const [bare = '/', query] = path.split('?');
  const tail = query === undefined ? '' : `?${query}`;
  if (change.type === 'ReplaceFullPath') return change.replaceFullPath + tail;
  const prefix = (match.path?.value ?? '/').replace(/\/$/, '');
  const rest = bare.slice(prefix.length);
  const joined = `${(change.replacePrefixMatch ?? '').replace(/\/$/, '')}${rest}`;
  return (joined.startsWith('/') ? joined : `/${joined}`) + tail;
}

/** Headers after a modifier. */
export function changedHeaders(
  headers: Readonly<Record<string, string>>,
  change: any,
): Record<string, string> {
  const out = { ...headers };
  for (const { name, value } of change.set ?? []) out[name.toLowerCase()] = value;
  for (const { name, value } of change.add ?? []) {
    const key = name.toLowerCase();
    out[key] = out[key] === undefined ? value : `${out[key]},${value}`;
  }
  for (const name of change.remove ?? []) delete out[name.toLowerCase()];
  return out;
}
