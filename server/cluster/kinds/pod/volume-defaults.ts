import { defaultClaimSpec } from '../persistent-volume-claim/defaults.ts';

const MODE = 0o644;

/** A volume without a source is an emptyDir. Models pkg/apis/core/v1 SetDefaults_Volume and its parts. */
export function defaultVolume(volume: any): void {
  if (Object.keys(volume).every((key) => key === 'name' || volume[key] === undefined)) volume.emptyDir = {};
  if (volume.secret) volume.secret.defaultMode ??= MODE;
  if (volume.configMap) volume.configMap.defaultMode ??= MODE;
  if (volume.downwardAPI) {
    volume.downwardAPI.defaultMode ??= MODE;
    defaultDownwardItems(volume.downwardAPI.items);
  }
  if (volume.projected) defaultProjected(volume.projected);
  if (volume.ephemeral?.volumeClaimTemplate?.spec)
    defaultClaimSpec(volume.ephemeral.volumeClaimTemplate.spec);
  defaultStorageSource(volume);
}

/** Sources that pods and persistent volumes share. */
export function defaultStorageSource(source: any): void {
  if (source.hostPath) source.hostPath.type ??= '';
  if (source.iscsi) source.iscsi.iscsiInterface ||= 'default';
  if (source.rbd) {
    source.rbd.pool ||= 'rbd';
    source.rbd.user ||= 'admin';
    source.rbd.keyring ||= '/etc/ceph/keyring';
  }
  if (source.azureDisk) {
    source.azureDisk.cachingMode ??= 'ReadWrite';
    source.azureDisk.kind ??= 'Shared';
    source.azureDisk.fsType ??= 'ext4';
    source.azureDisk.readOnly ??= false;
  }
  if (source.scaleIO) {
    source.scaleIO.storageMode ||= 'ThinProvisioned';
    source.scaleIO.fsType ||= 'xfs';
  }
}

function defaultProjected(projected: any): void {
  projected.defaultMode ??= MODE;
  for (const { serviceAccountToken, downwardAPI } of projected.sources ?? []) {
    if (serviceAccountToken) serviceAccountToken.expirationSeconds ??= 3600;
    if (downwardAPI) defaultDownwardItems(downwardAPI.items);
  }
}

function defaultDownwardItems(items: any[] = []): void {
  for (const { fieldRef, resourceFieldRef } of items) {
    if (fieldRef) fieldRef.apiVersion ||= 'v1';
    if (resourceFieldRef) resourceFieldRef.divisor ??= '0';
  }
}
