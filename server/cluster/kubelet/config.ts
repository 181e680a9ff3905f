import type { Files } from '../../host/index.ts';
import { componentGates } from '../component-gates.ts';
import { FeatureGateError, type FeatureGates } from '../feature-gates.ts';
import { type FlagKind, flagList, parseFlags } from '../flags.ts';
import type { TlsSettings } from '../tls-settings.ts';
import { checkConfiguration, cpusIn } from './config-checks.ts';
import { KubeletConfigError, readConfiguration } from './config-file.ts';
import {
  type EvictionSettings,
  evictionSettings,
  type ImageSettings,
  imageSettings,
  type LogSettings,
  logSettings,
  type PullSettings,
  pullSettings,
  type RestartBackoff,
  reportSeconds,
  restartBackoff,
  shutdownGroups,
} from './config-limits.ts';
import type { ShutdownGroup } from './node/shutdown.ts';
import type { CgroupDriver } from './pods/cgroups.ts';

/** What the kubelet reads at its start: flags over the configuration file over defaults. */
export interface KubeletSettings {
  /** Whether a feature gate is on. */
  readonly isOn: (gate: string) => boolean;
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
  /** What its own API is served with. */
  readonly serving: ServingSettings;
  readonly anonymous: boolean;
  readonly cgroupDriver: CgroupDriver;
  /** `none`, or `static`, with which containers would get processors of their own. */
  readonly cpuManagerPolicy: string;
  /** What is kept from pods for the system and for Kubernetes, as quantities by resource. */
  readonly reserved: readonly Readonly<Record<string, string>>[];
  readonly maxPods: number;
  /** Undefined is no limit. */
  readonly podsPerCore: number | undefined;
  readonly port: number;
  readonly healthzPort: number;
  readonly failSwapOn: boolean;
  /** Names, or beginnings of names with a `*` behind. */
  readonly allowedUnsafeSysctls: readonly string[];
  /** Containers that say nothing have the runtime's default profile. */
  readonly seccompDefault: boolean;
  readonly nodeLabels: Readonly<Record<string, string>>;
  readonly registerWithTaints: readonly { key: string; value?: string; effect: string }[];
  readonly registerSchedulable: boolean;
  readonly eviction: EvictionSettings;
  readonly restarts: RestartBackoff;
  readonly images: ImageSettings;
  readonly pulls: PullSettings;
  readonly containerLogs: LogSettings;
  readonly leaseSeconds: number;
  /** How often it tells of its node though nothing has changed. */
  readonly reportSeconds: number;
  /** How many images it tells of; -1 is no limit. */
  readonly maxImages: number;
  /** Who gets how long when the machine goes down; without groups nobody is waited for. */
  readonly shutdown: readonly ShutdownGroup[];
  /** -1 is no limit. */
  readonly podPidsLimit: number;
  /** Where everybody is told of pods and figures; 0: nowhere. */
  readonly readOnlyPort: number;
  /** `/logs/` shows `/var/log`. */
  readonly systemLogs: boolean;
  readonly protectKernelDefaults: boolean;
  /** Tokens are shown to the API server to learn whose they are. */
  readonly tokens: boolean;
  /** `AlwaysAllow`, or `Webhook`: the API server is asked what somebody may do. */
  readonly authorization: string;
  /** The configuration as it was read. */
  readonly effective: Readonly<Record<string, unknown>>;
}

const FLAGS: Readonly<Record<string, FlagKind>> = {
  'bootstrap-kubeconfig': 'string',
  kubeconfig: 'string',
  config: 'string',
  'config-dir': 'string',
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
  'allowed-unsafe-sysctls': 'list',
  'seccomp-default': 'bool',
  'cert-dir': 'string',
  'root-dir': 'string',
  'rotate-certificates': 'bool',
  'tls-cert-file': 'string',
  'tls-private-key-file': 'string',
  'tls-min-version': 'string',
  'tls-cipher-suites': 'list',
  'rotate-server-certificates': 'bool',
  'feature-gates': 'list',
  'eviction-hard': 'string',
  'eviction-soft': 'string',
  'eviction-soft-grace-period': 'string',
  'eviction-max-pod-grace-period': 'int',
  'eviction-minimum-reclaim': 'string',
  'serialize-image-pulls': 'bool',
  'pod-max-pids': 'int',
  'read-only-port': 'int',
  'protect-kernel-defaults': 'bool',
  'system-reserved': 'list',
  'kube-reserved': 'list',
  v: 'int',
};

function gatesOf(flag: string | undefined, file: any): FeatureGates {
  try {
    return componentGates('kubelet', flag, file);
  } catch (error) {
    if (!(error instanceof FeatureGateError)) throw error;
    const doing = 'failed to set feature gates from initial flags-based config: ';
    throw new KubeletConfigError(doing + error.message);
  }
}

/** What a server of TLS is made of. */
export interface ServingSettings extends TlsSettings {
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
  /** The cluster signs the certificate, once somebody has approved it. */
  readonly bootstrap: boolean;
}

