import { AGE, age, NAME, text, wide } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { defaultStorageSource } from '../pod/volume-defaults.ts';
import { formatAccessModes, storageClassOf } from './storage.ts';
import { validate, validateUpdate } from './validate.ts';
import { volumeWarnings } from './warnings.ts';

export const PERSISTENT_VOLUME: Kind = {
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  singular: 'persistentvolume',
  shortNames: ['pv'],
  namespaced: false,
  schema: 'io.k8s.api.core.v1.PersistentVolume',
  hasStatus: true,
  columns: [
    NAME,
    text('Capacity'),
    text('Access Modes'),
    text('Reclaim Policy'),
    text('Status'),
    text('Claim'),
    text('StorageClass'),
    text('VolumeAttributesClass'),
    text('Reason'),
    AGE,
    wide('VolumeMode'),
  ],
  row,
  setDefaults,
  prepareForCreate,
  validate,
  validateUpdate,
  warnings: volumeWarnings,
};

function row(object: any, context: RowContext): Cell[] {
  const { metadata, spec = {}, status = {} } = object;
  const { claimRef } = spec;
  return [
    metadata.name,
    spec.capacity?.storage ?? '0',
    formatAccessModes(spec.accessModes),
    spec.persistentVolumeReclaimPolicy ?? '',
    metadata.deletionTimestamp ? 'Terminating' : (status.phase ?? ''),
    claimRef ? `${claimRef.namespace}/${claimRef.name}` : '',
    storageClassOf(object),
    spec.volumeAttributesClassName ?? '<unset>',
    status.reason ?? '',
    age(object, context),
    spec.volumeMode ?? '<unset>',
  ];
}

function setDefaults(object: any): void {
  const spec = object.spec ?? {};
  object.spec = spec;
  object.status ??= {};
  object.status.phase ||= 'Pending';
  spec.persistentVolumeReclaimPolicy ||= 'Retain';
  spec.volumeMode ??= 'Filesystem';
  defaultStorageSource(spec);
}

function prepareForCreate(object: any): void {
  object.status = { phase: 'Pending' };
}
