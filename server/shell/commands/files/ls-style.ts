import type { Stat } from '../../../host/index.ts';
import type { Zone } from '../../dates.ts';
import type { Users } from '../core/users.ts';

export interface Entry {
  /** As it is shown. */
  readonly name: string;
  readonly path: string;
  readonly stat: Stat;
}

export interface Style {
  readonly long: boolean;
  readonly columns: 'one' | 'down' | 'across' | 'commas';
  readonly width: number;
  readonly color: boolean;
  readonly zone: Zone;
  readonly users: Users;
  readonly show: (name: string) => string;
  /** Whether a colour was shown already. */
  painted: boolean;
}
