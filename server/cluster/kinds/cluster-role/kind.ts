import { CREATED_COLUMNS, createdRow } from '../columns.ts';
import type { Kind } from '../kind.ts';
import { validateClusterRole } from '../role/validate.ts';

export const CLUSTER_ROLE: Kind = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  singular: 'clusterrole',
  namespaced: false,
  nameRule: 'path-segment',
  schema: 'io.k8s.api.rbac.v1.ClusterRole',
  columns: CREATED_COLUMNS,
  row: createdRow,
  validate: validateClusterRole,
};
