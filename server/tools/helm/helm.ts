import type { Context } from '../../host/index.ts';
import { Random, type Steps } from '../../sim/index.ts';
import { parseFlags } from '../kubectl/flags.ts';
import { Kubectl } from '../kubectl/kubectl.ts';
import type { Flags } from '../pflag.ts';
import { HelmError } from './errors.ts';

/** Where helm keeps what it knows. Models helm/pkg/helmpath and cli.EnvSettings. */
export interface Paths {
  readonly cache: string;
  readonly config: string;
  readonly data: string;
  readonly repositoryConfig: string;
  readonly repositoryCache: string;
  readonly registryConfig: string;
  readonly plugins: string;
}

/** The clients of kubectl, whose warnings are told as client-go does. */
class Client extends Kubectl {
  override *warn(text: string): Steps<void> {
    yield* this.klog('W', 'warnings.go:70', text);
  }
}

/** kubectl's flags by helm's names. */
const CLIENT_FLAGS: Readonly<Record<string, string>> = {
  kubeconfig: 'kubeconfig',
  namespace: 'namespace',
  'kube-context': 'context',
  'kube-token': 'token',
  'kube-as-user': 'as',
  'kube-apiserver': 'server',
  'kube-ca-file': 'certificate-authority',
  'kube-tls-server-name': 'tls-server-name',
};
/** What says the same in the environment. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  namespace: 'HELM_NAMESPACE',
  'kube-context': 'HELM_KUBECONTEXT',
  'kube-token': 'HELM_KUBETOKEN',
  'kube-as-user': 'HELM_KUBEASUSER',
  'kube-apiserver': 'HELM_KUBEAPISERVER',
  'kube-ca-file': 'HELM_KUBECAFILE',
  'kube-tls-server-name': 'HELM_KUBETLS_SERVER_NAME',
};

/** One run of helm: its command line, and what the commands share. */
export class Helm {
  readonly context: Context;
  readonly path: string;
  readonly flags: Flags;
  readonly args: readonly string[];
  readonly random: Random;
  #client: Kubectl | undefined;

  constructor(context: Context, line: { path: string; flags: Flags; args: readonly string[] }) {
    this.context = context;
    this.path = line.path;
    this.flags = line.flags;
    this.args = line.args;
    this.random = new Random(context.host.random.hex(32));
  }

  get now(): number {
    return this.context.now;
  }

  get debug(): boolean {
    return this.flags.bool('debug') || this.env('HELM_DEBUG') === 'true';
  }

  env(name: string): string {
    return this.context.env.get(name) ?? '';
  }

  /** Whether a flag is set, of those commands that have it. */
  isSet(name: string): boolean {
    return this.flags.has(name) && this.flags.bool(name);
  }

  /** A flag of the cluster's, or what the environment says instead. */
  setting(name: string): string {
    return this.flags.global(name) || this.env(ENVIRONMENT[name] ?? '');
  }

  get paths(): Paths {
    const home = this.env('HOME');
    const folder = (own: string, xdg: string, below: string) =>
      this.env(own) || (this.env(xdg) ? `${this.env(xdg)}/helm` : `${home}/${below}/helm`);
    const cache = folder('HELM_CACHE_HOME', 'XDG_CACHE_HOME', '.cache');
    const config = folder('HELM_CONFIG_HOME', 'XDG_CONFIG_HOME', '.config');
    const data = folder('HELM_DATA_HOME', 'XDG_DATA_HOME', '.local/share');
    const chosen = (flag: string, variable: string, otherwise: string) =>
      this.flags.global(flag) || this.env(variable) || otherwise;
    return {
      cache,
      config,
      data,
      repositoryConfig: chosen('repository-config', 'HELM_REPOSITORY_CONFIG', `${config}/repositories.yaml`),
      repositoryCache: chosen('repository-cache', 'HELM_REPOSITORY_CACHE', `${cache}/repository`),
      registryConfig: chosen('registry-config', 'HELM_REGISTRY_CONFIG', `${config}/registry/config.json`),
      plugins: this.env('HELM_PLUGINS') || `${data}/plugins`,
    };
  }

  /** The cluster's client. */
  get client(): Kubectl {
    if (!this.#client) {
      const words = Object.entries(CLIENT_FLAGS).flatMap(([name, other]) => {
        const value = this.setting(name);
        return value === '' ? [] : [`--${other}=${value}`];
      });
      for (const group of this.flags.list('kube-as-group')) words.push(`--as-group=${group}`);
      if (this.flags.bool('kube-insecure-skip-tls-verify')) words.push('--insecure-skip-tls-verify=true');
      this.#client = new Client(this.context, parseFlags('get', words));
    }
    return this.#client;
  }

  /** The namespace of the run: the flag, the context's, or `default`. */
  get namespace(): string {
    if (this.setting('namespace') !== '') return this.setting('namespace');
    try {
      return this.client.namespace;
    } catch {
      return 'default';
    }
  }

  *out(text: string): Steps<void> {
    if (text !== '') yield* this.context.out(text);
  }

  *err(text: string): Steps<void> {
    if (text !== '') yield* this.context.err(text);
  }

  /** A line of Go's logger. */
  *log(text: string): Steps<void> {
    const at = new Date(this.now).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
    yield* this.err(`${at} ${text}\n`);
  }

  readFile(path: string): string {
    const { fs } = this.context;
    if (!fs.exists(path)) throw new HelmError(`open ${path}: no such file or directory`);
    if (fs.isDirectory(path)) throw new HelmError(`read ${path}: is a directory`);
    if (!fs.can(path, 'read')) throw new HelmError(`open ${path}: permission denied`);
    return fs.read(path);
  }

  /** Writes a file, with the folders it lies in. */
  writeFile(path: string, data: string, mode = 0o644): void {
    const { fs } = this.context;
    const folder = path.replace(/\/[^/]*$/, '');
    if (path.includes('/') && folder !== '') fs.mkdirAll(folder, 0o755);
    fs.write(path, data, mode);
  }

  absolute(path: string): string {
    const full = path.startsWith('/') ? path : `${this.context.cwd}/${path}`;
    const parts: string[] = [];
    for (const part of full.split('/')) {
      if (part === '..') parts.pop();
      else if (part !== '' && part !== '.') parts.push(part);
    }
    return `/${parts.join('/')}`;
  }
}
