import { AGE, age, NAME, text, wide } from '../columns.ts';
import type { Cell, RowContext } from '../kind.ts';

/** A subject of a role binding. */
export interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** Users, groups and service accounts, each kind as one cell. */
export function subjectCells(subjects: readonly Subject[]): [string, string, string] {
  const cell = (wanted: string, show: (subject: Subject) => string) =>
    subjects
      .filter(({ kind }) => kind === wanted)
      .map(show)
      .join(', ');
  return [
    cell('User', ({ name }) => name),
    cell('Group', ({ name }) => name),
    cell('ServiceAccount', ({ name, namespace = '' }) => `${namespace}/${name}`),
  ];
}

export const BINDING_COLUMNS = [
  NAME,
  text('Role'),
  AGE,
  wide('Users'),
  wide('Groups'),
  wide('ServiceAccounts'),
];

export function bindingRow(object: any, context: RowContext): Cell[] {
  const { metadata, roleRef, subjects = [] } = object;
  const role = `${roleRef?.kind}/${roleRef?.name}`;
  return [metadata.name, role, age(object, context), ...subjectCells(subjects)];
}
