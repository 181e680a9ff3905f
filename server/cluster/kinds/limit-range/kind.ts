import { CREATED_COLUMNS, createdRow } from '../columns.ts';
import type { Kind } from '../kind.ts';
import { validate } from './validate.ts';

export const LIMIT_RANGE: Kind = {
  group: '',
  version: 'v1',
  kind: 'LimitRange',
  plural: 'limitranges',
  singular: 'limitrange',
  shortNames: ['limits'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.LimitRange',
  columns: CREATED_COLUMNS,
  row: createdRow,
  setDefaults,
  validate,
};

function setDefaults(object: any): void {
  for (const item of object.spec?.limits ?? []) if (item.type === 'Container') defaultContainerLimits(item);
}

/** Models pkg/apis/core/v1 SetDefaults_LimitRangeItem. */
function defaultContainerLimits(item: any): void {
  const limits = { ...item.max, ...item.default };
  const requests = { ...item.min, ...limits, ...item.defaultRequest };
  if (Object.keys(limits).length > 0) item.default = limits;
  if (Object.keys(requests).length > 0) item.defaultRequest = requests;
}
