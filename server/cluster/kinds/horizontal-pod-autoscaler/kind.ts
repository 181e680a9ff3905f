import { AGE, age, NAME, text } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { setDefaults } from './defaults.ts';
import { metricsCell } from './metrics-cell.ts';
import { V1 } from './v1.ts';
import { validate, validateStatus } from './validate.ts';

export const HORIZONTAL_POD_AUTOSCALER: Kind = {
  group: 'autoscaling',
  version: 'v2',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  singular: 'horizontalpodautoscaler',
  shortNames: ['hpa'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler',
  hasStatus: true,
  otherVersions: [V1],
  columns: [
    NAME,
    text('Reference'),
    text('Targets'),
    text('MinPods'),
    text('MaxPods'),
    text('Replicas'),
    AGE,
  ],
  row,
  setDefaults,
  prepareForCreate,
  validate,
  validateSubresource: validateStatus,
};

function row(object: any, context: RowContext): Cell[] {
  const { metadata, spec, status = {} } = object;
  return [
    metadata.name,
    `${spec.scaleTargetRef?.kind}/${spec.scaleTargetRef?.name}`,
    metricsCell(spec.metrics ?? [], status.currentMetrics ?? []),
    spec.minReplicas === undefined ? '<unset>' : `${spec.minReplicas}`,
    spec.maxReplicas ?? 0,
    status.currentReplicas ?? 0,
    age(object, context),
  ];
}

function prepareForCreate(object: any): void {
  object.status = { desiredReplicas: 0, currentMetrics: null };
}
