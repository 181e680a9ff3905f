import { usageText } from '../flags.ts';
import { ADMISSION_PLUGINS, OFF_BY_DEFAULT } from './admission/index.ts';
import { FLAGS } from './program-flags.ts';

const ABOUT = `The API server answers requests for the objects of a cluster, pods, services
and all the others: it checks them, keeps them, and is what everything else
of the cluster speaks to.`;

/** What `kube-apiserver --help` says. */
export function serverUsage(): string {
  const known = ADMISSION_PLUGINS.map(({ name }) => name);
  const on = [...known.filter((name) => !OFF_BY_DEFAULT.has(name))].join(', ');
  const all = [...known].sort().join(', ');
  const list = `Comma-delimited list of admission plugins: ${all}. The order of plugins in this flag does not matter.`;
  const texts = {
    ...TEXTS,
    'enable-admission-plugins': `admission plugins that should be enabled in addition to default enabled ones (${on}). ${list}`,
    'disable-admission-plugins': `admission plugins that should be disabled although they are in the default enabled plugins list (${on}). ${list}`,
  };
  return usageText({ program: 'kube-apiserver', about: ABOUT, flags: FLAGS, texts });
}

/** The flags that people look up. */
const TEXTS: Readonly<Record<string, string>> = {
  'advertise-address': 'The address under which members of the cluster find this server.',
  'allow-privileged': 'If true, privileged containers are allowed. [default=false]',
  'anonymous-auth': 'Answers requests that nobody is known for, as system:anonymous. (default true)',
  'audit-log-maxage': 'Days for which old audit log files are kept.',
  'audit-log-maxbackup': 'Number of old audit log files that are kept; 0 keeps all.',
  'audit-log-maxsize': 'Megabytes that an audit log file may have before it is put aside.',
  'audit-log-path': "The file that requests are recorded in; '-' is standard out.",
  'audit-policy-file': 'The file with the audit policy.',
  'authorization-mode':
    'Ordered list of authorizers. Comma-delimited list of: AlwaysAllow,AlwaysDeny,ABAC,Webhook,RBAC,Node.',
  'bind-address': 'The address that --secure-port listens on. (default 0.0.0.0)',
  'client-ca-file': 'Clients with a certificate of one of these authorities are known by its CommonName.',
  'enable-bootstrap-token-auth':
    "Secrets of type 'bootstrap.kubernetes.io/token' in 'kube-system' are good for TLS bootstrapping.",
  'encryption-provider-config': 'The file that says how values are encrypted in etcd.',
  'encryption-provider-config-automatic-reload': 'Reads --encryption-provider-config again when it changes.',
  'etcd-cafile': 'The authority of the certificates of etcd.',
  'etcd-certfile': 'The certificate that etcd knows this server by.',
  'etcd-keyfile': 'The key of --etcd-certfile.',
  'etcd-prefix': 'Before the paths of everything in etcd. (default "/registry")',
  'etcd-servers': 'List of etcd servers to connect with (scheme://ip:port), comma separated.',
  'event-ttl': 'How long events are kept. (default 1h0m0s)',
  'feature-gates': 'Pairs of key=value for features of experimental kinds.',
  'kubelet-client-certificate': 'The certificate that kubelets know this server by.',
  'kubelet-client-key': 'The key of --kubelet-client-certificate.',
  profiling: 'Profiles at host:port/debug/pprof/. (default true)',
  'runtime-config': 'Pairs of key=value that turn APIs on or off.',
  'secure-port': 'The port of HTTPS. It cannot be switched off with 0. (default 6443)',
  'service-account-issuer': 'Who the tokens of service accounts are from.',
  'service-account-key-file': 'Keys that the tokens of service accounts are checked with.',
  'service-account-signing-key-file': 'The key that the tokens of service accounts are signed with.',
  'service-cluster-ip-range': 'The range that cluster IPs are taken from.',
  'service-node-port-range': 'Ports of services that are open on nodes. (default 30000-32767)',
  'tls-cert-file': 'The certificate of this server.',
  'tls-cipher-suites': 'Comma-separated list of cipher suites for the server.',
  'tls-min-version':
    'Minimum TLS version supported. Possible values: VersionTLS10, VersionTLS11, VersionTLS12, VersionTLS13',
  'tls-private-key-file': 'The key of --tls-cert-file.',
  'token-auth-file': 'The file with tokens that clients are known by.',
};
