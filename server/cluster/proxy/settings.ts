import { parse as parseYaml } from 'yaml';
import type { Context } from '../../host/index.ts';
import { componentGates } from '../component-gates.ts';
import { FeatureGateError } from '../feature-gates.ts';
import { type FlagKind, parseFlags } from '../flags.ts';
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
  v: 'int',
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
}

/** The file that `--config` names, then the flags. Throws ProxyError, FlagError. Models cmd/kube-proxy/app Options.Complete. */
export function readSettings(context: Context): Settings {
  const flags = parseFlags(context.args.slice(1), FLAGS);
  const config = readConfig(context, flags.get('config'));
  checkGates(flags.get('feature-gates'), config.featureGates);
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
  };
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
