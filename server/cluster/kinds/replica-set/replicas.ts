import { AGE, age, integer, NAME } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { workloadWarnings } from '../pod/warnings/pod-spec.ts';
import { SCALED_BY_REPLICAS, TEMPLATE_COLUMNS, templateCells } from '../workload.ts';

/** What a ReplicaSet and its older form, the ReplicationController, have in common. */
export const REPLICAS = {
  categories: ['all'],
  namespaced: true,
  hasStatus: true,
  hasGeneration: true,
  scale: SCALED_BY_REPLICAS,
  columns: [NAME, integer('Desired'), integer('Current'), integer('Ready'), AGE, ...TEMPLATE_COLUMNS],
  prepareForCreate,
  fieldSelectors: { 'status.replicas': ({ status }) => `${status?.replicas ?? 0}` },
  warnings: workloadWarnings,
} satisfies Partial<Kind>;

function prepareForCreate(object: any): void {
  object.status = { replicas: 0 };
}

/** `formatSelector` writes the selector as the kind has it. */
export function replicasRow(formatSelector: (selector: any) => string) {
  return (object: any, context: RowContext): Cell[] => {
    const { metadata, spec, status = {} } = object;
    return [
      metadata.name,
      spec.replicas ?? 0,
      status.replicas ?? 0,
      status.readyReplicas ?? 0,
      age(object, context),
      ...templateCells(spec.template, formatSelector(spec.selector)),
    ];
  };
}
