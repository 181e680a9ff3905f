import type { DescribeWriter } from '../describe/writer.ts';

/** Models kubectl pkg/describe describeVolumes. */
export function volumeLines(w: DescribeWriter, volumes: readonly any[] = [], indent = ''): void {
  if (volumes.length === 0) {
    w.line(0, `${indent}Volumes:\t<none>`);
    return;
  }
  w.line(0, `${indent}Volumes:`);
  for (const volume of volumes) {
    w.line(1, `${indent === '' ? '' : ' '}${volume.name}:`);
    sourceLines(w, volume);
  }
}

/** The source of a volume or a persistent volume. */
export function sourceLines(w: DescribeWriter, volume: any): void {
  const found = Object.keys(SOURCES).find((name) => volume[name]);
  if (volume.downwardAPI) downwardLines(w, volume.downwardAPI);
  else if (volume.projected) projectedLines(w, volume.projected);
  else if (!found) w.line(1, '<unknown>');
  else {
    const [type, fields] = SOURCES[found] as [string, (source: any) => [string, unknown][]];
    w.line(2, `Type:\t${type}`);
    for (const [name, value] of fields(volume[found]))
      w.line(2, `${name}${name === 'ISCSIInterface' ? '' : ':'}\t${value}`);
  }
}

const SOURCES: Readonly<Record<string, [string, (source: any) => [string, unknown][]]>> = {
  hostPath: [
    'HostPath (bare host directory volume)',
    ({ path, type }) => [
      ['Path', path],
      ['HostPathType', type ?? '<none>'],
    ],
  ],
  emptyDir: [
    "EmptyDir (a temporary directory that shares a pod's lifetime)",
    ({ medium = '', sizeLimit }) => [
      ['Medium', medium],
      ['SizeLimit', sizeLimit ?? '<unset>'],
    ],
  ],
  secret: [
    'Secret (a volume populated by a Secret)',
    ({ secretName, optional = false }) => [
      ['SecretName', secretName],
      ['Optional', optional],
    ],
  ],
  configMap: [
    'ConfigMap (a volume populated by a ConfigMap)',
    ({ name, optional = false }) => [
      ['Name', name],
      ['Optional', optional],
    ],
  ],
  nfs: [
    'NFS (an NFS mount that lasts the lifetime of a pod)',
    ({ server, path, readOnly = false }) => [
      ['Server', server],
      ['Path', path],
      ['ReadOnly', readOnly],
    ],
  ],
  persistentVolumeClaim: [
    'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)',
    ({ claimName, readOnly = false }) => [
      ['ClaimName', claimName],
      ['ReadOnly', readOnly],
    ],
  ],
  ephemeral: [
    'EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)',
    ({ volumeClaimTemplate: { metadata = {}, spec = {} } = {} }) => [
      ['StorageClass', spec.storageClassName ?? ''],
      ['Volume', spec.volumeName ?? ''],
      ['Labels', nestedPairs(metadata.labels, '=', '        ')],
      ['Annotations', nestedPairs(metadata.annotations, ': ', '    ')],
      ['Capacity', ''],
      ['Access Modes', ''],
      ['VolumeMode', spec.volumeMode ?? 'Filesystem'],
    ],
  ],
  local: [
    'LocalVolume (a persistent volume backed by local storage on a node)',
    ({ path }) => [['Path', path]],
  ],
  csi: [
    'CSI (a Container Storage Interface (CSI) volume source)',
    ({ driver, fsType = '', volumeHandle, readOnly = false, volumeAttributes }) => [
      ['Driver', driver],
      ['FSType', fsType],
      ...(volumeHandle === undefined ? [] : ([['VolumeHandle', volumeHandle]] as [string, unknown][])),
      ['ReadOnly', readOnly],
      ...attributeFields(volumeAttributes),
    ],
  ],
  image: [
    'Image (a container image or OCI artifact)',
    ({ reference, pullPolicy = '' }) => [
      ['Reference', reference],
      ['PullPolicy', pullPolicy],
    ],
  ],
  iscsi: [
    "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
    (iscsi) => [
      ['TargetPortal', iscsi.targetPortal],
      ['IQN', iscsi.iqn],
      ['Lun', iscsi.lun ?? 0],
      ['ISCSIInterface', iscsi.iscsiInterface ?? ''],
      ['FSType', iscsi.fsType ?? ''],
      ['ReadOnly', iscsi.readOnly ?? false],
      ['Portals', `[${(iscsi.portals ?? []).join(' ')}]`],
      ['DiscoveryCHAPAuth', iscsi.chapAuthDiscovery ?? false],
      ['SessionCHAPAuth', iscsi.chapAuthSession ?? false],
      ['SecretRef', iscsi.secretRef ? `&LocalObjectReference{Name:${iscsi.secretRef.name},}` : 'nil'],
      ['InitiatorName', iscsi.initiatorName ?? '<none>'],
    ],
  ],
  gitRepo: [
    'GitRepo (a volume that is pulled from git when the pod is created)',
    ({ repository, revision = '' }) => [
      ['Repository', repository],
      ['Revision', revision],
    ],
  ],
  gcePersistentDisk: [
    'GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)',
    ({ pdName, ...disk }) => [['PDName', pdName], ...diskFields(disk)],
  ],
  awsElasticBlockStore: [
    'AWSElasticBlockStore (a Persistent Disk resource in AWS)',
    ({ volumeID, ...disk }) => [['VolumeID', volumeID], ...diskFields(disk)],
  ],
  azureFile: [
    'AzureFile (an Azure File Service mount on the host and bind mount to the pod)',
    ({ secretName, shareName, readOnly = false }) => [
      ['SecretName', secretName],
      ['ShareName', shareName],
      ['ReadOnly', readOnly],
    ],
  ],
  glusterfs: [
    "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
    ({ endpoints, path, readOnly = false }) => [
      ['EndpointsName', endpoints],
      ['Path', path],
      ['ReadOnly', readOnly],
    ],
  ],
  vsphereVolume: [
    'vSphereVolume (a Persistent Disk resource in vSphere)',
    ({ volumePath, fsType = '', storagePolicyName = '' }) => [
      ['VolumePath', volumePath],
      ['FSType', fsType],
      ['StoragePolicyName', storagePolicyName],
    ],
  ],
};

