import { RESOURCES } from '../../client/resources.ts';
import type { KubeletCore } from '../core.ts';
import { isStatic, type Pod } from './pod.ts';
import { references } from './volumes.ts';

/** A ConfigMap or Secret that changed reaches its volumes with the next sync of the pod. */
const REFRESH_MS = 45_000;

/** Watches what volumes and environments are made from. Models pkg/kubelet/util/manager WatchBasedManager. */
export class SourceWatches {
  readonly #core: KubeletCore;
  readonly #watched = new Set<string>();
  readonly #changed: (kind: 'configMaps' | 'secrets', namespace: string, name: string) => void;

  constructor(
    core: KubeletCore,
    changed: (kind: 'configMaps' | 'secrets', namespace: string, name: string) => void,
  ) {
    this.#core = core;
    this.#changed = changed;
  }

  add(pod: Pod): void {
    const { client } = this.#core;
    if (!client || isStatic(pod)) return;
    const { configMaps, secrets } = references(pod);
    configMaps.delete('kube-root-ca.crt');
    const namespace = pod.metadata.namespace as string;
    for (const name of configMaps) this.#watch('configMaps', namespace, name);
    for (const name of secrets) this.#watch('secrets', namespace, name);
  }

  #watch(kind: 'configMaps' | 'secrets', namespace: string, name: string): void {
    const { client } = this.#core;
    const key = `${kind}/${namespace}/${name}`;
    if (!client || this.#watched.has(key)) return;
    this.#watched.add(key);
    const resource = kind === 'configMaps' ? RESOURCES.configmaps : RESOURCES.secrets;
    const selection = { namespace, fieldSelector: `metadata.name=${name}` };
    const changed = () => this.#core.later(REFRESH_MS, () => this.#changed(kind, namespace, name));
    this.#core.informer(client, resource, { selection }).on({ updated: changed, deleted: changed });
  }
}
