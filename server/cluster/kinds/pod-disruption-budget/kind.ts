import { AGE, age, integer, NAME, text } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { validate, validateStatus } from './validate.ts';

export const POD_DISRUPTION_BUDGET: Kind = {
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  singular: 'poddisruptionbudget',
  shortNames: ['pdb'],
  namespaced: true,
  schema: 'io.k8s.api.policy.v1.PodDisruptionBudget',
  hasStatus: true,
  hasGeneration: true,
  columns: [NAME, text('Min Available'), text('Max Unavailable'), integer('Allowed Disruptions'), AGE],
  row,
  prepareForCreate,
  validate,
  validateSubresource: validateStatus,
  nameRule: 'path-segment',
};

function row(object: any, context: RowContext): Cell[] {
  const { minAvailable, maxUnavailable } = object.spec ?? {};
  return [
    object.metadata.name,
    minAvailable === undefined ? 'N/A' : `${minAvailable}`,
    maxUnavailable === undefined ? 'N/A' : `${maxUnavailable}`,
    object.status?.disruptionsAllowed ?? 0,
    age(object, context),
  ];
}

function prepareForCreate(object: any): void {
  object.status = {
    currentHealthy: 0,
    desiredHealthy: 0,
    disruptionsAllowed: 0,
    expectedPods: 0,
  };
}
