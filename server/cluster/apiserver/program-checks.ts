import { type FlagValues, flagList, unsimulatedFlags } from '../flags.ts';
import { tlsProblems, tlsSettings } from '../tls-settings.ts';
import { ADMISSION_PLUGINS } from './admission/index.ts';
import { FLAGS } from './program-flags.ts';
import { parseRuntimeConfig } from './runtime-config.ts';

const NOT_NEGATIVE = ['max-requests-inflight', 'max-mutating-requests-inflight', 'min-request-timeout'];
const AUDIT_LIMITS = ['audit-log-maxage', 'audit-log-maxbackup', 'audit-log-maxsize'];
const AUDIT_FORMATS = ['legacy', 'json'];

/**
 * What is wrong with values that are well-formed. Models the Validate methods of cmd/kube-apiserver/app/options and
 * apiserver/pkg/server/options.
 */
export function flagProblems(flags: FlagValues): string[] {
  return [
    ...NOT_NEGATIVE.filter((name) => number(flags, name) < 0).map(
      (name) => `--${name} can not be negative value`,
    ),
    ...unsimulatedFlags(flags, FLAGS, UNSIMULATED),
    ...inFlight(flags),
    ...securePort(flags),
    ...AUDIT_LIMITS.filter((name) => number(flags, name) < 0).map(
      (name) => `--${name} ${flags.get(name)} can't be a negative number`,
    ),
    ...auditFormat(flags),
    ...plugins(flags),
    ...runtimeConfig(flags),
    ...openId(flags),
    ...serviceRange(flags),
    ...tlsProblems(tlsSettings(flags)),
  ];
}

function number(flags: FlagValues, name: string): number {
  return Number(flags.get(name) ?? 0);
}

/** Flags whose effect somebody could see and that have none here, with the values that ask for nothing. */
const UNSIMULATED: Readonly<Record<string, readonly string[]>> = {
  'audit-log-compress': ['false'],
  'audit-log-mode': ['blocking', 'blocking-strict'],
  'audit-log-truncate-enabled': ['false'],
  'audit-log-version': ['audit.k8s.io/v1'],
  'audit-webhook-config-file': [],
  'authentication-token-webhook-config-file': [],
  'cors-allowed-origins': [],
  'disable-http2-serving': ['false'],
  'egress-selector-config-file': [],
  'emulated-version': [],
  'enable-garbage-collector': ['true'],
  'endpoint-reconciler-type': ['lease'],
  'etcd-servers-overrides': [],
  'external-hostname': [],
  'goaway-chance': ['0'],
  'kubernetes-service-node-port': ['0'],
  'livez-grace-period': ['0', '0s'],
  'logging-format': ['text'],
  'max-connection-bytes-per-sec': ['0'],
  'requestheader-uid-headers': [],
  'service-account-extend-token-expiration': ['true'],
  'service-account-jwks-uri': [],
  'service-account-lookup': ['true'],
  'service-account-max-token-expiration': ['0', '0s'],
  'service-account-signing-endpoint': [],
  'shutdown-delay-duration': ['0', '0s'],
  'shutdown-send-retry-after': ['false'],
  'shutdown-watch-termination-grace-period': ['0', '0s'],
  'storage-backend': ['etcd3'],
  'storage-media-type': ['application/vnd.kubernetes.protobuf'],
  'strict-transport-security-directives': [],
  'tls-sni-cert-key': [],
  'tracing-config-file': [],
};

/** Models apiserver/pkg/server/options BuildPriorityAndFairness. */
function inFlight(flags: FlagValues): string[] {
  const [reading = 0, writing = 0] = [
    ['max-requests-inflight', 400] as const,
    ['max-mutating-requests-inflight', 200] as const,
  ].map(([name, usual]) => Number(flags.get(name) ?? usual));
  if (flags.get('enable-priority-and-fairness') === 'false' || reading + writing > 0) return [];
  return [
    `invalid configuration: MaxRequestsInFlight=${reading} and MaxMutatingRequestsInFlight=${writing}; they must add up to something positive`,
  ];
}

function securePort(flags: FlagValues): string[] {
  const port = Number(flags.get('secure-port') ?? 6443);
  if (port >= 1 && port <= 65_535) return [];
  return [`--secure-port ${port} must be between 1 and 65535, inclusive. It cannot be turned off with 0`];
}

function auditFormat(flags: FlagValues): string[] {
  const format = flags.get('audit-log-format');
  if (format === 'legacy') return ['--audit-log-format=legacy is not simulated'];
  if (!format || AUDIT_FORMATS.includes(format)) return [];
  return [`invalid audit log format ${format}, allowed formats are "${AUDIT_FORMATS.join(',')}"`];
}

function plugins(flags: FlagValues): string[] {
  const [enabled, disabled] = ['enable-admission-plugins', 'disable-admission-plugins'].map((name) =>
    flagList(flags, name),
  ) as [string[], string[]];
  const known = new Set(ADMISSION_PLUGINS.map(({ name }) => name));
  const unknown = (flag: string, names: readonly string[]) =>
    names
      .filter((name) => !known.has(name))
      .map((name) => `${flag} plugin ${JSON.stringify(name)} is unknown`);
  const both = enabled.filter((name) => disabled.includes(name));
  return [
    ...unknown('enable-admission-plugins', enabled),
    ...unknown('disable-admission-plugins', disabled),
    ...(both.length > 0
      ? [`[${both.join(' ')}] in enable-admission-plugins and disable-admission-plugins overlapped`]
      : []),
  ];
}

/** Models pkg/kubeapiserver/options BuiltInAuthenticationOptions.Validate. */
function openId(flags: FlagValues): string[] {
  const names = Object.keys(FLAGS).filter((name) => name.startsWith('oidc-') && flags.get(name));
  if (names.length === 0) return [];
  const issuer = flags.get('oidc-issuer-url');
  if (!issuer || !flags.get('oidc-client-id'))
    return ['oidc-issuer-url and oidc-client-id must be specified together when any oidc-* flags are set'];
  if (!URL.canParse(issuer))
    return [`issuer.url: Invalid value: ${JSON.stringify(issuer)}: URL is malformed`];
  if (!issuer.startsWith('https://'))
    return [`issuer.url: Invalid value: ${JSON.stringify(issuer)}: URL scheme must be https`];
  return [];
}

function runtimeConfig(flags: FlagValues): string[] {
  try {
    parseRuntimeConfig(flagList(flags, 'runtime-config'));
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

function serviceRange(flags: FlagValues): string[] {
  const [range = '10.0.0.0/24'] = flagList(flags, 'service-cluster-ip-range');
  const [, bits] = /^\d{1,3}(?:\.\d{1,3}){3}\/(\d+)$/.exec(range) ?? [];
  const isCidr = range.includes(':') || (bits !== undefined && Number(bits) <= 32);
  return isCidr ? [] : ['service-cluster-ip-range[0] is not a valid cidr'];
}
