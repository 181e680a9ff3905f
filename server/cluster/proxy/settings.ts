import { parse as parseYaml } from 'yaml';
import type { Context } from '../../host/index.ts';
import { componentGates } from '../component-gates.ts';
import { FeatureGateError } from '../feature-gates.ts';
import { type FlagKind, type FlagValues, flagList, parseFlags } from '../flags.ts';
import type { ProxyMode } from './rules.ts';

const FLAGS: Readonly<Record<string, FlagKind>> = {
  config: 'string',
  'hostname-override': 'string',
  'feature-gates': 'list',
  kubeconfig: 'string',
  'cluster-cidr': 'string',
  'proxy-mode': 'string',
  'bind-address': 'string',
  'healthz-bind-address': 'string',
  'metrics-bind-address': 'string',
  'nodeport-addresses': 'list',
  v: 'int',
};
/** Fields of KubeProxyConfiguration v1alpha1. */
const FIELDS =
  `apiVersion kind featureGates clientConnection logging hostnameOverride bindAddress healthzBindAddress metricsBindAddress
bindAddressHardFail enableProfiling showHiddenMetricsForVersion mode iptables ipvs nftables winkernel detectLocalMode
detectLocal clusterCIDR nodePortAddresses oomScoreAdj conntrack configSyncPeriod portRange`.split(/\s+/);
/** What would change where connections go and is not simulated, unless it has one of these values. */
const NOT_SIMULATED: Readonly<Record<string, readonly unknown[]>> = {
  detectLocalMode: ['', 'ClusterCIDR', 'NodeCIDR'],
  'iptables.masqueradeAll': [false],
  'nftables.masqueradeAll': [false],
  'ipvs.excludeCIDRs': [],
  'ipvs.scheduler': ['', 'rr'],
  'logging.format': ['', 'text'],
  showHiddenMetricsForVersion: [''],
};
const MODES: readonly ProxyMode[] = ['iptables', 'ipvs', 'nftables'];

export class ProxyError extends Error {
  override name = 'ProxyError';
}

export interface Settings {
  readonly node: string;
  readonly kubeconfig: string;
  readonly mode: ProxyMode;
  readonly clusterCidr: string;
  readonly health: { readonly address: string; readonly port: number };
  readonly metrics: { readonly address: string; readonly port: number };
  /** Ranges of the addresses that node ports answer on; none: all. `primary` is the node's own address. */
  readonly nodePortAddresses: readonly string[];
  /** Node ports answer on the loopback too. */
  readonly localhostNodePorts: boolean;
  /** What it complains of at its start. */
  readonly warnings: readonly string[];
}

/** The file that `--config` names, then the flags. Throws ProxyError, FlagError. Models cmd/kube-proxy/app Options.Complete. */
export function readSettings(context: Context): Settings {
  const flags = parseFlags(context.args.slice(1), FLAGS);
  const config = readConfig(context, flags.get('config'));
  checkGates(flags.get('feature-gates'), config.featureGates);
  checkSimulated(config);
  const wanted = (flags.get('proxy-mode') ?? config.mode) || 'iptables';
  const mode = MODES.find((one) => one === wanted);
  if (!mode) {
    throw new ProxyError(
      `failed validate: KubeProxyConfiguration.Mode: Invalid value: "${wanted}": must be iptables,ipvs,nftables or blank (blank means the best-available proxy [currently iptables])`,
    );
  }
  const clusterCidr = flags.get('cluster-cidr') ?? config.clusterCIDR ?? '';
  if (clusterCidr !== '' && !/^[\da-fA-F.:]+\/\d+(,[\da-fA-F.:]+\/\d+)?$/.test(clusterCidr))
    throw new ProxyError(
      `failed validate: KubeProxyConfiguration.ClusterCIDR: Invalid value: "${clusterCidr}": must be a valid CIDR block (e.g. 10.100.0.0/16 or fde4:8dba:82e1::/48)`,
    );
  return {
    node: (flags.get('hostname-override') ?? config.hostnameOverride) || context.hostname,
    kubeconfig: flags.get('kubeconfig') ?? config.clientConnection?.kubeconfig ?? '',
    mode,
    clusterCidr,
    health: endpoint(flags.get('healthz-bind-address') ?? config.healthzBindAddress, '::', 10_256),
    metrics: endpoint(flags.get('metrics-bind-address') ?? config.metricsBindAddress, '127.0.0.1', 10_249),
    nodePortAddresses: nodePortAddresses(flags, config, mode),
    localhostNodePorts: config.iptables?.localhostNodePorts ?? true,
    warnings: unknownFields(config),
  };
}

