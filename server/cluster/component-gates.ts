import { FeatureGateError, type FeatureGates, featureGates, parseFeatureGates } from './feature-gates.ts';

/** The programs that read feature gates. */
export type Component =
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'kubelet'
  | 'kube-proxy';

const PAGES_AND_CLAIMS =
  'ComponentFlagz ComponentStatusz DynamicResourceAllocation DRAAdminAccess DRADeviceTaints DRAPartitionableDevices DRAPrioritizedList';

/**
 * What a component would do differently with the gate away from its default, and does not here. The others have their
 * effect, or none that could be seen: caches, encodings, drivers of clouds, Windows.
 */
const NAMES: Readonly<Record<Component, string>> = {
  'kube-apiserver': `${PAGES_AND_CLAIMS} AggregatedDiscoveryRemoveBetaType AllowParsingUserUIDFromCertAuth
    AllowUnsafeMalformedObjectDeletion CBORServingAndStorage ClusterTrustBundle ClusterTrustBundleProjection
    CoordinatedLeaderElection CrossNamespaceVolumeDataSource DeploymentReplicaSetTerminatingReplicas
    ExternalServiceAccountTokenSigner InPlacePodVerticalScaling KubeletServiceAccountTokenForCredentialProviders
    MultiCIDRServiceAllocator MutableCSINodeAllocatableCount MutatingAdmissionPolicy OpenAPIEnums PodLevelResources
    PodLogsQuerySplitStreams PodObservedGenerationTracking PodTopologyLabelsAdmission PortForwardWebsockets
    PreferSameTrafficDistribution RecoverVolumeExpansionFailure RemoteRequestHeaderUID
    ServiceAccountNodeAudienceRestriction StorageVersionAPI StorageVersionMigrator StrictIPCIDRValidation
    TranslateStreamCloseWebsocketRequests UnknownVersionInteroperabilityProxy UserNamespacesPodSecurityStandards
    VolumeAttributesClass`,
  'kube-controller-manager': `${PAGES_AND_CLAIMS} ClusterTrustBundle CoordinatedLeaderElection CrossNamespaceVolumeDataSource
    DeploymentReplicaSetTerminatingReplicas JobManagedBy JobPodReplacementPolicy MultiCIDRServiceAllocator
    PreferSameTrafficDistribution RecoverVolumeExpansionFailure SELinuxMount StorageVersionAPI
    StorageVersionMigrator VolumeAttributesClass`,
  'kube-scheduler': `${PAGES_AND_CLAIMS} CoordinatedLeaderElection InPlacePodVerticalScaling MatchLabelKeysInPodTopologySpread
    PodLevelResources StorageCapacityScoring VolumeAttributesClass`,
  kubelet: `${PAGES_AND_CLAIMS} ClusterTrustBundleProjection ContainerCheckpoint ContainerStopSignals
    CPUManagerPolicyAlphaOptions AllowOverwriteTerminationGracePeriodSeconds CustomCPUCFSQuotaPeriod
    ExecProbeTimeout GitRepoVolumeDriver InPlacePodVerticalScaling ImageVolume
    InPlacePodVerticalScalingAllocatedStatus InPlacePodVerticalScalingExclusiveCPUs KubeletCgroupDriverFromCRI
    KubeletEnsureSecretPulledImages KubeletFineGrainedAuthz KubeletInUserNamespace
    KubeletPodResourcesDynamicResources KubeletPodResourcesGet KubeletPSI
    KubeletServiceAccountTokenForCredentialProviders LegacySidecarContainers MemoryQoS
    MutableCSINodeAllocatableCount NodeLogQuery PodLevelResources PodLogsQuerySplitStreams
    PodObservedGenerationTracking QOSReserved ResourceHealthStatus SupplementalGroupsPolicy
    TopologyManagerPolicyAlphaOptions`,
  'kube-proxy': 'ComponentFlagz ComponentStatusz PreferSameTrafficDistribution',
};

/**
 * The gates of a component by its flag, which counts more, and the `featureGates` of its configuration. Throws
 * FeatureGateError, for a line of its log, also where a gate should change what it does and cannot.
 */
export function componentGates(
  component: Component,
  flag: string | undefined,
  file?: Readonly<Record<string, unknown>> | null,
): FeatureGates {
  featureGates(file ?? {});
  const gates = featureGates({ ...file, ...parseFeatureGates(flag) });
  const name = NAMES[component].split(/\s+/).find((one) => gates.isChanged(one));
  if (name === undefined) return gates;
  throw new FeatureGateError(`feature gate ${name}=${gates.isOn(name)} is not simulated by ${component}`);
}
