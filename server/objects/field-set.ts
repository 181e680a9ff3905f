import { isObject } from './values.ts';

/**
 * A set of field paths in the form of `fieldsV1`: `{"f:spec": {"f:replicas": {}}}`. An empty node is a member; a node
 * with `"."` is a member that also has members below it. Models structured-merge-diff fieldpath.Set.
 */
export interface FieldSet {
  [element: string]: FieldSet;
}

/** A node that says of itself that it is a member, beside others below it. */
export const SELF = '.';

/** A member with nothing below it. Shared: most nodes are. */
export const MEMBER: FieldSet = Object.freeze({});

/** Makes the node a member whatever else is below it. */
export function markSelf(node: FieldSet): void {
  if (!isEmptySet(node)) node[SELF] = MEMBER;
}

export const isMember = (node: FieldSet) => SELF in node || isEmptySet(node);

export function isEmptySet(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

/** Builds a node from whether it is a member and what is below it; undefined when nothing is left. */
function node(member: boolean, below: FieldSet): FieldSet | undefined {
  if (isEmptySet(below)) return member ? MEMBER : undefined;
  return member ? { [SELF]: MEMBER, ...below } : below;
}

function overlaps(a: FieldSet, b: FieldSet): boolean {
  for (const element in b) if (element !== SELF && a[element] !== undefined) return true;
  return false;
}

/** Combines what both sets have; `alone` says what of only one of them stays, which is then shared, not copied. */
function combine(
  a: FieldSet,
  b: FieldSet,
  member: (inA: boolean, inB: boolean) => boolean,
  alone: { readonly a: boolean; readonly b: boolean },
): FieldSet {
  const result: FieldSet = {};
  for (const element in a) {
    if (element === SELF) continue;
    const left = a[element] as FieldSet;
    const right = b[element];
    if (right === undefined) {
      if (alone.a) result[element] = left;
      continue;
    }
    const below = combine(left, right, member, alone);
    const made = node(member(isMember(left), isMember(right)), below);
    if (made) result[element] = made;
  }
  if (!alone.b) return result;
  for (const element in b) {
    if (element !== SELF && a[element] === undefined) result[element] = b[element] as FieldSet;
  }
  return result;
}

export function unionSets(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a)) return b;
  return isEmptySet(b) ? a : combine(a, b, (x, y) => x || y, { a: true, b: true });
}

/** Returns `a` itself where the sets have no element in common. */
export function differenceSets(a: FieldSet, b: FieldSet): FieldSet {
  return overlaps(a, b) ? combine(a, b, (x, y) => x && !y, { a: true, b: false }) : a;
}

export function intersectSets(a: FieldSet, b: FieldSet): FieldSet {
  return isEmptySet(a) || isEmptySet(b) ? {} : combine(a, b, (x, y) => x && y, { a: false, b: false });
}

/** The member paths as errors show them: `.spec.containers[name="web"].image`. */
export function pathsOf(set: FieldSet, prefix = ''): string[] {
  const paths: string[] = [];
  for (const element of Object.keys(set).sort()) {
    if (element === SELF) continue;
    const below = set[element] as FieldSet;
    const path = prefix + showElement(element);
    if (isMember(below)) paths.push(path);
    paths.push(...pathsOf(below, path));
  }
  return paths;
}

function showElement(element: string): string {
  const rest = element.slice(2);
  if (element.startsWith('f:')) return `.${rest}`;
  if (element.startsWith('v:')) return `[=${rest}]`;
  if (element.startsWith('i:')) return `[${rest}]`;
  const keys = Object.entries(JSON.parse(rest) as Record<string, unknown>).map(
    ([key, value]) => `${key}=${JSON.stringify(value)}`,
  );
  return `[${keys.join(',')}]`;
}

/** Of the forms of an element: fields, then list items by key, by value, by index. */
const FORMS = '.fkvi';

function order(a: string, b: string): number {
  if (a.charCodeAt(0) === b.charCodeAt(0)) return a < b ? -1 : a > b ? 1 : 0;
  return FORMS.indexOf(a.charAt(0)) - FORMS.indexOf(b.charAt(0));
}

/** Sets in order that were made lately, by the text of what they were made from. */
const recent = new Map<string, FieldSet>();
const RECENT_SETS = 1000;
const RECENT_TEXT = 10_000;
/** All that `inOrder` made. */
const ordered = new WeakSet<FieldSet>();

/** The same set with its elements as Go writes them. Objects of one template have equal sets: they share one. */
export function inOrder(set: FieldSet): FieldSet {
  // What clients send as the owners of fields may be anything.
  if (set === MEMBER || !isObject(set) || ordered.has(set)) return set;
  const text = JSON.stringify(set);
  const known = recent.get(text);
  if (known) return known;
  const made = sorted(set);
  ordered.add(made);
  if (recent.size >= RECENT_SETS) recent.clear();
  if (text.length <= RECENT_TEXT) recent.set(text, made);
  return made;
}

function sorted(set: FieldSet): FieldSet {
  if (set === MEMBER || !isObject(set)) return set;
  const elements = Object.keys(set).sort(order);
  return Object.freeze(
    Object.fromEntries(elements.map((element) => [element, sorted(set[element] as FieldSet)])),
  );
}
