import { annotate, isArray, isObject, type Json, noteOf } from '../jq/values.ts';

/** What a file says of one entry of a mapping or a sequence, beside its value. */
export interface EntryNote {
  /** The key as it was written, when that was in quotes. */
  readonly key?: string | undefined;
  readonly head?: string | undefined;
  readonly line?: string | undefined;
  readonly style?: ScalarStyle | undefined;
  /** The name that the node gives itself: `&name`. */
  readonly anchor?: string | undefined;
  /** The node that it stands for, while it has this value: `*name`. */
  readonly alias?: string | undefined;
  /** How the scalar was written; it is written so again while it has this value. */
  readonly source?: string | undefined;
  readonly value?: Json | undefined;
}

export type ScalarStyle = 'double' | 'single' | 'literal' | 'folded';

/** What a file says of a mapping or a sequence. */
export interface Note {
  readonly flow: boolean;
  readonly foot?: string | undefined;
  readonly entries: ReadonlyMap<Json, EntryNote>;
}

const EMPTY: Note = { flow: false, entries: new Map() };

export function noteFor(value: Json): Note {
  return (noteOf(value) as Note | undefined) ?? EMPTY;
}

/** The same value with another note of one of its entries. */
export function withEntry(value: Json, key: Json, change: EntryNote): Json {
  const note = noteFor(value);
  const entries = new Map(note.entries).set(key, { ...note.entries.get(key), ...change });
  return withNote(value, { ...note, entries });
}

export function withNote(value: Json, note: Note): Json {
  if (isArray(value)) return annotate(value.slice(), note);
  return isObject(value) ? annotate(new Map(value), note) : value;
}

/** The value without any styles, as `-P` shows it; comments, anchors and aliases stay. */
export function plain(value: Json): Json {
  if (!isArray(value) && !isObject(value)) return value;
  const { entries, foot } = noteFor(value);
  const kept = new Map<Json, EntryNote>();
  for (const [key, { head, line, anchor, alias, value: one }] of entries)
    kept.set(key, { head, line, anchor, ...(alias === undefined ? {} : { alias, value: one }) });
  const note: Note = { flow: false, foot, entries: kept };
  const shown = (key: Json, one: Json) => (aliasOf(entries.get(key), one) === undefined ? plain(one) : one);
  if (isArray(value))
    return annotate(
      value.map((one, i) => shown(i, one)),
      note,
    );
  return annotate(new Map([...value].map(([key, one]) => [key, shown(key, one)] as const)), note);
}

/** The name that an entry is written by, when it still is what the name stands for. */
export function aliasOf(note: EntryNote | undefined, value: Json): string | undefined {
  return note?.value === value ? note.alias : undefined;
}
