import { GoFloat, isMap, isNothing, numeric, shown, truth, typeOf } from '../../go-template/values.ts';
import { type Functions, fn, refuse } from './table.ts';

type Dict = Record<string, unknown>;

/** Longest list that counting makes. */
const MOST_ITEMS = 1_000_000;

/** Models sprig empty. */
export function isEmpty(is: unknown): boolean {
  if (isNothing(is)) return true;
  return !truth(typeof is === 'bigint' ? is !== 0n : is);
}

/** Models reflect.DeepEqual over what templates hold. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return a === b;
  if (a instanceof GoFloat || b instanceof GoFloat)
    return a instanceof GoFloat && b instanceof GoFloat && a.value === b.value;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [one, other] = [a as Dict, b as Dict];
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && deepEqual(one[key], other[key]))
  );
}

export function deepCopy<T>(is: T): T {
  if (Array.isArray(is)) return is.map(deepCopy) as T;
  if (!isMap(is)) return is;
  return Object.fromEntries(Object.entries(is).map(([key, item]) => [key, deepCopy(item)])) as T;
}

function items(name: string, list: unknown): unknown[] {
  if (Array.isArray(list)) return list;
  if (isNothing(list)) return refuse(`Cannot ${name} on type invalid`);
  return refuse(`Cannot ${name} on type ${kindOf(list)}`);
}

export function kindOf(is: unknown): string {
  if (isNothing(is)) return 'invalid';
  if (Array.isArray(is)) return 'slice';
  if (isMap(is)) return 'map';
  const type = typeOf(is);
  return type.startsWith('*') ? 'ptr' : type.includes('.') ? 'struct' : type;
}

function dictOf(pairs: readonly unknown[]): Dict {
  const out: Dict = {};
  for (let i = 0; i < pairs.length; i += 2) out[shown(pairs[i])] = i + 1 < pairs.length ? pairs[i + 1] : '';
  return out;
}

/** Models mergo: what the first has stays, unless it is told to be overwritten. */
export function merged(into: Dict, from: Dict, overwrite: boolean): Dict {
  for (const [key, value] of Object.entries(from)) {
    const mine = into[key];
    if (isMap(mine) && isMap(value)) merged(mine, value, overwrite);
    else if (overwrite ? !isEmpty(value) : isEmpty(mine)) into[key] = deepCopy(value);
  }
  return into;
}

function mergeAll(overwrite: boolean) {
  return fn('map map...', (into: Dict | null, ...others: (Dict | null)[]) => {
    const result = into ?? {};
    for (const other of others) merged(result, other ?? {}, overwrite);
    return result;
  });
}

function dig(...args: unknown[]): unknown {
  if (args.length < 3) return refuse('dig needs at least three arguments');
  const path = args.slice(0, -2) as string[];
  let at = args.at(-1);
  for (const key of path) {
    if (!isMap(at))
      return refuse(`interface conversion: interface {} is ${typeOf(at)}, not map[string]interface {}`);
    if (!Object.hasOwn(at, key)) return args.at(-2);
    at = at[key];
  }
  return at;
}

function slice(list: unknown, ...indexes: unknown[]): unknown {
  const all = items('slice', list);
  const [from = 0, to = all.length] = indexes.map((index) => Number(numeric(index)));
  return all.slice(from, to);
}

function chunk(size: number, list: unknown): unknown[][] {
  const all = items('chunk', list);
  const out: unknown[][] = [];
  for (let i = 0; i < all.length; i += Math.max(size, 1)) out.push(all.slice(i, i + Math.max(size, 1)));
  return out;
}

function uniq(list: unknown): unknown[] {
  const out: unknown[] = [];
  for (const item of items('find uniq', list))
    if (!out.some((other) => deepEqual(other, item))) out.push(item);
  return out;
}

function count(from: number, to: number, step: number): bigint[] {
  if (step === 0 || (to - from) * step < 0) return [];
  if ((to - from) / step > MOST_ITEMS) refuse('runtime error: makeslice: len out of range');
  const out: bigint[] = [];
  for (let i = from; step > 0 ? i < to : i > to; i += step) out.push(BigInt(i));
  return out;
}

function seq(...numbers: number[]): string {
  const [first = 0, second, third] = numbers;
  const range = (from: number, step: number, to: number) =>
    count(from, to + Math.sign(step || 1), step).join(' ');
  if (numbers.length === 0 || numbers.length > 3) return '';
  if (second === undefined) return range(1, first < 1 ? -1 : 1, first);
  if (third === undefined) return range(first, second < first ? -1 : 1, second);
  return range(first, second, third);
}

