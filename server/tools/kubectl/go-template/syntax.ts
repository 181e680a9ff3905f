/** The syntax tree of Go's text/template. */

/** What stands in an action. */
export type Expression =
  | { type: 'dot' }
  | { type: 'nil' }
  | { type: 'literal'; value: unknown }
  | { type: 'field'; names: string[] }
  | { type: 'variable'; name: string; names: string[] }
  | { type: 'chain'; of: Expression; names: string[] }
  | { type: 'call'; name: string }
  | { type: 'pipe'; pipe: Pipe };

/** Commands, each given what the one before it has made. */
export interface Pipe {
  declare: string[];
  assign: boolean;
  commands: Expression[][];
}

/** A piece of a template. */
export type Piece =
  | { type: 'text'; text: string }
  | { type: 'print'; pipe: Pipe }
  | { type: 'if' | 'with' | 'range'; pipe: Pipe; body: Piece[]; otherwise: Piece[] }
  | { type: 'template'; name: string; pipe: Pipe | undefined }
  | { type: 'break' }
  | { type: 'continue' };

export class TemplateError extends Error {
  override name = 'TemplateError';
  /** What was made before it went wrong. */
  written = '';
}
