import type { Context } from '../../host/index.ts';
import { isSystemError } from '../../host/index.ts';
import { KubectlError } from './errors.ts';
import type { Flags } from './flags.ts';
import { type LoadedConfig, loadConfig } from './kubeconfig.ts';

type Fields = Record<string, any>;

/** Where the API is, who we are, and which namespace is ours. */
export interface ClientConfig {
  /** `https://172.30.1.2:6443`, without a trailing slash. */
  readonly server: string;
  readonly namespace: string;
  readonly caPem: string | undefined;
  readonly insecure: boolean;
  readonly tlsServerName: string;
  readonly certPem: string | undefined;
  readonly keyPem: string | undefined;
  readonly token: string | undefined;
  readonly username: string;
  readonly password: string;
  readonly exec: Fields | undefined;
  /** A proxy to go through; '' for none. */
  readonly proxyUrl: string;
  readonly asUser: string;
  readonly asGroups: readonly string[];
  readonly asUid: string;
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** What --cluster, --user, --context and the current context select. Models clientcmd's DirectClientConfig. */
export function clientConfig(context: Context, flags: Flags): ClientConfig {
  const loaded = loadConfig(context, flags.global('kubeconfig'));
  const { cluster, user, contextFields } = selected(loaded, flags);
  const inCluster = inClusterConfig(context, loaded, flags);
  if (inCluster) return inCluster;
  const server = normalizeServer(flags.global('server') || cluster.server || defaultServer(context));
  const secure = server.startsWith('https://');
  const file = (path: string, what: string, base: string) => readKeyFile(context, { path, what, base });
  const baseOf = (entry: Fields, kind: 'clusters' | 'users') => directoryOf(loaded, entry, kind);
  const errors: string[] = [];
  const read = (entry: Fields, field: string, kind: 'clusters' | 'users', what: string, name: string) => {
    const flag = flags.global(field);
    const data = entry[`${field}-data`];
    if (flag === '' && data) return decodeBase64(String(data));
    const path = flag || entry[field];
    if (!path) return undefined;
    const found = file(String(path), what, flag ? '' : baseOf(entry, kind));
    if (found.error) errors.push(`unable to read ${what} ${found.path} for ${name} due to ${found.error}`);
    return found.text;
  };
  const userName = flags.global('user') || contextFields.user || '';
  const clusterName = flags.global('cluster') || contextFields.cluster || '';
  const certPem = read(user, 'client-certificate', 'users', 'client-cert', userName);
  const keyPem = read(user, 'client-key', 'users', 'client-key', userName);
  const insecure =
    flags.global('insecure-skip-tls-verify') === 'true' ||
    (flags.global('insecure-skip-tls-verify') !== 'false' && Boolean(cluster['insecure-skip-tls-verify']));
  const caPem =
    insecure && flags.global('certificate-authority') === ''
      ? undefined
      : read(cluster, 'certificate-authority', 'clusters', 'certificate-authority', clusterName);
  if (certPem !== undefined && keyPem === undefined && errors.length === 0)
    errors.push(
      `client-key-data or client-key must be specified for ${userName} to use the clientCert authentication method.`,
    );
  if (errors.length > 0) throw invalidConfiguration(errors);
  if (flags.global('username') !== '' && flags.global('token') !== '')
    throw new KubectlError(
      `more than one authentication method found for ${userName || contextFields.user}; found [token basicAuth], only one is allowed`,
    );
  return {
    server,
    namespace: flags.global('namespace') || contextFields.namespace || 'default',
    caPem: secure ? caPem : undefined,
    insecure,
    tlsServerName: flags.global('tls-server-name') || cluster['tls-server-name'] || '',
    certPem: secure ? certPem : undefined,
    keyPem: secure ? keyPem : undefined,
    token: tokenOf(context, user, flags),
    username: flags.global('username') || user.username || '',
    password: flags.global('password') || user.password || '',
    exec: user.exec,
    proxyUrl: String(cluster['proxy-url'] ?? ''),
    asUser: flags.global('as') || user.as || '',
    asGroups: flags.list('as-group').length > 0 ? flags.list('as-group') : (user['as-groups'] ?? []),
    asUid: flags.global('as-uid') || user['as-uid'] || '',
  };
}

function selected(loaded: LoadedConfig, flags: Flags) {
  const contextName = flags.global('context') || loaded.currentContext;
  const found = loaded.contexts.get(contextName);
  if (!found && flags.global('context') !== '') {
    throw new KubectlError(
      `Error in configuration: context was not found for specified context: ${contextName}`,
      { plain: true },
    );
  }
  if (!found && contextName !== '') {
    throw new KubectlError(
      `Error in configuration: context was not found for specified context: ${contextName}`,
      { plain: true },
    );
  }
  const contextFields = found ?? {};
  const userName = flags.global('user');
  if (userName !== '' && !loaded.users.has(userName))
    throw new KubectlError(`auth info "${userName}" does not exist`);
  const clusterName = flags.global('cluster');
  if (clusterName !== '' && !loaded.clusters.has(clusterName))
    throw new KubectlError(`no server found for cluster "${clusterName}"`);
  return {
    contextFields,
    user: loaded.users.get(userName || contextFields.user) ?? {},
    cluster: loaded.clusters.get(clusterName || contextFields.cluster) ?? {},
  };
}

export function invalidConfiguration(errors: readonly string[]): KubectlError {
  const head = 'Error in configuration: ';
  const text = errors.length === 1 ? errors[0] : `\n${errors.map((error) => `* ${error}`).join('\n')}`;
  return new KubectlError(`${head}${text}`, { plain: true });
}

function defaultServer(context: Context): string {
  return context.env.get('KUBERNETES_MASTER') || 'http://localhost:8080';
}

/** `host:port` is HTTP; a trailing slash goes. */
function normalizeServer(server: string): string {
  const full = /^https?:\/\//.test(server) ? server : `http://${server}`;
  return full.replace(/\/+$/, '');
}

/** Certificates named by relative paths lie beside the file that names them. */
function directoryOf(loaded: LoadedConfig, entry: Fields, kind: 'clusters' | 'users'): string {
  const file = loaded.files.find((f) => [...f[kind].values()].includes(entry));
  return (file?.path ?? '').replace(/\/?[^/]*$/, '') || '.';
}

function readKeyFile(context: Context, at: { path: string; what: string; base: string }) {
  const path = at.path.startsWith('/') || at.base === '' ? at.path : `${at.base}/${at.path}`;
  try {
    return { path, text: context.fs.read(path), error: undefined };
  } catch (error) {
    const why = isSystemError(error) ? error.message.toLowerCase() : String(error);
    return { path, text: undefined, error: `open ${path}: ${why}` };
  }
}

function tokenOf(context: Context, user: Fields, flags: Flags): string | undefined {
  const flag = flags.global('token');
  if (flag !== '') return flag;
  const path = user.tokenFile;
  if (path && context.fs.can(path, 'read')) return context.fs.read(path).trim();
  return user.token ? String(user.token) : undefined;
}

/** Inside a pod without a kubeconfig: the service account. Models rest.InClusterConfig. */
function inClusterConfig(context: Context, loaded: LoadedConfig, flags: Flags): ClientConfig | undefined {
  if (loaded.exists || flags.global('server') !== '') return undefined;
  const host = context.env.get('KUBERNETES_SERVICE_HOST');
  const port = context.env.get('KUBERNETES_SERVICE_PORT');
  if (!host || !port || !context.fs.can(`${SERVICE_ACCOUNT}/token`, 'read')) return undefined;
  const read = (name: string) => {
    const path = `${SERVICE_ACCOUNT}/${name}`;
    return context.fs.can(path, 'read') ? context.fs.read(path).trim() : undefined;
  };
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    namespace: flags.global('namespace') || read('namespace') || 'default',
    caPem: read('ca.crt'),
    insecure: flags.global('insecure-skip-tls-verify') === 'true',
    tlsServerName: flags.global('tls-server-name'),
    certPem: undefined,
    keyPem: undefined,
    token: flags.global('token') || read('token'),
    username: '',
    password: '',
    exec: undefined,
    proxyUrl: '',
    asUser: flags.global('as'),
    asGroups: flags.list('as-group'),
    asUid: flags.global('as-uid'),
  };
}

function decodeBase64(text: string): string {
  try {
    return atob(text.replace(/\s/g, ''));
  } catch {
    throw new KubectlError(`illegal base64 data at input byte ${text.length}`);
  }
}
