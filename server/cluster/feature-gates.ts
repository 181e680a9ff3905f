type Stage = 'ALPHA' | 'BETA' | 'GA' | 'DEPRECATED';

interface Gate {
  readonly stage: Stage;
  readonly on: boolean;
  /** It cannot be set to anything else any more. */
  readonly locked: boolean;
}

/**
 * The feature gates of v1.33. All components know all of them. Models pkg/features, apiserver/pkg/features and
 * component-base, as test/compatibility_lifecycle/reference lists them.
 */
const NAMES: readonly (readonly [stage: Stage, on: boolean, locked: boolean, names: string])[] = [
  [
    'ALPHA',
    false,
    false,
    `AllAlpha AllowUnsafeMalformedObjectDeletion APIServingWithRoutine CBORServingAndStorage ClientsAllowCBOR
    ClientsPreferCBOR CloudControllerManagerWebhook ComponentFlagz ComponentStatusz ContainerStopSignals
    CPUManagerPolicyAlphaOptions CrossNamespaceVolumeDataSource CSIVolumeHealth CustomCPUCFSQuotaPeriod
    DeploymentReplicaSetTerminatingReplicas DRAAdminAccess DRADeviceTaints DRAPartitionableDevices DRAPrioritizedList
    EventedPLEG ExternalServiceAccountTokenSigner HPAConfigurableTolerance HPAScaleToZero InformerResourceVersion
    InPlacePodVerticalScalingExclusiveCPUs InTreePluginPortworxUnregister KubeletCrashLoopBackOffMax
    KubeletEnsureSecretPulledImages KubeletInUserNamespace KubeletPodResourcesDynamicResources KubeletPodResourcesGet
    KubeletPSI KubeletServiceAccountTokenForCredentialProviders ListFromCacheSnapshot LoggingAlphaOptions
    MaxUnavailableStatefulSet MemoryQoS MutableCSINodeAllocatableCount MutatingAdmissionPolicy
    PodAndContainerStatsFromCRI PodLevelResources PodLogsQuerySplitStreams PodObservedGenerationTracking
    PodTopologyLabelsAdmission PreferSameTrafficDistribution QOSReserved ReduceDefaultCrashLoopBackOffDecay
    ResourceHealthStatus RuntimeClassInImageCriAPI StorageCapacityScoring StorageVersionAPI StorageVersionMigrator
    StrictIPCIDRValidation TopologyManagerPolicyAlphaOptions UnknownVersionInteroperabilityProxy UserNamespacesPodSecurityStandards
    WindowsCPUAndMemoryAffinity WindowsGracefulNodeShutdown`,
  ],
  [
    'BETA',
    false,
    false,
    `AllBeta ClusterTrustBundle ClusterTrustBundleProjection ConcurrentWatchObjectDecode CoordinatedLeaderElection
    DeclarativeValidationTakeover DisableAllocatorDualWrite DynamicResourceAllocation ImageVolume
    LocalStorageCapacityIsolationFSQuotaMonitoring NodeLogQuery SELinuxMount VolumeAttributesClass
    WatchCacheInitializationPostStartHook WatchList WatchListClient`,
  ],
  [
    'BETA',
    true,
    false,
    `AllowParsingUserUIDFromCertAuth AnonymousAuthConfigurableEndpoints APIResponseCompression APIServerIdentity
    APIServerTracing AuthorizeNodeWithSelectors AuthorizeWithSelectors ConsistentListFromCache ContainerCheckpoint
    ContextualLogging CPUManagerPolicyBetaOptions DeclarativeValidation DisableCPUQuotaWithExclusiveCPUs
    DRAResourceClaimDeviceStatus GracefulNodeShutdown GracefulNodeShutdownBasedOnPodPriority ImageMaximumGCAge
    InPlacePodVerticalScaling JobManagedBy JobPodReplacementPolicy KubeletCgroupDriverFromCRI KubeletFineGrainedAuthz
    KubeletSeparateDiskGC KubeletTracing LoggingBetaOptions MatchLabelKeysInPodTopologySpread NodeSwap OpenAPIEnums
    OrderedNamespaceDeletion PodDeletionCost PodLifecycleSleepAction PodLifecycleSleepActionAllowZero
    PodReadyToStartContainersCondition PortForwardWebsockets ProcMountType RecoverVolumeExpansionFailure
    RelaxedDNSSearchValidation RelaxedEnvironmentVariableValidation ReloadKubeletServerCertificateFile
    RemoteRequestHeaderUID ResilientWatchCacheInitialization RotateKubeletServerCertificate SchedulerAsyncPreemption
    SchedulerPopFromBackoffQ SchedulerQueueingHints SELinuxChangePolicy SELinuxMountReadWriteOncePod
    SeparateTaintEvictionController ServiceAccountNodeAudienceRestriction StorageVersionHash
    StreamingCollectionEncodingToJSON StreamingCollectionEncodingToProtobuf StructuredAuthenticationConfiguration
    SupplementalGroupsPolicy SystemdWatchdog TopologyManagerPolicyBetaOptions TranslateStreamCloseWebsocketRequests
    UnauthenticatedHTTP2DOSMitigation UserNamespacesSupport WinDSR WinOverlay`,
  ],
  [
    'GA',
    true,
    true,
    `AnyVolumeDataSource BtreeWatchCache ComponentSLIs CPUManagerPolicyOptions CRDValidationRatcheting
    CronJobsScheduledAnnotation CSIMigrationPortworx CustomResourceFieldSelectors DevicePluginCDIDevices
    ElasticIndexedJob HonorPVReclaimPolicy JobBackoffLimitPerIndex JobSuccessPolicy LoadBalancerIPMode
    LogarithmicScaleDown MatchLabelKeysInPodAffinity MemoryManager NFTablesProxyMode
    NodeInclusionPolicyInPodTopologySpread PodDisruptionConditions PodIndexLabel PodSchedulingReadiness RecursiveReadOnlyMounts
    RetryGenerateName ServiceAccountTokenJTI ServiceAccountTokenNodeBinding ServiceAccountTokenNodeBindingValidation
    ServiceAccountTokenPodNodeInfo ServiceTrafficDistribution SidecarContainers SizeMemoryBackedVolumes
    StatefulSetAutoDeletePVC StatefulSetStartOrdinal StrictCostEnforcementForVAP StrictCostEnforcementForWebhooks
    StructuredAuthorizationConfiguration TopologyAwareHints`,
  ],
  ['GA', true, false, 'ExecProbeTimeout MultiCIDRServiceAllocator TopologyManagerPolicyOptions'],
  [
    'DEPRECATED',
    true,
    false,
    'AggregatedDiscoveryRemoveBetaType DisableNodeKubeProxyVersion StorageNamespaceIndex',
  ],
  [
    'DEPRECATED',
    false,
    false,
    `AllowDNSOnlyNodeCSR AllowInsecureKubeletCertificateSigningRequests AllowOverwriteTerminationGracePeriodSeconds
    GitRepoVolumeDriver InPlacePodVerticalScalingAllocatedStatus KMSv1 KubeletRegistrationGetOnExistsOnly
    LegacySidecarContainers SeparateCacheWatchRPC WindowsHostNetwork`,
  ],
  ['DEPRECATED', false, true, 'AllowServiceLBStatusOnNonLB WatchFromStorageWithoutResourceVersion'],
];

