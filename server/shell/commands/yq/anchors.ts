import { annotate, isArray, isObject, JqError, type Json, type JsonObject } from '../jq/values.ts';
import { type EntryNote, noteFor } from './notes.ts';

/** The key of a mapping that takes over the entries of others. */
export const MERGE = '<<';

/** Whether the key was written without quotes: else it is a key like any other. */
export function merges(value: JsonObject): boolean {
  return value.has(MERGE) && noteFor(value).entries.get(MERGE)?.key === undefined;
}

/** An entry that a mapping takes over from others; null where it has none. */
export function inherited(value: Json, key: Json): Json {
  if (typeof key !== 'string' || !isObject(value) || !merges(value)) return null;
  const from = value.get(MERGE) as Json;
  for (const source of isArray(from) ? from : [from]) {
    if (!isObject(source)) continue;
    const found = source.get(key) ?? inherited(source, key);
    if (found !== null) return found;
  }
  return null;
}

/** The value with what aliases stand for in their place, and without anchors. Models yqlib operator_anchors_aliases.go explodeNode. */
export function exploded(value: Json): Json {
  if (isArray(value)) return annotate(value.map(exploded), withoutNames(value));
  if (!isObject(value)) return value;
  if (merges(value)) return merged(value);
  return annotate(
    new Map([...value].map(([key, one]) => [key, exploded(one)] as const)),
    withoutNames(value),
  );
}

function withoutNames(value: Json) {
  const note = noteFor(value);
  const entries = new Map<Json, EntryNote>();
  for (const [key, one] of note.entries)
    entries.set(
      key,
      one.alias === undefined
        ? { ...one, anchor: undefined }
        : { ...one, anchor: undefined, alias: undefined, source: undefined },
    );
  return { ...note, entries };
}

/** Models yqlib operator_anchors_aliases.go reconstructAliasedMap, overrideEntry. */
function merged(value: JsonObject): Json {
  const out = new Map<string, Json>();
  const own = [...value.keys()];
  const put = (key: string, one: Json, place: number) => {
    // Keys and values take turns there; the place of a mapping in a list is counted in both.
    const isLater = place % 2 === 0 && own.slice(place / 2 + 1).includes(key);
    if (out.has(key) || !isLater) out.set(key, exploded(one));
  };
  for (const [i, [key, one]] of [...value].entries()) {
    if (key !== MERGE) {
      out.set(key, exploded(one));
      continue;
    }
    const isList = isArray(one);
    for (const [at, source] of [...(isList ? one : [one]).entries()].reverse()) {
      if (!isObject(source))
        throw new JqError(
          `merge anchor only supports maps, got ${isArray(source) ? '!!seq' : '!!str'} instead`,
        );
      for (const [name, item] of exploded(source) as JsonObject) put(name, item, isList ? at : 2 * i);
    }
  }
  return annotate(out, withoutNames(value));
}
