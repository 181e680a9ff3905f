import { parse as parseYaml } from 'yaml';
import type { Files } from '../../host/index.ts';
import { isSystemError } from '../../host/index.ts';

/** What stops the kubelet at its start, as its last words say it. */
export class KubeletConfigError extends Error {
  override name = 'KubeletConfigError';
}

export type FieldType = 'string' | 'int32' | 'int64' | 'bool' | 'duration' | 'list' | 'map';

/** The fields of KubeletConfiguration v1beta1, by the type they are decoded to. */
const FIELDS_BY_TYPE: Readonly<Record<FieldType, string>> = {
  string: `apiVersion kind staticPodPath podLogsDir staticPodURL address tlsCertFile tlsPrivateKeyFile tlsMinVersion
imagePullCredentialsVerificationPolicy healthzBindAddress clusterDomain kubeletCgroups systemCgroups cgroupRoot cgroupDriver
cpuManagerPolicy memoryManagerPolicy topologyManagerPolicy topologyManagerScope hairpinMode podCIDR resolvConf contentType
containerLogMaxSize configMapAndSecretChangeDetectionStrategy reservedSystemCPUs showHiddenMetricsForVersion
systemReservedCgroup kubeReservedCgroup volumePluginDir providerID containerRuntimeEndpoint imageServiceEndpoint`,
  int32: `port readOnlyPort registryPullQPS registryBurst eventRecordQPS eventBurst healthzPort oomScoreAdj
nodeLeaseDurationSeconds imageGCHighThresholdPercent imageGCLowThresholdPercent maxPods nodeStatusMaxImages kubeAPIQPS
kubeAPIBurst maxParallelImagePulls evictionMaxPodGracePeriod podsPerCore iptablesMasqueradeBit iptablesDropBit
containerLogMaxFiles containerLogMaxWorkers memoryThrottlingFactor`,
  int64: 'podPidsLimit maxOpenFiles',
  bool: `enableServer rotateCertificates serverTLSBootstrap enableDebuggingHandlers enableContentionProfiling cgroupsPerQOS
singleProcessOOMKill runOnce cpuCFSQuota serializeImagePulls mergeDefaultEvictionSettings enableControllerAttachDetach
protectKernelDefaults makeIPTablesUtilChains failSwapOn kernelMemcgNotification enableSystemLogHandler
enableSystemLogQuery enableProfilingHandler enableDebugFlagsHandler seccompDefault registerNode
localStorageCapacityIsolation failCgroupV1`,
  duration: `syncFrequency fileCheckFrequency httpCheckFrequency streamingConnectionIdleTimeout nodeStatusUpdateFrequency
nodeStatusReportFrequency imageMinimumGCAge imageMaximumGCAge volumeStatsAggPeriod cpuManagerReconcilePeriod
runtimeRequestTimeout cpuCFSQuotaPeriod evictionPressureTransitionPeriod containerLogMonitorInterval shutdownGracePeriod
shutdownGracePeriodCriticalPods`,
  list: `tlsCipherSuites clusterDNS enforceNodeAllocatable allowedUnsafeSysctls shutdownGracePeriodByPodPriority
reservedMemory registerWithTaints preloadedImagesVerificationAllowlist`,
  map: `staticPodURLHeader authentication authorization cpuManagerPolicyOptions topologyManagerPolicyOptions qosReserved
evictionHard evictionSoft evictionSoftGracePeriod evictionMinimumReclaim featureGates memorySwap systemReserved
kubeReserved logging crashLoopBackOff tracing userNamespaces`,
};

export const FIELDS: ReadonlyMap<string, FieldType> = new Map(
  Object.entries(FIELDS_BY_TYPE).flatMap(([type, names]) =>
    names.split(/\s+/).map((name) => [name, type as FieldType] as const),
  ),
);

/** Fields of the fields that have them. */
const NESTED: Readonly<Record<string, string>> = {
  authentication: 'x509 webhook anonymous',
  'authentication.x509': 'clientCAFile',
  'authentication.webhook': 'enabled cacheTTL',
  'authentication.anonymous': 'enabled',
  authorization: 'mode webhook',
  'authorization.webhook': 'cacheAuthorizedTTL cacheUnauthorizedTTL',
  memorySwap: 'swapBehavior',
  crashLoopBackOff: 'maxContainerRestartPeriod',
};

