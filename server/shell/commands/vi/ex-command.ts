import type { Steps } from '../../../sim/index.ts';
import type { Editor } from './editor.ts';
import type { RunEx } from './ex-lines.ts';
import type { Range } from './range.ts';

/** What a command does; `run` carries out a line of commands inside it (`:g`). */
export type ExFunction = (
  editor: Editor,
  bang: boolean,
  argument: string,
  range: Range,
  run: RunEx,
) => Steps<void>;

/** The shortest name that is enough, the full one, what it does; `count`: a number before it is no line. */
export type ExCommand = readonly [string, string, ExFunction, 'count'?];
