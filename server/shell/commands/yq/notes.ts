import { annotate, isArray, isObject, type Json, noteOf } from '../jq/values.ts';

/** What a file says of one entry of a mapping or a sequence, beside its value. */
export interface EntryNote {
  /** The key as it was written, when that was in quotes. */
  readonly key?: string | undefined;
  readonly head?: string | undefined;
  readonly line?: string | undefined;
  readonly style?: ScalarStyle | undefined;
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

/** The value without any styles, as `-P` shows it; comments stay. */
export function plain(value: Json): Json {
  if (!isArray(value) && !isObject(value)) return value;
  const { entries, foot } = noteFor(value);
  const kept = new Map([...entries].map(([key, { head, line }]) => [key, { head, line }] as const));
  const note: Note = { flow: false, foot, entries: kept };
  if (isArray(value)) return annotate(value.map(plain), note);
  return annotate(new Map([...value].map(([key, one]) => [key, plain(one)] as const)), note);
}
