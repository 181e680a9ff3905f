import type { FlagKind } from '../flags.ts';

/** Nobody sees here what they tune: caches, rates, connections, profiles, what metrics are told. */
const INVISIBLE: Readonly<Record<string, FlagKind>> = {
  'allow-metric-labels': 'string',
  'allow-metric-labels-manifest': 'string',
  'authentication-token-webhook-cache-ttl': 'duration',
  'authentication-tolerate-lookup-failure': 'bool',
  'authorization-webhook-cache-authorized-ttl': 'duration',
  'authorization-webhook-cache-unauthorized-ttl': 'duration',
  'contention-profiling': 'bool',
  'disabled-metrics': 'list',
  'http2-max-streams-per-connection': 'int',
  'kube-api-burst': 'int',
  'kube-api-content-type': 'string',
  'kube-api-qps': 'float',
  'log-flush-frequency': 'duration',
  'permit-address-sharing': 'bool',
  profiling: 'bool',
  'requestheader-allowed-names': 'list',
  'requestheader-extra-headers-prefix': 'list',
  'requestheader-group-headers': 'list',
  'requestheader-uid-headers': 'list',
  'requestheader-username-headers': 'list',
  'show-hidden-metrics-for-version': 'string',
};

/** The flags that kube-controller-manager and kube-scheduler v1.33 share. */
export const COMPONENT_FLAGS: Readonly<Record<string, FlagKind>> = {
  ...INVISIBLE,
  'authentication-kubeconfig': 'string',
  'authentication-skip-lookup': 'bool',
  'authorization-always-allow-paths': 'list',
  'authorization-kubeconfig': 'string',
  'bind-address': 'ip',
  'cert-dir': 'string',
  'client-ca-file': 'string',
  'disable-http2-serving': 'bool',
  'emulated-version': 'list',
  'feature-gates': 'list',
  kubeconfig: 'string',
  'leader-elect': 'bool',
  'leader-elect-lease-duration': 'duration',
  'leader-elect-renew-deadline': 'duration',
  'leader-elect-resource-lock': 'string',
  'leader-elect-resource-name': 'string',
  'leader-elect-resource-namespace': 'string',
  'leader-elect-retry-period': 'duration',
  'log-json-info-buffer-size': 'string',
  'log-json-split-stream': 'bool',
  'log-text-info-buffer-size': 'string',
  'log-text-split-stream': 'bool',
  'logging-format': 'string',
  master: 'string',
  'permit-port-sharing': 'bool',
  'requestheader-client-ca-file': 'string',
  'secure-port': 'int',
  'tls-cert-file': 'string',
  'tls-cipher-suites': 'list',
  'tls-min-version': 'string',
  'tls-private-key-file': 'string',
  'tls-sni-cert-key': 'string',
  v: 'int',
  vmodule: 'string',
};

/** Those whose effect somebody could see and that have none here, with the values that ask for nothing. */
export const COMPONENT_UNSIMULATED: Readonly<Record<string, readonly string[]>> = {
  'cert-dir': [],
  'disable-http2-serving': ['false'],
  'emulated-version': ['1.33', 'kube=1.33'],
  'log-json-info-buffer-size': ['0'],
  'log-json-split-stream': ['false'],
  'log-text-info-buffer-size': ['0'],
  'log-text-split-stream': ['false'],
  'logging-format': ['text'],
  'permit-port-sharing': ['false'],
  'tls-sni-cert-key': [],
};

/** What `--help` says of those that people look up. */
export const COMPONENT_TEXTS: Readonly<Record<string, string>> = {
  'authentication-kubeconfig':
    'The kubeconfig file with rights to create tokenreviews.authentication.k8s.io.',
  'authorization-always-allow-paths': 'Paths that everybody may ask for. (default [/healthz,/readyz,/livez])',
  'authorization-kubeconfig':
    'The kubeconfig file with rights to create subjectaccessreviews.authorization.k8s.io.',
  'bind-address': 'The address that --secure-port listens on. (default 0.0.0.0)',
  'client-ca-file': 'Clients with a certificate of one of these authorities are known by its CommonName.',
  'feature-gates': 'Pairs of key=value for features of experimental kinds.',
  kubeconfig: 'The kubeconfig file that says where the API server is, and who this is to it.',
  'leader-elect': 'Works only while it holds the lease that all replicas want. (default true)',
  'leader-elect-lease-duration':
    'How long others wait for a leader that does not renew its lease. (default 15s)',
  'leader-elect-renew-deadline':
    'How long a leader tries to renew its lease before it gives up. (default 10s)',
  'leader-elect-resource-lock': 'The kind of lock. The only one is \'leases\'. (default "leases")',
  'leader-elect-resource-name': 'The name of the lease.',
  'leader-elect-resource-namespace': 'The namespace of the lease. (default "kube-system")',
  'leader-elect-retry-period': 'How long is waited between tries to get or renew the lease. (default 2s)',
  master: 'The address of the API server, instead of that in the kubeconfig file.',
  profiling: 'Profiles at host:port/debug/pprof/. (default true)',
  'secure-port': 'The port of HTTPS; 0 serves nothing.',
  'tls-cert-file': 'The certificate of this server.',
  'tls-private-key-file': 'The key of --tls-cert-file.',
};
