import { durationMs } from '../client/program-start.ts';
import type { FeatureGates } from '../feature-gates.ts';
import { KubeletConfigError } from './config-file.ts';

type Check = (config: any, isOn: FeatureGates['isOn']) => string | undefined | false;

const between = (field: string, flag: string, low: number, high: number): Check => {
  return (config) =>
    config[field] !== undefined &&
    (config[field] < low || config[field] > high) &&
    `${field} (--${flag}) ${config[field]} must be between ${low} and ${high}, inclusive`;
};

const oneOf = (field: string, flag: string, values: readonly string[], shown: string): Check => {
  return (config) =>
    config[field] &&
    !values.includes(config[field]) &&
    `${field} (--${flag}) "${config[field]}" must be ${shown}`;
};

const TOPOLOGY = ['none', 'best-effort', 'restricted', 'single-numa-node'];

const notNegative = ([field, flag]: readonly [string, string]): Check => {
  return (config) =>
    config[field] < 0 && `${field} (--${flag}) ${config[field]} must not be a negative number`;
};

// Models pkg/kubelet/apis/config/validation/validation.go ValidateKubeletConfiguration
const CHECKS: readonly Check[] = [
  ({ nodeLeaseDurationSeconds: value }) =>
    value !== undefined && value <= 0 && 'nodeLeaseDurationSeconds must be greater than 0',
  ({ enforceNodeAllocatable: enforced = [], systemReservedCgroup: group }) =>
    enforced.includes('system-reserved') &&
    !group &&
    'systemReservedCgroup (--system-reserved-cgroup) must be specified when "system-reserved" contained in enforceNodeAllocatable (--enforce-node-allocatable)',
  ({ enforceNodeAllocatable: enforced = [], kubeReservedCgroup: group }) =>
    enforced.includes('kube-reserved') &&
    !group &&
    'kubeReservedCgroup (--kube-reserved-cgroup) must be specified when "kube-reserved" contained in enforceNodeAllocatable (--enforce-node-allocatable)',
  between('healthzPort', 'healthz-port', 0, 65_535),
  between('imageGCHighThresholdPercent', 'image-gc-high-threshold', 0, 100),
  between('imageGCLowThresholdPercent', 'image-gc-low-threshold', 0, 100),
  ({ imageGCLowThresholdPercent: low = 80, imageGCHighThresholdPercent: high = 85 }) =>
    low >= high &&
    `imageGCLowThresholdPercent (--image-gc-low-threshold) ${low} must be less than imageGCHighThresholdPercent (--image-gc-high-threshold) ${high}`,
  ...(
    [
      ['eventBurst', 'event-burst'],
      ['eventRecordQPS', 'event-qps'],
      ['kubeAPIBurst', 'kube-api-burst'],
      ['kubeAPIQPS', 'kube-api-qps'],
      ['maxPods', 'max-pods'],
      ['podsPerCore', 'pods-per-core'],
      ['registryBurst', 'registry-burst'],
      ['registryPullQPS', 'registry-qps'],
    ] as const
  ).map(notNegative),
  between('oomScoreAdj', 'oom-score-adj', -1000, 1000),
  ({ reservedSystemCPUs: cpus }) =>
    cpus &&
    cpusIn(cpus) === undefined &&
    `unable to parse reservedSystemCPUs (--reserved-cpus) ${cpus}, error: strconv.Atoi: parsing ${JSON.stringify(cpus)}: invalid syntax`,
  between('port', 'port', 1, 65_535),
  between('readOnlyPort', 'read-only-port', 0, 65_535),
  ({ serializeImagePulls = true, maxParallelImagePulls: most }) =>
    serializeImagePulls &&
    most > 1 &&
    `maxParallelImagePulls ${most} cannot be larger than 1 unless SerializeImagePulls (--serialize-image-pulls) set to false`,
  ({ serverTLSBootstrap }, isOn) =>
    serverTLSBootstrap &&
    !isOn('RotateKubeletServerCertificate') &&
    'serverTLSBootstrap true requires feature gate RotateKubeletServerCertificate',
  oneOf('topologyManagerPolicy', 'topology-manager-policy', TOPOLOGY, `one of: ${JSON.stringify(TOPOLOGY)}`),
  oneOf('topologyManagerScope', 'topology-manager-scope', ['container', 'pod'], '"container" or "pod"'),
  ({ crashLoopBackOff }, isOn) => restartPeriod(crashLoopBackOff?.maxContainerRestartPeriod, isOn),
  ({ memorySwap }, isOn) =>
    memorySwap?.swapBehavior &&
    !isOn('NodeSwap') &&
    'memorySwap.swapBehavior cannot be set when NodeSwap feature flag is disabled',
  ({ imageMaximumGCAge: age = '0s' }, isOn) =>
    durationMs(age) !== 0 &&
    !isOn('ImageMaximumGCAge') &&
    'ImageMaximumGCAge feature gate is required for Kubelet configuration option imageMaximumGCAge',
  ({ shutdownGracePeriod: all = '0s', shutdownGracePeriodCriticalPods: critical = '0s' }, isOn) =>
    (durationMs(all) > 0 || durationMs(critical) > 0) &&
    !isOn('GracefulNodeShutdown') &&
    'specifying shutdownGracePeriod or shutdownGracePeriodCriticalPods requires feature gate GracefulNodeShutdown',
  ({ shutdownGracePeriodByPodPriority: periods = [] }, isOn) =>
    periods.length > 0 &&
    !isOn('GracefulNodeShutdownBasedOnPodPriority') &&
    'specifying shutdownGracePeriodByPodPriority requires feature gate GracefulNodeShutdownBasedOnPodPriority',
  ({ cpuCFSQuotaPeriod: period = '100ms' }) =>
    durationMs(period) !== 100 &&
    `cpuCFSQuotaPeriod (--cpu-cfs-quota-period) ${period} requires feature gate CustomCPUCFSQuotaPeriod`,
  ({ containerLogMaxFiles }) =>
    containerLogMaxFiles < 2 && `containerLogMaxFiles ${containerLogMaxFiles} must be greater than 1`,
];

