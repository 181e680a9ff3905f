import { isApiError } from '../../objects/api-error.ts';
import { type KubeObject, microTimestamp, type ObjectMeta, timestamp } from '../../objects/object.ts';
import type { Clock } from '../../sim/index.ts';
import type { Client } from './client.ts';
import { RESOURCES } from './resources.ts';

export type EventType = 'Normal' | 'Warning';

/** What an event is about. */
export interface ObjectReference {
  apiVersion?: string;
  kind: string;
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  fieldPath?: string;
}

/** The reference to an object, optionally to a part of it (`spec.containers{web}`). */
export function referenceTo(object: KubeObject, fieldPath?: string): ObjectReference {
  const { name, namespace, uid, resourceVersion } = object.metadata as ObjectMeta;
  return {
    kind: object.kind,
    ...(namespace ? { namespace } : {}),
    name,
    uid,
    apiVersion: object.apiVersion,
    resourceVersion,
    ...(fieldPath ? { fieldPath } : {}),
  };
}

export interface EventSource {
  component: string;
  host?: string;
}

export interface RecorderOptions {
  client: Client;
  clock: Clock;
  source: EventSource;
}

// Models client-go tools/record/events_cache.go (the defaults)
const AGGREGATE_AFTER = 10;
const AGGREGATE_WINDOW_MS = 600_000;
const SPAM_BURST = 25;
const SPAM_REFILL_MS = 300_000;
const CACHE_LIMIT = 4096;

interface Aggregate {
  messages: Set<string>;
  last: number;
}

interface Observed {
  count: number;
  name: string;
  firstTimestamp: string;
}

interface Bucket {
  tokens: number;
  at: number;
}

/**
 * Writes events as `client-go` does: repeated ones count up, many similar ones are combined into one, and an object
 * that keeps producing them is cut off. An event that cannot be written is lost; that never fails the caller.
 */
export class EventRecorder {
  readonly #options: RecorderOptions;
  readonly #aggregates = new Map<string, Aggregate>();
  readonly #observed = new Map<string, Observed>();
  readonly #buckets = new Map<string, Bucket>();
  readonly #names: EventNames;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#names = new EventNames(options.clock, `${options.source.component}/${options.source.host ?? ''}`);
  }

  /** Records something about `object`, given itself or as a reference. */
  event(object: KubeObject | ObjectReference, type: EventType, reason: string, message: string): void {
    const about = 'metadata' in object ? referenceTo(object as KubeObject) : (object as ObjectReference);
    const { key, text } = this.#aggregate(about, type, reason, message);
    const observed = this.#observe(key, about);
    if (!this.#admit(about)) return;
    try {
      this.#write(about, { type, reason, message: text }, observed);
    } catch {
      // The real recorder, too, drops what it cannot deliver.
    }
  }

  // Models client-go tools/record/events_cache.go EventAggregate
  #aggregate(about: ObjectReference, type: EventType, reason: string, message: string) {
    const now = this.#options.clock.now;
    const group = [about.kind, about.namespace, about.name, about.uid, about.apiVersion, type, reason].join(
      '\0',
    );
    let record = this.#aggregates.get(group);
    if (!record || now - record.last > AGGREGATE_WINDOW_MS) record = { messages: new Set(), last: now };
    record.messages.add(message);
    record.last = now;
    remember(this.#aggregates, group, record);
    if (record.messages.size < AGGREGATE_AFTER) {
      return { key: `${group}\0${about.fieldPath ?? ''}\0${message}`, text: message };
    }
    for (const oldest of record.messages) {
      record.messages.delete(oldest);
      break;
    }
    return { key: group, text: `(combined from similar events): ${message}` };
  }

  // Models client-go tools/record/events_cache.go eventObserve
  #observe(key: string, about: ObjectReference): Observed {
    const last = this.#observed.get(key);
    const observed = last
      ? { ...last, count: last.count + 1 }
      : {
          count: 1,
          name: this.#names.next(about.name),
          firstTimestamp: timestamp(this.#options.clock.now),
        };
    remember(this.#observed, key, observed);
    return observed;
  }

  // Models client-go tools/record/events_cache.go EventSourceObjectSpamFilter
  #admit(about: ObjectReference): boolean {
    const now = this.#options.clock.now;
    const key = [about.kind, about.namespace, about.name, about.uid, about.apiVersion].join('\0');
    const bucket = this.#buckets.get(key) ?? { tokens: SPAM_BURST, at: now };
    bucket.tokens = Math.min(SPAM_BURST, bucket.tokens + (now - bucket.at) / SPAM_REFILL_MS);
    bucket.at = now;
    remember(this.#buckets, key, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  }

  #write(
    about: ObjectReference,
    what: { type: EventType; reason: string; message: string },
    observed: Observed,
  ): void {
    const { client, clock } = this.#options;
    const namespace = about.namespace ?? 'default';
    const lastTimestamp = timestamp(clock.now);
    if (observed.count > 1) {
      const body = { count: observed.count, lastTimestamp, message: what.message };
      try {
        client.patch(RESOURCES.events, observed.name, { type: 'strategic', body }, namespace);
        return;
      } catch (error) {
        if (!isApiError(error, 'NotFound')) throw error;
      }
    }
    client.create(
      RESOURCES.events,
      {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: observed.name, namespace },
        involvedObject: about,
        reason: what.reason,
        message: what.message,
        source: this.#options.source,
        firstTimestamp: observed.firstTimestamp,
        lastTimestamp,
        count: observed.count,
        type: what.type,
        eventTime: null,
        reportingComponent: this.#options.source.component,
        reportingInstance: this.#options.source.host ?? '',
      },
      namespace,
    );
  }
}

