import { formatLabels } from '../columns.ts';
import type { Kind } from '../kind.ts';
import { defaultTemplate } from '../pod/defaults.ts';
import { REPLICAS, replicasRow } from '../replica-set/replicas.ts';
import { validateStatus } from '../replica-set/validate.ts';
import { validate } from './validate.ts';

export const REPLICATION_CONTROLLER: Kind = {
  ...REPLICAS,
  group: '',
  version: 'v1',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  singular: 'replicationcontroller',
  shortNames: ['rc'],
  schema: 'io.k8s.api.core.v1.ReplicationController',
  storagePrefix: 'controllers',
  row: replicasRow(formatLabels),
  setDefaults,
  validate,
  validateSubresource: validateStatus,
};

function setDefaults(object: any): void {
  const { metadata, spec = {} } = object;
  object.spec = spec;
  const labels = spec.template?.metadata?.labels;
  if (labels && Object.keys(spec.selector ?? {}).length === 0) spec.selector = { ...labels };
  if (labels && Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels };
  spec.replicas ??= 1;
  defaultTemplate(spec.template);
}
