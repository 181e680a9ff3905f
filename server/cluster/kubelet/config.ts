import { parse as parseYaml } from 'yaml';
import type { Files } from '../../host/index.ts';
import { isSystemError } from '../../host/index.ts';
import { type FlagKind, parseFlags } from '../flags.ts';

/** When the kubelet ends pods for the node's sake: thresholds by signal, as quantities or percentages. */
export interface EvictionSettings {
  readonly hard: Readonly<Record<string, string>>;
  readonly transitionMs: number;
}

/** What the kubelet reads at its start: flags over the configuration file over defaults. */
export interface KubeletSettings {
  readonly kubeconfig: string | undefined;
  readonly bootstrapKubeconfig: string | undefined;
  /** Where its certificates lie. */
  readonly certDir: string;
  readonly rotateCertificates: boolean;
  readonly nodeName: string | undefined;
  readonly nodeIp: string | undefined;
  readonly runtimeEndpoint: string;
  readonly staticPodPath: string | undefined;
  readonly clusterDns: readonly string[];
  readonly clusterDomain: string;
  readonly resolvConf: string;
  readonly clientCaFile: string | undefined;
  readonly anonymous: boolean;
  readonly maxPods: number;
  readonly port: number;
  readonly healthzPort: number;
  readonly failSwapOn: boolean;
  readonly nodeLabels: Readonly<Record<string, string>>;
  readonly registerWithTaints: readonly { key: string; value?: string; effect: string }[];
  readonly registerSchedulable: boolean;
  readonly eviction: EvictionSettings;
}

/** What stops the kubelet at its start, as its last words say it. */
export class KubeletConfigError extends Error {
  override name = 'KubeletConfigError';
}

const FLAGS: Readonly<Record<string, FlagKind>> = {
  'bootstrap-kubeconfig': 'string',
  kubeconfig: 'string',
  config: 'string',
  'container-runtime-endpoint': 'string',
  'image-service-endpoint': 'string',
  'pod-infra-container-image': 'string',
  'hostname-override': 'string',
  'node-ip': 'string',
  'node-labels': 'list',
  'register-with-taints': 'list',
  'register-node': 'bool',
  'pod-manifest-path': 'string',
  'cluster-dns': 'list',
  'cluster-domain': 'string',
  'resolv-conf': 'string',
  'client-ca-file': 'string',
  'anonymous-auth': 'bool',
  'authorization-mode': 'string',
  'cgroup-driver': 'string',
  'fail-swap-on': 'bool',
  'max-pods': 'int',
  port: 'int',
  'healthz-port': 'int',
  'cert-dir': 'string',
  'root-dir': 'string',
  'rotate-certificates': 'bool',
  'tls-cert-file': 'string',
  'tls-private-key-file': 'string',
  'feature-gates': 'list',
  'eviction-hard': 'string',
  'system-reserved': 'list',
  'kube-reserved': 'list',
  v: 'int',
};

