import type { FieldType } from '../../../objects/schema.ts';

/**
 * Optional numbers and booleans that Go keeps as plain values: a zero is not written. All other optional ones are
 * pointers, whose zero is kept. The published schema does not tell them apart.
 */
const PLAIN: Readonly<Record<string, string>> = {
  APIServiceSpec: 'insecureSkipTLSVerify',
  Condition: 'observedGeneration',
  Container: 'stdin stdinOnce tty',
  ContainerImage: 'sizeBytes',
  ContainerPort: 'hostPort',
  ContainerStateTerminated: 'signal',
  CustomResourceColumnDefinition: 'priority',
  CustomResourceDefinitionSpec: 'preserveUnknownFields',
  CustomResourceDefinitionVersion: 'deprecated',
  DaemonSetSpec: 'minReadySeconds',
  DaemonSetStatus: 'numberAvailable numberUnavailable observedGeneration updatedNumberScheduled',
  DeploymentSpec: 'minReadySeconds paused',
  DeploymentStatus:
    'availableReplicas observedGeneration readyReplicas replicas unavailableReplicas updatedReplicas',
  EphemeralContainer: 'stdin stdinOnce tty',
  Event: 'count deprecatedCount',
  EventSeries: 'count',
  HorizontalPodAutoscalerStatus: 'currentReplicas',
  ISCSIPersistentVolumeSource: 'chapAuthDiscovery chapAuthSession readOnly',
  ISCSIVolumeSource: 'chapAuthDiscovery chapAuthSession readOnly',
  JSONSchemaProps:
    'exclusiveMaximum exclusiveMinimum nullable uniqueItems x-kubernetes-embedded-resource x-kubernetes-int-or-string',
  JobStatus: 'active failed succeeded',
  NodeSpec: 'unschedulable',
  ObjectMeta: 'generation',
  PodCondition: 'observedGeneration',
  PodDisruptionBudgetStatus: 'observedGeneration',
  PodSpec: 'hostIPC hostNetwork hostPID',
  PodStatus: 'observedGeneration',
  PriorityClass: 'globalDefault',
  Probe: 'failureThreshold initialDelaySeconds periodSeconds successThreshold timeoutSeconds',
  ReplicaSetSpec: 'minReadySeconds',
  ReplicaSetStatus: 'availableReplicas fullyLabeledReplicas observedGeneration readyReplicas',
  ReplicationControllerSpec: 'minReadySeconds',
  ReplicationControllerStatus: 'availableReplicas fullyLabeledReplicas observedGeneration readyReplicas',
  ResourcePolicyRule: 'clusterScope',
  ScaleIOPersistentVolumeSource: 'readOnly sslEnabled',
  ScaleIOVolumeSource: 'readOnly sslEnabled',
  ScaleSpec: 'replicas',
  ServiceBackendPort: 'number',
  ServicePort: 'nodePort',
  ServiceSpec: 'healthCheckNodePort publishNotReadyAddresses',
  StatefulSetSpec: 'minReadySeconds',
  StatefulSetStatus: 'currentReplicas observedGeneration readyReplicas updatedReplicas',
  Status: 'code',
  StatusDetails: 'retryAfterSeconds',
  SubjectAccessReviewStatus: 'denied',
  TokenReviewStatus: 'authenticated',
  ValidatingAdmissionPolicyStatus: 'observedGeneration',
};

const plain = new Set(
  Object.entries(PLAIN).flatMap(([type, fields]) => fields.split(' ').map((field) => `${type}.${field}`)),
);

/** Optional strings that are pointers: an empty one means something. */
const STRING_POINTERS = new Set([
  'PersistentVolumeClaimSpec.storageClassName',
  'PersistentVolumeClaimSpec.volumeAttributesClassName',
  'PersistentVolumeClaimSpec.volumeMode',
  'PersistentVolumeSpec.volumeMode',
  'CSIStorageCapacity.storageClassName',
  'IngressSpec.ingressClassName',
  'LeaseSpec.holderIdentity',
  'PodSpec.runtimeClassName',
  'TypedLocalObjectReference.apiGroup',
  'TypedObjectReference.apiGroup',
  'EndpointPort.name',
  'EndpointPort.protocol',
  'EndpointPort.appProtocol',
  'ServicePort.appProtocol',
  'GRPCAction.service',
  'HTTPIngressPath.pathType',
  'AppArmorProfile.localhostProfile',
  'AzureFilePersistentVolumeSource.secretNamespace',
  'CronJobSpec.timeZone',
  'GlusterfsPersistentVolumeSource.endpointsNamespace',
  'ISCSIPersistentVolumeSource.initiatorName',
  'ISCSIVolumeSource.initiatorName',
  'JobSpec.completionMode',
  'JobSpec.managedBy',
  'JobSpec.podReplacementPolicy',
  'PodFailurePolicyOnExitCodesRequirement.containerName',
  'PodSecurityContext.fsGroupChangePolicy',
  'PodSecurityContext.supplementalGroupsPolicy',
  'PodSpec.preemptionPolicy',
  'SeccompProfile.localhostProfile',
  'SecurityContext.procMount',
  'ServiceSpec.internalTrafficPolicy',
  'ServiceSpec.ipFamilyPolicy',
  'ServiceSpec.loadBalancerClass',
  'ServiceSpec.trafficDistribution',
  'StorageClass.reclaimPolicy',
  'StorageClass.volumeBindingMode',
  'SuccessPolicyRule.succeededIndexes',
  'TopologySpreadConstraint.nodeAffinityPolicy',
  'TopologySpreadConstraint.nodeTaintsPolicy',
  'VolumeMount.mountPropagation',
  'VolumeMount.recursiveReadOnly',
  'WindowsSecurityContextOptions.gmsaCredentialSpec',
  'WindowsSecurityContextOptions.gmsaCredentialSpecName',
  'WindowsSecurityContextOptions.runAsUserName',
]);

