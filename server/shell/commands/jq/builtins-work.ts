import type { Steps } from '../../../sim/index.ts';
import { compareBytes } from '../core/numbers.ts';
import { sorted } from '../core/sorted.ts';
import { type Builtins, worked } from './builtin.ts';
import { demandArray, unreadable } from './builtins-values.ts';
import { JsonReader, onlyOne } from './json-parse.ts';
import { jsonPieces } from './json-text.ts';
import type { Turns } from './machine.ts';
import { demandString, described } from './operators.ts';
import { compare, equal, isArray, isObject, JqError, type Json, typeName } from './values.ts';

/** Characters of JSON that are read or written in the time of one step. */
const CHARS_PER_STEP = 64;
/** Characters that are read between two looks at the time. */
const PIECE = 16 * 1024;
/** Comparisons that are made in the time of one step. */
const COMPARISONS = 16;

function* keys(turns: Turns, value: Json): Steps<Json> {
  if (isArray(value)) return value.map((_, i) => i);
  if (isObject(value)) return yield* sorted(turns, [...value.keys()], compareBytes);
  throw new JqError(`${described(value)} has no keys`);
}

function* contains(turns: Turns, a: Json, b: Json): Steps<boolean> {
  yield* turns.spend(1 / COMPARISONS);
  if (isObject(a) && isObject(b)) {
    for (const [key, value] of b)
      if (!a.has(key) || !(yield* contains(turns, a.get(key) as Json, value))) return false;
    return true;
  }
  if (isArray(a) && isArray(b)) {
    for (const item of b) if (!(yield* holds(turns, a, item))) return false;
    return true;
  }
  if (typeof a === 'string' && typeof b === 'string') return a.includes(b);
  if (typeName(a) === typeName(b)) return equal(a, b);
  throw new JqError(`${described(a)} and ${described(b)} cannot have their containment checked`);
}

function* holds(turns: Turns, items: readonly Json[], wanted: Json): Steps<boolean> {
  for (const item of items)
    if (typeName(item) === typeName(wanted) && (yield* contains(turns, item, wanted))) return true;
  return false;
}

/** Items with the keys that `f` gave for them, in order; equal ones stay as they came. */
function* byKeys(turns: Turns, items: Json, byKey: Json, what: string): Steps<[Json, Json][]> {
  const list = demandArray(items, what);
  const order = byKey as readonly Json[];
  const pairs = list.map((item, i): [Json, Json] => [order[i] as Json, item]);
  return yield* sorted(turns, pairs, (a, b) => compare(a[0], b[0]));
}

function* groups(turns: Turns, items: Json, byKey: Json): Steps<Json[][]> {
  const out: Json[][] = [];
  let last: Json | undefined;
  for (const [key, item] of yield* byKeys(turns, items, byKey, 'grouped')) {
    yield* turns.spend(1 / COMPARISONS);
    if (last !== undefined && equal(last, key)) (out.at(-1) as Json[]).push(item);
    else out.push([item]);
    last = key;
  }
  return out;
}

function* firsts(turns: Turns, items: Json, byKey: Json): Steps<Json> {
  return (yield* groups(turns, items, byKey)).map((group) => group[0] as Json);
}

function* written(turns: Turns, value: Json): Steps<Json> {
  let text = '';
  for (const piece of jsonPieces(value)) {
    text += piece;
    demandString(text.length);
    yield* turns.spend(piece.length / CHARS_PER_STEP);
  }
  return text;
}

function* read(turns: Turns, text: Json): Steps<Json> {
  if (typeof text !== 'string') throw new JqError(`${described(text)} cannot be parsed as JSON`);
  const reader = new JsonReader();
  const found: Json[] = [];
  try {
    for (let at = 0; at <= text.length; at += PIECE) {
      reader.feed(text.slice(at, at + PIECE));
      if (at + PIECE > text.length) reader.end();
      for (let next = reader.next(); next; next = reader.next()) found.push(next.value);
      yield* turns.spend(Math.min(PIECE, text.length) / CHARS_PER_STEP);
    }
    return onlyOne(found);
  } catch (error) {
    throw unreadable(error, text);
  }
}

/** Functions over values whose time grows with them: they take turns with whatever else runs. */
export const WORK_BUILTINS: Builtins = worked({
  'keys/0': keys,
  'contains/1': contains,
  'inside/1': (turns, a, b) => contains(turns, b, a),
  *'sort/0'(turns, value) {
    return yield* sorted(turns, demandArray(value, 'sorted'), compare);
  },
  *'_sort_by/1'(turns, value, by) {
    return (yield* byKeys(turns, value, by, 'sorted')).map(([, item]) => item);
  },
  '_group_by/1': groups,
  '_unique_by/1': firsts,
  'unique/0': (turns, value) => firsts(turns, demandArray(value, 'sorted'), value),
  'tojson/0': written,
  *'tostring/0'(turns, value) {
    return typeof value === 'string' ? value : yield* written(turns, value);
  },
  'fromjson/0': read,
});
