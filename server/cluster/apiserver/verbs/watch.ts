import type { HttpStream } from '../../../host/index.ts';
import type { KubeObject, WatchEvent } from '../../../objects/object.ts';
import { type Timer, WaitQueue } from '../../../sim/index.ts';
import { CompactedError, type LogEntry, type LogWatch } from '../../store/log.ts';
import type { ResourceCall } from '../call.ts';
import { gone } from '../errors.ts';
import { present } from '../present.ts';
import { isTrue } from '../request-info.ts';
import { keyOfObject } from '../served.ts';
import { asOfNow, standForLease } from '../standing-leases.ts';
import { checkListOptions } from './list-options.ts';
import { checkNotAhead, matching, type Selection, selection, selects } from './read.ts';

/** How an event's object is shown: as it is, or as a Table. */
export type ShowEvent = (event: WatchEvent) => unknown;

/** How often a client that wants bookmarks gets one. Models apiserver/pkg/storage/cacher bookmarkFrequency. */
const BOOKMARK_MS = 60_000;

/** Opens a watch: the present state first unless a revision is given, then everything that changes. */
export function watch(call: ResourceCall, show: ShowEvent): HttpStream {
  checkListOptions(call.info.query, true);
  const stream = new WatchStream(call, selection(call), show);
  stream.start();
  return stream;
}

class WatchStream implements HttpStream {
  readonly ready = new WaitQueue();
  readonly #call: ResourceCall;
  readonly #selection: Selection;
  readonly #show: ShowEvent;
  #events: WatchEvent[] = [];
  #closed = false;
  #log: LogWatch | undefined;
  #timer: Timer | undefined;
  #nextBookmark: Timer | undefined;
  #endLease: (() => void) | undefined;

  constructor(call: ResourceCall, wanted: Selection, show: ShowEvent) {
    this.#call = call;
    this.#selection = wanted;
    this.#show = show;
  }

  start(): void {
    const { server, served, info } = this.#call;
    const prefix = info.namespace === '' ? served.prefix : keyOfObject(served, info.namespace, '');
    const revision = this.#firstRevision();
    try {
      this.#log = server.store.log.watch(prefix, revision, (entry) => this.#onEntry(entry));
    } catch (error) {
      if (!(error instanceof CompactedError)) throw error;
      const { compacted } = server.store.log;
      const status = gone(`too old resource version: ${revision} (${compacted})`).status();
      this.#push({ type: 'ERROR', object: status as unknown as KubeObject });
      this.#closed = true;
      return;
    }
    server.openWatches.add(this);
    this.#endLease = standForLease(this.#call);
    const seconds = Number(info.query.get('timeoutSeconds') ?? 0);
    if (this.#wantsBookmarks) this.#bookmarkLater();
    if (seconds > 0) this.#timer = server.clock.after(seconds * 1000, () => this.#timeOut());
  }

  next(): unknown {
    const event = this.#events.shift();
    return event && this.#show(event);
  }

  get ended(): boolean {
    return this.#closed && this.#events.length === 0;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#log?.close();
    const { server } = this.#call;
    server.clock.cancel(this.#timer);
    server.clock.cancel(this.#nextBookmark);
    server.openWatches.delete(this);
    this.#endLease?.();
    this.ready.notify();
  }

  /** Where the log is followed from. Pushes the present state when that was asked for. */
  #firstRevision(): number {
    const { server, info } = this.#call;
    const version = info.query.get('resourceVersion') ?? '';
    const initial = info.query.get('sendInitialEvents');
    if (version !== '' && version !== '0') checkNotAhead(this.#call, version);
    const wanted = initial === null ? version === '' || version === '0' : isTrue(initial);
    if (!wanted) return version === '' ? server.store.log.revision : Number(version);
    for (const object of matching(this.#call)) {
      this.#push({ type: 'ADDED', object: asOfNow(this.#call, object) });
    }
    if (initial !== null && this.#wantsBookmarks) this.#bookmark({ 'k8s.io/initial-events-end': 'true' });
    return server.store.log.revision;
  }

  #onEntry(entry: LogEntry): void {
    const event = this.#eventOf(entry);
    if (event) this.#push(event);
  }

  /** An object that starts or stops to match is added or deleted for this watcher. */
  #eventOf({ value, previous, revision }: LogEntry): WatchEvent | undefined {
    const { served } = this.#call;
    const now = value !== undefined && selects(this.#selection, served, value);
    const before = previous !== undefined && selects(this.#selection, served, previous);
    if (now) return { type: before ? 'MODIFIED' : 'ADDED', object: value };
    if (!before) return undefined;
    const metadata = { ...previous.metadata, resourceVersion: String(revision) };
    return { type: 'DELETED', object: Object.freeze({ ...previous, metadata }) as KubeObject };
  }

  #push(event: WatchEvent): void {
    const { served } = this.#call;
    const object = event.type === 'ERROR' ? event.object : present(served, event.object);
    this.#events.push(object === event.object ? event : { ...event, object });
    this.ready.notify();
  }

  #bookmark(annotations?: Record<string, string>): void {
    const { server, served } = this.#call;
    const resourceVersion = String(server.store.log.revision);
    const metadata = { resourceVersion, creationTimestamp: null, ...(annotations ? { annotations } : {}) };
    const object = {
      apiVersion: served.apiVersion,
      kind: served.kind.kind,
      metadata,
    } as unknown as KubeObject;
    this.#events.push({ type: 'BOOKMARK', object });
    this.ready.notify();
  }

  get #wantsBookmarks(): boolean {
    return isTrue(this.#call.info.query.get('allowWatchBookmarks'));
  }

  #bookmarkLater(): void {
    this.#nextBookmark = this.#call.server.clock.after(BOOKMARK_MS, () => {
      this.#bookmark();
      this.#bookmarkLater();
    });
  }

  #timeOut(): void {
    if (this.#wantsBookmarks) this.#bookmark();
    this.close();
  }
}
