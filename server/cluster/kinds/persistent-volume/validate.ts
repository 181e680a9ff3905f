import type { FieldErrors } from '../../../objects/field-error.ts';
import { equalValues } from '../../../objects/values.ts';
import { validateNodeSelector } from '../pod/validation/scheduling.ts';
import { PERSISTENT_SOURCES, type SourceCheck, validateSources } from '../pod/validation/volume-sources.ts';
import { IMMUTABLE, immutable, oneOfIfSet, report } from '../validation/fields.ts';
import { goDiff } from '../validation/go-diff.ts';
import { goDump, goName } from '../validation/go-values.ts';
import { dnsSubdomain } from '../validation/names.ts';
import { basicResource, positiveQuantity } from '../validation/resources.ts';

export const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

/** In the order of Go's struct. */
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
/** In the order of its checks. */
const CHECKED = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'flocker',
  'nfs',
  'rbd',
  'quobyte',
  'cephfs',
  'iscsi',
  'cinder',
  'fc',
  'flexVolume',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'scaleIO',
  'local',
  'storageos',
  'csi',
];

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
  const local: SourceCheck = (at, field, source) => {
    PERSISTENT_SOURCES.local(at, field, source);
    if (!affinity) at.required('spec.nodeAffinity', 'Local volume requires node affinity');
  };
  validateSources(errors, 'spec', spec, { ...PERSISTENT_SOURCES, local }, CHECKED);
  if (isRoot(spec.hostPath?.path) && spec.persistentVolumeReclaimPolicy === 'Recycle') {
    errors.forbidden(
      'spec.persistentVolumeReclaimPolicy',
      "may not be 'recycle' for a hostPath mount of '/'",
    );
  }
  const name = spec.storageClassName;
  if (name) report(errors, 'spec.storageClassName', name, dnsSubdomain(name));
  oneOfIfSet(errors, 'spec.volumeMode', spec.volumeMode, ['Block', 'Filesystem']);
}

function isRoot(path: string | undefined): boolean {
  return path !== undefined && /^\/+(\.?\/*)*$/.test(path.slice(0, 64)) && !path.includes('..');
}

export function validateAccessModes(errors: FieldErrors, modes: readonly string[], field = 'spec'): void {
  for (const mode of modes) {
    if (!ACCESS_MODES.includes(mode)) errors.notSupported(`${field}.accessModes`, mode, ACCESS_MODES);
  }
  const others = modes.filter((mode) => mode !== 'ReadWriteOncePod' && ACCESS_MODES.includes(mode));
  if (modes.includes('ReadWriteOncePod') && others.length > 0) {
    errors.forbidden(`${field}.accessModes`, 'may not use ReadWriteOncePod with other access modes');
  }
}

function validateCapacity(errors: FieldErrors, capacity: Record<string, string> | undefined): void {
  const names = Object.keys(capacity ?? {});
  if (names.length === 0) errors.required('spec.capacity');
  if (capacity?.['storage'] === undefined || names.length > 1) {
    errors.notSupported('spec.capacity', goName(shownList(capacity)), ['storage']);
  }
  for (const name of names) {
    const [field, value] = [`spec.capacity[${name}]`, capacity?.[name] ?? '0'];
    basicResource(errors, field, value);
    positiveQuantity(errors, field, value);
  }
}

function shownList(capacity: Record<string, string> | undefined): string {
  if (!capacity) return 'core.ResourceList(nil)';
  return `core.ResourceList{${Object.keys(capacity)
    .map((name) => `${JSON.stringify(name)}:resource.Quantity{}`)
    .join(', ')}}`;
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
  // These two are told without the spec.
  immutable(errors, 'volumeMode', spec.volumeMode, old.volumeMode);
  if (old.nodeAffinity && !equalValues(spec.nodeAffinity, old.nodeAffinity)) {
    const why = `${IMMUTABLE}, except for updating from beta label to GA`;
    errors.invalid('nodeAffinity', goDump('core.VolumeNodeAffinity', spec.nodeAffinity), why);
  }
}