function diskFields({ fsType = '', partition = 0, readOnly = false }: any): [string, unknown][] {
  return [
    ['FSType', fsType],
    ['Partition', partition],
    ['ReadOnly', readOnly],
  ];
}

/** Upstream indents each piece that it writes: the pairs too, and what stands before those of further lines. */
function indentedPairs(map: Readonly<Record<string, string>>, mark: string, before: string): string {
  const pairs = Object.keys(map).map((key) => `    ${key}${mark}${map[key]}`);
  return pairs.sort().join(`\n${before}\t`);
}

function nestedPairs(map: Readonly<Record<string, string>> = {}, mark: string, before: string): string {
  return Object.keys(map).length === 0 ? '    <none>' : indentedPairs(map, mark, before);
}

function attributeFields(attributes: Readonly<Record<string, string>> = {}): [string, unknown][] {
  const none = Object.keys(attributes).length === 0;
  return [['VolumeAttributes', none ? '<none>' : indentedPairs(attributes, '=', '        ')]];
}

function downwardLines(w: DescribeWriter, { items = [] }: any): void {
  w.line(2, 'Type:\tDownwardAPI (a volume populated by information about the pod)\n    Items:');
  for (const item of items) downwardItem(w, item);
}

function downwardItem(w: DescribeWriter, { path, fieldRef, resourceFieldRef }: any): void {
  if (fieldRef) w.line(3, `${fieldRef.fieldPath} -> ${path}`);
  if (resourceFieldRef) w.line(3, `${resourceFieldRef.resource} -> ${path}`);
}

function projectedLines(w: DescribeWriter, { sources = [] }: any): void {
  w.line(2, 'Type:\tProjected (a volume that contains injected data from multiple sources)');
  for (const { secret, downwardAPI, configMap, serviceAccountToken, clusterTrustBundle } of sources) {
    if (secret) {
      w.line(2, `SecretName:\t${secret.name}`);
      w.line(2, `Optional:\t${secret.optional ?? false}`);
    } else if (downwardAPI) w.line(2, 'DownwardAPI:\ttrue');
    else if (configMap) {
      w.line(2, `ConfigMapName:\t${configMap.name}`);
      w.line(2, `Optional:\t${configMap.optional ?? false}`);
    } else if (serviceAccountToken) {
      w.line(2, `TokenExpirationSeconds:\t${serviceAccountToken.expirationSeconds}`);
    } else if (clusterTrustBundle) w.line(2, `ClusterTrustBundleName:\t${clusterTrustBundle.name ?? ''}`);
  }
}
