import { AGE, age, containerCells, NAME, text, wide } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { defaultClaim } from '../persistent-volume-claim/defaults.ts';
import { defaultTemplate } from '../pod/defaults.ts';
import { SCALED_BY_REPLICAS } from '../workload.ts';
import { validate, validateStatus, validateUpdate } from './validate.ts';
import { statefulSetWarnings } from './warnings.ts';

export const STATEFUL_SET: Kind = {
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  singular: 'statefulset',
  shortNames: ['sts'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.apps.v1.StatefulSet',
  hasStatus: true,
  hasGeneration: true,
  scale: SCALED_BY_REPLICAS,
  columns: [NAME, text('Ready'), AGE, wide('Containers'), wide('Images')],
  row,
  setDefaults,
  prepareForCreate,
  validate,
  validateUpdate,
  validateSubresource: validateStatus,
  warnings: statefulSetWarnings,
};

function row(object: any, context: RowContext): Cell[] {
  const { metadata, spec, status = {} } = object;
  return [
    metadata.name,
    `${status.readyReplicas ?? 0}/${spec.replicas ?? 0}`,
    age(object, context),
    ...containerCells(spec.template?.spec?.containers),
  ];
}

function setDefaults(object: any): void {
  const spec = object.spec ?? {};
  object.spec = spec;
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= 10;
  spec.podManagementPolicy ||= 'OrderedReady';
  spec.updateStrategy ??= {};
  spec.updateStrategy.type ||= 'RollingUpdate';
  if (spec.updateStrategy.type === 'RollingUpdate') {
    const { partition = 0, maxUnavailable = 1 } = spec.updateStrategy.rollingUpdate ?? {};
    spec.updateStrategy.rollingUpdate = { partition, maxUnavailable };
  }
  spec.persistentVolumeClaimRetentionPolicy = {
    whenDeleted: 'Retain',
    whenScaled: 'Retain',
    ...spec.persistentVolumeClaimRetentionPolicy,
  };
  defaultTemplate(spec.template);
  for (const claim of spec.volumeClaimTemplates ?? []) {
    claim.apiVersion = 'v1';
    claim.kind = 'PersistentVolumeClaim';
    defaultClaim(claim);
  }
}

function prepareForCreate(object: any): void {
  object.status = { replicas: 0, availableReplicas: 0 };
}
