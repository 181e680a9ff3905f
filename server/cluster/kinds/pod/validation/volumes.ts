import type { FieldErrors } from '../../../../objects/field-error.ts';
import { compareQuantities } from '../../../../objects/quantity.ts';
import { report } from '../../validation/fields.ts';
import { dnsLabel } from '../../validation/names.ts';
import { validateFieldRef, validateResourceFieldRef } from './env.ts';

/** Names of volumes that hold, for the mounts to look them up. */
export type Volumes = ReadonlyMap<string, any>;

/** Models pkg/apis/core/validation ValidateVolumes. */
export function validateVolumes(errors: FieldErrors, field: string, volumes: any[] = []): Volumes {
  const good = new Map<string, any>();
  volumes.forEach((volume, i) => {
    const before = errors.list.length;
    const place = `${field}[${i}]`;
    validateSource(errors, place, volume);
    if (!volume.name) errors.required(`${place}.name`);
    else report(errors, `${place}.name`, volume.name, dnsLabel(volume.name));
    if (good.has(volume.name)) errors.duplicate(`${place}.name`, volume.name);
    if (errors.list.length === before) good.set(volume.name, volume);
  });
  return good;
}

type SourceCheck = (errors: FieldErrors, field: string, source: any) => void;

const requires =
  (...names: string[]): SourceCheck =>
  (errors, field, source) => {
    for (const name of names) if (!source[name]) errors.required(`${field}.${name}`);
  };

/** In the order in which they are looked at: the first is the volume's, others are too many. */
const SOURCES: Readonly<Record<string, SourceCheck>> = {
  emptyDir: (errors, field, { sizeLimit }) => {
    if (sizeLimit !== undefined && compareQuantities(sizeLimit, '0') < 0) {
      errors.forbidden(`${field}.sizeLimit`, 'SizeLimit field must be a valid resource quantity');
    }
  },
  hostPath: validateHostPath,
  gitRepo: requires('repository'),
  gcePersistentDisk: requires('pdName'),
  awsElasticBlockStore: requires('volumeID'),
  secret: (errors, field, source) => {
    if (!source.secretName) errors.required(`${field}.secretName`);
    validateMode(errors, `${field}.defaultMode`, source.defaultMode);
    validateItems(errors, field, source.items);
  },
  nfs: validateNfs,
  iscsi: requires('targetPortal', 'iqn'),
  glusterfs: requires('endpoints', 'path'),
  flocker: () => {},
  persistentVolumeClaim: requires('claimName'),
  rbd: requires('monitors', 'image'),
  cinder: requires('volumeID'),
  cephfs: requires('monitors'),
  quobyte: requires('registry', 'volume'),
  downwardAPI: (errors, field, source) => {
    validateMode(errors, `${field}.defaultMode`, source.defaultMode);
    for (const item of source.items ?? []) validateDownwardItem(errors, field, item);
  },
  fc: () => {},
  configMap: (errors, field, source) => {
    if (!source.name) errors.required(`${field}.name`);
    validateMode(errors, `${field}.defaultMode`, source.defaultMode);
    validateItems(errors, field, source.items);
  },
  azureFile: requires('secretName', 'shareName'),
  vsphereVolume: requires('volumePath'),
  photonPersistentDisk: requires('pdID'),
  portworxVolume: requires('volumeID'),
  azureDisk: requires('diskName', 'diskURI'),
  storageos: requires('volumeName'),
  projected: validateProjected,
  scaleIO: requires('gateway', 'system', 'volumeName'),
  csi: requires('driver'),
  ephemeral: requires('volumeClaimTemplate'),
  image: requires('reference'),
};

function validateSource(errors: FieldErrors, field: string, volume: any): void {
  let found = 0;
  for (const [name, check] of Object.entries(SOURCES)) {
    const source = volume[name];
    if (source === undefined) continue;
    if (found++ > 0) errors.forbidden(`${field}.${name}`, 'may not specify more than 1 volume type');
    else check(errors, `${field}.${name}`, source);
  }
  if (found === 0) errors.required(field, 'must specify a volume type');
}

const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

