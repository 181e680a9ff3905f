import { AGE, age, NAME, text, wide } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { formatAccessModes, storageClassOf } from '../persistent-volume/storage.ts';
import { defaultClaim } from './defaults.ts';
import { validate, validateStatus, validateUpdate } from './validate.ts';
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
  validateSubresource: validateStatus,
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
  if (!object.spec) return;
  linkDataSources(object.spec);
}

/** The two names of a source follow each other. Models pkg/api/persistentvolumeclaim NormalizeDataSources. */
function linkDataSources(spec: any): void {
  if (!isClaimOrSnapshot(spec.dataSource)) delete spec.dataSource;
  if (spec.dataSource) spec.dataSourceRef ??= { ...spec.dataSource };
  else if (spec.dataSourceRef && !spec.dataSourceRef.namespace) spec.dataSource = { ...spec.dataSourceRef };
}

/** What old servers knew: other sources were dropped, and still are. */
function isClaimOrSnapshot({ apiGroup = '', kind }: any = {}): boolean {
  if (kind === 'PersistentVolumeClaim') return apiGroup === '';
  return kind === 'VolumeSnapshot' && apiGroup === 'snapshot.storage.k8s.io';
}
