import { isApiError } from '../../../objects/api-error.ts';
import type { Steps } from '../../../sim/index.ts';
import { HelmError } from '../errors.ts';
import type { Helm } from '../helm.ts';
import { decodeRelease, encodeRelease, type Release, recordName, type Status } from './release.ts';

const SYSTEM_LABELS = new Set(['name', 'owner', 'status', 'version', 'createdAt', 'modifiedAt']);

export const NOT_FOUND = 'release: not found';

/** Releases as Secrets, or ConfigMaps where `HELM_DRIVER` says so. Models helm/pkg/storage. */
export class Storage {
  readonly #helm: Helm;
  readonly #namespace: string;
  readonly #driver: 'secret' | 'configmap';

  constructor(helm: Helm, namespace = helm.namespace) {
    this.#helm = helm;
    this.#namespace = namespace;
    const driver = helm.env('HELM_DRIVER').replace(/s$/, '') || 'secret';
    if (driver !== 'secret' && driver !== 'configmap')
      throw new HelmError(`the storage driver ${JSON.stringify(helm.env('HELM_DRIVER'))} is not simulated`);
    this.#driver = driver;
  }

  #path(name = '', namespace = this.#namespace): string {
    const space = namespace === '' ? '' : `/namespaces/${namespace}`;
    return `/api/v1${space}/${this.#driver}s${name && `/${name}`}`;
  }

  /** All that the selector fits; of every namespace where the storage has none. */
  *list(selector = ''): Steps<Release[]> {
    const labelSelector = ['owner=helm', selector].filter(Boolean).join(',');
    const list = yield* this.#helm.client.api.get(this.#path(), { query: { labelSelector } });
    const out: Release[] = [];
    for (const record of list.items) {
      const release = this.#read(record);
      if (release) out.push(release);
    }
    return out;
  }

  #read(record: any): Release | undefined {
    const data = record.data?.release;
    if (typeof data !== 'string') return undefined;
    const text = this.#driver === 'secret' ? Buffer.from(data, 'base64').toString() : data;
    const release = decodeRelease(text);
    const labels = Object.entries(record.metadata.labels ?? {}).filter(([key]) => !SYSTEM_LABELS.has(key));
    release.labels = Object.fromEntries(labels) as Record<string, string>;
    return release;
  }

  /** A release's revisions, the oldest first. */
  *history(name: string): Steps<Release[]> {
    const found = yield* this.list(`name=${name}`);
    return found.sort((a, b) => a.version - b.version);
  }

  /** The newest revision. */
  *last(name: string): Steps<Release> {
    const last = (yield* this.history(name)).at(-1);
    if (!last) throw new HelmError(NOT_FOUND);
    return last;
  }

  *get(name: string, version: number): Steps<Release> {
    try {
      const record = yield* this.#helm.client.api.get(this.#path(recordName({ name, version })));
      const release = this.#read(record);
      if (release) return release;
    } catch (error) {
      if (!isApiError(error) || error.code !== 404) throw error;
    }
    throw new HelmError(NOT_FOUND);
  }

  *deployed(name: string): Steps<Release | undefined> {
    const all = yield* this.list(`name=${name},status=deployed`);
    return all.sort((a, b) => b.version - a.version)[0];
  }

  *create(release: Release, keep = 0): Steps<void> {
    if (keep > 0) yield* this.#forget(release.name, keep - 1);
    const body = this.#record(release, 'createdAt');
    try {
      yield* this.#helm.client.api.post(this.#path(), body);
    } catch (error) {
      if (isApiError(error) && error.reason === 'AlreadyExists')
        throw new HelmError('release: already exists');
      throw isApiError(error) ? new HelmError(`create: failed to create: ${error.message}`) : error;
    }
  }

  *update(release: Release): Steps<void> {
    yield* this.#helm.client.api.put(this.#path(recordName(release)), this.#record(release, 'modifiedAt'));
  }

  *delete(release: Release): Steps<void> {
    yield* this.#helm.client.api.delete(this.#path(recordName(release)), {});
  }

  /** Keeps the newest revisions, and the one that is deployed. Models Storage.removeLeastRecent. */
  *#forget(name: string, most: number): Steps<void> {
    const all = yield* this.history(name);
    let over = all.length - most;
    const deployed = all.findLast(({ info }) => info.status === 'deployed');
    for (const release of all) {
      if (over <= 0) return;
      if (release.version === deployed?.version) continue;
      yield* this.delete(release);
      over--;
    }
  }

  #record(release: Release, stamp: 'createdAt' | 'modifiedAt'): Record<string, unknown> {
    const at = String(Math.floor(this.#helm.now / 1000));
    const text = encodeRelease(release);
    return {
      apiVersion: 'v1',
      kind: this.#driver === 'secret' ? 'Secret' : 'ConfigMap',
      metadata: {
        name: recordName(release),
        namespace: this.#namespace,
        labels: {
          ...release.labels,
          name: release.name,
          owner: 'helm',
          status: release.info.status,
          version: String(release.version),
          [stamp]: at,
        },
      },
      ...(this.#driver === 'secret' ? { type: 'helm.sh/release.v1' } : {}),
      data: { release: this.#driver === 'secret' ? Buffer.from(text).toString('base64') : text },
    };
  }
}

export const isPending = (status: Status): boolean => status.startsWith('pending-');