/** The fields of KubeletConfiguration v1beta1, for the strict reader. */
const FIELDS = new Set(
  `apiVersion kind enableServer staticPodPath podLogsDir syncFrequency fileCheckFrequency httpCheckFrequency staticPodURL
staticPodURLHeader address port readOnlyPort tlsCertFile tlsPrivateKeyFile tlsCipherSuites tlsMinVersion
rotateCertificates serverTLSBootstrap authentication authorization registryPullQPS registryBurst imagePullCredentialsVerificationPolicy
eventRecordQPS eventBurst enableDebuggingHandlers enableContentionProfiling healthzPort healthzBindAddress oomScoreAdj
clusterDomain clusterDNS streamingConnectionIdleTimeout nodeStatusUpdateFrequency nodeStatusReportFrequency
nodeLeaseDurationSeconds imageMinimumGCAge imageMaximumGCAge imageGCHighThresholdPercent imageGCLowThresholdPercent
volumeStatsAggPeriod kubeletCgroups systemCgroups cgroupRoot cgroupsPerQOS cgroupDriver cpuManagerPolicy singleProcessOOMKill
cpuManagerPolicyOptions cpuManagerReconcilePeriod memoryManagerPolicy topologyManagerPolicy topologyManagerScope
topologyManagerPolicyOptions qosReserved runtimeRequestTimeout hairpinMode maxPods podCIDR podPidsLimit resolvConf
runOnce cpuCFSQuota cpuCFSQuotaPeriod nodeStatusMaxImages maxOpenFiles contentType kubeAPIQPS kubeAPIBurst
serializeImagePulls maxParallelImagePulls evictionHard evictionSoft evictionSoftGracePeriod
evictionPressureTransitionPeriod evictionMaxPodGracePeriod evictionMinimumReclaim mergeDefaultEvictionSettings podsPerCore
enableControllerAttachDetach protectKernelDefaults makeIPTablesUtilChains iptablesMasqueradeBit iptablesDropBit
featureGates failSwapOn memorySwap containerLogMaxSize containerLogMaxFiles containerLogMaxWorkers
containerLogMonitorInterval configMapAndSecretChangeDetectionStrategy systemReserved kubeReserved
reservedSystemCPUs showHiddenMetricsForVersion systemReservedCgroup kubeReservedCgroup enforceNodeAllocatable
allowedUnsafeSysctls volumePluginDir providerID kernelMemcgNotification logging enableSystemLogHandler
enableSystemLogQuery shutdownGracePeriod shutdownGracePeriodCriticalPods shutdownGracePeriodByPodPriority
crashLoopBackOff reservedMemory enableProfilingHandler enableDebugFlagsHandler seccompDefault memoryThrottlingFactor
registerWithTaints registerNode tracing localStorageCapacityIsolation containerRuntimeEndpoint imageServiceEndpoint
failCgroupV1 userNamespaces preloadedImagesVerificationAllowlist`.split(/\s+/),
);

/** Reads flags and configuration. Throws FlagError, KubeletConfigError. */
export function readSettings(args: readonly string[], fs: Files): KubeletSettings {
  const flags = parseFlags(args, FLAGS);
  const configPath = flags.get('config');
  const config = configPath === undefined ? {} : readConfiguration(configPath, fs);
  refuseGated(config);
  const text = (flag: string, value: unknown) =>
    flags.get(flag) ?? (value === '' ? undefined : (value as string | undefined));
  const bool = (flag: string, value: unknown, fallback: boolean) =>
    flags.has(flag) ? flags.get(flag) === 'true' : ((value as boolean | undefined) ?? fallback);
  const endpoint = text('container-runtime-endpoint', config.containerRuntimeEndpoint);
  if (endpoint === undefined) {
    throw new KubeletConfigError('failed to run Kubelet: validate service connection: endpoint is not set');
  }
  return {
    kubeconfig: flags.get('kubeconfig'),
    bootstrapKubeconfig: flags.get('bootstrap-kubeconfig') || undefined,
    certDir: flags.get('cert-dir') ?? `${flags.get('root-dir') ?? '/var/lib/kubelet'}/pki`,
    rotateCertificates: bool('rotate-certificates', config.rotateCertificates, false),
    nodeName: flags.get('hostname-override'),
    nodeIp: flags.get('node-ip'),
    runtimeEndpoint: endpoint,
    staticPodPath: text('pod-manifest-path', config.staticPodPath),
    clusterDns: flags.get('cluster-dns')?.split(',') ?? config.clusterDNS ?? [],
    clusterDomain: text('cluster-domain', config.clusterDomain) ?? '',
    resolvConf: text('resolv-conf', config.resolvConf) ?? '/etc/resolv.conf',
    clientCaFile: text('client-ca-file', config.authentication?.x509?.clientCAFile),
    anonymous: bool('anonymous-auth', config.authentication?.anonymous?.enabled, false),
    maxPods: Number(flags.get('max-pods') ?? config.maxPods ?? 110),
    port: Number(flags.get('port') ?? config.port ?? 10_250),
    healthzPort: Number(flags.get('healthz-port') ?? config.healthzPort ?? 10_248),
    failSwapOn: bool('fail-swap-on', config.failSwapOn, true),
    nodeLabels: Object.fromEntries(
      (flags.get('node-labels') ?? '')
        .split(',')
        .filter(Boolean)
        .map((pair) => [pair.split('=')[0] as string, pair.split('=')[1] ?? '']),
    ),
    registerWithTaints: taints(flags.get('register-with-taints')) ?? config.registerWithTaints ?? [],
    registerSchedulable: true,
    eviction: {
      hard: hardThresholds(flags.get('eviction-hard')) ?? config.evictionHard ?? DEFAULT_HARD,
      transitionMs: seconds(config.evictionPressureTransitionPeriod) || 300_000,
    },
  };
}

