import { globMatch } from '../../../host/index.ts';
import { toText } from '../jq/formats.ts';
import { OPERATORS } from '../jq/operators.ts';
import { carry, isArray, isObject, type Json, type JsonObject } from '../jq/values.ts';

/** What follows the star: `+` appends arrays, `d` merges them item by item, `n` only new keys, `?` only known ones. */
function merge(a: Json, b: Json, flags: string): Json {
  if (isObject(a) && isObject(b)) return mergeObjects(a, b, flags);
  if (isArray(a) && isArray(b)) {
    if (flags.includes('+')) return carry(a, [...a, ...b]);
    if (flags.includes('d')) return carry(a, mergeItems(a, b, flags));
  }
  if (flags.includes('n') && a !== null) return a;
  return b;
}

function mergeItems(a: readonly Json[], b: readonly Json[], flags: string): Json[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => {
    const [x, y] = [a[i], b[i]];
    return x === undefined ? (y as Json) : y === undefined ? x : merge(x, y, flags);
  });
}

function mergeObjects(a: JsonObject, b: JsonObject, flags: string): JsonObject {
  const out = new Map(a);
  for (const [key, value] of b) {
    const old = out.get(key);
    if (old === undefined) {
      if (!flags.includes('?')) out.set(key, value);
    } else out.set(key, merge(old, value, flags));
  }
  return carry(a, out);
}

/** yq's `==` takes `*` and `?` in what stands on its right as wildcards. */
function same(a: Json, b: Json): boolean {
  if (typeof a === 'string' && typeof b === 'string' && /[*?]/.test(b)) return globMatch(b, a);
  return OPERATORS['==']?.(a, b) === true;
}

type Operator = (a: Json, b: Json) => Json;

const STARS = ['+', 'd', 'n', '?', 'c', '+n', 'n+'];

const times: Operator = (a, b) => {
  if (isObject(a) || isArray(a) || ((isObject(b) || isArray(b)) && a === null)) return merge(a, b, '');
  return (OPERATORS['*'] as Operator)(a, b);
};

const isScalar = (value: Json): boolean => value !== null && !isArray(value) && !isObject(value);

const plus: Operator = (a, b) => {
  // Text takes whatever scalar comes to it.
  if ((typeof a === 'string' || typeof b === 'string') && isScalar(a) && isScalar(b))
    return toText(a) + toText(b);
  if (isArray(a) && !isArray(b) && b !== null) return carry(a, [...a, b]);
  const result = (OPERATORS['+'] as Operator)(a, b);
  return typeof result === 'object' && result !== null && (isArray(result) || isObject(result))
    ? carry(a, result)
    : result;
};

/** The operators of yq v4. */
export const YQ_OPERATORS: Readonly<Record<string, Operator>> = {
  ...OPERATORS,
  '==': same,
  '!=': (a, b) => !same(a, b),
  '+': plus,
  '*': times,
  ...Object.fromEntries(
    STARS.map((flags): [string, Operator] => [`*${flags}`, (a, b) => merge(a, b, flags)]),
  ),
};