const GATES: ReadonlyMap<string, Gate> = new Map(
  NAMES.flatMap(([stage, on, locked, names]) =>
    names.split(/\s+/).map((name) => [name, { stage, on, locked }] as const),
  ),
);

/** The gates that set others: all of a stage that are not set themselves. */
const WHOLE_STAGE: Readonly<Record<string, Stage>> = { AllAlpha: 'ALPHA', AllBeta: 'BETA' };

export class FeatureGateError extends Error {
  override name = 'FeatureGateError';
}

export interface FeatureGates {
  isOn(name: string): boolean;
  /** Away from its default. */
  isChanged(name: string): boolean;
  /** What the log says of gates that should not be set any more. */
  readonly warnings: readonly string[];
}

/** `A=true,B=false`. Throws FeatureGateError. Models component-base/featuregate Set. */
export function parseFeatureGates(flag: string | undefined): Record<string, boolean> {
  const wanted: Record<string, boolean> = {};
  for (const pair of (flag ?? '').split(',').filter((part) => part.trim() !== '')) {
    const [, name = pair, value] = /^([^=]*)=(.*)$/s.exec(pair) ?? [];
    const key = name.trim();
    if (value === undefined) throw new FeatureGateError(`missing bool value for ${key}`);
    const on = goBool(value.trim());
    if (on === undefined) {
      const why = `strconv.ParseBool: parsing ${JSON.stringify(value.trim())}: invalid syntax`;
      throw new FeatureGateError(`invalid value of ${key}=${value.trim()}, err: ${why}`);
    }
    wanted[key] = on;
  }
  return wanted;
}

function goBool(text: string): boolean | undefined {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  return ['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text) ? false : undefined;
}

/** Throws FeatureGateError. Models component-base/featuregate SetFromMap. */
export function featureGates(wanted: Readonly<Record<string, unknown>> = {}): FeatureGates {
  const warnings: string[] = [];
  // Go goes through its map as it likes; here the order is that of the names.
  for (const name of Object.keys(wanted).sort()) {
    const gate = GATES.get(name);
    if (!gate) throw new FeatureGateError(`unrecognized feature gate: ${name}`);
    const value = wanted[name] === true;
    if (gate.locked && value !== gate.on) {
      const why = `feature is locked to ${gate.on}`;
      throw new FeatureGateError(`cannot set feature gate ${name} to ${value}, ${why}`);
    }
    const setting = `feature gate ${name}=${value}. It will be removed in a future release.`;
    if (gate.stage === 'DEPRECATED') warnings.push(`Setting deprecated ${setting}`);
    else if (gate.stage === 'GA') warnings.push(`Setting GA ${setting}`);
  }
  const isOn = (name: string) => settingOf(name, wanted);
  return { isOn, isChanged: (name) => isOn(name) !== gateOf(name).on, warnings };
}

function gateOf(name: string): Gate {
  const gate = GATES.get(name);
  if (!gate) throw new Error(`no feature gate ${name}`);
  return gate;
}

function settingOf(name: string, wanted: Readonly<Record<string, unknown>>): boolean {
  const gate = gateOf(name);
  if (Object.hasOwn(wanted, name)) return wanted[name] === true;
  for (const [whole, stage] of Object.entries(WHOLE_STAGE)) {
    if (gate.stage === stage && Object.hasOwn(wanted, whole)) return wanted[whole] === true;
  }
  return gate.on;
}

/** All gates with their stages, as metrics name them: nothing for what is settled. */
export function featureGateStages(): { name: string; stage: string }[] {
  return [...GATES].map(([name, { stage }]) => ({ name, stage: stage === 'GA' ? '' : stage }));
}

/** The gates as `--help` lists them: those that can still be set. Models KnownFeatures. */
export function knownFeatureGates(): string[] {
  return [...GATES]
    .filter(([, { stage }]) => stage === 'ALPHA' || stage === 'BETA')
    .map(([name, { stage, on }]) => `${name}=true|false (${stage} - default=${on})`)
    .sort();
}
