import type { Context } from '../../host/index.ts';
import { isSystemError } from '../../host/index.ts';
import type { Flags } from '../pflag.ts';
import {
  checkMaterial,
  clusterErrors,
  invalidConfiguration,
  type Material,
  userErrors,
} from './config-errors.ts';
import { KubectlError } from './errors.ts';
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
  /** The kubeconfig files that were read. */
  readonly files: readonly string[];
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** What --cluster, --user, --context and the current context select. Models clientcmd's DirectClientConfig. */
export function clientConfig(context: Context, flags: Flags): ClientConfig {
  const loaded = loadConfig(context, flags.global('kubeconfig'));
  const { cluster, user, clusterName, userName, contextFields } = selected(loaded, flags);
  const inCluster = inClusterConfig(context, loaded, flags);
  if (inCluster) return inCluster;
  const files = { context, at: (entry: Fields, kind: EntryKind) => directoryOf(loaded, entry, kind) };
  const chosen = {
    cluster: overridden(flags, cluster, CLUSTER_FLAGS),
    user: overridden(flags, user, USER_FLAGS),
  };
  if (flags.global('insecure-skip-tls-verify') === 'true' && flags.global('certificate-authority') === '') {
    delete chosen.cluster['certificate-authority'];
    delete chosen.cluster['certificate-authority-data'];
  }
  const ca = material(files, 'certificate-authority', { flags, entry: cluster, kind: 'clusters' });
  const certificate = material(files, 'client-certificate', { flags, entry: user, kind: 'users' });
  const key = material(files, 'client-key', { flags, entry: user, kind: 'users' });
  const errors = [
    ...userErrors(userName, chosen.user, { certificate, key }),
    ...clusterErrors(clusterName, chosen.cluster, ca),
  ];
  if (errors.length > 0) throw invalidConfiguration(errors);
  const provider = chosen.user['auth-provider']?.name;
  if (provider) throw new KubectlError(`no Auth Provider found for name ${JSON.stringify(provider)}`);
  const server = serverUrl(chosen.cluster['server'] || defaultServer(context));
  const secure = server.startsWith('https://');
  const insecure = String(chosen.cluster['insecure-skip-tls-verify'] ?? 'false') === 'true';
  const trusted = chosen.cluster['certificate-authority'] || chosen.cluster['certificate-authority-data'];
  checkMaterial({ secure, insecure, ca: trusted ? ca.text : undefined, certificate: certificate.text });
  return {
    server,
    namespace: flags.global('namespace') || contextFields.namespace || 'default',
    caPem: secure && trusted ? ca.text : undefined,
    insecure,
    tlsServerName: chosen.cluster['tls-server-name'] || '',
    certPem: secure ? certificate.text : undefined,
    keyPem: secure ? key.text : undefined,
    token: secure ? tokenOf(context, chosen.user, flags) : undefined,
    username: chosen.user['username'] || '',
    password: chosen.user['password'] || '',
    exec: user.exec,
    proxyUrl: String(cluster['proxy-url'] ?? ''),
    asUser: chosen.user['as'] || '',
    asGroups: chosen.user['as-groups'] ?? [],
    asUid: chosen.user['as-uid'] || '',
    files: loaded.files.filter(({ exists }) => exists).map(({ path }) => path),
  };
}

type EntryKind = 'clusters' | 'users';

const CLUSTER_FLAGS = ['server', 'tls-server-name', 'insecure-skip-tls-verify'];
const USER_FLAGS = ['token', 'username', 'password', 'as', 'as-uid'];

/** An entry with what flags say instead. */
function overridden(flags: Flags, entry: Fields, names: readonly string[]): Fields {
  const next: Fields = { ...entry };
  for (const name of names) if (flags.global(name) !== '') next[name] = flags.global(name);
  if (names === USER_FLAGS && flags.list('as-group').length > 0) next['as-groups'] = flags.list('as-group');
  const file = names === USER_FLAGS ? ['client-certificate', 'client-key'] : ['certificate-authority'];
  for (const name of file) if (flags.global(name) !== '') next[name] = flags.global(name);
  if (names === CLUSTER_FLAGS && flags.global('certificate-authority') !== '')
    delete next['certificate-authority-data'];
  return next;
}

