import type { FieldErrors } from '../../../../objects/field-error.ts';
import { validateClaimSpec } from '../../persistent-volume-claim/validate.ts';
import { annotations, labels, report } from '../../validation/fields.ts';
import { dnsLabel, dnsSubdomain } from '../../validation/names.ts';
import { validateFieldRef, validateResourceFieldRef } from './env.ts';
import {
  descendingPath,
  POD_SOURCES,
  requires,
  type SourceCheck,
  validateSources,
} from './volume-sources.ts';

/** Names of volumes that hold, for the mounts to look them up. */
export type Volumes = ReadonlyMap<string, any>;

/** Models pkg/apis/core/validation ValidateVolumes. `podName` is that of a pod, none for a template. */
export function validateVolumes(
  errors: FieldErrors,
  field: string,
  volumes: any[] = [],
  podName?: string,
): Volumes {
  const good = new Map<string, any>();
  const made = new Set(volumes.filter(({ ephemeral }) => ephemeral).map(({ name }) => `${podName}-${name}`));
  volumes.forEach((volume, i) => {
    const before = errors.list.length;
    const place = `${field}[${i}]`;
    validateSources(errors, place, volume, CHECKS, ORDER);
    if (podName && volume.ephemeral && volume.name) validateMadeClaim(errors, place, volume, podName);
    if (!volume.name) errors.required(`${place}.name`);
    else report(errors, `${place}.name`, volume.name, dnsLabel(volume.name));
    if (good.has(volume.name)) errors.duplicate(`${place}.name`, volume.name);
    if (errors.list.length === before) good.set(volume.name, volume);
    const claim = volume.persistentVolumeClaim?.claimName;
    if (podName && claim && made.has(claim)) {
      const why = 'must not reference a PVC that gets created for an ephemeral volume';
      errors.invalid(`${place}.persistentVolumeClaim.claimName`, claim, why);
    }
  });
  return good;
}

function validateMadeClaim(errors: FieldErrors, field: string, { name }: any, podName: string): void {
  const claim = `${podName}-${name}`;
  const problems = dnsSubdomain(claim).map((problem) => `PVC name ${JSON.stringify(claim)}: ${problem}`);
  report(errors, `${field}.name`, name, problems);
}

/** In the order in which they are looked at. */
const ORDER = [
  'emptyDir',
  'hostPath',
  'gitRepo',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'secret',
  'nfs',
  'iscsi',
  'glusterfs',
  'flocker',
  'persistentVolumeClaim',
  'rbd',
  'cinder',
  'cephfs',
  'quobyte',
  'downwardAPI',
  'fc',
  'flexVolume',
  'configMap',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'storageos',
  'projected',
  'scaleIO',
  'csi',
  'ephemeral',
  'image',
];

const CHECKS: Readonly<Record<string, SourceCheck>> = {
  ...POD_SOURCES,
  gitRepo: (errors, field, source) => {
    requires('repository')(errors, field, source);
    descendingPath(errors, `${field}.directory`, source.directory ?? '');
  },
  secret: (errors, field, source) => {
    requires('secretName')(errors, field, source);
    validateMode(errors, `${field}.defaultMode`, source.defaultMode);
    validateItems(errors, field, source.items);
  },
  downwardAPI: (errors, field, source) => {
    validateMode(errors, `${field}.defaultMode`, source.defaultMode);
    for (const item of source.items ?? []) validateDownwardItem(errors, field, item);
  },
  configMap: (errors, field, source) => {
    requires('name')(errors, field, source);
    validateMode(errors, `${field}.defaultMode`, source.defaultMode);
    validateItems(errors, field, source.items);
  },
  projected: validateProjected,
  ephemeral: (errors, field, { volumeClaimTemplate: template }) => {
    const place = `${field}.volumeClaimTemplate`;
    if (!template) errors.required(place);
    else {
      annotations(errors, `${place}.metadata.annotations`, template.metadata?.annotations);
      labels(errors, `${place}.metadata.labels`, template.metadata?.labels);
      validateClaimSpec(errors, `${place}.spec`, template.spec ?? {});
    }
  },
};

function validateMode(errors: FieldErrors, field: string, mode: number | undefined): void {
  if (mode === undefined || (mode >= 0 && mode <= 0o777)) return;
  errors.invalid(field, mode, 'must be a number between 0 and 0777 (octal), both inclusive');
}

function validateItems(
  errors: FieldErrors,
  field: string,
  items: any[] = [],
  beyond: (item: any) => void = () => {},
): void {
  items.forEach((item, i) => {
    const { key, path, mode } = item;
    const place = `${field}.items[${i}]`;
    if (!key) errors.required(`${place}.key`);
    if (!path) errors.required(`${place}.path`);
    else localPath(errors, `${place}.path`, path);
    validateMode(errors, `${place}.mode`, mode);
    beyond(item);
  });
}

/** Models pkg/apis/core/validation ValidateLocalNonReservedPath. */
function localPath(errors: FieldErrors, field: string, path: string): void {
  descendingPath(errors, field, path);
  if (path.startsWith('..') && !path.startsWith('../')) {
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

/** Models pkg/apis/core/validation validateProjectedVolumeSource. */
function validateProjected(errors: FieldErrors, field: string, projected: any): void {
  validateMode(errors, `${field}.defaultMode`, projected.defaultMode);
  const paths = new Set<string>();
  const once = (path: string | undefined, shown: string) => {
    if (path && paths.has(path)) errors.invalid(field, shown, 'conflicting duplicate paths');
    if (path) paths.add(path);
  };
  (projected.sources ?? []).forEach((source: any, i: number) => {
    const place = `${field}.sources[${i}]`;
    const { downwardAPI, serviceAccountToken } = source;
    for (const kind of ['secret', 'configMap']) {
      const part = source[kind];
      if (!part) continue;
      requires('name')(errors, `${place}.${kind}`, part);
      validateItems(errors, `${place}.${kind}`, part.items, ({ path }) => once(path, part.name ?? ''));
    }
    for (const item of downwardAPI?.items ?? []) {
      validateDownwardItem(errors, `${place}.downwardAPI`, item);
      once(item.path, item.path);
    }
    if (serviceAccountToken) validateToken(errors, field, place, serviceAccountToken);
    const kinds = Object.values(source).filter((part) => part !== undefined).length;
    if (kinds > 1) errors.forbidden(place, 'may not specify more than 1 volume type per source');
  });
}

/** A wrong path is told of the volume, not of its source: so the real one does. */
function validateToken(
  errors: FieldErrors,
  field: string,
  place: string,
  { expirationSeconds: seconds = 3600, path }: any,
): void {
  const expiry = `${place}.serviceAccountToken.expirationSeconds`;
  if (seconds < 600) errors.invalid(expiry, seconds, 'may not specify a duration less than 10 minutes');
  if (seconds > 2 ** 32) {
    errors.invalid(expiry, seconds, 'may not specify a duration larger than 2^32 seconds');
  }
  if (!path) errors.required(`${field}.path`);
  else localPath(errors, `${field}.path`, path);
}
