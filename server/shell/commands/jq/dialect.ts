import { getAt } from './access.ts';
import { OPERATORS } from './operators.ts';
import type { Json } from './values.ts';

/** What another language on the same engine does otherwise. */
export interface Dialect {
  /** Paths are always known, and what cannot be looked into has nothing in it. */
  readonly lenient: boolean;
  /** What is found under a key. */
  readonly get: (value: Json, key: Json) => Json;
  readonly operators: Readonly<Record<string, (a: Json, b: Json) => Json>>;
}

export const JQ: Dialect = { lenient: false, get: getAt, operators: OPERATORS };
