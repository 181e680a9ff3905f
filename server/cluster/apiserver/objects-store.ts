import { ApiError } from '../../objects/api-error.ts';
import { inPublishedOrder, type KubeObject } from '../../objects/object.ts';
import { LIMITS } from '../../sim/limits.ts';
import { type Log, SpaceExceededError, type Stored } from '../store/log.ts';
import { alreadyExists, conflict, notFound } from './errors.ts';
import { keyOfObject, type Served } from './served.ts';

/**
 * Entries of the log that are kept for watches that fall behind; the log is cut at twice as many. Each is some two
 * kilobytes: most of the memory of a world that has been busy for hours.
 */
const KEPT_REVISIONS = 5000;

/** The log seen as objects of resources. Values are those that are stored; conversion is the caller's. */
export class ObjectStore {
  readonly log: Log;

  constructor(log: Log) {
    this.log = log;
  }

  find(served: Served, namespace: string, name: string): KubeObject | undefined {
    return this.log.get(keyOfObject(served, namespace, name))?.value;
  }

  get(served: Served, namespace: string, name: string): KubeObject {
    const found = this.find(served, namespace, name);
    if (!found) throw notFound(served, name);
    return found;
  }

  list(served: Served, namespace = ''): KubeObject[] {
    const prefix = namespace === '' ? served.prefix : `${served.prefix}${namespace}/`;
    return this.log.list(prefix).map(({ value }) => value);
  }

  create(served: Served, object: KubeObject): KubeObject {
    const { name, namespace = '' } = object.metadata;
    const stored = this.#append(keyOfObject(served, namespace, name), object, 0);
    if (!stored) throw alreadyExists(served, name);
    return stored.value;
  }

  /** Puts `object` where `old` is now. */
  update(served: Served, old: KubeObject, object: KubeObject): KubeObject {
    const { name, namespace = '' } = old.metadata;
    const stored = this.#append(
      keyOfObject(served, namespace, name),
      object,
      Number(old.metadata.resourceVersion),
    );
    if (!stored) throw conflict(served, name);
    return stored.value;
  }

  /** A write that changes nothing is made nevertheless. */
  isStale(served: Served, { metadata }: KubeObject): boolean {
    return this.log.isStale?.(keyOfObject(served, metadata.namespace ?? '', metadata.name)) ?? false;
  }

  /** Returns the last state, with the revision of its end. */
  delete(served: Served, old: KubeObject): KubeObject {
    const { name, namespace = '' } = old.metadata;
    const stored = this.log.append({ key: keyOfObject(served, namespace, name), value: undefined });
    if (!stored) throw notFound(served, name);
    this.#cut();
    return stored.value;
  }

  #append(key: string, object: KubeObject, expected: number): Stored | undefined {
    try {
      // The log sets the version of what has a place for it.
      object.metadata.resourceVersion ??= '';
      const stored = this.log.append({ key, value: inPublishedOrder(object), expected });
      this.#cut();
      return stored;
    } catch (error) {
      if (error instanceof SpaceExceededError) {
        throw new ApiError(500, undefined, 'etcdserver: mvcc: database space exceeded');
      }
      throw error;
    }
  }

  #cut(): void {
    const { revision, compacted } = this.log;
    if (revision - compacted > 2 * KEPT_REVISIONS) this.log.compact(revision - KEPT_REVISIONS);
  }
}

/** A request whose object is too large for etcd. */
export function tooLarge(): ApiError {
  return new ApiError(500, undefined, `etcdserver: request is too large`);
}

export const OBJECT_BYTES = LIMITS.objectBytes;