export const DURATION = /^-?(0|(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+)$/;

/** Reads the configuration, and the files of the drop-in directory over it. Throws KubeletConfigError. */
export function readConfiguration(
  path: string | undefined,
  dropIns: string | undefined,
  fs: Files,
  warn: (message: string) => void,
): any {
  const config = path === undefined ? {} : readFile(path, fs, warn);
  if (dropIns === undefined) return config;
  if (!fs.isDirectory(dropIns))
    throw new KubeletConfigError(
      `failed to merge kubelet configs: failed to walk through kubelet dropin directory "${dropIns}": lstat ${dropIns}: no such file or directory`,
    );
  const names = fs.list(dropIns).filter((name) => name.endsWith('.conf'));
  return names.sort().reduce((merged, name) => merge(merged, readFile(`${dropIns}/${name}`, fs)), config);
}

function merge(below: any, above: any): any {
  const isMap = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isMap(below) || !isMap(above)) return above;
  const merged = { ...below };
  for (const [name, value] of Object.entries(above)) merged[name] = merge(below[name], value);
  return merged;
}

/** With `warn`, fields that do not exist are told to it and left out; without, they are an error. */
function readFile(path: string, fs: Files, warn?: (message: string) => void): any {
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
  try {
    return decode(text, warn);
  } catch (error) {
    if (error instanceof DecodeError) throw failed(`failed to decode: ${error.message}`);
    throw error;
  }
}

class DecodeError extends Error {
  override name = 'DecodeError';
}

const SCHEME = 'in scheme "k8s.io/kubernetes/pkg/kubelet/apis/config/scheme/scheme.go:33"';

// Models pkg/kubelet/kubeletconfig/util/codec/codec.go DecodeKubeletConfiguration
function decode(text: string, warn?: (message: string) => void): any {
  let config: any;
  try {
    config = parseYaml(text, { uniqueKeys: false });
  } catch (error) {
    const line = (error as { linePos?: { line: number }[] }).linePos?.[0]?.line ?? 1;
    throw new DecodeError(`error converting YAML to JSON: yaml: line ${line}: could not find expected ':'`);
  }
  if (typeof config !== 'object' || config === null)
    throw new DecodeError("Object 'Kind' is missing in 'null'");
  const { kind, apiVersion } = config;
  if (kind === undefined) throw new DecodeError(`Object 'Kind' is missing in '${JSON.stringify(config)}'`);
  if (kind !== 'KubeletConfiguration' || apiVersion !== 'kubelet.config.k8s.io/v1beta1')
    throw new DecodeError(`no kind "${kind}" is registered for version "${apiVersion}" ${SCHEME}`);
  for (const [name, value] of Object.entries(config)) checkType(name, value);
  const unknown = unknownFields(config);
  if (unknown.length === 0) return config;
  const problem = `strict decoding error: ${unknown.map((field) => `unknown field "${field}"`).join(', ')}`;
  if (!warn) throw new DecodeError(problem);
  warn(problem);
  return without(config, unknown);
}

function unknownFields(config: Record<string, unknown>): string[] {
  const top = Object.keys(config).filter((field) => !FIELDS.has(field));
  const below = Object.entries(NESTED).flatMap(([path, names]) => {
    let value: any = config;
    for (const step of path.split('.')) value = value?.[step];
    const known = names.split(' ');
    return Object.keys(value ?? {})
      .filter((name) => !known.includes(name))
      .map((name) => `${path}.${name}`);
  });
  return [...top, ...below];
}

/** A copy that lacks some fields, given by their paths. */
function without(config: any, paths: readonly string[]): any {
  const kept = structuredClone(config);
  for (const path of paths) {
    const steps = path.split('.');
    const last = steps.pop() as string;
    delete steps.reduce((value, step) => value[step], kept)[last];
  }
  return kept;
}

const GO_TYPES: Readonly<Record<FieldType, string>> = {
  string: 'string',
  int32: 'int32',
  int64: 'int64',
  bool: 'bool',
  duration: 'string',
  list: '[]string',
  map: 'map[string]string',
};

/** Throws in the words of Go's JSON decoder. */
function checkType(name: string, value: unknown): void {
  const type = FIELDS.get(name);
  if (type === undefined || value === null) return;
  const found = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  const wanted: Readonly<Record<FieldType, string>> = {
    string: 'string',
    int32: 'number',
    int64: 'number',
    bool: 'bool',
    duration: 'string',
    list: 'array',
    map: 'object',
  };
  const isWhole = found !== 'number' || Number.isInteger(value);
  if (found !== wanted[type] || !isWhole)
    throw new DecodeError(
      `json: cannot unmarshal ${isWhole ? found : `number ${value}`} into Go struct field KubeletConfiguration.${name} of type ${GO_TYPES[type]}`,
    );
  if (type === 'duration' && !DURATION.test(value as string))
    throw new DecodeError(`time: invalid duration ${JSON.stringify(value)}`);
}
