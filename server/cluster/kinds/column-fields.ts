import type { FieldType, ObjectType } from '../../objects/schema.ts';
import type { Column } from './kind.ts';
import { describeField } from './schema/descriptions.ts';

const METADATA = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** The field of the metadata that a column shows, whichever the kind. */
const EVERYWHERE: Readonly<Record<string, string>> = {
  Name: 'name',
  Age: 'creationTimestamp',
  'Created At': 'creationTimestamp',
};

/**
 * The fields whose description is that of a column, by kind. Models the printers of pkg/printers/internalversion, which
 * take those of the API's own types.
 */
export const COLUMN_FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  CronJob: {
    Schedule: 'spec.schedule',
    Timezone: 'spec.timeZone',
    Suspend: 'spec.suspend',
    Active: 'status.active',
    'Last Schedule': 'status.lastScheduleTime',
  },
  CertificateSigningRequest: { SignerName: 'spec.signerName', Requestor: 'spec.username' },
  ConfigMap: { Data: 'data' },
  CSIStorageCapacity: { StorageClassName: 'storageClassName', Capacity: 'capacity' },
  DaemonSet: {
    Desired: 'status.desiredNumberScheduled',
    Current: 'status.currentNumberScheduled',
    Ready: 'status.numberReady',
    'Up-to-date': 'status.updatedNumberScheduled',
    Available: 'status.numberAvailable',
    'Node Selector': 'spec.template.spec.nodeSelector',
    Selector: 'spec.selector',
  },
  Deployment: {
    'Up-to-date': 'status.updatedReplicas',
    Available: 'status.availableReplicas',
    Selector: 'spec.selector',
  },
  Endpoints: { Endpoints: 'subsets' },
  EndpointSlice: { AddressType: 'addressType' },
  Event: { Reason: 'reason', Message: 'message', Count: 'count', Type: 'type' },
  HorizontalPodAutoscaler: {
    Reference: 'spec.scaleTargetRef',
    Targets: 'spec.metrics',
    MinPods: 'spec.minReplicas',
    MaxPods: 'spec.maxReplicas',
    Replicas: 'status.currentReplicas',
  },
  IngressClass: { Controller: 'spec.controller', Parameters: 'spec.parameters' },
  Job: { Selector: 'spec.selector' },
  Lease: { Holder: 'spec.holderIdentity' },
  Namespace: { Status: 'status.phase' },
  NetworkPolicy: { 'Pod-Selector': 'spec.podSelector' },
  Node: {
    Version: 'status.nodeInfo.kubeletVersion',
    'OS-Image': 'status.nodeInfo.osImage',
    'Kernel-Version': 'status.nodeInfo.kernelVersion',
    'Container-Runtime': 'status.nodeInfo.containerRuntimeVersion',
  },
  PersistentVolume: {
    Capacity: 'spec.capacity',
    'Access Modes': 'spec.accessModes',
    'Reclaim Policy': 'spec.persistentVolumeReclaimPolicy',
    Status: 'status.phase',
    Claim: 'spec.claimRef',
    Reason: 'status.reason',
    VolumeMode: 'spec.volumeMode',
  },
  PersistentVolumeClaim: {
    Status: 'status.phase',
    Volume: 'spec.volumeName',
    Capacity: 'status.capacity',
    'Access Modes': 'status.accessModes',
    StorageClass: 'spec.storageClassName',
    VolumeMode: 'spec.volumeMode',
  },
  Pod: {
    IP: 'status.podIP',
    Node: 'spec.nodeName',
    'Nominated Node': 'status.nominatedNodeName',
    'Readiness Gates': 'spec.readinessGates',
  },
  PodDisruptionBudget: {
    'Min Available': 'spec.minAvailable',
    'Max Unavailable': 'spec.maxUnavailable',
    'Allowed Disruptions': 'status.disruptionsAllowed',
  },
  PriorityClass: {
    Value: 'value',
    'Global-Default': 'globalDefault',
    PreemptionPolicy: 'preemptionPolicy',
  },
  ReplicaSet: {
    Desired: 'spec.replicas',
    Current: 'status.replicas',
    Ready: 'status.readyReplicas',
    Selector: 'spec.selector',
  },
  ReplicationController: {
    Desired: 'spec.replicas',
    Current: 'status.replicas',
    Ready: 'status.readyReplicas',
    Selector: 'spec.selector',
  },
  RuntimeClass: { Handler: 'handler' },
  Secret: { Type: 'type', Data: 'data' },
  Service: {
    Type: 'spec.type',
    'Cluster-IP': 'spec.clusterIP',
    'External-IP': 'spec.externalIPs',
    'Port(s)': 'spec.ports',
    Selector: 'spec.selector',
  },
  ServiceAccount: { Secrets: 'secrets' },
  StatefulSet: { Ready: 'status.readyReplicas' },
  StorageClass: {
    Provisioner: 'provisioner',
    ReclaimPolicy: 'reclaimPolicy',
    VolumeBindingMode: 'volumeBindingMode',
    AllowVolumeExpansion: 'allowVolumeExpansion',
  },
};

/** What a column is about: the description of its field, or ours where it is worked out. */
export function describeColumn(kind: string, type: ObjectType, { name, description }: Column): string {
  if (description !== undefined) return description;
  const field = EVERYWHERE[name];
  if (field) return describeField(METADATA, field, false);
  const path = COLUMN_FIELDS[kind]?.[name];
  return path === undefined ? (WORKED_OUT[name] ?? '') : describePath(type, path.split('.'));
}

/** Columns that are no field of the object. */
const WORKED_OUT: Readonly<Record<string, string>> = {
  Containers: 'The names of the containers in the template.',
  Images: 'The images of the containers in the template.',
  Ready: 'How many of all are ready.',
  Status: 'The state that all conditions come to.',
  Restarts: 'How often containers of the pod were started again, and when the last one was.',
  Roles: 'The roles that labels give to the node.',
};

function describePath(type: ObjectType, [name = '', ...rest]: readonly string[]): string {
  if (rest.length === 0) return describeField(type.fullName, name, false);
  const below = type.fields.get(name)?.type;
  const inner = below && objectIn(below);
  return inner ? describePath(inner, rest) : '';
}

function objectIn(type: FieldType): ObjectType | undefined {
  return type.is === 'object' ? type.type : undefined;
}
