import { type FlagKind, type FlagValues, flagList, flagTrue } from '../flags.ts';
import { FIELDS, type FieldType } from './config-file.ts';

/** Flags that no field of the configuration stands for. Models cmd/kubelet/app/options KubeletFlags */
const OWN_FLAGS: Readonly<Record<string, FlagKind>> = {
  'bootstrap-kubeconfig': 'string',
  'cert-dir': 'string',
  'cloud-config': 'string',
  'cloud-provider': 'string',
  config: 'string',
  'config-dir': 'string',
  'exit-on-lock-contention': 'bool',
  'feature-gates': 'list',
  'hostname-override': 'string',
  'image-credential-provider-bin-dir': 'string',
  'image-credential-provider-config': 'string',
  kubeconfig: 'string',
  'lock-file': 'string',
  'log-flush-frequency': 'duration',
  'max-container-count': 'int',
  'maximum-dead-containers': 'int',
  'maximum-dead-containers-per-container': 'int',
  'minimum-container-ttl-duration': 'duration',
  'node-ip': 'string',
  'node-labels': 'list',
  'pod-infra-container-image': 'string',
  'root-dir': 'string',
  'runtime-cgroups': 'string',
  v: 'int',
  vmodule: 'string',
};

/** Those of them whose effect somebody could see and that have none here, with the values that ask for nothing. */
export const UNSIMULATED: Readonly<Record<string, readonly string[]>> = {
  'cloud-config': [],
  'cloud-provider': [],
  'exit-on-lock-contention': ['false'],
  'image-credential-provider-bin-dir': [],
  'image-credential-provider-config': [],
  'lock-file': [],
  'max-container-count': ['-1'],
  'maximum-dead-containers': ['-1'],
  'maximum-dead-containers-per-container': ['1'],
  'minimum-container-ttl-duration': ['0', '0s'],
  'runtime-cgroups': [],
};

/** Flags that go before a field of the configuration, with its path. Models cmd/kubelet/app/options AddKubeletConfigFlags */
const FIELD_FLAGS: Readonly<Record<string, string>> = {
  address: 'address',
  'allowed-unsafe-sysctls': 'allowedUnsafeSysctls',
  'anonymous-auth': 'authentication.anonymous.enabled',
  'authentication-token-webhook': 'authentication.webhook.enabled',
  'authentication-token-webhook-cache-ttl': 'authentication.webhook.cacheTTL',
  'authorization-mode': 'authorization.mode',
  'authorization-webhook-cache-authorized-ttl': 'authorization.webhook.cacheAuthorizedTTL',
  'authorization-webhook-cache-unauthorized-ttl': 'authorization.webhook.cacheUnauthorizedTTL',
  'cgroup-driver': 'cgroupDriver',
  'cgroup-root': 'cgroupRoot',
  'cgroups-per-qos': 'cgroupsPerQOS',
  'client-ca-file': 'authentication.x509.clientCAFile',
  'cluster-dns': 'clusterDNS',
  'cluster-domain': 'clusterDomain',
  'container-log-max-files': 'containerLogMaxFiles',
  'container-log-max-size': 'containerLogMaxSize',
  'container-runtime-endpoint': 'containerRuntimeEndpoint',
  'contention-profiling': 'enableContentionProfiling',
  'cpu-cfs-quota': 'cpuCFSQuota',
  'cpu-cfs-quota-period': 'cpuCFSQuotaPeriod',
  'cpu-manager-policy': 'cpuManagerPolicy',
  'cpu-manager-policy-options': 'cpuManagerPolicyOptions',
  'cpu-manager-reconcile-period': 'cpuManagerReconcilePeriod',
  'enable-controller-attach-detach': 'enableControllerAttachDetach',
  'enable-debugging-handlers': 'enableDebuggingHandlers',
  'enable-server': 'enableServer',
  'enforce-node-allocatable': 'enforceNodeAllocatable',
  'event-burst': 'eventBurst',
  'event-qps': 'eventRecordQPS',
  'eviction-hard': 'evictionHard',
  'eviction-max-pod-grace-period': 'evictionMaxPodGracePeriod',
  'eviction-minimum-reclaim': 'evictionMinimumReclaim',
  'eviction-pressure-transition-period': 'evictionPressureTransitionPeriod',
  'eviction-soft': 'evictionSoft',
  'eviction-soft-grace-period': 'evictionSoftGracePeriod',
  'fail-swap-on': 'failSwapOn',
  'file-check-frequency': 'fileCheckFrequency',
  'hairpin-mode': 'hairpinMode',
  'healthz-bind-address': 'healthzBindAddress',
  'healthz-port': 'healthzPort',
  'http-check-frequency': 'httpCheckFrequency',
  'image-gc-high-threshold': 'imageGCHighThresholdPercent',
  'image-gc-low-threshold': 'imageGCLowThresholdPercent',
  'image-service-endpoint': 'imageServiceEndpoint',
  'kube-api-burst': 'kubeAPIBurst',
  'kube-api-content-type': 'contentType',
  'kube-api-qps': 'kubeAPIQPS',
  'kube-reserved': 'kubeReserved',
  'kube-reserved-cgroup': 'kubeReservedCgroup',
  'kubelet-cgroups': 'kubeletCgroups',
  'logging-format': 'logging.format',
  'local-storage-capacity-isolation': 'localStorageCapacityIsolation',
  'make-iptables-util-chains': 'makeIPTablesUtilChains',
  'manifest-url': 'staticPodURL',
  'manifest-url-header': 'staticPodURLHeader',
  'max-open-files': 'maxOpenFiles',
  'max-pods': 'maxPods',
  'memory-manager-policy': 'memoryManagerPolicy',
  'minimum-image-ttl-duration': 'imageMinimumGCAge',
  'node-status-max-images': 'nodeStatusMaxImages',
  'node-status-update-frequency': 'nodeStatusUpdateFrequency',
  'oom-score-adj': 'oomScoreAdj',
  'pod-cidr': 'podCIDR',
  'pod-manifest-path': 'staticPodPath',
  'pod-max-pids': 'podPidsLimit',
  'pods-per-core': 'podsPerCore',
  port: 'port',
  'protect-kernel-defaults': 'protectKernelDefaults',
  'provider-id': 'providerID',
  'qos-reserved': 'qosReserved',
  'read-only-port': 'readOnlyPort',
  'register-node': 'registerNode',
  'register-with-taints': 'registerWithTaints',
  'registry-burst': 'registryBurst',
  'registry-qps': 'registryPullQPS',
  'reserved-cpus': 'reservedSystemCPUs',
  'reserved-memory': 'reservedMemory',
  'resolv-conf': 'resolvConf',
  'rotate-certificates': 'rotateCertificates',
  'rotate-server-certificates': 'serverTLSBootstrap',
  'runtime-request-timeout': 'runtimeRequestTimeout',
  runonce: 'runOnce',
  'seccomp-default': 'seccompDefault',
  'serialize-image-pulls': 'serializeImagePulls',
  'streaming-connection-idle-timeout': 'streamingConnectionIdleTimeout',
  'sync-frequency': 'syncFrequency',
  'system-cgroups': 'systemCgroups',
  'system-reserved': 'systemReserved',
  'system-reserved-cgroup': 'systemReservedCgroup',
  'tls-cert-file': 'tlsCertFile',
  'tls-cipher-suites': 'tlsCipherSuites',
  'tls-min-version': 'tlsMinVersion',
  'tls-private-key-file': 'tlsPrivateKeyFile',
  'topology-manager-policy': 'topologyManagerPolicy',
  'topology-manager-policy-options': 'topologyManagerPolicyOptions',
  'topology-manager-scope': 'topologyManagerScope',
  'volume-plugin-dir': 'volumePluginDir',
  'volume-stats-agg-period': 'volumeStatsAggPeriod',
};

