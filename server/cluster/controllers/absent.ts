/** Controllers that a cluster without a cloud and with the usual feature gates knows but does not run. */
export const NOT_HERE: readonly { name: string; alias: string; gates?: readonly string[] }[] = [
  { name: 'service-lb-controller', alias: 'service' },
  { name: 'node-route-controller', alias: 'route' },
  { name: 'cloud-node-lifecycle-controller', alias: 'cloud-node-lifecycle' },
  {
    name: 'resourceclaim-controller',
    alias: 'resource-claim-controller',
    gates: ['DynamicResourceAllocation'],
  },
  {
    name: 'device-taint-eviction-controller',
    alias: 'device-taint-eviction-controller',
    gates: ['DynamicResourceAllocation', 'DRADeviceTaints'],
  },
  {
    name: 'storageversion-garbage-collector-controller',
    alias: 'storage-version-gc',
    gates: ['APIServerIdentity', 'StorageVersionAPI'],
  },
  {
    name: 'storage-version-migrator-controller',
    alias: 'storage-version-migrator-controller',
    gates: ['StorageVersionMigrator', 'InformerResourceVersion'],
  },
  {
    name: 'kube-apiserver-serving-clustertrustbundle-publisher-controller',
    alias: 'kube-apiserver-serving-clustertrustbundle-publisher-controller',
    gates: ['ClusterTrustBundle'],
  },
  {
    name: 'volumeattributesclass-protection-controller',
    alias: 'volumeattributesclass-protection-controller',
    gates: ['VolumeAttributesClass'],
  },
];
