import type { Kind } from '../kind.ts';
import { defaultBinding } from './defaults.ts';
import { BINDING_COLUMNS, bindingRow } from './subjects.ts';
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
  columns: BINDING_COLUMNS,
  row: bindingRow,
  setDefaults: defaultBinding,
  validate,
  validateUpdate,
};
