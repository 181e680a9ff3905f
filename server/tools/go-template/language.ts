import type { FunctionTable } from './functions.ts';
import type { Piece } from './syntax.ts';
import { byteLength } from './values.ts';

/** A text that templates were read from. */
export interface Source {
  readonly name: string;
  readonly text: string;
}

/** What a template does, and where that is written. */
export interface Body {
  readonly pieces: readonly Piece[];
  readonly source: Source;
}

/** What a map gives for a key that it lacks: no value, the zero of its items' type, or an error. */
export type MissingKey = 'invalid' | 'zero' | 'error';

export interface Language {
  readonly functions: FunctionTable;
  readonly missing: MissingKey;
}

/** What an execution knows of: the templates, and how much was run since the outermost execution began. */
export interface Templates {
  readonly language: Language;
  readonly budget: { steps: number; written: number; running: number };
  get(name: string): Body | undefined;
}

/** Where something stands: name, line, and bytes before it in the line. */
export function placeOf({ name, text }: Source, at: number): string {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  return `${name}:${line}:${byteLength(before.slice(before.lastIndexOf('\n') + 1))}`;
}
