import type { FieldErrors } from '../../../../objects/field-error.ts';
import { compareQuantities } from '../../../../objects/quantity.ts';
import { driverName } from '../../validation/driver-name.ts';
import { oneOfIfSet, report } from '../../validation/fields.ts';
import { goStrings } from '../../validation/go-values.ts';
import { dnsLabel, dnsSubdomain, inRange } from '../../validation/names.ts';

/** The sources that pods and persistent volumes share, and those that have few fields. */
export type SourceCheck = (errors: FieldErrors, field: string, source: any) => void;

export const requires =
  (...names: string[]): SourceCheck =>
  (errors, field, source) => {
    for (const name of names) {
      if (!source[name] || source[name].length === 0) errors.required(`${field}.${name}`);
    }
  };

export function noBacksteps(errors: FieldErrors, field: string, path: string): void {
  if (path.split('/').includes('..')) errors.invalid(field, path, "must not contain '..'");
}

/** Models pkg/apis/core/validation validateLocalDescendingPath. */
export function descendingPath(errors: FieldErrors, field: string, path: string): void {
  if (path.startsWith('/')) errors.invalid(field, path, 'must be a relative path');
  noBacksteps(errors, field, path);
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

function hostPath(errors: FieldErrors, field: string, { path, type }: any): void {
  if (!path) {
    errors.required(`${field}.path`);
    return;
  }
  noBacksteps(errors, `${field}.path`, path);
  oneOfIfSet(errors, `${field}.type`, type, HOST_PATH_TYPES);
}

function nfs(errors: FieldErrors, field: string, { server, path }: any): void {
  if (!server) errors.required(`${field}.server`);
  if (!path) errors.required(`${field}.path`);
  if (!path?.startsWith('/')) errors.invalid(`${field}.path`, path ?? '', 'must be an absolute path');
}

const PARTITION = 'must be between 0 and 255, inclusive; 0 means the partition is not specified';

const disk =
  (name: string): SourceCheck =>
  (errors, field, source) => {
    requires(name)(errors, field, source);
    const { partition = 0 } = source;
    if (partition < 0 || partition > 255) errors.invalid(`${field}.partition`, partition, PARTITION);
  };

const QUALIFIED_NAMES: Readonly<Record<string, RegExp>> = {
  iqn: /^iqn\.\d{4}-\d{2}\.([A-Za-z0-9-.]+)(:[^,;*&$|\s]+)$/,
  eui: /^eui\.[A-Za-z0-9]{16}$/,
  naa: /^naa\.[A-Za-z0-9]{32}$/,
};

/** Whether an iSCSI name is sound; what a pod's says when it starts with none of these differs. */
function iscsiName(errors: FieldErrors, field: string, name: string, otherwise: string): void {
  const pattern = QUALIFIED_NAMES[name.slice(0, 3)];
  if (!pattern) errors.invalid(field, name, otherwise);
  else if (!pattern.test(name.slice(0, 1024))) errors.invalid(field, name, 'must be valid format');
}

/** Models pkg/apis/core/validation validateISCSIVolumeSource. */
const iscsi =
  (otherwise: string): SourceCheck =>
  (errors, field, source) => {
    requires('targetPortal', 'iqn')(errors, field, source);
    const { iqn, lun = 0, initiatorName, secretRef } = source;
    if (iqn) iscsiName(errors, `${field}.iqn`, iqn, otherwise);
    report(errors, `${field}.lun`, lun, inRange(lun, 0, 255));
    const needsSecret = source.chapAuthDiscovery || source.chapAuthSession;
    if (needsSecret && !secretRef) errors.required(`${field}.secretRef`);
    if (initiatorName !== undefined) {
      iscsiName(errors, `${field}.initiatorname`, initiatorName, otherwise);
    }
  };

function fc(errors: FieldErrors, field: string, { targetWWNs = [], wwids = [], lun }: any): void {
  if (targetWWNs.length === 0 && wwids.length === 0) {
    errors.required(`${field}.targetWWNs`, 'must specify either targetWWNs or wwids, but not both');
  }
  if (targetWWNs.length === 0) return;
  if (wwids.length > 0) {
    const both = 'targetWWNs and wwids can not be specified simultaneously';
    errors.invalid(`${field}.targetWWNs`, goStrings(targetWWNs), both);
  }
  if (lun === undefined) errors.required(`${field}.lun`, 'lun is required if targetWWNs is specified');
  else report(errors, `${field}.lun`, lun, inRange(lun, 0, 255));
}

function flocker(errors: FieldErrors, field: string, { datasetName = '', datasetUUID = '' }: any): void {
  if (!datasetName && !datasetUUID) {
    errors.required(field, 'one of datasetName and datasetUUID is required');
  }
  if (datasetName && datasetUUID) {
    errors.invalid(field, 'resource', 'datasetName and datasetUUID can not be specified simultaneously');
  }
  if (datasetName.includes('/')) {
    errors.invalid(`${field}.datasetName`, datasetName, "must not contain '/'");
  }
}

const PAIRS = 'must be a host:port pair or multiple pairs separated by commas';

function quobyte(errors: FieldErrors, field: string, { registry, tenant = '', volume }: any): void {
  if (!registry) errors.required(`${field}.registry`, PAIRS);
  else if (tenant.length >= 65) {
    errors.required(`${field}.tenant`, 'must be a UUID and may not exceed a length of 64 characters');
  } else {
    for (const pair of registry.split(',')) {
      if (!/^([^:[\]]*|\[[^[\]]*\]):[^:]*$/.test(pair)) errors.invalid(`${field}.registry`, registry, PAIRS);
    }
  }
  if (!volume) errors.required(`${field}.volume`);
}

function flexVolume(errors: FieldErrors, field: string, source: any): void {
  requires('driver')(errors, field, source);
  for (const key of Object.keys(source.options ?? {}).sort()) {
    const namespace = `.${key.split('/')[0]?.toLowerCase()}`;
    if (!namespace.endsWith('.kubernetes.io') && !namespace.endsWith('.k8s.io')) continue;
    errors.invalid(`${field}.options[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved');
  }
}

function azureDisk(errors: FieldErrors, field: string, source: any): void {
  requires('diskName', 'diskURI')(errors, field, source);
  const { kind, cachingMode, diskURI = '' } = source;
  oneOfIfSet(errors, `${field}.cachingMode`, cachingMode, ['None', 'ReadOnly', 'ReadWrite']);
  oneOfIfSet(errors, `${field}.kind`, kind, ['Dedicated', 'Managed', 'Shared']);
  if (kind === undefined) return;
  const [start, form] =
    kind === 'Managed'
      ? [
          '/subscriptions/',
          '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}',
        ]
      : ['https://', 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd'];
  if (!diskURI.startsWith(start)) errors.notSupported(`${field}.diskURI`, diskURI, [form]);
}

function storageos(errors: FieldErrors, field: string, source: any): void {
  requires('volumeName')(errors, field, source);
  const { volumeName, volumeNamespace, secretRef } = source;
  if (volumeName) report(errors, `${field}.volumeName`, volumeName, dnsLabel(volumeName));
  if (volumeNamespace) report(errors, `${field}.volumeNamespace`, volumeNamespace, dnsLabel(volumeNamespace));
  if (secretRef) requires('name')(errors, `${field}.secretRef`, secretRef);
}

function cinder(errors: FieldErrors, field: string, source: any): void {
  requires('volumeID')(errors, field, source);
  if (source.secretRef) requires('name')(errors, `${field}.secretRef`, source.secretRef);
}

function csi(errors: FieldErrors, field: string, { driver, nodePublishSecretRef: secret }: any): void {
  driverName(errors, `${field}.driver`, driver);
  if (!secret) return;
  if (!secret.name) errors.required(`${field}.nodePublishSecretRef.name`);
  else report(errors, `${field}.name`, secret.name, dnsSubdomain(secret.name));
}

const SHARED = {
  hostPath,
  nfs,
  gcePersistentDisk: disk('pdName'),
  awsElasticBlockStore: disk('volumeID'),
  glusterfs: requires('endpoints', 'path'),
  flocker,
  rbd: requires('monitors', 'image'),
  cephfs: requires('monitors'),
  quobyte,
  fc,
  flexVolume,
  vsphereVolume: requires('volumePath'),
  photonPersistentDisk: requires('pdID'),
  portworxVolume: requires('volumeID'),
  azureDisk,
  scaleIO: requires('gateway', 'system', 'volumeName'),
} satisfies Record<string, SourceCheck>;

/** Those of a pod, but for the ones with files in them (`volumes.ts`). */
export const POD_SOURCES = {
  ...SHARED,
  emptyDir: (errors, field, { sizeLimit }) => {
    if (sizeLimit !== undefined && compareQuantities(sizeLimit, '0') < 0) {
      errors.forbidden(`${field}.sizeLimit`, 'SizeLimit field must be a valid resource quantity');
    }
  },
  iscsi: iscsi('must be valid format starting with iqn, eui, or naa'),
  persistentVolumeClaim: requires('claimName'),
  cinder,
  azureFile: requires('secretName', 'shareName'),
  storageos,
  csi,
} satisfies Record<string, SourceCheck>;

const secretReference: SourceCheck = (errors, field, { name, namespace }) => {
  if (!name) errors.required(`${field}.name`);
  else report(errors, `${field}.name`, name, dnsSubdomain(name));
  if (!namespace) errors.required(`${field}.namespace`);
  else report(errors, `${field}.namespace`, namespace, dnsLabel(namespace));
};

/** Those of a persistent volume, whose secrets have namespaces. */
export const PERSISTENT_SOURCES = {
  ...SHARED,
  glusterfs: (errors, field, source) => {
    SHARED.glusterfs(errors, field, source);
    const { endpointsNamespace: namespace } = source;
    if (namespace === '') {
      const why = 'if the endpointnamespace is set, it must be a valid namespace name';
      errors.invalid(`${field}.endpointsNamespace`, namespace, why);
    } else if (namespace) report(errors, `${field}.endpointsNamespace`, namespace, dnsLabel(namespace));
  },
  iscsi: (errors, field, source) => {
    iscsi('must be valid format')(errors, field, source);
    if (source.secretRef) requires('name')(errors, `${field}.secretRef`, source.secretRef);
  },
  cinder: (errors, field, source) => {
    cinder(errors, field, source);
    if (source.secretRef) requires('namespace')(errors, `${field}.secretRef`, source.secretRef);
  },
  azureFile: (errors, field, source) => {
    requires('secretName', 'shareName')(errors, field, source);
    if (source.secretNamespace === '') errors.required(`${field}.secretNamespace`);
  },
  local: (errors, field, { path }) => {
    if (!path) errors.required(`${field}.path`);
    else noBacksteps(errors, `${field}.path`, path);
  },
  storageos: (errors, field, source) => {
    storageos(errors, field, source);
    if (source.secretRef) requires('namespace')(errors, `${field}.secretRef`, source.secretRef);
  },
  csi: (errors, field, source) => {
    driverName(errors, `${field}.driver`, source.driver);
    requires('volumeHandle')(errors, field, source);
    for (const who of ['controllerPublish', 'controllerExpand', 'nodePublish', 'nodeExpand']) {
      const name = `${who}SecretRef`;
      if (source[name]) secretReference(errors, `${field}.${name}`, source[name]);
    }
  },
} satisfies Record<string, SourceCheck>;

/** Names that the checks give otherwise than the API. */
const TOLD_AS: Readonly<Record<string, { within?: string; beyond?: string }>> = {
  gcePersistentDisk: { within: 'persistentDisk' },
  cephfs: { beyond: 'cephFS' },
  downwardAPI: { beyond: 'downwarAPI' },
};

/** One source has to be there, no more: the first in `order` is looked into. */
export function validateSources(
  errors: FieldErrors,
  field: string,
  volume: any,
  checks: Readonly<Record<string, SourceCheck>>,
  order: readonly string[],
): void {
  let found = 0;
  for (const name of order) {
    const source = volume[name];
    if (source === undefined) continue;
    if (found++ > 0) {
      const place = `${field}.${TOLD_AS[name]?.beyond ?? name}`;
      errors.forbidden(place, 'may not specify more than 1 volume type');
    } else checks[name]?.(errors, `${field}.${TOLD_AS[name]?.within ?? name}`, source);
  }
  if (found === 0) errors.required(field, 'must specify a volume type');
}
