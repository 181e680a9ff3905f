import type { Stat } from '../../../../host/index.ts';
import type { Steps } from '../../../../sim/index.ts';

/** A file that find looks at. */
export interface Found {
  readonly path: string;
  readonly stat: Stat;
  readonly depth: number;
  /** The operand it was found below. */
  readonly start: string;
}

/** What an expression may say besides true or false. */
export interface Walk {
  prune: boolean;
}

export type Predicate = (found: Found, walk: Walk) => Steps<boolean>;

export interface FindOptions {
  maxDepth: number;
  minDepth: number;
  depthFirst: boolean;
  oneDevice: boolean;
}

export type Test = (found: Found) => boolean;

export function* always(): Steps<boolean> {
  return true;
}

export function compared(sign: string, number: number, of: (found: Found) => number): Test {
  if (sign === '+') return (found) => of(found) > number;
  if (sign === '-') return (found) => of(found) < number;
  return (found) => of(found) === number;
}

/** `-quit`: nothing more is looked at. */
export class Quit extends Error {
  override name = 'Quit';
}