function restartPeriod(period: string | undefined, isOn: FeatureGates['isOn']): string | undefined {
  if (period === undefined) return undefined;
  if (!isOn('KubeletCrashLoopBackOffMax'))
    return 'FeatureGate KubeletCrashLoopBackOffMax not enabled, CrashLoopBackOff.MaxContainerRestartPeriod must not be set';
  const seconds = durationMs(period) / 1000;
  if (seconds >= 1 && seconds <= 300) return undefined;
  return `CrashLoopBackOff.MaxContainerRestartPeriod (got: ${seconds} seconds) must be set between 1s and 300s`;
}

/** The processors that a list like `0-1,3` names; undefined: it names none. */
export function cpusIn(list: string): readonly number[] | undefined {
  const parts = list.split(',').map((part) => /^(\d+)(?:-(\d+))?$/.exec(part));
  if (parts.includes(null)) return undefined;
  const named = parts.flatMap((part) => {
    const [first, last] = [Number(part?.[1]), Number(part?.[2] ?? part?.[1])];
    return Array.from({ length: Math.min(Math.max(last - first + 1, 0), 1024) }, (_, i) => first + i);
  });
  return [...new Set(named)];
}

/** What would change how pods run and is not simulated, unless it has one of these values. */
const NOT_SIMULATED: Readonly<Record<string, readonly unknown[]>> = {
  staticPodURL: [''],
  memoryManagerPolicy: ['', 'None'],
  reservedMemory: [],
  runOnce: [false],
  enableServer: [true],
  registerNode: [true],
  tracing: [],
  cgroupRoot: ['', '/'],
  cgroupsPerQOS: [true],
  cpuCFSQuota: [true],
  cpuManagerPolicyOptions: [],
  enableControllerAttachDetach: [true],
  enableSystemLogQuery: [false],
  imagePullCredentialsVerificationPolicy: ['', 'NeverVerifyPreloadedImages'],
  localStorageCapacityIsolation: [true],
  preloadedImagesVerificationAllowlist: [],
  qosReserved: [],
  showHiddenMetricsForVersion: [''],
  singleProcessOOMKill: [false],
  staticPodURLHeader: [],
  userNamespaces: [],
  volumePluginDir: ['', '/usr/libexec/kubernetes/kubelet-plugins/volume/exec/'],
};

/** Throws KubeletConfigError for what contradicts itself and for what is not simulated. */
export function checkConfiguration(config: any, { isOn }: FeatureGates): void {
  const problems = CHECKS.map((check) => check(config, isOn)).filter(
    (problem) => typeof problem === 'string',
  );
  for (const [field, allowed] of Object.entries(NOT_SIMULATED)) {
    const value = config[field];
    const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
    if (value !== undefined && value !== null && !isEmpty && !allowed.includes(value))
      problems.push(`${field} ${JSON.stringify(value)} is not available in this simulation`);
  }
  const format = config.logging?.format ?? 'text';
  if (format !== 'text')
    problems.push(`logging.format ${JSON.stringify(format)} is not available in this simulation`);
  if (problems.length === 0) return;
  const all = problems.map((problem) => `invalid configuration: ${problem}`);
  throw new KubeletConfigError(
    `failed to validate kubelet configuration, error: ${all.length === 1 ? all[0] : `[${all.join(', ')}]`}, path: &TypeMeta{Kind:,APIVersion:,}`,
  );
}
