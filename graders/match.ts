import { compareQuantities, parseQuantity } from '../server/objects/quantity.ts';

/** How lists compare: `subset`: every expected item is there; `exact`: and no other; `ordered`: in this order. */
export type ListMode = 'subset' | 'exact' | 'ordered';

/** A place where an object is not as expected. */
export interface Mismatch {
  readonly path: string;
  readonly expected: unknown;
  /** Undefined: there is nothing. */
  readonly actual: unknown;
  readonly says?: string;
}

/** What tells items of a list apart, by the name of the list. Any other list of objects is compared as a set. */
const MERGE_KEYS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  containers: [['name']],
  initContainers: [['name']],
  ephemeralContainers: [['name']],
  containerStatuses: [['name']],
  initContainerStatuses: [['name']],
  env: [['name']],
  volumes: [['name']],
  volumeMounts: [['mountPath']],
  volumeClaimTemplates: [['metadata']],
  ports: [['containerPort', 'protocol'], ['port', 'protocol'], ['name']],
  conditions: [['type']],
  taints: [['key', 'effect']],
  imagePullSecrets: [['name']],
  hostAliases: [['ip']],
  topologySpreadConstraints: [['topologyKey', 'whenUnsatisfiable']],
  listeners: [['name']],
};

/** Compares a partial object with an actual one: what is not mentioned does not matter, `null` means "not there". */
export function mismatches(
  expected: unknown,
  actual: unknown,
  lists: ListMode = 'subset',
  path = '',
): Mismatch[] {
  if (expected === null) return isEmpty(actual) ? [] : [{ path, expected: 'nothing', actual }];
  if (Array.isArray(expected)) return listMismatches(expected, actual, lists, path);
  if (typeof expected === 'object') {
    if (typeof actual !== 'object' || actual === null || Array.isArray(actual))
      return [{ path, expected, actual }];
    return Object.entries(expected as object).flatMap(([key, value]) =>
      mismatches(value, own(actual, key), lists, join(path, key)),
    );
  }
  return sameScalar(expected, actual, path) ? [] : [{ path, expected, actual }];
}

function listMismatches(
  expected: readonly unknown[],
  actual: unknown,
  lists: ListMode,
  path: string,
): Mismatch[] {
  if (!Array.isArray(actual)) {
    return expected.length === 0 && isEmpty(actual) ? [] : [{ path, expected, actual }];
  }
  if (lists === 'ordered') return inOrder(expected, actual, path);
  const free = new Set(actual.keys());
  const found: Mismatch[] = [];
  const anonymous: unknown[] = [];
  for (const item of expected) {
    const key = mergeKey(path, item);
    if (key) found.push(...byKey(item, key, actual, free, lists, path));
    else anonymous.push(item);
  }
  found.push(...asSet(anonymous, actual, free, lists, path));
  if (lists === 'exact' && found.length === 0) {
    for (const index of free)
      found.push({ path: `${path}[${index}]`, expected: 'nothing more', actual: actual[index] });
  }
  return found;
}

function inOrder(expected: readonly unknown[], actual: readonly unknown[], path: string): Mismatch[] {
  if (expected.length !== actual.length) return [{ path, expected, actual }];
  return expected.flatMap((item, i) => mismatches(item, actual[i], 'ordered', `${path}[${i}]`));
}

/** Compares with the item that has the same merge key, and takes it out of `free`. */
function byKey(
  item: unknown,
  key: readonly string[],
  actual: readonly unknown[],
  free: Set<number>,
  lists: ListMode,
  path: string,
): Mismatch[] {
  const place = `${path}[${key.map((field) => show(own(item, field))).join('/')}]`;
  const index = [...free].find((i) =>
    key.every((field) => String(own(item, field)) === String(own(actual[i], field))),
  );
  if (index === undefined) return [{ path: place, expected: item, actual: undefined }];
  free.delete(index);
  return mismatches(item, actual[index], lists, place);
}

/** Gives every expected item an actual one of its own that it matches, whatever the order; names those without. */
function asSet(
  items: readonly unknown[],
  actual: readonly unknown[],
  free: Set<number>,
  lists: ListMode,
  path: string,
): Mismatch[] {
  const takenBy = new Map<number, number>();
  const assign = (item: number, tried: Set<number>): boolean => {
    for (const index of free) {
      if (tried.has(index) || mismatches(items[item], actual[index], lists, path).length > 0) continue;
      tried.add(index);
      const holder = takenBy.get(index);
      if (holder === undefined || assign(holder, tried)) {
        takenBy.set(index, item);
        return true;
      }
    }
    return false;
  };
  const without = items.filter((_item, i) => !assign(i, new Set()));
  for (const index of takenBy.keys()) free.delete(index);
  return without.map((item) => ({ path, expected: item, actual }));
}

/** The fields that tell the items of this list apart, those of them that the expected item has. */
function mergeKey(path: string, item: unknown): readonly string[] | undefined {
  const name = path.slice(path.lastIndexOf('.') + 1);
  for (const keys of MERGE_KEYS[name] ?? []) {
    if (typeof own(item, keys[0] as string) === 'object') continue;
    if (own(item, keys[0] as string) !== undefined) return keys.filter((key) => own(item, key) !== undefined);
  }
  return undefined;
}

function sameScalar(expected: unknown, actual: unknown, path: string): boolean {
  if (expected === actual) return true;
  if (actual === undefined || actual === null || typeof actual === 'object') return false;
  if (/(^|\.)image$/.test(path)) return fullImage(String(expected)) === fullImage(String(actual));
  if (typeof expected === 'boolean' || typeof actual === 'boolean')
    return String(expected) === String(actual);
  const [a, b] = [expected as string | number, actual as string | number];
  if (String(a) === String(b)) return true;
  return parseQuantity(a) !== undefined && parseQuantity(b) !== undefined && compareQuantities(a, b) === 0;
}

/** `nginx` is `docker.io/library/nginx:latest`. */
function fullImage(image: string): string {
  const slash = image.indexOf('/');
  const first = image.slice(0, Math.max(0, slash));
  const hasRegistry = slash > 0 && (first.includes('.') || first.includes(':') || first === 'localhost');
  const path = hasRegistry ? image : `docker.io/${slash < 0 ? 'library/' : ''}${image}`;
  return /[:@][^/]*$/.test(path) ? path : `${path}:latest`;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function own(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string, unknown>)[key];
}

function join(path: string, key: string): string {
  if (/^[A-Za-z_][\w-]*$/.test(key)) return path === '' ? key : `${path}.${key}`;
  return `${path}[${JSON.stringify(key)}]`;
}

/** A value on one line, as a report shows it. */
export function show(value: unknown): string {
  if (value === undefined || value === null) return 'not set';
  if (typeof value === 'string') return value;
  return JSON.stringify(value);
}
