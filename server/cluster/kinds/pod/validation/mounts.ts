import type { FieldErrors } from '../../../../objects/field-error.ts';
import { descendingPath } from './volume-sources.ts';
import type { Volumes } from './volumes.ts';

/** Models pkg/apis/core/validation ValidateVolumeMounts. */
export function validateMounts(errors: FieldErrors, field: string, container: any, volumes: Volumes): void {
  const paths = new Set<string>();
  const devices: any[] = container.volumeDevices ?? [];
  (container.volumeMounts ?? []).forEach((mount: any, i: number) => {
    const place = `${field}[${i}]`;
    const { name = '', mountPath = '' } = mount;
    if (name === '') errors.required(`${place}.name`);
    if (!volumes.has(name)) errors.notFound(`${place}.name`, name);
    if (mountPath === '') errors.required(`${place}.mountPath`);
    if (paths.has(mountPath)) errors.invalid(`${place}.mountPath`, mountPath, 'must be unique');
    paths.add(mountPath);
    if (devices.some((device) => device.name === name)) {
      errors.invalid(`${place}.name`, name, 'must not already exist in volumeDevices');
    }
    if (devices.some(({ devicePath }) => devicePath === mountPath)) {
      errors.invalid(`${place}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices');
    }
    // The fields of the list, not of the mount: so the real one tells it.
    validateSubPath(errors, field, place, mount);
    if (mount.mountPropagation !== undefined) {
      validatePropagation(errors, `${field}.mountPropagation`, mount, container);
    }
    validateRecursive(errors, `${field}.recursiveReadOnly`, mount);
  });
}

function validateSubPath(
  errors: FieldErrors,
  field: string,
  place: string,
  { subPath, subPathExpr }: any,
): void {
  if (subPath) descendingPath(errors, `${field}.subPath`, subPath);
  if (!subPathExpr) return;
  if (subPath) {
    errors.invalid(`${place}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive');
  }
  descendingPath(errors, `${field}.subPathExpr`, subPathExpr);
}

function validatePropagation(
  errors: FieldErrors,
  field: string,
  { mountPropagation }: any,
  container: any,
): void {
  const all = ['Bidirectional', 'HostToContainer', 'None'];
  if (!all.includes(mountPropagation)) errors.notSupported(field, mountPropagation, all);
  if (mountPropagation === 'Bidirectional' && !container.securityContext?.privileged) {
    errors.forbidden(field, 'Bidirectional mount propagation is available only to privileged containers');
  }
}

/** Models pkg/apis/core/validation validateMountRecursiveReadOnly. */
function validateRecursive(errors: FieldErrors, field: string, mount: any): void {
  const { recursiveReadOnly: wanted, readOnly, mountPropagation = 'None' } = mount;
  if (wanted === undefined || wanted === 'Disabled') return;
  if (wanted !== 'Enabled' && wanted !== 'IfPossible') {
    errors.notSupported(field, wanted, ['Disabled', 'Enabled', 'IfPossible']);
    return;
  }
  if (!readOnly) errors.forbidden(field, 'may only be specified when readOnly is true');
  if (mountPropagation !== 'None') {
    errors.forbidden(field, 'may only be specified when mountPropagation is None or not specified');
  }
}

const NOT_A_CLAIM = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';

/** Models pkg/apis/core/validation ValidateVolumeDevices. */
export function validateDevices(errors: FieldErrors, field: string, container: any, volumes: Volumes): void {
  const names = new Set<string>();
  const paths = new Set<string>();
  const mounts: any[] = container.volumeMounts ?? [];
  (container.volumeDevices ?? []).forEach(({ name = '', devicePath = '' }: any, i: number) => {
    const place = `${field}[${i}]`;
    const volume = volumes.get(name);
    if (name === '') errors.required(`${place}.name`);
    if (names.has(name)) errors.invalid(`${place}.name`, name, 'must be unique');
    if (volume === undefined) errors.notFound(`${place}.name`, name);
    else if (!volume.persistentVolumeClaim && !volume.ephemeral) {
      errors.invalid(`${place}.name`, name, NOT_A_CLAIM);
    }
    if (devicePath === '') errors.required(`${place}.devicePath`);
    if (paths.has(devicePath)) errors.invalid(`${place}.devicePath`, devicePath, 'must be unique');
    if (devicePath.split('/').includes('..')) {
      errors.invalid(`${place}.devicePath`, devicePath, "can not contain backsteps ('..')");
    } else paths.add(devicePath);
    if (mounts.some((mount) => mount.name === name)) {
      errors.invalid(`${place}.name`, name, 'must not already exist in volumeMounts');
    }
    if (mounts.some(({ mountPath }) => mountPath === devicePath)) {
      errors.invalid(`${place}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts');
    }
    if (name !== '') names.add(name);
  });
}
