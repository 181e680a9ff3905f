import type { FieldType, ObjectType } from '../../objects/schema.ts';
import { typeOf } from './types.ts';

type Fields = Record<string, any>;

/** Fields in the order of Go's structs, of types where that is not the order of the alphabet. */
const ORDERS: Readonly<Record<string, string>> = {
  'io.k8s.api.apps.v1.DaemonSetCondition': 'type status lastTransitionTime reason message',
  'io.k8s.api.apps.v1.DaemonSetSpec': 'selector template updateStrategy minReadySeconds revisionHistoryLimit',
  'io.k8s.api.apps.v1.DaemonSetStatus':
    'currentNumberScheduled numberMisscheduled desiredNumberScheduled numberReady observedGeneration updatedNumberScheduled numberAvailable numberUnavailable collisionCount conditions',
  'io.k8s.api.apps.v1.DaemonSetUpdateStrategy': 'type rollingUpdate',
  'io.k8s.api.apps.v1.DeploymentCondition': 'type status lastUpdateTime lastTransitionTime reason message',
  'io.k8s.api.apps.v1.DeploymentSpec':
    'replicas selector template strategy minReadySeconds revisionHistoryLimit paused progressDeadlineSeconds',
  'io.k8s.api.apps.v1.DeploymentStatus':
    'observedGeneration replicas updatedReplicas readyReplicas availableReplicas unavailableReplicas terminatingReplicas conditions collisionCount',
  'io.k8s.api.apps.v1.DeploymentStrategy': 'type rollingUpdate',
  'io.k8s.api.apps.v1.ReplicaSetCondition': 'type status lastTransitionTime reason message',
  'io.k8s.api.apps.v1.ReplicaSetSpec': 'replicas minReadySeconds selector template',
  'io.k8s.api.apps.v1.ReplicaSetStatus':
    'replicas fullyLabeledReplicas readyReplicas availableReplicas terminatingReplicas observedGeneration conditions',
  'io.k8s.api.apps.v1.RollingUpdateDaemonSet': 'maxUnavailable maxSurge',
  'io.k8s.api.apps.v1.RollingUpdateDeployment': 'maxUnavailable maxSurge',
  'io.k8s.api.apps.v1.RollingUpdateStatefulSetStrategy': 'partition maxUnavailable',
  'io.k8s.api.apps.v1.StatefulSetCondition': 'type status lastTransitionTime reason message',
  'io.k8s.api.apps.v1.StatefulSetSpec':
    'replicas selector template volumeClaimTemplates serviceName podManagementPolicy updateStrategy revisionHistoryLimit minReadySeconds persistentVolumeClaimRetentionPolicy ordinals',
  'io.k8s.api.apps.v1.StatefulSetStatus':
    'observedGeneration replicas readyReplicas currentReplicas updatedReplicas currentRevision updateRevision collisionCount conditions availableReplicas',
  'io.k8s.api.apps.v1.StatefulSetUpdateStrategy': 'type rollingUpdate',
  'io.k8s.api.authentication.v1.BoundObjectReference': 'kind apiVersion name uid',
  'io.k8s.api.authentication.v1.TokenRequestSpec': 'audiences expirationSeconds boundObjectRef',
  'io.k8s.api.authentication.v1.TokenRequestStatus': 'token expirationTimestamp',
  'io.k8s.api.authentication.v1.UserInfo': 'username uid groups extra',
  'io.k8s.api.autoscaling.v2.ContainerResourceMetricSource': 'name target container',
  'io.k8s.api.autoscaling.v2.ContainerResourceMetricStatus': 'name current container',
  'io.k8s.api.autoscaling.v2.CrossVersionObjectReference': 'kind name apiVersion',
  'io.k8s.api.autoscaling.v2.HPAScalingPolicy': 'type value periodSeconds',
  'io.k8s.api.autoscaling.v2.HPAScalingRules': 'stabilizationWindowSeconds selectPolicy policies tolerance',
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerBehavior': 'scaleUp scaleDown',
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerCondition':
    'type status lastTransitionTime reason message',
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec':
    'scaleTargetRef minReplicas maxReplicas metrics behavior',
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerStatus':
    'observedGeneration lastScaleTime currentReplicas desiredReplicas currentMetrics conditions',
  'io.k8s.api.autoscaling.v2.MetricSpec': 'type object pods resource containerResource external',
  'io.k8s.api.autoscaling.v2.MetricStatus': 'type object pods resource containerResource external',
  'io.k8s.api.autoscaling.v2.MetricTarget': 'type value averageValue averageUtilization',
  'io.k8s.api.autoscaling.v2.MetricValueStatus': 'value averageValue averageUtilization',
  'io.k8s.api.autoscaling.v2.ObjectMetricSource': 'describedObject target metric',
  'io.k8s.api.autoscaling.v2.ResourceMetricStatus': 'name current',
  'io.k8s.api.batch.v1.CronJobSpec':
    'schedule timeZone startingDeadlineSeconds concurrencyPolicy suspend jobTemplate successfulJobsHistoryLimit failedJobsHistoryLimit',
  'io.k8s.api.batch.v1.JobCondition': 'type status lastProbeTime lastTransitionTime reason message',
  'io.k8s.api.batch.v1.JobSpec':
    'parallelism completions activeDeadlineSeconds podFailurePolicy successPolicy backoffLimit backoffLimitPerIndex maxFailedIndexes selector manualSelector template ttlSecondsAfterFinished completionMode suspend podReplacementPolicy managedBy',
  'io.k8s.api.batch.v1.JobStatus':
    'conditions startTime completionTime active succeeded failed terminating completedIndexes failedIndexes uncountedTerminatedPods ready',
  'io.k8s.api.batch.v1.PodFailurePolicyOnPodConditionsPattern': 'type status',
  'io.k8s.api.batch.v1.SuccessPolicyRule': 'succeededIndexes succeededCount',
  'io.k8s.api.batch.v1.UncountedTerminatedPods': 'succeeded failed',
  'io.k8s.api.core.v1.AWSElasticBlockStoreVolumeSource': 'volumeID fsType partition readOnly',
  'io.k8s.api.core.v1.AppArmorProfile': 'type localhostProfile',
  'io.k8s.api.core.v1.AttachedVolume': 'name devicePath',
  'io.k8s.api.core.v1.AzureDiskVolumeSource': 'diskName diskURI cachingMode fsType readOnly kind',
  'io.k8s.api.core.v1.AzureFileVolumeSource': 'secretName shareName readOnly',
  'io.k8s.api.core.v1.CSIVolumeSource': 'driver readOnly fsType volumeAttributes nodePublishSecretRef',
  'io.k8s.api.core.v1.CephFSVolumeSource': 'monitors path user secretFile secretRef readOnly',
  'io.k8s.api.core.v1.CinderVolumeSource': 'volumeID fsType readOnly secretRef',
  'io.k8s.api.core.v1.ClusterTrustBundleProjection': 'name signerName labelSelector optional path',
  'io.k8s.api.core.v1.ConfigMap': 'metadata immutable data binaryData',
  'io.k8s.api.core.v1.ConfigMapKeySelector': 'name key optional',
  'io.k8s.api.core.v1.ConfigMapNodeConfigSource': 'namespace name uid resourceVersion kubeletConfigKey',
  'io.k8s.api.core.v1.ConfigMapProjection': 'name items optional',
  'io.k8s.api.core.v1.ConfigMapVolumeSource': 'name items defaultMode optional',
  'io.k8s.api.core.v1.Container':
    'name image command args workingDir ports envFrom env resources resizePolicy restartPolicy volumeMounts volumeDevices livenessProbe readinessProbe startupProbe lifecycle terminationMessagePath terminationMessagePolicy imagePullPolicy securityContext stdin stdinOnce tty',
  'io.k8s.api.core.v1.ContainerPort': 'name hostPort containerPort protocol hostIP',
  'io.k8s.api.core.v1.ContainerState': 'waiting running terminated',
  'io.k8s.api.core.v1.ContainerStateTerminated':
    'exitCode signal reason message startedAt finishedAt containerID',
  'io.k8s.api.core.v1.ContainerStateWaiting': 'reason message',
  'io.k8s.api.core.v1.ContainerStatus':
    'name state lastState ready restartCount image imageID containerID started allocatedResources resources volumeMounts user allocatedResourcesStatus stopSignal',
  'io.k8s.api.core.v1.DownwardAPIVolumeFile': 'path fieldRef resourceFieldRef mode',
  'io.k8s.api.core.v1.DownwardAPIVolumeSource': 'items defaultMode',
  'io.k8s.api.core.v1.EnvFromSource': 'prefix configMapRef secretRef',
  'io.k8s.api.core.v1.EnvVarSource': 'fieldRef resourceFieldRef configMapKeyRef secretKeyRef',
  'io.k8s.api.core.v1.EphemeralContainer':
    'name image command args workingDir ports envFrom env resources resizePolicy restartPolicy volumeMounts volumeDevices livenessProbe readinessProbe startupProbe lifecycle terminationMessagePath terminationMessagePolicy imagePullPolicy securityContext stdin stdinOnce tty targetContainerName',
  'io.k8s.api.core.v1.Event':
    'metadata involvedObject reason message source firstTimestamp lastTimestamp count type eventTime series action related reportingComponent reportingInstance',
  'io.k8s.api.core.v1.FCVolumeSource': 'targetWWNs lun fsType readOnly wwids',
  'io.k8s.api.core.v1.FlexVolumeSource': 'driver fsType secretRef readOnly options',
  'io.k8s.api.core.v1.GCEPersistentDiskVolumeSource': 'pdName fsType partition readOnly',
  'io.k8s.api.core.v1.GitRepoVolumeSource': 'repository revision directory',
  'io.k8s.api.core.v1.HTTPGetAction': 'path port host scheme httpHeaders',
  'io.k8s.api.core.v1.HostAlias': 'ip hostnames',
  'io.k8s.api.core.v1.ISCSIVolumeSource':
    'targetPortal iqn lun iscsiInterface fsType readOnly portals chapAuthDiscovery chapAuthSession secretRef initiatorName',
  'io.k8s.api.core.v1.ImageVolumeSource': 'reference pullPolicy',
  'io.k8s.api.core.v1.KeyToPath': 'key path mode',
  'io.k8s.api.core.v1.LifecycleHandler': 'exec httpGet tcpSocket sleep',
  'io.k8s.api.core.v1.LinuxContainerUser': 'uid gid supplementalGroups',
  'io.k8s.api.core.v1.LoadBalancerIngress': 'ip hostname ipMode ports',
  'io.k8s.api.core.v1.ModifyVolumeStatus': 'targetVolumeAttributesClassName status',
  'io.k8s.api.core.v1.NFSVolumeSource': 'server path readOnly',
  'io.k8s.api.core.v1.NamespaceCondition': 'type status lastTransitionTime reason message',
  'io.k8s.api.core.v1.NamespaceStatus': 'phase conditions',
  'io.k8s.api.core.v1.NodeAddress': 'type address',
  'io.k8s.api.core.v1.NodeAffinity':
    'requiredDuringSchedulingIgnoredDuringExecution preferredDuringSchedulingIgnoredDuringExecution',
  'io.k8s.api.core.v1.NodeCondition': 'type status lastHeartbeatTime lastTransitionTime reason message',
  'io.k8s.api.core.v1.NodeConfigStatus': 'assigned active lastKnownGood error',
  'io.k8s.api.core.v1.NodeRuntimeHandler': 'name features',
  'io.k8s.api.core.v1.NodeSpec': 'podCIDR podCIDRs providerID unschedulable taints configSource externalID',
  'io.k8s.api.core.v1.NodeStatus':
    'capacity allocatable phase conditions addresses daemonEndpoints nodeInfo images volumesInUse volumesAttached config runtimeHandlers features',
  'io.k8s.api.core.v1.NodeSystemInfo':
    'machineID systemUUID bootID kernelVersion osImage containerRuntimeVersion kubeletVersion kubeProxyVersion operatingSystem architecture swap',
  'io.k8s.api.core.v1.ObjectReference': 'kind namespace name uid apiVersion resourceVersion fieldPath',
  'io.k8s.api.core.v1.PersistentVolumeClaimCondition':
    'type status lastProbeTime lastTransitionTime reason message',
  'io.k8s.api.core.v1.PersistentVolumeClaimSpec':
    'accessModes selector resources volumeName storageClassName volumeMode dataSource dataSourceRef volumeAttributesClassName',
  'io.k8s.api.core.v1.PersistentVolumeClaimStatus':
    'phase accessModes capacity conditions allocatedResources allocatedResourceStatuses currentVolumeAttributesClassName modifyVolumeStatus',
  'io.k8s.api.core.v1.PhotonPersistentDiskVolumeSource': 'pdID fsType',
  'io.k8s.api.core.v1.PodAffinity':
    'requiredDuringSchedulingIgnoredDuringExecution preferredDuringSchedulingIgnoredDuringExecution',
  'io.k8s.api.core.v1.PodAffinityTerm':
    'labelSelector namespaces topologyKey namespaceSelector matchLabelKeys mismatchLabelKeys',
  'io.k8s.api.core.v1.PodAntiAffinity':
    'requiredDuringSchedulingIgnoredDuringExecution preferredDuringSchedulingIgnoredDuringExecution',
  'io.k8s.api.core.v1.PodCondition':
    'type observedGeneration status lastProbeTime lastTransitionTime reason message',
  'io.k8s.api.core.v1.PodDNSConfig': 'nameservers searches options',
  'io.k8s.api.core.v1.PodSecurityContext':
    'seLinuxOptions windowsOptions runAsUser runAsGroup runAsNonRoot supplementalGroups supplementalGroupsPolicy fsGroup sysctls fsGroupChangePolicy seccompProfile appArmorProfile seLinuxChangePolicy',
  'io.k8s.api.core.v1.PodSpec':
    'volumes initContainers containers ephemeralContainers restartPolicy terminationGracePeriodSeconds activeDeadlineSeconds dnsPolicy nodeSelector serviceAccountName serviceAccount automountServiceAccountToken nodeName hostNetwork hostPID hostIPC shareProcessNamespace securityContext imagePullSecrets hostname subdomain affinity schedulerName tolerations hostAliases priorityClassName priority dnsConfig readinessGates runtimeClassName enableServiceLinks preemptionPolicy overhead topologySpreadConstraints setHostnameAsFQDN os hostUsers schedulingGates resourceClaims resources',
  'io.k8s.api.core.v1.PodStatus':
    'observedGeneration phase conditions message reason nominatedNodeName hostIP hostIPs podIP podIPs startTime initContainerStatuses containerStatuses qosClass ephemeralContainerStatuses resize resourceClaimStatuses',
  'io.k8s.api.core.v1.PortStatus': 'port protocol error',
  'io.k8s.api.core.v1.PortworxVolumeSource': 'volumeID fsType readOnly',
  'io.k8s.api.core.v1.PreferredSchedulingTerm': 'weight preference',
  'io.k8s.api.core.v1.Probe':
    'exec httpGet tcpSocket grpc initialDelaySeconds timeoutSeconds periodSeconds successThreshold failureThreshold terminationGracePeriodSeconds',
  'io.k8s.api.core.v1.ProjectedVolumeSource': 'sources defaultMode',
  'io.k8s.api.core.v1.QuobyteVolumeSource': 'registry volume readOnly user group tenant',
  'io.k8s.api.core.v1.RBDVolumeSource': 'monitors image fsType pool user keyring secretRef readOnly',
  'io.k8s.api.core.v1.ReplicationControllerCondition': 'type status lastTransitionTime reason message',
  'io.k8s.api.core.v1.ReplicationControllerSpec': 'replicas minReadySeconds selector template',
  'io.k8s.api.core.v1.ReplicationControllerStatus':
    'replicas fullyLabeledReplicas readyReplicas availableReplicas observedGeneration conditions',
  'io.k8s.api.core.v1.ResourceFieldSelector': 'containerName resource divisor',
  'io.k8s.api.core.v1.ResourceHealth': 'resourceID health',
  'io.k8s.api.core.v1.ResourceQuotaSpec': 'hard scopes scopeSelector',
  'io.k8s.api.core.v1.ResourceRequirements': 'limits requests claims',
  'io.k8s.api.core.v1.SELinuxOptions': 'user role type level',
  'io.k8s.api.core.v1.ScaleIOVolumeSource':
    'gateway system secretRef sslEnabled protectionDomain storagePool storageMode volumeName fsType readOnly',
  'io.k8s.api.core.v1.ScopedResourceSelectorRequirement': 'scopeName operator values',
  'io.k8s.api.core.v1.SeccompProfile': 'type localhostProfile',
  'io.k8s.api.core.v1.Secret': 'metadata immutable data stringData type',
  'io.k8s.api.core.v1.SecretKeySelector': 'name key optional',
  'io.k8s.api.core.v1.SecretProjection': 'name items optional',
  'io.k8s.api.core.v1.SecretVolumeSource': 'secretName items defaultMode optional',
  'io.k8s.api.core.v1.SecurityContext':
    'capabilities privileged seLinuxOptions windowsOptions runAsUser runAsGroup runAsNonRoot readOnlyRootFilesystem allowPrivilegeEscalation procMount seccompProfile appArmorProfile',
  'io.k8s.api.core.v1.ServiceAccount': 'metadata secrets imagePullSecrets automountServiceAccountToken',
  'io.k8s.api.core.v1.ServicePort': 'name protocol appProtocol port targetPort nodePort',
  'io.k8s.api.core.v1.ServiceSpec':
    'ports selector clusterIP clusterIPs type externalIPs sessionAffinity loadBalancerIP loadBalancerSourceRanges externalName externalTrafficPolicy healthCheckNodePort publishNotReadyAddresses sessionAffinityConfig ipFamilies ipFamilyPolicy allocateLoadBalancerNodePorts loadBalancerClass internalTrafficPolicy trafficDistribution',
  'io.k8s.api.core.v1.ServiceStatus': 'loadBalancer conditions',
  'io.k8s.api.core.v1.StorageOSVolumeSource': 'volumeName volumeNamespace fsType readOnly secretRef',
  'io.k8s.api.core.v1.TCPSocketAction': 'port host',
  'io.k8s.api.core.v1.Taint': 'key value effect timeAdded',
  'io.k8s.api.core.v1.Toleration': 'key operator value effect tolerationSeconds',
  'io.k8s.api.core.v1.TopologySpreadConstraint':
    'maxSkew topologyKey whenUnsatisfiable labelSelector minDomains nodeAffinityPolicy nodeTaintsPolicy matchLabelKeys',
  'io.k8s.api.core.v1.Volume':
    'name hostPath emptyDir gcePersistentDisk awsElasticBlockStore gitRepo secret nfs iscsi glusterfs persistentVolumeClaim rbd flexVolume cinder cephfs flocker downwardAPI fc azureFile configMap vsphereVolume quobyte azureDisk photonPersistentDisk projected portworxVolume scaleIO storageos csi ephemeral image',
  'io.k8s.api.core.v1.VolumeDevice': 'name devicePath',
  'io.k8s.api.core.v1.VolumeMount':
    'name readOnly recursiveReadOnly mountPath subPath mountPropagation subPathExpr',
  'io.k8s.api.core.v1.VolumeMountStatus': 'name mountPath readOnly recursiveReadOnly',
  'io.k8s.api.core.v1.VolumeProjection':
    'secret downwardAPI configMap serviceAccountToken clusterTrustBundle',
  'io.k8s.api.core.v1.VsphereVirtualDiskVolumeSource': 'volumePath fsType storagePolicyName storagePolicyID',
  'io.k8s.api.core.v1.WeightedPodAffinityTerm': 'weight podAffinityTerm',
  'io.k8s.api.core.v1.WindowsSecurityContextOptions':
    'gmsaCredentialSpecName gmsaCredentialSpec runAsUserName hostProcess',
  'io.k8s.api.networking.v1.HTTPIngressPath': 'path pathType backend',
  'io.k8s.api.networking.v1.IngressBackend': 'service resource',
  'io.k8s.api.networking.v1.IngressLoadBalancerIngress': 'ip hostname ports',
  'io.k8s.api.networking.v1.IngressPortStatus': 'port protocol error',
  'io.k8s.api.networking.v1.IngressSpec': 'ingressClassName defaultBackend tls rules',
  'io.k8s.api.policy.v1.PodDisruptionBudgetSpec':
    'minAvailable selector maxUnavailable unhealthyPodEvictionPolicy',
  'io.k8s.api.policy.v1.PodDisruptionBudgetStatus':
    'observedGeneration disruptedPods disruptionsAllowed currentHealthy desiredHealthy expectedPods conditions',
  'io.k8s.api.rbac.v1.ClusterRole': 'metadata rules aggregationRule',
  'io.k8s.api.rbac.v1.ClusterRoleBinding': 'metadata subjects roleRef',
  'io.k8s.api.rbac.v1.PolicyRule': 'verbs apiGroups resources resourceNames nonResourceURLs',
  'io.k8s.api.rbac.v1.RoleBinding': 'metadata subjects roleRef',
  'io.k8s.api.rbac.v1.Subject': 'kind apiGroup name namespace',
  'io.k8s.api.scheduling.v1.PriorityClass': 'metadata value globalDefault description preemptionPolicy',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Condition':
    'type status observedGeneration lastTransitionTime reason message',
  'io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector': 'matchLabels matchExpressions',
  'io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry':
    'manager operation apiVersion time fieldsType fieldsV1 subresource',
  'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta':
    'name generateName namespace selfLink uid resourceVersion generation creationTimestamp deletionTimestamp deletionGracePeriodSeconds labels annotations ownerReferences finalizers managedFields',
  'io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference':
    'apiVersion kind name uid controller blockOwnerDeletion',
};