/** Optional lists and maps whose being empty is not the same as their being absent. */
const KEPT_EMPTY = new Set([
  'HPAScalingRules.policies',
  'NetworkPolicySpec.ingress',
  'NetworkPolicySpec.egress',
]);

/** True for a field whose zero value is written. */
export function isPointer(owner: string, field: string, type: FieldType): boolean {
  const name = `${owner}.${field}`;
  switch (type.is) {
    case 'boolean':
    case 'integer':
    case 'number':
      if (field === 'readOnly') return owner === 'AzureDiskVolumeSource' || owner === 'CSIVolumeSource';
      if (field === 'partition') return owner === 'RollingUpdateStatefulSetStrategy';
      return !plain.has(name);
    case 'string':
      return STRING_POINTERS.has(name);
    case 'array':
    case 'map':
      return KEPT_EMPTY.has(name);
    case 'bytes':
      return false;
    default:
      return true;
  }
}

/** Optional fields whose default in the schema is only Go's zero value, which is not written. */
const HIDDEN_DEFAULTS = new Set([
  'ConfigMapEnvSource.name',
  'ConfigMapKeySelector.name',
  'ConfigMapProjection.name',
  'ConfigMapVolumeSource.name',
  'LocalObjectReference.name',
  'ReplicationControllerSpec.minReadySeconds',
  'SecretEnvSource.name',
  'SecretKeySelector.name',
  'SecretProjection.name',
]);

export function hidesDefault(owner: string, field: string): boolean {
  return HIDDEN_DEFAULTS.has(`${owner}.${field}`);
}

/** Lists that Go writes as `null` when they are empty, which in storage is the same as absent. */
const NULL_LISTS = new Set([
  'ClusterRole.rules',
  'CSINodeSpec.drivers',
  'LimitRangeSpec.limits',
  'Role.rules',
  'EndpointSlice.endpoints',
  'EndpointSlice.ports',
  'HorizontalPodAutoscalerStatus.currentMetrics',
]);

export function showsNull(owner: string, field: string): boolean {
  return NULL_LISTS.has(`${owner}.${field}`);
}

/** Structs that are no pointers, and so are written even when empty. Every kind's own metadata, spec and status are. */
const STRUCTS = new Set([
  'Container.resources',
  'EphemeralContainer.resources',
  'PodTemplateSpec.metadata',
  'PodTemplateSpec.spec',
  'PodTemplate.template',
  'DeploymentSpec.strategy',
  'DeploymentSpec.template',
  'DaemonSetSpec.updateStrategy',
  'DaemonSetSpec.template',
  'StatefulSetSpec.updateStrategy',
  'StatefulSetSpec.template',
  'JobSpec.template',
  'JobTemplateSpec.metadata',
  'JobTemplateSpec.spec',
  'CronJobSpec.jobTemplate',
  'PersistentVolumeClaimSpec.resources',
  'PersistentVolumeClaimTemplate.metadata',
  'PersistentVolumeClaimTemplate.spec',
  'ContainerStatus.state',
  'ContainerStatus.lastState',
  'NodeStatus.daemonEndpoints',
  'NodeStatus.nodeInfo',
  'NodeDaemonEndpoints.kubeletEndpoint',
  'ServiceStatus.loadBalancer',
  'IngressStatus.loadBalancer',
  'Event.source',
  'Event.involvedObject',
  'FlowSchemaSpec.priorityLevelConfiguration',
  'LimitedPriorityLevelConfiguration.limitResponse',
  'NetworkPolicySpec.podSelector',
  'PreferredSchedulingTerm.preference',
  'WeightedPodAffinityTerm.podAffinityTerm',
  'Endpoint.conditions',
]);

const POINTER_STRUCTS = new Set(['ReplicationControllerSpec.template']);

export function isStruct(owner: string, field: string, topLevel: boolean): boolean {
  const name = `${owner}.${field}`;
  if (POINTER_STRUCTS.has(name)) return false;
  return STRUCTS.has(name) || (topLevel && (field === 'metadata' || field === 'spec' || field === 'status'));
}
