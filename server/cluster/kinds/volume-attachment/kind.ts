import { AGE, age, boolean, NAME, text } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { validate, validateUpdate } from './validate.ts';

export const VOLUME_ATTACHMENT: Kind = {
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttachment',
  plural: 'volumeattachments',
  singular: 'volumeattachment',
  namespaced: false,
  schema: 'io.k8s.api.storage.v1.VolumeAttachment',
  hasStatus: true,
  columns: [
    NAME,
    { name: 'Attacher', type: 'string', format: 'name' },
    text('PV'),
    text('Node'),
    boolean('Attached'),
    AGE,
  ],
  row,
  prepareForCreate,
  validate,
  validateUpdate,
};

function row(object: any, context: RowContext): Cell[] {
  const { metadata, spec = {}, status = {} } = object;
  return [
    metadata.name,
    spec.attacher ?? '',
    spec.source?.persistentVolumeName ?? '',
    spec.nodeName ?? '',
    status.attached ?? false,
    age(object, context),
  ];
}

function prepareForCreate(object: any): void {
  object.status = { attached: false };
}