/** The data of an entry, or what its file or the flag's file holds. */
function material(
  files: { context: Context; at: (entry: Fields, kind: EntryKind) => string },
  field: string,
  { flags, entry, kind }: { flags: Flags; entry: Fields; kind: EntryKind },
): Material {
  const flag = flags.global(field);
  const data = entry[`${field}-data`];
  const path = flag || String(entry[field] ?? '');
  const found: Material =
    path === ''
      ? { text: undefined, path: '', error: '' }
      : readKeyFile(files.context, path, flag ? '' : files.at(entry, kind));
  return data && (flag === '' || kind === 'users') ? { ...found, text: decodeBase64(String(data)) } : found;
}

function selected(loaded: LoadedConfig, flags: Flags) {
  const contextName = flags.global('context') || loaded.currentContext;
  const contextFields = loaded.contexts.get(contextName) ?? {};
  if (contextName !== '' && !loaded.contexts.has(contextName))
    throw new KubectlError(
      `Error in configuration: context was not found for specified context: ${contextName}`,
      { plain: true },
    );
  const userName: string = flags.global('user') || contextFields.user || '';
  if (flags.global('user') !== '' && !loaded.users.has(userName))
    throw new KubectlError(`auth info ${JSON.stringify(userName)} does not exist`);
  const clusterName: string = flags.global('cluster') || contextFields.cluster || '';
  if (flags.global('cluster') !== '' && !loaded.clusters.has(clusterName))
    throw new KubectlError(`no server found for cluster ${JSON.stringify(clusterName)}`);
  return {
    contextFields,
    userName,
    clusterName,
    user: loaded.users.get(userName) ?? {},
    cluster: loaded.clusters.get(clusterName) ?? {},
  };
}

function defaultServer(context: Context): string {
  return context.env.get('KUBERNETES_MASTER') || 'http://localhost:8080';
}

/** `host:port` is HTTP; a trailing slash goes. */
function serverUrl(server: string): string {
  if (/\s/.test(server))
    throw new KubectlError(`host must be a URL or a host:port pair: ${JSON.stringify(server)}`);
  const full = /^[a-z]+:\/\//.test(server) ? server : `http://${server}`;
  return full.replace(/\/+$/, '');
}

/** Certificates named by relative paths lie beside the file that names them. */
function directoryOf(loaded: LoadedConfig, entry: Fields, kind: 'clusters' | 'users'): string {
  const file = loaded.files.find((f) => [...f[kind].values()].includes(entry));
  return (file?.path ?? '').replace(/\/?[^/]*$/, '') || '.';
}

function readKeyFile(context: Context, named: string, base: string): Material {
  const path = named.startsWith('/') || base === '' ? named : `${base}/${named}`;
  try {
    return { path, text: context.fs.read(path), error: '' };
  } catch (error) {
    const why = isSystemError(error) ? error.message.toLowerCase() : String(error);
    return { path, text: undefined, error: `open ${path}: ${why}` };
  }
}

function tokenOf(context: Context, user: Fields, flags: Flags): string | undefined {
  const path = flags.global('token') === '' ? user['tokenFile'] : undefined;
  if (!path) return user['token'] ? String(user['token']) : undefined;
  try {
    return context.fs.read(path).trim();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new KubectlError(`open ${path}: ${error.message.toLowerCase()}`);
  }
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
    files: [],
  };
}

function decodeBase64(text: string): string {
  try {
    return atob(text.replace(/\s/g, ''));
  } catch {
    throw new KubectlError(`illegal base64 data at input byte ${text.length}`);
  }
}
