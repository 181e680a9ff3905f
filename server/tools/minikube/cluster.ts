import type { Resource } from '../../cluster/client/client.ts';
import { clientFromKubeconfig, type HttpClient } from '../../cluster/client/http-client.ts';
import { RESOURCES } from '../../cluster/client/resources.ts';
import type { Manifest } from '../../cluster/manifests/manifest.ts';
import { type Context, isSystemError } from '../../host/index.ts';
import { isApiError } from '../../objects/api-error.ts';
import type { KubeObject } from '../../objects/object.ts';

const AGENT = 'minikube/v1.36.0';
/** Add-ons that a cluster begins with. */
const ON_FROM_THE_START = ['default-storageclass', 'storage-provisioner'];

/** The cluster of the one profile, as the kubeconfig of the user tells of it. */
export class MinikubeCluster {
  readonly #context: Context;
  readonly #kubeconfig: string;
  readonly #home: string;
  #client: HttpClient | undefined;

  /** Throws SystemError when there is no cluster. */
  constructor(context: Context) {
    this.#context = context;
    this.#home = context.env.get('HOME') ?? '/root';
    this.#kubeconfig = context.env.get('KUBECONFIG') ?? `${this.#home}/.kube/config`;
    if (!context.fs.isFile(this.#saved))
      this.#client = clientFromKubeconfig(context, this.#kubeconfig, AGENT);
  }

  get client(): HttpClient {
    this.#client ??= clientFromKubeconfig(this.#context, this.#kubeconfig, AGENT);
    return this.#client;
  }

  /** Where the kubeconfig lies while the machine is off. */
  get #saved(): string {
    return `${this.#home}/.minikube/profiles/minikube/kubeconfig`;
  }

  node(): KubeObject {
    return this.client.get(RESOURCES.nodes, 'minikube');
  }

  /** The node's address. */
  ip(): string {
    const { fs } = this.#context;
    const path = fs.isFile(this.#saved) ? this.#saved : this.#kubeconfig;
    return /server: https:\/\/([\d.]+):/.exec(fs.read(path))?.[1] ?? '';
  }

  /** Whether the node's machine is switched off. */
  isOff(): boolean {
    const { network } = this.#context.network;
    const owner = network.owner(this.ip());
    return owner === undefined || network.down.has(owner);
  }

  switchOn(): void {
    this.#context.network.network.switches.get(this.ip())?.();
  }

  /** The user's kubeconfig knows the cluster no longer. */
  forget(): void {
    const { fs } = this.#context;
    fs.mkdirAll(this.#saved.slice(0, this.#saved.lastIndexOf('/')));
    fs.write(this.#saved, fs.read(this.#kubeconfig), 0o600);
    fs.write(this.#kubeconfig, NO_CLUSTER, 0o600);
    this.#client = undefined;
  }

  /** It knows it again. */
  remember(): void {
    const { fs } = this.#context;
    if (!fs.isFile(this.#saved)) return;
    fs.write(this.#kubeconfig, fs.read(this.#saved), 0o600);
    fs.unlink(this.#saved);
  }

  /** Whether the control plane runs, as the kubelet has told since then. */
  isReady(sinceMs: number): boolean {
    if (this.isOff() || !this.isRunning()) return false;
    const selection = { namespace: 'kube-system', labelSelector: 'tier=control-plane' };
    const pods = this.client.list(RESOURCES.pods, selection).items;
    const startedAt = (pod: KubeObject) =>
      Date.parse(pod.status?.containerStatuses?.[0]?.state?.running?.startedAt ?? '');
    return pods.length > 0 && pods.every((pod) => startedAt(pod) >= sinceMs);
  }

  /** The names of the add-ons that are on. */
  enabledAddons(): string[] {
    const names = new Set([...ON_FROM_THE_START, ...Object.keys(this.switched())]);
    return [...names].filter((name) => this.isOn(name)).sort();
  }

  isOn(name: string): boolean {
    return this.switched()[name] ?? ON_FROM_THE_START.includes(name);
  }

  isRunning(): boolean {
    try {
      return this.client.request({ method: 'GET', path: '/readyz', headers: {} }).status === 200;
    } catch (error) {
      if (isSystemError(error)) return false;
      throw error;
    }
  }

  apply(objects: readonly Manifest[]): void {
    for (const object of objects) {
      try {
        this.client.create(resourceOf(object), object, object.metadata.namespace);
      } catch (error) {
        if (!isApiError(error, 'AlreadyExists')) throw error;
      }
    }
  }

  remove(objects: readonly Manifest[]): void {
    for (const object of [...objects].reverse()) {
      try {
        this.client.delete(resourceOf(object), object.metadata.name, object.metadata.namespace);
      } catch (error) {
        if (!isApiError(error, 'NotFound')) throw error;
      }
    }
  }

  /** Which add-ons were switched, by their names. */
  switched(): Record<string, boolean> {
    const path = this.#profile();
    const { fs } = this.#context;
    if (!fs.isFile(path)) return {};
    try {
      return JSON.parse(fs.read(path)).Addons ?? {};
    } catch {
      return {};
    }
  }

  switch(name: string, on: boolean): void {
    const { fs } = this.#context;
    const path = this.#profile();
    fs.mkdirAll(path.slice(0, path.lastIndexOf('/')));
    const config = { Name: 'minikube', Driver: 'docker', Addons: { ...this.switched(), [name]: on } };
    fs.write(path, `${JSON.stringify(config, null, '\t')}\n`);
  }

  #profile(): string {
    return `${this.#home}/.minikube/profiles/minikube/config.json`;
  }
}

const NO_CLUSTER =
  'apiVersion: v1\nclusters: []\ncontexts: []\ncurrent-context: ""\nkind: Config\npreferences: {}\nusers: []\n';

function resourceOf(object: Manifest): Resource {
  const found = (Object.values(RESOURCES) as Resource[]).find(
    ({ kind, group, version }) =>
      kind === object.kind && (group === '' ? version : `${group}/${version}`) === object.apiVersion,
  );
  if (!found) throw new Error(`no resource for ${object.apiVersion} ${object.kind}`);
  return found;
}
