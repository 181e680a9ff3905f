import { isApiError } from '../../objects/api-error.ts';
import { type KubeObject, keyOf, type WatchEvent } from '../../objects/object.ts';
import type { Clock, WaitQueue } from '../../sim/index.ts';
import type { Client, ListOptions, Resource, Watch } from './client.ts';

/** What is told of a change in the cache. Called after the cache has changed. */
export interface InformerHandler<T extends KubeObject> {
  added?(object: T): void;
  updated?(object: T, old: T): void;
  deleted?(object: T): void;
}

export interface InformerOptions {
  client: Client;
  resource: Resource;
  clock: Clock;
  /** Notified when there is something to `pump`. */
  wake: WaitQueue;
  selection?: ListOptions;
  /** Told why a list or watch failed. */
  onError?: (resource: Resource, error: unknown) => void;
}

/** Values an object is found by; an object may have several or none. */
export type IndexFunction<T> = (object: T) => readonly string[];

// Models client-go tools/cache/reflector.go NewReflectorWithOptions (the back-off of list and watch)
const RETRY_FIRST_MS = 800;
const RETRY_MAX_MS = 30_000;

/**
 * A cache of the frozen objects of one resource, kept by a watch. Everything that the server has sent is in the cache
 * after `pump`; since the server tells its watches in the instant of a change, whoever pumps before it reads also sees
 * its own writes, and needs no expectations.
 */
export class Informer<T extends KubeObject = KubeObject> {
  readonly resource: Resource;
  readonly #options: InformerOptions;
  readonly #objects = new Map<string, T>();
  readonly #indexes = new Map<string, Index<T>>();
  readonly #handlers: InformerHandler<T>[] = [];
  #watch: Watch<T> | undefined;
  #unsubscribe: (() => void) | undefined;
  #version = '';
  #dirty = true;
  #synced = false;
  #closed = false;
  #failures = 0;
  #retryAt: number | undefined;

  constructor(options: InformerOptions) {
    this.#options = options;
    this.resource = options.resource;
  }

  /** True once the first list is in. */
  get synced(): boolean {
    return this.#synced;
  }

  /** True when `pump` has work now. */
  get dirty(): boolean {
    return this.#dirty && (this.#retryAt === undefined || this.#retryAt <= this.#options.clock.now);
  }

  /** When the next attempt is due after a failure. */
  get nextDue(): number | undefined {
    return this.#retryAt;
  }

  get size(): number {
    return this.#objects.size;
  }

