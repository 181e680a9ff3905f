import type { Context } from '../../host/index.ts';
import { parseRange } from '../../objects/address-range.ts';
import { durationMs, readNamed, StartError } from '../client/program-start.ts';
import { type FlagValues, flagList, flagTrue } from '../flags.ts';
import type { KeyPair, ManagerSettings } from './controller.ts';
import { SIGNER_FLAGS } from './program-checks.ts';
import { recyclingOf } from './program-recycling.ts';
import { DEFAULT_SETTINGS } from './settings.ts';

/** A controller cannot start, and with it the manager. */
export class ControllerStartError extends StartError {
  readonly controller: string;

  constructor(controller: string, message: string) {
    super(message);
    this.controller = controller;
  }
}

/** Runs what a controller does at its start. */
function starting<T>(controller: string, start: () => T, before = ''): T {
  try {
    return start();
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    throw new ControllerStartError(controller, before + error.message);
  }
}

/** What the flags say, files included: these are looked at only by the manager that leads. */
export function settingsOf(context: Context, flags: FlagValues): Omit<ManagerSettings, 'isOn'> {
  const d = DEFAULT_SETTINGS;
  const number = (name: string, usual: number) => Number(flags.get(name) ?? usual);
  const duration = (name: string, usual: number) => {
    const text = flags.get(name);
    return text === undefined ? usual : durationMs(text);
  };
  return {
    clusterName: flags.get('cluster-name') ?? d.clusterName,
    ...networks(flags),
    nodeMonitorGraceMs: duration('node-monitor-grace-period', d.nodeMonitorGraceMs),
    nodeStartupGraceMs: duration('node-startup-grace-period', d.nodeStartupGraceMs),
    nodeEvictionRate: number('node-eviction-rate', d.nodeEvictionRate),
    secondaryNodeEvictionRate: number('secondary-node-eviction-rate', d.secondaryNodeEvictionRate),
    largeClusterSize: number('large-cluster-size-threshold', d.largeClusterSize),
    unhealthyZoneThreshold: number('unhealthy-zone-threshold', d.unhealthyZoneThreshold),
    terminatedPodGcThreshold: number('terminated-pod-gc-threshold', d.terminatedPodGcThreshold),
    hpaSyncMs: duration('horizontal-pod-autoscaler-sync-period', d.hpaSyncMs),
    claimBinderSyncMs: duration('pvclaimbinder-sync-period', d.claimBinderSyncMs),
    recycling: starting(
      'persistentvolume-binder-controller',
      () => recyclingOf(context, flags),
      'failed to probe volume plugins when starting persistentvolume controller: ',
    ),
    hpaDownscaleStabilizationMs: duration(
      'horizontal-pod-autoscaler-downscale-stabilization',
      d.hpaDownscaleStabilizationMs,
    ),
    hpaTolerance: number('horizontal-pod-autoscaler-tolerance', d.hpaTolerance),
    hpaCpuInitializationMs: duration(
      'horizontal-pod-autoscaler-cpu-initialization-period',
      d.hpaCpuInitializationMs,
    ),
    hpaReadinessDelayMs: duration('horizontal-pod-autoscaler-initial-readiness-delay', d.hpaReadinessDelayMs),
    maxEndpointsPerSlice: number('max-endpoints-per-slice', d.maxEndpointsPerSlice),
    maxMirroredPerSubset: number('mirroring-max-endpoints-per-subset', d.maxMirroredPerSubset),
    batchMs: {
      endpoints: duration('endpoint-updates-batch-period', 0),
      slices: duration('endpointslice-updates-batch-period', 0),
      mirrors: duration('mirroring-endpointslice-updates-batch-period', 0),
    },
    provisions: flagTrue(flags, 'enable-dynamic-provisioning', d.provisions),
    legacyTokenCleanUpMs: duration('legacy-service-account-token-clean-up-period', d.legacyTokenCleanUpMs),
    ...tokenFiles(context, flags),
    signers: signers(context, flags),
    signingDurationMs: duration('cluster-signing-duration', d.signingDurationMs),
  };
}

/** Models cmd/kube-controller-manager/app/core.go startNodeIpamController */
function networks(
  flags: FlagValues,
): Pick<ManagerSettings, 'allocateNodeCidrs' | 'clusterCidr' | 'nodeCidrMaskSize' | 'serviceCidrs'> {
  const allocateNodeCidrs = flagTrue(flags, 'allocate-node-cidrs');
  const cidrs = allocateNodeCidrs ? flagList(flags, 'cluster-cidr') : [];
  for (const cidr of cidrs) {
    if (cidr.includes(':') || (/^[\d.]+\/\d+$/.test(cidr) && parseRange(cidr))) continue;
    throw new ControllerStartError('node-ipam-controller', `invalid CIDR address: ${cidr}`);
  }
  const mask = flags.get('node-cidr-mask-size-ipv4') ?? flags.get('node-cidr-mask-size');
  return {
    allocateNodeCidrs,
    clusterCidr: cidrs.join(','),
    nodeCidrMaskSize: Number(mask ?? DEFAULT_SETTINGS.nodeCidrMaskSize),
    serviceCidrs: flagList(flags, 'service-cluster-ip-range'),
  };
}

function tokenFiles(context: Context, flags: FlagValues): Pick<ManagerSettings, 'accountKey' | 'rootCa'> {
  const file = (name: string, what: (path: string) => string) => {
    const path = flags.get(name);
    if (!path) return undefined;
    return starting('serviceaccount-token-controller', () => readNamed(context, path, what(path)));
  };
  return {
    accountKey: file(
      'service-account-private-key-file',
      () => 'error reading key for service account token controller: ',
    ),
    rootCa: file('root-ca-file', (path) => `error parsing root-ca-file at ${path}: `),
  };
}

/**
 * What each signer signs with: files of its own, or, where none has any, those that all share. Models
 * cmd/kube-controller-manager/app/certificates.go startCertificateSigningRequestSigningController
 */
function signers(context: Context, flags: FlagValues): Record<string, KeyPair> {
  const paths = (infix: string) =>
    ['cert', 'key'].map((part) => flags.get(`cluster-signing-${infix}${part}-file`) ?? '') as [
      string,
      string,
    ];
  const own = Object.values(SIGNER_FLAGS).some((flag) => paths(`${flag}-`).some(Boolean));
  const found: Record<string, KeyPair> = {};
  for (const [signer, flag] of Object.entries(SIGNER_FLAGS)) {
    const [certificate, key] = paths(own ? `${flag}-` : '');
    if (!certificate || !key) continue;
    const what = `error reading CA cert file ${JSON.stringify(certificate)}: `;
    found[signer] = starting(
      'certificatesigningrequest-signing-controller',
      () => ({ certificate: readNamed(context, certificate, what), key: readNamed(context, key, what) }),
      `failed to start ${signer} certificate controller: `,
    );
  }
  return found;
}
