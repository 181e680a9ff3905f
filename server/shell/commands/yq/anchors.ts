import { OutOfMemory } from '../jq/operators.ts';
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

/** Nodes that aliases may lead to: a few lines of them stand for more than any memory holds. */
const MAX_NODES = 200_000;

/** The value with what aliases stand for in their place, and without anchors. Models yqlib operator_anchors_aliases.go explodeNode. */
export function exploded(value: Json): Json {
  return new Explosion().of(value);
}

class Explosion {
  #nodes = 0;

  of(value: Json): Json {
    if (++this.#nodes > MAX_NODES) throw new OutOfMemory();
    if (isArray(value))
      return annotate(
        value.map((one) => this.of(one)),
        withoutNames(value),
      );
    if (!isObject(value)) return value;
    if (merges(value)) return this.#merged(value);
    return annotate(
      new Map([...value].map(([key, one]) => [key, this.of(one)] as const)),
      withoutNames(value),
    );
  }

  /** Models yqlib operator_anchors_aliases.go reconstructAliasedMap, overrideEntry. */
  #merged(value: JsonObject): Json {
    const out = new Map<string, Json>();
    const own = [...value.keys()];
    const put = (key: string, one: Json, place: number) => {
      // Keys and values take turns there; the place of a mapping in a list is counted in both.
      const isLater = place % 2 === 0 && own.slice(place / 2 + 1).includes(key);
      if (out.has(key) || !isLater) out.set(key, one);
    };
    for (const [i, [key, one]] of [...value].entries()) {
      if (key !== MERGE) {
        out.set(key, this.of(one));
        continue;
      }
      const isList = isArray(one);
      for (const [at, source] of [...(isList ? one : [one]).entries()].reverse()) {
        if (!isObject(source))
          throw new JqError(
            `merge anchor only supports maps, got ${isArray(source) ? '!!seq' : '!!str'} instead`,
          );
        for (const [name, item] of this.of(source) as JsonObject) put(name, item, isList ? at : 2 * i);
      }
    }
    return annotate(out, withoutNames(value));
  }
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
