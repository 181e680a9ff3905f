import { AGE, age, boolean, NAME, text } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { validate, validateUpdate } from './validate.ts';

export const CSI_DRIVER: Kind = {
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIDriver',
  plural: 'csidrivers',
  singular: 'csidriver',
  namespaced: false,
  schema: 'io.k8s.api.storage.v1.CSIDriver',
  hasGeneration: true,
  columns: [
    NAME,
    boolean('AttachRequired'),
    boolean('PodInfoOnMount'),
    boolean('StorageCapacity'),
    text('TokenRequests'),
    boolean('RequiresRepublish'),
    text('Modes'),
    AGE,
  ],
  row,
  setDefaults,
  validate,
  validateUpdate,
};

function row(object: any, context: RowContext): Cell[] {
  const { metadata, spec = {} } = object;
  const audiences: string[] = (spec.tokenRequests ?? []).map(({ audience }: any) => audience ?? '');
  return [
    metadata.name,
    spec.attachRequired ?? true,
    spec.podInfoOnMount ?? false,
    spec.storageCapacity ?? false,
    audiences.length > 0 ? audiences.join(',') : '<unset>',
    spec.requiresRepublish ?? false,
    (spec.volumeLifecycleModes ?? []).join(',') || '<none>',
    age(object, context),
  ];
}

function setDefaults(object: any): void {
  const spec = object.spec ?? {};
  object.spec = spec;
  spec.attachRequired ??= true;
  spec.podInfoOnMount ??= false;
  spec.storageCapacity ??= false;
  spec.fsGroupPolicy ??= 'ReadWriteOnceWithFSType';
  if ((spec.volumeLifecycleModes ?? []).length === 0) spec.volumeLifecycleModes = ['Persistent'];
  spec.requiresRepublish ??= false;
  spec.seLinuxMount ??= false;
}
