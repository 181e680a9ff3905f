import { CREATED_COLUMNS, createdRow } from '../columns.ts';
import type { Kind } from '../kind.ts';
import { validate } from './validate.ts';

export const ROLE: Kind = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'Role',
  plural: 'roles',
  singular: 'role',
  namespaced: true,
  nameRule: 'path-segment',
  schema: 'io.k8s.api.rbac.v1.Role',
  columns: CREATED_COLUMNS,
  row: createdRow,
  validate,
};
