import type { Kind } from '../kind.ts';
import { defaultBinding } from '../role-binding/defaults.ts';
import { BINDING_COLUMNS, bindingRow } from '../role-binding/subjects.ts';
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
  columns: BINDING_COLUMNS,
  row: bindingRow,
  setDefaults: defaultBinding,
  validate: validateClusterBinding,
  validateUpdate,
};