const last = (name: string) => fn('any', (list: unknown) => items(name, list).at(-1));
const first = fn('any', (list: unknown) => items('find first', list)[0]);
const rest = fn('any', (list: unknown) => items('find rest', list).slice(1));
const initial = fn('any', (list: unknown) => items('find initial', list).slice(0, -1));
const append = fn('any any', (list: unknown, item: unknown) => [...items('push', list), item]);
const prepend = fn('any any', (list: unknown, item: unknown) => [item, ...items('prepend', list)]);
const reverse = fn('any', (list: unknown) => items('find reverse', list).toReversed());
const without = fn('any any...', (list: unknown, ...omit: unknown[]) =>
  items('find without', list).filter((item) => !omit.some((other) => deepEqual(other, item))),
);
const has = fn('any any', (needle: unknown, list: unknown) =>
  isNothing(list) ? false : items('find has', list).some((item) => deepEqual(item, needle)),
);
const compact = fn('any', (list: unknown) => items('compact', list).filter((item) => !isEmpty(item)));
const listOf = fn('any...', (...all: unknown[]) => all);
const chosen = (map: Dict | null, keys: string[], wanted: boolean) =>
  Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => keys.includes(key) === wanted));

/** Models sprig defaults.go, dict.go, list.go, reflect.go. */
export const COLLECTIONS: Functions = {
  default: fn('any any...', (otherwise: unknown, ...given: unknown[]) =>
    given.length === 0 || isEmpty(given[0]) ? otherwise : given[0],
  ),
  empty: fn('any', isEmpty),
  coalesce: fn('any...', (...all: unknown[]) => all.find((item) => !isEmpty(item))),
  all: fn('any...', (...all: unknown[]) => all.every((item) => !isEmpty(item))),
  any: fn('any...', (...all: unknown[]) => all.some((item) => !isEmpty(item))),
  ternary: fn('any any bool', (yes: unknown, no: unknown, which: boolean) => (which ? yes : no)),
  deepCopy: fn('any', deepCopy),
  mustDeepCopy: fn('any', deepCopy),
  deepEqual: fn('any any', deepEqual),
  typeOf: fn('any', typeOf),
  typeIs: fn('string any', (type: string, is: unknown) => typeOf(is) === type),
  typeIsLike: fn(
    'string any',
    (type: string, is: unknown) => typeOf(is) === type || typeOf(is) === `*${type}`,
  ),
  kindOf: fn('any', kindOf),
  kindIs: fn('string any', (kind: string, is: unknown) => kindOf(is) === kind),
  dict: fn('any...', (...pairs: unknown[]) => dictOf(pairs)),
  get: fn('map string', (map: Dict | null, key: string) => (map && Object.hasOwn(map, key) ? map[key] : '')),
  set: fn('map string any', (map: Dict, key: string, value: unknown) => {
    map[key] = value;
    return map;
  }),
  unset: fn('map string', (map: Dict, key: string) => {
    delete map[key];
    return map;
  }),
  hasKey: fn('map string', (map: Dict | null, key: string) => map !== null && Object.hasOwn(map, key)),
  pluck: fn('string map...', (key: string, ...maps: (Dict | null)[]) =>
    maps.filter((map) => map && Object.hasOwn(map, key)).map((map) => (map as Dict)[key]),
  ),
  keys: fn('map...', (...maps: (Dict | null)[]) => maps.flatMap((map) => Object.keys(map ?? {}).sort())),
  values: fn('map', (map: Dict | null) => Object.values(map ?? {})),
  pick: fn('map string...', (map: Dict | null, ...keys: string[]) => chosen(map, keys, true)),
  omit: fn('map string...', (map: Dict | null, ...keys: string[]) => chosen(map, keys, false)),
  merge: mergeAll(false),
  mustMerge: mergeAll(false),
  mergeOverwrite: mergeAll(true),
  mustMergeOverwrite: mergeAll(true),
  dig: fn('any...', dig),
  list: listOf,
  tuple: listOf,
  first,
  mustFirst: first,
  last: last('find last'),
  mustLast: last('find last'),
  rest,
  mustRest: rest,
  initial,
  mustInitial: initial,
  append,
  mustAppend: append,
  push: append,
  mustPush: append,
  prepend,
  mustPrepend: prepend,
  reverse,
  mustReverse: reverse,
  uniq: fn('any', uniq),
  mustUniq: fn('any', uniq),
  without,
  mustWithout: without,
  has,
  mustHas: has,
  slice: fn('any any...', slice),
  mustSlice: fn('any any...', slice),
  concat: fn('any...', (...lists: unknown[]) => lists.flatMap((list) => items('concat', list))),
  chunk: fn('int any', chunk),
  mustChunk: fn('int any', chunk),
  compact,
  mustCompact: compact,
  until: fn('int', (to: number) => count(0, to, to < 0 ? -1 : 1)),
  untilStep: fn('int int int', count),
  seq: fn('int...', seq),
};
