import { NAME, text } from '../columns.ts';
import type { Cell, Kind } from '../kind.ts';
import { validate, validateUpdate } from './validate.ts';

export const CSI_STORAGE_CAPACITY: Kind = {
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIStorageCapacity',
  plural: 'csistoragecapacities',
  singular: 'csistoragecapacity',
  namespaced: true,
  schema: 'io.k8s.api.storage.v1.CSIStorageCapacity',
  columns: [NAME, text('StorageClassName'), text('Capacity')],
  row,
  validate,
  validateUpdate,
};

function row(object: any): Cell[] {
  return [object.metadata.name, object.storageClassName ?? '', object.capacity ?? ''];
}
