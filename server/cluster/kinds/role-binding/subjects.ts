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
