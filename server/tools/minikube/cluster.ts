import type { Resource } from '../../cluster/client/client.ts';
import { clientFromKubeconfig, type HttpClient } from '../../cluster/client/http-client.ts';
import { RESOURCES } from '../../cluster/client/resources.ts';
import type { Manifest } from '../../cluster/manifests/manifest.ts';
import { type Context, isSystemError } from '../../host/index.ts';
import { isApiError } from '../../objects/api-error.ts';
import type { KubeObject } from '../../objects/object.ts';

/** The cluster of the one profile, as the kubeconfig of the user tells of it. Throws SystemError when there is none. */
export class MinikubeCluster {
  readonly client: HttpClient;
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
    const path = context.env.get('KUBECONFIG') ?? `${context.env.get('HOME') ?? '/root'}/.kube/config`;
    this.client = clientFromKubeconfig(context, path, 'minikube/v1.36.0');
  }

  node(): KubeObject {
    return this.client.get(RESOURCES.nodes, 'minikube');
  }

  /** The node's address. */
  ip(): string {
    const addresses: { type: string; address: string }[] = this.node().status?.addresses ?? [];
    return addresses.find(({ type }) => type === 'InternalIP')?.address ?? '';
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
    return `${this.#context.env.get('HOME') ?? '/root'}/.minikube/profiles/minikube/config.json`;
  }
}

function resourceOf(object: Manifest): Resource {
  const found = (Object.values(RESOURCES) as Resource[]).find(
    ({ kind, group, version }) =>
      kind === object.kind && (group === '' ? version : `${group}/${version}`) === object.apiVersion,
  );
  if (!found) throw new Error(`no resource for ${object.apiVersion} ${object.kind}`);
  return found;
}
