import { KubeletConfigError } from './config-file.ts';

type Check = (config: any) => string | undefined | false;

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
  ({ maxPods }) => maxPods < 0 && `maxPods (--max-pods) ${maxPods} must not be a negative number`,
  ({ podsPerCore }) =>
    podsPerCore < 0 && `podsPerCore (--pods-per-core) ${podsPerCore} must not be a negative number`,
  between('port', 'port', 1, 65_535),
  between('readOnlyPort', 'read-only-port', 0, 65_535),
  ({ serializeImagePulls = true, maxParallelImagePulls: most }) =>
    serializeImagePulls &&
    most > 1 &&
    `maxParallelImagePulls ${most} cannot be larger than 1 unless SerializeImagePulls (--serialize-image-pulls) set to false`,
  ({ serverTLSBootstrap, featureGates }) =>
    serverTLSBootstrap &&
    featureGates?.RotateKubeletServerCertificate === false &&
    'serverTLSBootstrap true requires feature gate RotateKubeletServerCertificate',
  oneOf('topologyManagerPolicy', 'topology-manager-policy', TOPOLOGY, `one of: ${JSON.stringify(TOPOLOGY)}`),
  oneOf('topologyManagerScope', 'topology-manager-scope', ['container', 'pod'], '"container" or "pod"'),
  ({ crashLoopBackOff }) =>
    crashLoopBackOff?.maxContainerRestartPeriod !== undefined &&
    'FeatureGate KubeletCrashLoopBackOffMax not enabled, CrashLoopBackOff.MaxContainerRestartPeriod must not be set',
  ({ containerLogMaxFiles }) =>
    containerLogMaxFiles < 2 && `containerLogMaxFiles ${containerLogMaxFiles} must be greater than 1`,
];

/** What would change how pods run and is not simulated, unless it has one of these values. */
const NOT_SIMULATED: Readonly<Record<string, readonly unknown[]>> = {
  staticPodURL: [''],
  topologyManagerPolicy: ['', 'none'],
  memoryManagerPolicy: ['', 'None'],
  cpuManagerPolicy: ['', 'none'],
  reservedMemory: [],
  reservedSystemCPUs: [''],
  runOnce: [false],
  enableServer: [true],
  registerNode: [true],
  tracing: [],
};

/** Throws KubeletConfigError for what contradicts itself and for what is not simulated. */
export function checkConfiguration(config: any): void {
  const problems = CHECKS.map((check) => check(config)).filter((problem) => typeof problem === 'string');
  for (const [field, allowed] of Object.entries(NOT_SIMULATED)) {
    const value = config[field];
    const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
    if (value !== undefined && value !== null && !isEmpty && !allowed.includes(value))
      problems.push(`${field} ${JSON.stringify(value)} is not available in this simulation`);
  }
  if (problems.length === 0) return;
  const all = problems.map((problem) => `invalid configuration: ${problem}`);
  throw new KubeletConfigError(
    `failed to validate kubelet configuration, error: ${all.length === 1 ? all[0] : `[${all.join(', ')}]`}, path: &TypeMeta{Kind:,APIVersion:,}`,
  );
}