// Models pkg/kubelet/eviction/defaults_linux.go
export const DEFAULT_HARD: EvictionSettings['hard'] = {
  'memory.available': '100Mi',
  'nodefs.available': '10%',
  'nodefs.inodesFree': '5%',
  'imagefs.available': '15%',
};

/** `memory.available<500Mi,nodefs.available<10%` */
function hardThresholds(flag: string | undefined): Record<string, string> | undefined {
  if (flag === undefined) return undefined;
  return Object.fromEntries(flag.split(',').map((part) => part.split('<') as [string, string]));
}

function taints(flag: string | undefined): { key: string; value?: string; effect: string }[] | undefined {
  if (flag === undefined) return undefined;
  return flag.split(',').map((taint) => {
    const [pair = '', effect = ''] = taint.split(':');
    const [key = '', value] = pair.split('=');
    return { key, effect, ...(value ? { value } : {}) };
  });
}

// Models pkg/kubelet/apis/config/validation ValidateKubeletConfiguration
function refuseGated(config: any): void {
  if (config.crashLoopBackOff?.maxContainerRestartPeriod === undefined) return;
  throw new KubeletConfigError(
    'failed to validate kubelet configuration, error: invalid configuration: FeatureGate KubeletCrashLoopBackOffMax not enabled, CrashLoopBackOff.MaxContainerRestartPeriod must not be set, path: &TypeMeta{Kind:,APIVersion:,}',
  );
}

function seconds(duration: string | undefined): number | undefined {
  const match = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(duration ?? '');
  if (!duration || !match) return undefined;
  const [h, m, s] = match.slice(1).map((part) => Number(part ?? 0)) as [number, number, number];
  return ((h * 60 + m) * 60 + s) * 1000;
}

function readConfiguration(path: string, fs: Files): any {
  const failed = (why: string) =>
    new KubeletConfigError(
      `failed to load kubelet config file, path: ${path}, error: failed to load Kubelet config file ${path}, error ${why}`,
    );
  let text: string;
  try {
    text = fs.read(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw failed(
      `failed to read kubelet config file "${path}", error: open ${path}: ${error.message.toLowerCase()}`,
    );
  }
  const decode = (why: string) => failed(`failed to decode: ${why}`);
  let config: any;
  try {
    config = parseYaml(text);
  } catch (error) {
    const line = (error as { linePos?: { line: number }[] }).linePos?.[0]?.line ?? 1;
    throw decode(`error converting YAML to JSON: yaml: line ${line}: could not find expected ':'`);
  }
  if (typeof config !== 'object' || config === null) throw decode("Object 'Kind' is missing in 'null'");
  if (config.kind !== 'KubeletConfiguration') {
    throw decode(
      config.kind === undefined
        ? `Object 'Kind' is missing in '${JSON.stringify(config)}'`
        : `no kind "${config.kind}" is registered for version "${config.apiVersion}" in scheme "k8s.io/kubernetes/pkg/kubelet/apis/config/scheme/scheme.go:33"`,
    );
  }
  if (config.apiVersion !== 'kubelet.config.k8s.io/v1beta1') {
    throw decode(
      `no kind "KubeletConfiguration" is registered for version "${config.apiVersion}" in scheme "k8s.io/kubernetes/pkg/kubelet/apis/config/scheme/scheme.go:33"`,
    );
  }
  const unknown = Object.keys(config).find((field) => !FIELDS.has(field));
  if (unknown) throw decode(`strict decoding error: unknown field "${unknown}"`);
  return config;
}
