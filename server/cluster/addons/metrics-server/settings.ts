import type { Context } from '../../../host/index.ts';
import { durationMs, readNamed, StartError } from '../../client/program-start.ts';
import { type FlagKind, flagList, flagTrue, parseFlags } from '../../flags.ts';

const FLAGS: Readonly<Record<string, FlagKind>> = {
  'authentication-kubeconfig': 'string',
  'authorization-kubeconfig': 'string',
  'bind-address': 'string',
  'cert-dir': 'string',
  kubeconfig: 'string',
  'kubelet-certificate-authority': 'string',
  'kubelet-insecure-tls': 'bool',
  'kubelet-port': 'int',
  'kubelet-preferred-address-types': 'list',
  'kubelet-request-timeout': 'duration',
  'kubelet-use-node-status-port': 'bool',
  'metric-resolution': 'duration',
  'requestheader-allowed-names': 'list',
  'requestheader-client-ca-file': 'string',
  'secure-port': 'int',
  'tls-cert-file': 'string',
  'tls-private-key-file': 'string',
  v: 'int',
};

/** Models metrics-server cmd/metrics-server/app/options */
export interface Settings {
  readonly port: number;
  readonly resolutionMs: number;
  readonly addressTypes: readonly string[];
  readonly useStatusPort: boolean;
  readonly insecureTls: boolean;
  /** What kubelets' certificates must come from. */
  readonly kubeletCa: string | undefined;
}

const ADDRESS_TYPES = ['Hostname', 'InternalDNS', 'InternalIP', 'ExternalDNS', 'ExternalIP'];
const CLUSTER_CA = '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt';

/** Throws FlagError, StartError. */
export function readSettings(context: Context): Settings {
  const flags = parseFlags(context.args.slice(1), FLAGS);
  const resolutionMs = durationMs(flags.get('metric-resolution') ?? '60s');
  if (resolutionMs < 10_000)
    throw new StartError(
      `[metric-resolution should be a time duration at least 10s, but value ${flags.get('metric-resolution')} provided]`,
    );
  const types = flagList(flags, 'kubelet-preferred-address-types');
  const ca = flags.get('kubelet-certificate-authority');
  const insecureTls = flagTrue(flags, 'kubelet-insecure-tls');
  if (insecureTls && ca !== undefined)
    throw new StartError('[cannot use both --kubelet-certificate-authority and --kubelet-insecure-tls]');
  const bundle = ca ?? CLUSTER_CA;
  return {
    port: Number(flags.get('secure-port') ?? 443),
    resolutionMs,
    addressTypes: types.length > 0 ? types : ADDRESS_TYPES,
    useStatusPort: flagTrue(flags, 'kubelet-use-node-status-port'),
    insecureTls,
    kubeletCa: insecureTls ? undefined : readNamed(context, bundle),
  };
}