/** Models pkg/proxy/apis/config/validation validateKubeProxyNodePortAddress */
function nodePortAddresses(flags: FlagValues, config: any, mode: ProxyMode): string[] {
  const given = flags.has('nodeport-addresses')
    ? flagList(flags, 'nodeport-addresses')
    : ((config.nodePortAddresses ?? []) as string[]);
  for (const [i, one] of given.entries())
    if (one !== 'primary' && !/^[\da-fA-F.:]+\/\d+$/.test(one))
      throw new ProxyError(
        `failed validate: KubeProxyConfiguration.NodePortAddresses[${i}]: Invalid value: ${JSON.stringify(one)}: must be a valid CIDR`,
      );
  return given.length === 0 && mode === 'nftables' ? ['primary'] : given;
}

function checkSimulated(config: any): void {
  for (const [path, allowed] of Object.entries(NOT_SIMULATED)) {
    const value = path.split('.').reduce((holder, step) => holder?.[step], config);
    const isEmpty = value === undefined || value === null || (Array.isArray(value) && value.length === 0);
    if (!isEmpty && !allowed.includes(value))
      throw new ProxyError(
        `failed validate: ${path} ${JSON.stringify(value)} is not available in this simulation`,
      );
  }
}

function unknownFields(config: object): string[] {
  const unknown = Object.keys(config).filter((field) => !FIELDS.includes(field));
  if (unknown.length === 0) return [];
  const why = `strict decoding error: ${unknown.map((field) => `unknown field "${field}"`).join(', ')}`;
  return [`"Using lenient decoding as strict decoding failed" err=${JSON.stringify(why)}`];
}

/** No gate that can be set here changes what it does. */
function checkGates(flag: string | undefined, file: any): void {
  try {
    componentGates('kube-proxy', flag, file);
  } catch (error) {
    if (error instanceof FeatureGateError) throw new ProxyError(`failed complete: ${error.message}`);
    throw error;
  }
}

/** `0.0.0.0:10256`, an address alone, or nothing. */
function endpoint(text: string | undefined, address: string, port: number) {
  const [host, number] = (text ?? '').split(':');
  return { address: host || address, port: number ? Number(number) : port };
}

function readConfig(context: Context, path: string | undefined): any {
  if (path === undefined) return {};
  if (!context.fs.isFile(path))
    throw new ProxyError(`failed complete: open ${path}: no such file or directory`);
  let config: any;
  try {
    config = parseYaml(context.fs.read(path)) ?? {};
  } catch (error) {
    throw new ProxyError(
      `failed complete: couldn't get version/kind; json parse error: ${(error as Error).message.split('\n')[0]}`,
    );
  }
  if (typeof config !== 'object')
    throw new ProxyError(
      'failed complete: couldn\'t get version/kind; json parse error: json: cannot unmarshal string into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }',
    );
  if (config.kind !== 'KubeProxyConfiguration')
    throw new ProxyError(
      config.kind
        ? `failed complete: no kind "${config.kind}" is registered for version "${config.apiVersion}" in scheme "k8s.io/kubernetes/pkg/proxy/apis/config/scheme/scheme.go:29"`
        : "failed complete: Object 'Kind' is missing in the configuration",
    );
  return config;
}