export function validateHostPath(errors: FieldErrors, field: string, { path, type }: any): void {
  if (!path) errors.required(`${field}.path`);
  else noBacksteps(errors, `${field}.path`, path);
  if (type !== undefined && !HOST_PATH_TYPES.includes(type)) {
    errors.notSupported(`${field}.type`, type, HOST_PATH_TYPES);
  }
}

export function validateNfs(errors: FieldErrors, field: string, { server, path }: any): void {
  if (!server) errors.required(`${field}.server`);
  if (!path) errors.required(`${field}.path`);
  if (!path?.startsWith('/')) errors.invalid(`${field}.path`, path ?? '', 'must be an absolute path');
}

export function noBacksteps(errors: FieldErrors, field: string, path: string): void {
  if (path.split('/').includes('..')) errors.invalid(field, path, "must not contain '..'");
}

function validateMode(errors: FieldErrors, field: string, mode: number | undefined): void {
  if (mode === undefined || (mode >= 0 && mode <= 0o777)) return;
  errors.invalid(field, mode, 'must be a number between 0 and 0777 (octal), both inclusive');
}

function validateItems(errors: FieldErrors, field: string, items: any[] = []): void {
  items.forEach(({ key, path, mode }, i) => {
    const place = `${field}.items[${i}]`;
    if (!key) errors.required(`${place}.key`);
    if (!path) errors.required(`${place}.path`);
    else localPath(errors, `${place}.path`, path);
    validateMode(errors, `${place}.mode`, mode);
  });
}

/** A relative path that stays below. */
export function localPath(errors: FieldErrors, field: string, path: string): void {
  if (path.startsWith('/')) errors.invalid(field, path, 'must be a relative path');
  noBacksteps(errors, field, path);
  if (path.startsWith('..') && !path.startsWith('../') && path !== '..') {
    errors.invalid(field, path, "must not start with '..'");
  }
}

function validateDownwardItem(errors: FieldErrors, field: string, item: any): void {
  if (!item.path) errors.required(`${field}.path`);
  else localPath(errors, `${field}.path`, item.path);
  if (item.fieldRef) {
    validateFieldRef(errors, `${field}.fieldRef`, item.fieldRef, 'volume');
    if (item.resourceFieldRef) {
      errors.invalid(field, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously');
    }
  } else if (item.resourceFieldRef) {
    validateResourceFieldRef(errors, `${field}.resourceFieldRef`, item.resourceFieldRef, true);
  } else errors.required(field, 'one of fieldRef and resourceFieldRef is required');
  validateMode(errors, `${field}.mode`, item.mode);
}

function validateProjected(errors: FieldErrors, field: string, projected: any): void {
  validateMode(errors, `${field}.defaultMode`, projected.defaultMode);
  (projected.sources ?? []).forEach((source: any, i: number) => {
    const place = `${field}.sources[${i}]`;
    const { secret, configMap, downwardAPI, serviceAccountToken } = source;
    if (secret) {
      if (!secret.name) errors.required(`${place}.secret.name`);
      validateItems(errors, `${place}.secret`, secret.items);
    }
    if (configMap) {
      if (!configMap.name) errors.required(`${place}.configMap.name`);
      validateItems(errors, `${place}.configMap`, configMap.items);
    }
    for (const item of downwardAPI?.items ?? []) validateDownwardItem(errors, `${place}.downwardAPI`, item);
    if (serviceAccountToken) validateToken(errors, `${place}.serviceAccountToken`, serviceAccountToken);
    const kinds = Object.values(source).filter((part) => part !== undefined).length;
    if (kinds > 1) errors.forbidden(place, 'may not specify more than 1 volume type per source');
  });
}

function validateToken(errors: FieldErrors, field: string, { expirationSeconds = 3600, path }: any): void {
  if (expirationSeconds < 600) {
    errors.invalid(
      `${field}.expirationSeconds`,
      expirationSeconds,
      'may not specify a duration less than 10 minutes',
    );
  }
  if (expirationSeconds > 2 ** 32) {
    errors.invalid(
      `${field}.expirationSeconds`,
      expirationSeconds,
      'may not specify a duration larger than 2^32 seconds',
    );
  }
  if (!path) errors.required(`${field}.path`);
  else localPath(errors, `${field}.path`, path);
}
