import { AGE, age, NAME, text, wide } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { defaultBinding } from './defaults.ts';
import { subjectCells } from './subjects.ts';
import { validate, validateUpdate } from './validate.ts';

export const ROLE_BINDING: Kind = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'RoleBinding',
  plural: 'rolebindings',
  singular: 'rolebinding',
  namespaced: true,
  nameRule: 'path-segment',
  schema: 'io.k8s.api.rbac.v1.RoleBinding',
  columns: [NAME, text('Role'), AGE, wide('Users'), wide('Groups'), wide('ServiceAccounts')],
  row,
  setDefaults: defaultBinding,
  validate,
  validateUpdate,
};

function row(object: any, context: RowContext): Cell[] {
  const { metadata, roleRef, subjects = [] } = object;
  return [
    metadata.name,
    `${roleRef?.kind}/${roleRef?.name}`,
    age(object, context),
    ...subjectCells(subjects),
  ];
}