/** Reads flags and configuration. Throws FlagError, KubeletConfigError. */
export function readSettings(
  args: readonly string[],
  fs: Files,
  warn: (message: string) => void = () => {},
): KubeletSettings {
  const flags = parseFlags(args, FLAGS);
  const flag = (name: string) => flags.get(name);
  const config = readConfiguration(flags.get('config'), flags.get('config-dir'), fs, warn);
  const gates = gatesOf(flags.get('feature-gates'), config.featureGates);
  checkConfiguration(config, gates);
  const text = (flag: string, value: unknown) =>
    flags.get(flag) ?? (value === '' ? undefined : (value as string | undefined));
  const bool = (flag: string, value: unknown, fallback: boolean) =>
    flags.has(flag) ? flags.get(flag) === 'true' : ((value as boolean | undefined) ?? fallback);
  const endpoint = text('container-runtime-endpoint', config.containerRuntimeEndpoint);
  if (endpoint === undefined) {
    throw new KubeletConfigError('failed to run Kubelet: validate service connection: endpoint is not set');
  }
  return {
    isOn: gates.isOn,
    restarts: restartBackoff(config, gates.isOn),
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
    serving: {
      certFile: text('tls-cert-file', config.tlsCertFile),
      keyFile: text('tls-private-key-file', config.tlsPrivateKeyFile),
      bootstrap: bool('rotate-server-certificates', config.serverTLSBootstrap, false),
      least: text('tls-min-version', config.tlsMinVersion),
      suites: flags.has('tls-cipher-suites')
        ? flagList(flags, 'tls-cipher-suites')
        : (config.tlsCipherSuites ?? []),
    },
    anonymous: bool('anonymous-auth', config.authentication?.anonymous?.enabled, false),
    cgroupDriver: text('cgroup-driver', config.cgroupDriver) === 'systemd' ? 'systemd' : 'cgroupfs',
    cpuManagerPolicy: flags.get('cpu-manager-policy') || config.cpuManagerPolicy || 'none',
    reserved: withoutReservedCpus(
      [
        pairs(flags.get('system-reserved')) ?? config.systemReserved ?? {},
        pairs(flags.get('kube-reserved')) ?? config.kubeReserved ?? {},
      ],
      config.reservedSystemCPUs,
    ),
    podsPerCore: config.podsPerCore || undefined,
    maxPods: Number(flags.get('max-pods') ?? config.maxPods ?? 110),
    port: Number(flags.get('port') ?? config.port ?? 10_250),
    healthzPort: Number(flags.get('healthz-port') ?? config.healthzPort ?? 10_248),
    failSwapOn: bool('fail-swap-on', config.failSwapOn, true),
    allowedUnsafeSysctls:
      flags.get('allowed-unsafe-sysctls')?.split(',') ?? config.allowedUnsafeSysctls ?? [],
    seccompDefault: bool('seccomp-default', config.seccompDefault, false),
    nodeLabels: pairs(flags.get('node-labels')) ?? {},
    registerWithTaints: taints(flags.get('register-with-taints')) ?? config.registerWithTaints ?? [],
    registerSchedulable: true,
    eviction: evictionSettings(config, flag),
    images: imageSettings(config),
    pulls: pullSettings(config, flag),
    containerLogs: logSettings(config),
    leaseSeconds: config.nodeLeaseDurationSeconds ?? 40,
    reportSeconds: reportSeconds(config),
    maxImages: config.nodeStatusMaxImages ?? 50,
    shutdown: shutdownGroups(config),
    podPidsLimit: Number(flag('pod-max-pids') ?? config.podPidsLimit ?? -1),
    readOnlyPort: Number(flag('read-only-port') ?? config.readOnlyPort ?? 0),
    systemLogs: config.enableSystemLogHandler ?? true,
    protectKernelDefaults: bool('protect-kernel-defaults', config.protectKernelDefaults, false),
    tokens: config.authentication?.webhook?.enabled ?? flags.has('config'),
    authorization:
      text('authorization-mode', config.authorization?.mode) ??
      (flags.has('config') ? 'Webhook' : 'AlwaysAllow'),
    effective: config,
  };
}

/** `cpu=100m,memory=1Gi` */
function pairs(flag: string | undefined): Record<string, string> | undefined {
  if (flag === undefined) return undefined;
  const parts = flag.split(',').filter((part) => part !== '');
  return Object.fromEntries(parts.map((part) => [part.split('=')[0] as string, part.split('=')[1] ?? '']));
}

function taints(flag: string | undefined): { key: string; value?: string; effect: string }[] | undefined {
  if (flag === undefined) return undefined;
  return flag.split(',').map((taint) => {
    const [pair = '', effect = ''] = taint.split(':');
    const [key = '', value] = pair.split('=');
    return { key, effect, ...(value ? { value } : {}) };
  });
}

/** A list of processors overrides the other reservations of CPU. Models cmd/kubelet/app/server.go run */
function withoutReservedCpus(
  [system = {}, kube = {}]: readonly Readonly<Record<string, string>>[],
  list: string | undefined,
): Readonly<Record<string, string>>[] {
  if (!list) return [system, kube];
  const { cpu: _, ...others } = kube;
  return [{ ...system, cpu: String(cpusIn(list)) }, others];
}
