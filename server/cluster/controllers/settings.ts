import { featureGates } from '../feature-gates.ts';
import type { ManagerSettings } from './controller.ts';

/** What kube-controller-manager does without flags. */
export const DEFAULT_SETTINGS: ManagerSettings = {
  isOn: featureGates().isOn,
  clusterName: 'kubernetes',
  allocateNodeCidrs: false,
  clusterCidr: '',
  nodeCidrMaskSize: 24,
  serviceCidrs: [],
  nodeMonitorGraceMs: 40_000,
  nodeStartupGraceMs: 60_000,
  nodeEvictionRate: 0.1,
  secondaryNodeEvictionRate: 0.01,
  largeClusterSize: 50,
  unhealthyZoneThreshold: 0.55,
  terminatedPodGcThreshold: 12_500,
  hpaSyncMs: 15_000,
  claimBinderSyncMs: 15_000,
  hpaDownscaleStabilizationMs: 300_000,
  hpaTolerance: 0.1,
  hpaCpuInitializationMs: 300_000,
  hpaReadinessDelayMs: 30_000,
  maxEndpointsPerSlice: 100,
  maxMirroredPerSubset: 1000,
  batchMs: { endpoints: 0, slices: 0, mirrors: 0 },
  provisions: true,
  recycling: {
    hostPath: { leastSeconds: 60, perGiB: 30, template: undefined },
    nfs: { leastSeconds: 300, perGiB: 30, template: undefined },
  },
  legacyTokenCleanUpMs: 365 * 24 * 3_600_000,
  accountKey: undefined,
  rootCa: undefined,
  signers: {},
  signingDurationMs: 365 * 24 * 3_600_000,
};