  on(handler: InformerHandler<T>): void {
    this.#handlers.push(handler);
    if (handler.added) for (const object of this.#objects.values()) handler.added(object);
  }

  /** Makes objects findable by `byIndex(name, value)`. The same name is added once. */
  addIndex(name: string, values: IndexFunction<T>): void {
    if (this.#indexes.has(name)) return;
    const index = new Index<T>(values);
    for (const [key, object] of this.#objects) index.put(key, undefined, object);
    this.#indexes.set(name, index);
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  list(): IterableIterator<T> {
    return this.#objects.values();
  }

  /** Asks the server for an object: some of it may be worked out only when somebody looks, and be old in the cache. */
  ask(name: string, namespace: string): T | undefined {
    const { client, resource } = this.#options;
    return client.list<T>(resource, { namespace, fieldSelector: `metadata.name=${name}` }).items[0];
  }

  byIndex(name: string, value: string): Iterable<T> {
    const index = this.#indexes.get(name);
    if (!index) throw new Error(`informer of ${this.resource.plural}: no index ${name}`);
    return index.find(value);
  }

  byNamespace(namespace: string): Iterable<T> {
    this.addIndex('namespace', (object) => [object.metadata.namespace ?? '']);
    return this.byIndex('namespace', namespace);
  }

  /** Takes in what the server has sent, or begins anew where there is no watch. */
  pump(): void {
    if (this.#closed || !this.dirty) return;
    this.#dirty = false;
    this.#retryAt = undefined;
    try {
      this.#drain();
      if (!this.#watch) this.#open();
      this.#failures = 0;
    } catch (error) {
      this.#fail(error);
    }
  }

  close(): void {
    this.#closed = true;
    this.#drop();
  }

  #drain(): void {
    const watch = this.#watch;
    if (!watch) return;
    for (;;) {
      const event = watch.next();
      if (!event) break;
      if (!this.#take(event)) break;
    }
    if (watch.ended && this.#watch) this.#drop();
    else if (this.#watch) this.#listen(watch);
  }

  /** False: the watch cannot go on and a new list is needed. */
  #take(event: WatchEvent<T>): boolean {
    if (event.type === 'ERROR') {
      this.#drop();
      this.#version = '';
      return false;
    }
    this.#version = event.object.metadata.resourceVersion;
    if (event.type === 'DELETED') this.#remove(keyOf(event.object), event.object);
    else if (event.type !== 'BOOKMARK') this.#put(keyOf(event.object), event.object);
    return true;
  }

  #open(): void {
    const { client, resource, selection } = this.#options;
    if (this.#version === '') this.#relist();
    try {
      this.#watch = client.watch<T>(resource, { ...selection, resourceVersion: this.#version });
    } catch (error) {
      this.#version = '';
      if (!isApiError(error, 'Expired') && !isApiError(error, 'Gone')) throw error;
      this.#relist();
      this.#watch = client.watch<T>(resource, { ...selection, resourceVersion: this.#version });
    }
    this.#drain();
  }

  #relist(): void {
    const { client, resource, selection } = this.#options;
    const list = client.list<T>(resource, selection);
    const seen = new Set<string>();
    for (const object of list.items) {
      const key = keyOf(object);
      seen.add(key);
      this.#put(key, object);
    }
    for (const [key, object] of [...this.#objects]) if (!seen.has(key)) this.#remove(key, object);
    this.#version = list.metadata.resourceVersion;
    this.#synced = true;
  }

  #put(key: string, object: T): void {
    const old = this.#objects.get(key);
    if (old && old.metadata.resourceVersion === object.metadata.resourceVersion) return;
    this.#objects.set(key, object);
    for (const index of this.#indexes.values()) index.put(key, old, object);
    if (old && old.metadata.uid === object.metadata.uid) {
      for (const handler of this.#handlers) handler.updated?.(object, old);
      return;
    }
    // A name that was taken again while nobody watched: the old object is gone, this is another.
    for (const handler of this.#handlers) {
      if (old) handler.deleted?.(old);
      handler.added?.(object);
    }
  }

  #remove(key: string, last: T): void {
    const old = this.#objects.get(key);
    if (!old) return;
    this.#objects.delete(key);
    for (const index of this.#indexes.values()) index.put(key, old, undefined);
    for (const handler of this.#handlers) handler.deleted?.(last);
  }

  #listen(watch: Watch<T>): void {
    this.#unsubscribe = watch.ready.subscribe(this.#onReady);
  }

  readonly #onReady = () => {
    this.#dirty = true;
    this.#options.wake.notify();
  };

  #drop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#watch?.close();
    this.#watch = undefined;
  }

  #fail(error: unknown): void {
    this.#drop();
    this.#options.onError?.(this.resource, error);
    this.#retryAt =
      this.#options.clock.now + Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(10, this.#failures));
    this.#failures++;
    this.#dirty = true;
  }
}

const NOTHING: ReadonlyMap<string, never> = new Map<string, never>();

class Index<T> {
  readonly #values: IndexFunction<T>;
  readonly #found = new Map<string, Map<string, T>>();

  constructor(values: IndexFunction<T>) {
    this.#values = values;
  }

  find(value: string): Iterable<T> {
    return (this.#found.get(value) ?? NOTHING).values();
  }

  put(key: string, old: T | undefined, object: T | undefined): void {
    const after = object ? this.#values(object) : [];
    for (const value of old ? this.#values(old) : []) {
      if (after.includes(value)) continue;
      const bucket = this.#found.get(value);
      bucket?.delete(key);
      if (bucket?.size === 0) this.#found.delete(value);
    }
    for (const value of after) {
      let bucket = this.#found.get(value);
      if (!bucket) {
        bucket = new Map();
        this.#found.set(value, bucket);
      }
      bucket.set(key, object as T);
    }
  }
}

/** The informers of one program, one a resource, made when first asked for. */
export class Informers {
  readonly #options: Omit<InformerOptions, 'resource' | 'selection'>;
  readonly #informers = new Map<string, Informer>();

  constructor(options: Omit<InformerOptions, 'resource' | 'selection'>) {
    this.#options = options;
  }

  for<T extends KubeObject = KubeObject>(resource: Resource): Informer<T> {
    const name = `${resource.group}/${resource.plural}`;
    let informer = this.#informers.get(name);
    if (!informer) {
      informer = new Informer({ ...this.#options, resource });
      this.#informers.set(name, informer);
    }
    return informer as unknown as Informer<T>;
  }

  all(): IterableIterator<Informer> {
    return this.#informers.values();
  }

  get synced(): boolean {
    for (const informer of this.#informers.values()) if (!informer.synced) return false;
    return true;
  }

  /** Brings every cache up to date. */
  pump(): void {
    for (const informer of this.#informers.values()) if (informer.dirty) informer.pump();
  }

  /** When the next attempt after a failure is due. */
  get nextDue(): number | undefined {
    let due: number | undefined;
    for (const informer of this.#informers.values()) {
      const at = informer.nextDue;
      if (at !== undefined && (due === undefined || at < due)) due = at;
    }
    return due;
  }

  close(): void {
    for (const informer of this.#informers.values()) informer.close();
  }
}