export interface SeriesRecorderOptions {
  client: Client;
  clock: Clock;
  controller: string;
  instance: string;
}

// Models client-go tools/events/event_broadcaster.go (finishTime, refreshTime)
const SERIES_END_MS = 6 * 60_000;
const SERIES_REFRESH_MS = 30 * 60_000;

interface Series {
  name: string;
  count: number;
  last: number;
  /** What the server knows, and since when. */
  told: { count: number; at: number };
}

/** Writes events in the way of `events.k8s.io`, as kube-scheduler does: with eventTime, action and series. */
export class SeriesRecorder {
  readonly #options: SeriesRecorderOptions;
  readonly #series = new Map<string, Series>();
  readonly #names: EventNames;

  constructor(options: SeriesRecorderOptions) {
    this.#options = options;
    this.#names = new EventNames(options.clock, `${options.controller}/${options.instance}`);
  }

  event(
    object: KubeObject,
    what: { type: EventType; reason: string; action: string; message: string; related?: KubeObject },
  ): void {
    const { clock } = this.#options;
    const about = referenceTo(object);
    const key = [what.type, what.action, what.reason, about.kind, about.namespace, about.name, about.uid]
      .concat(what.related?.metadata.uid)
      .join('\0');
    const series = this.#series.get(key);
    try {
      const ended = series !== undefined && clock.now - series.last > SERIES_END_MS;
      // Only the second is written at once; the rest is counted, and told when the series ends or from time to time.
      if (series && (ended || clock.now - series.told.at >= SERIES_REFRESH_MS)) this.#countUp(about, series);
      if (!series || ended) {
        const name = this.#names.next(about.name);
        const told = { count: 1, at: clock.now };
        remember(this.#series, key, { name, count: 1, last: clock.now, told });
        this.#create(about, what, name);
        return;
      }
      series.count++;
      series.last = clock.now;
      if (series.count === 2) this.#countUp(about, series);
    } catch {
      // An event that cannot be written is lost.
    }
  }

  #create(
    about: ObjectReference,
    what: { type: EventType; reason: string; action: string; message: string; related?: KubeObject },
    name: string,
  ): void {
    const { client, clock, controller, instance } = this.#options;
    const namespace = about.namespace ?? 'default';
    client.create(
      RESOURCES.events,
      {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name, namespace },
        involvedObject: about,
        ...(what.related ? { related: referenceTo(what.related) } : {}),
        reason: what.reason,
        message: what.message,
        source: {},
        firstTimestamp: null,
        lastTimestamp: null,
        type: what.type,
        eventTime: microTimestamp(clock.now),
        action: what.action,
        reportingComponent: controller,
        reportingInstance: instance,
      },
      namespace,
    );
  }

  #countUp(about: ObjectReference, series: Series): void {
    if (series.count === series.told.count) return;
    series.told = { count: series.count, at: this.#options.clock.now };
    const body = { series: { count: series.count, lastObservedTime: microTimestamp(series.last) } };
    this.#options.client.patch(
      RESOURCES.events,
      series.name,
      { type: 'strategic', body },
      about.namespace ?? 'default',
    );
  }
}

/** Names as the real ones: the object's name and the time in nanoseconds, in hexadecimal; never twice the same. */
class EventNames {
  readonly #clock: Clock;
  readonly #offset: number;
  #sequence = 0;

  constructor(clock: Clock, seed: string) {
    this.#clock = clock;
    let hash = 0x811c9dc5;
    for (let i = 0; i < seed.length; i++) hash = Math.imul(hash ^ seed.charCodeAt(i), 0x01000193);
    this.#offset = (hash >>> 0) % 1_000_000;
  }

  next(name: string): string {
    // A stride without a factor in common with a million visits every nanosecond of the millisecond once.
    const nanos = (this.#offset + this.#sequence++ * 7919) % 1_000_000;
    const time = BigInt(Math.floor(this.#clock.now)) * 1_000_000n + BigInt(nanos);
    return `${name}.${time.toString(16)}`;
  }
}

/** Puts a value as the newest and forgets the oldest past the limit. */
function remember<V>(cache: Map<string, V>, key: string, value: V): void {
  cache.delete(key);
  cache.set(key, value);
  if (cache.size <= CACHE_LIMIT) return;
  for (const oldest of cache.keys()) {
    cache.delete(oldest);
    break;
  }
}
