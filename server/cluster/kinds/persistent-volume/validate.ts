import type { FieldErrors } from '../../../objects/field-error.ts';
import { equalValues } from '../../../objects/values.ts';
import { validateNodeSelector } from '../pod/validation/scheduling.ts';
import { noBacksteps, validateHostPath, validateNfs } from '../pod/validation/volumes.ts';
import { immutable, oneOfIfSet, report } from '../validation/fields.ts';
import { goDiff } from '../validation/go-diff.ts';
import { goName } from '../validation/go-values.ts';
import { dnsSubdomain } from '../validation/names.ts';
import { positiveQuantity } from '../validation/resources.ts';

export const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

/** In the order of Go's struct and of its checks. */
const SOURCES = [
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'hostPath',
  'glusterfs',
  'nfs',
  'rbd',
  'quobyte',
  'iscsi',
  'flexVolume',
  'cinder',
  'cephfs',
  'fc',
  'flocker',
  'azureFile',
  'vsphereVolume',
  'azureDisk',
  'photonPersistentDisk',
  'portworxVolume',
  'scaleIO',
  'local',
  'storageos',
  'csi',
] as const;
/** What is looked at first. */
const CHECKED = ['hostPath', ...SOURCES.filter((name) => name !== 'hostPath')];

/** Models pkg/apis/core/validation ValidatePersistentVolumeSpec. */
export function validate({ spec }: any, errors: FieldErrors): void {
  const modes: string[] = spec.accessModes ?? [];
  if (modes.length === 0) errors.required('spec.accessModes');
  validateAccessModes(errors, modes);
  validateCapacity(errors, spec.capacity);
  oneOfIfSet(errors, 'spec.persistentVolumeReclaimPolicy', spec.persistentVolumeReclaimPolicy, [
    'Delete',
    'Recycle',
    'Retain',
  ]);
  const affinity = spec.nodeAffinity;
  if (affinity) {
    if (!affinity.required) {
      errors.required('spec.nodeAffinity.required', 'must specify required node constraints');
    } else validateNodeSelector(errors, 'spec.nodeAffinity.required', affinity.required);
  }
  validateSources(errors, spec);
  if (spec.hostPath?.path === '/' && spec.persistentVolumeReclaimPolicy === 'Recycle') {
    errors.forbidden(
      'spec.persistentVolumeReclaimPolicy',
      "may not be 'recycle' for a hostPath mount of '/'",
    );
  }
  const name = spec.storageClassName;
  if (name) report(errors, 'spec.storageClassName', name, dnsSubdomain(name));
  oneOfIfSet(errors, 'spec.volumeMode', spec.volumeMode, ['Block', 'Filesystem']);
}

export function validateAccessModes(errors: FieldErrors, modes: readonly string[]): void {
  for (const mode of modes) {
    if (!ACCESS_MODES.includes(mode)) errors.notSupported('spec.accessModes', mode, ACCESS_MODES);
  }
  if (modes.includes('ReadWriteOncePod') && modes.length > 1) {
    errors.forbidden('spec.accessModes', 'may not use ReadWriteOncePod with other access modes');
  }
}

function validateCapacity(errors: FieldErrors, capacity: Record<string, string> | undefined): void {
  const names = Object.keys(capacity ?? {});
  if (names.length === 0) errors.required('spec.capacity');
  if (capacity?.['storage'] === undefined || names.length > 1) {
    errors.notSupported('spec.capacity', goName(shownList(capacity)), ['storage']);
  }
  for (const name of names) positiveQuantity(errors, `spec.capacity[${name}]`, capacity?.[name] ?? '0');
}

function shownList(capacity: Record<string, string> | undefined): string {
  if (!capacity) return 'core.ResourceList(nil)';
  return `core.ResourceList{${Object.keys(capacity)
    .map((name) => `${JSON.stringify(name)}:resource.Quantity{}`)
    .join(', ')}}`;
}

function validateSources(errors: FieldErrors, spec: any): void {
  let found = 0;
  for (const name of CHECKED) {
    const source = spec[name];
    if (source === undefined) continue;
    const field = `spec.${name}`;
    if (found++ > 0) {
      errors.forbidden(field, 'may not specify more than 1 volume type');
      continue;
    }
    if (name === 'hostPath') validateHostPath(errors, field, source);
    else if (name === 'nfs') validateNfs(errors, field, source);
    else if (name === 'local') validateLocal(errors, field, source, spec.nodeAffinity);
    else if (name === 'csi') validateCsi(errors, field, source);
  }
  if (found === 0) errors.required('spec', 'must specify a volume type');
}

function validateLocal(errors: FieldErrors, field: string, { path }: any, affinity: any): void {
  if (!path) errors.required(`${field}.path`);
  else noBacksteps(errors, `${field}.path`, path);
  if (!affinity) errors.required('spec.nodeAffinity', 'Local volume requires node affinity');
}

function validateCsi(errors: FieldErrors, field: string, { driver, volumeHandle }: any): void {
  if (!driver) errors.required(`${field}.driver`);
  if (!volumeHandle) errors.required(`${field}.volumeHandle`);
}

/** Models pkg/apis/core/validation ValidatePersistentVolumeUpdate. */
export function validateUpdate({ spec }: any, { spec: old }: any, errors: FieldErrors): void {
  const sources = (from: any) => Object.fromEntries(SOURCES.map((name) => [name, from[name]]));
  if (!equalValues(sources(spec), sources(old))) {
    const diff = goDiff('core.PersistentVolumeSource', SOURCES, old, spec);
    errors.forbidden(
      'spec.persistentvolumesource',
      `spec.persistentvolumesource is immutable after creation\n${diff}`,
    );
  }
  immutable(errors, 'spec.volumeMode', spec.volumeMode, old.volumeMode);
  if (old.nodeAffinity && !equalValues(spec.nodeAffinity, old.nodeAffinity)) {
    errors.invalid('spec.nodeAffinity', spec.nodeAffinity, 'field is immutable');
  }
}