/** The types of fields below the first level that flags stand for. */
const NESTED_TYPES: Readonly<Record<string, FieldType>> = {
  'authentication.anonymous.enabled': 'bool',
  'authentication.webhook.enabled': 'bool',
  'authentication.webhook.cacheTTL': 'duration',
  'authorization.webhook.cacheAuthorizedTTL': 'duration',
  'authorization.webhook.cacheUnauthorizedTTL': 'duration',
};

const KINDS: Readonly<Record<FieldType, FlagKind>> = {
  string: 'string',
  int32: 'int',
  int64: 'int',
  bool: 'bool',
  duration: 'duration',
  list: 'list',
  map: 'list',
};

const typeOf = (path: string): FieldType => FIELDS.get(path) ?? NESTED_TYPES[path] ?? 'string';

export const FLAGS: Readonly<Record<string, FlagKind>> = {
  ...OWN_FLAGS,
  ...Object.fromEntries(Object.entries(FIELD_FLAGS).map(([flag, path]) => [flag, KINDS[typeOf(path)]])),
};

/** The configuration as the flags change it: what a flag says goes before what the file says. */
export function withFlags(config: any, flags: FlagValues): any {
  const given = Object.entries(FIELD_FLAGS).filter(([flag]) => flags.has(flag));
  if (given.length === 0) return config;
  const changed = structuredClone(config);
  for (const [flag, path] of given) {
    const steps = path.split('.');
    const last = steps.pop() as string;
    let holder = changed;
    for (const step of steps) holder = holder[step] ??= {};
    holder[last] = fieldValue(flags, flag, path);
  }
  return changed;
}

/** What separates a key from its value, where it is not `=`. */
const SEPARATORS: Readonly<Record<string, string>> = {
  'eviction-hard': '<',
  'eviction-soft': '<',
  'manifest-url-header': ':',
};

function fieldValue(flags: FlagValues, flag: string, path: string): unknown {
  if (flag === 'register-with-taints') return flagList(flags, flag).map(taint);
  const text = flags.get(flag) as string;
  switch (typeOf(path)) {
    case 'int32':
    case 'int64':
      return Number(text);
    case 'bool':
      return flagTrue(flags, flag);
    case 'list':
      return flagList(flags, flag);
    case 'map':
      return pairs(flagList(flags, flag), SEPARATORS[flag]);
    default:
      return text;
  }
}

/** `cpu=100m`, `memory=1Gi` */
export function pairs(parts: readonly string[], separator = '='): Record<string, string> {
  return Object.fromEntries(
    parts.map((part) => {
      const at = part.indexOf(separator);
      return at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + separator.length)];
    }),
  );
}

/** `key=value:NoSchedule` */
function taint(text: string): { key: string; value?: string; effect: string } {
  const [pair = '', effect = ''] = text.split(':');
  const [key = '', value] = pair.split('=');
  return { key, effect, ...(value ? { value } : {}) };
}
