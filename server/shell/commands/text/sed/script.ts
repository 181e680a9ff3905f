import type { Regex } from '../../../regex/regex.ts';

export type Address =
  | { readonly type: 'line'; readonly line: number }
  | { readonly type: 'step'; readonly first: number; readonly step: number }
  | { readonly type: 'last' }
  /** Undefined: the last regex used. */
  | { readonly type: 'regex'; readonly regex: Regex | undefined }
  | { readonly type: 'plus'; readonly count: number }
  | { readonly type: 'multiple'; readonly of: number };

/** A piece of a replacement: text, a group, or a change of case from here on. */
export type Piece =
  | { readonly text: string }
  | { readonly group: number }
  | { readonly fold: 'L' | 'U' | 'l' | 'u' | 'E' };

export interface Substitution {
  readonly regex: Regex | undefined;
  readonly pieces: readonly Piece[];
  readonly global: boolean;
  readonly nth: number;
  readonly print: number;
  readonly file: string | undefined;
}

export interface SedCommand {
  readonly from: Address | undefined;
  readonly to: Address | undefined;
  readonly negate: boolean;
  readonly name: string;
  /** Text of a, i, c; label of b, t, T; file of r, R, w, W; exit code of q, Q; width of l. */
  readonly text: string;
  readonly substitution?: Substitution;
  readonly map?: ReadonlyMap<string, string>;
  /** For `{`: the index behind the matching `}`; for jumps: where to. */
  target: number;
  /** State of a range: whether it is open, and the line where it ends. */
  active: boolean;
  /** A range from a line on has been. */
  over?: boolean;
  endLine: number;
}
