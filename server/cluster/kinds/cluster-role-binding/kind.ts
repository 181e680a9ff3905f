import { AGE, age, NAME, text, wide } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { defaultBinding } from '../role-binding/defaults.ts';
import { subjectCells } from '../role-binding/subjects.ts';
import { validateClusterBinding, validateUpdate } from '../role-binding/validate.ts';

export const CLUSTER_ROLE_BINDING: Kind = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  singular: 'clusterrolebinding',
  namespaced: false,
  nameRule: 'path-segment',
  schema: 'io.k8s.api.rbac.v1.ClusterRoleBinding',
  columns: [NAME, text('Role'), AGE, wide('Users'), wide('Groups'), wide('ServiceAccounts')],
  row,
  setDefaults: defaultBinding,
  validate: validateClusterBinding,
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
