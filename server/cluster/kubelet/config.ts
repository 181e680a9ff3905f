import type { Files } from '../../host/index.ts';
import { componentGates } from '../component-gates.ts';
import { FeatureGateError, type FeatureGates } from '../feature-gates.ts';
import { flagList, parseFlags, unsimulatedFlags } from '../flags.ts';
import type { TlsSettings } from '../tls-settings.ts';
import { checkConfiguration, cpusIn } from './config-checks.ts';
import { KubeletConfigError, readConfiguration } from './config-file.ts';
import { FLAGS, pairs, UNSIMULATED, withFlags } from './config-flags.ts';
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
  readonly healthzAddress: string;
  readonly failSwapOn: boolean;
  /** Names, or beginnings of names with a `*` behind. */
  readonly allowedUnsafeSysctls: readonly string[];
  /** Containers that say nothing have the runtime's default profile. */
  readonly seccompDefault: boolean;
  readonly nodeLabels: Readonly<Record<string, string>>;
  /** The machine, as its cloud calls it. */
  readonly providerId: string | undefined;
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
  /** Whether logs, commands and ports of containers can be asked for. */
  readonly debugging: boolean;
  /** Whether the kubelet keeps chains of its own in iptables. */
  readonly utilityChains: boolean;
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
  const [unsimulated] = unsimulatedFlags(flags, FLAGS, UNSIMULATED);
  if (unsimulated) throw new KubeletConfigError(unsimulated);
  const file = readConfiguration(flags.get('config'), flags.get('config-dir'), fs, warn);
  const config = withFlags(file, flags);
  const gates = gatesOf(flags.get('feature-gates'), config.featureGates);
  checkConfiguration(config, gates);
  const { authentication, authorization, containerRuntimeEndpoint: runtimeEndpoint } = config;
  if (!runtimeEndpoint)
    throw new KubeletConfigError('failed to run Kubelet: validate service connection: endpoint is not set');
  return {
    isOn: gates.isOn,
    restarts: restartBackoff(config, gates.isOn),
    kubeconfig: flags.get('kubeconfig'),
    bootstrapKubeconfig: flags.get('bootstrap-kubeconfig') || undefined,
    certDir: flags.get('cert-dir') ?? `${flags.get('root-dir') ?? '/var/lib/kubelet'}/pki`,
    rotateCertificates: config.rotateCertificates ?? false,
    nodeName: flags.get('hostname-override'),
    nodeIp: flags.get('node-ip'),
    runtimeEndpoint,
    staticPodPath: config.staticPodPath || undefined,
    clusterDns: config.clusterDNS ?? [],
    clusterDomain: config.clusterDomain ?? '',
    resolvConf: config.resolvConf || '/etc/resolv.conf',
    clientCaFile: authentication?.x509?.clientCAFile || undefined,
    serving: {
      certFile: config.tlsCertFile || undefined,
      keyFile: config.tlsPrivateKeyFile || undefined,
      bootstrap: config.serverTLSBootstrap ?? false,
      least: config.tlsMinVersion,
      suites: config.tlsCipherSuites ?? [],
    },
    anonymous: authentication?.anonymous?.enabled ?? false,
    cgroupDriver: config.cgroupDriver === 'systemd' ? 'systemd' : 'cgroupfs',
    cpuManagerPolicy: config.cpuManagerPolicy || 'none',
    reserved: withoutReservedCpus(
      [config.systemReserved ?? {}, config.kubeReserved ?? {}],
      config.reservedSystemCPUs,
    ),
    podsPerCore: config.podsPerCore || undefined,
    maxPods: config.maxPods ?? 110,
    port: config.port ?? 10_250,
    healthzPort: config.healthzPort ?? 10_248,
    healthzAddress: config.healthzBindAddress || '127.0.0.1',
    failSwapOn: config.failSwapOn ?? true,
    allowedUnsafeSysctls: config.allowedUnsafeSysctls ?? [],
    seccompDefault: config.seccompDefault ?? false,
    nodeLabels: pairs(flagList(flags, 'node-labels')),
    providerId: config.providerID || undefined,
    registerWithTaints: config.registerWithTaints ?? [],
    registerSchedulable: true,
    eviction: evictionSettings(config),
    images: imageSettings(config),
    pulls: pullSettings(config),
    containerLogs: logSettings(config),
    leaseSeconds: config.nodeLeaseDurationSeconds ?? 40,
    reportSeconds: reportSeconds(config),
    maxImages: config.nodeStatusMaxImages ?? 50,
    shutdown: shutdownGroups(config),
    podPidsLimit: config.podPidsLimit ?? -1,
    readOnlyPort: config.readOnlyPort ?? 0,
    debugging: config.enableDebuggingHandlers ?? true,
    utilityChains: config.makeIPTablesUtilChains ?? true,
    systemLogs: config.enableSystemLogHandler ?? true,
    protectKernelDefaults: config.protectKernelDefaults ?? false,
    tokens: authentication?.webhook?.enabled ?? flags.has('config'),
    authorization: authorization?.mode || (flags.has('config') ? 'Webhook' : 'AlwaysAllow'),
    effective: config,
  };
}

/** A list of processors overrides the other reservations of CPU. Models cmd/kubelet/app/server.go run */
function withoutReservedCpus(
  [system = {}, kube = {}]: readonly Readonly<Record<string, string>>[],
  list: string | undefined,
): Readonly<Record<string, string>>[] {
  if (!list) return [system, kube];
  const { cpu: _, ...others } = kube;
  return [{ ...system, cpu: String(cpusIn(list)?.length) }, others];
}
