import { formatLabelSelector } from '../columns.ts';
import type { Kind } from '../kind.ts';
import { defaultTemplate } from '../pod/defaults.ts';
import { REPLICAS, replicasRow } from './replicas.ts';
import { validate, validateStatus, validateUpdate } from './validate.ts';

export const REPLICA_SET: Kind = {
  ...REPLICAS,
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  singular: 'replicaset',
  shortNames: ['rs'],
  schema: 'io.k8s.api.apps.v1.ReplicaSet',
  row: replicasRow(formatLabelSelector),
  setDefaults,
  validate,
  validateUpdate,
  validateSubresource: validateStatus,
};

function setDefaults(object: any): void {
  const spec = object.spec ?? {};
  object.spec = spec;
  spec.replicas ??= 1;
  defaultTemplate(spec.template);
}