/** An object with its fields as Go's JSON encoder writes those of its type; a list with those of its items. */
export function inStructOrder(object: Fields): Fields {
  const { kind, apiVersion, ...rest } = object;
  const head = {
    ...(kind === undefined ? {} : { kind }),
    ...(apiVersion === undefined ? {} : { apiVersion }),
  };
  if (Array.isArray(rest['items']))
    return { ...head, metadata: rest['metadata'], items: rest['items'].map(inStructOrder) };
  const type = typeOf(String(apiVersion ?? ''), String(kind ?? ''));
  return { ...head, ...(type ? ordered(rest, type) : rest) };
}

function ordered(fields: Fields, type: ObjectType): Fields {
  const known = ORDERS[type.fullName]?.split(' ') ?? [];
  const others = Object.keys(fields).filter((name) => !known.includes(name));
  const names = [...known, ...others.sort()];
  const next: Fields = {};
  for (const name of names) {
    if (fields[name] === undefined) continue;
    const field = type.fields.get(name);
    next[name] = field ? valueInOrder(fields[name], field.type) : sortedValue(fields[name]);
  }
  return next;
}

function valueInOrder(value: any, type: FieldType): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (type.is === 'object' && !Array.isArray(value)) return ordered(value, type.type);
  if (type.is === 'array' && Array.isArray(value)) return value.map((item) => valueInOrder(item, type.items));
  if (type.is !== 'map') return sortedValue(value);
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, valueInOrder(value[key], type.values)]));
}

function sortedValue(value: any): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sortedValue);
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortedValue(value[key])]),
  );
}
