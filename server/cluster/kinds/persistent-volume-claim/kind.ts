import { AGE, age, NAME, text, wide } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { formatAccessModes, storageClassOf } from '../persistent-volume/storage.ts';
import { defaultClaim } from './defaults.ts';
import { validate, validateUpdate } from './validate.ts';
import { claimWarnings } from './warnings.ts';

export const PERSISTENT_VOLUME_CLAIM: Kind = {
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  singular: 'persistentvolumeclaim',
  shortNames: ['pvc'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.PersistentVolumeClaim',
  hasStatus: true,
  columns: [
    NAME,
    text('Status'),
    text('Volume'),
    text('Capacity'),
    text('Access Modes'),
    text('StorageClass'),
    text('VolumeAttributesClass'),
    AGE,
    wide('VolumeMode'),
  ],
  row,
  setDefaults: defaultClaim,
  prepareForCreate,
  validate,
  validateUpdate,
  warnings: claimWarnings,
};

function row(object: any, context: RowContext): Cell[] {
  const { metadata, spec = {}, status = {} } = object;
  const bound = Boolean(spec.volumeName);
  return [
    metadata.name,
    metadata.deletionTimestamp ? 'Terminating' : (status.phase ?? ''),
    spec.volumeName ?? '',
    bound ? (status.capacity?.storage ?? '0') : '',
    bound ? formatAccessModes(status.accessModes) : '',
    storageClassOf(object),
    spec.volumeAttributesClassName ?? '<unset>',
    age(object, context),
    spec.volumeMode ?? '<unset>',
  ];
}

function prepareForCreate(object: any): void {
  object.status = { phase: 'Pending' };
}
