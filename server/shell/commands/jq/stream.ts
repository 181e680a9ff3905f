import { isArray, isObject, type Json } from './values.ts';

/** What `--stream` makes of a value: `[path, leaf]` for every leaf, `[path]` where an array or object ends. */
export function* streamOf(value: Json): Generator<Json> {
  yield* parts(value, []);
}

function* parts(value: Json, path: readonly Json[]): Generator<Json> {
  const entries: (readonly [Json, Json])[] = isArray(value)
    ? [...value.entries()]
    : isObject(value)
      ? [...value.entries()]
      : [];
  if (entries.length === 0) {
    yield [path, value];
    return;
  }
  for (const [key, item] of entries) yield* parts(item, [...path, key]);
  yield [[...path, (entries.at(-1) as readonly [Json, Json])[0]]];
}
