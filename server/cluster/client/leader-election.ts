import type { HttpStream } from '../../host/index.ts';
import { isApiError } from '../../objects/api-error.ts';
import { type KubeObject, microTimestamp } from '../../objects/object.ts';
import { type Clock, type Steps, type WaitQueue, waitOn } from '../../sim/index.ts';
import type { Client } from './client.ts';
import type { Worker } from './control-loop.ts';
import { EventRecorder } from './events.ts';
import { requestFailure } from './http-client.ts';
import { RESOURCES } from './resources.ts';

// Models client-go tools/leaderelection (the defaults of kube-controller-manager and kube-scheduler)
const RETRY_MS = 2000;
const DURATION_S = 15;
const RENEW_DEADLINE_MS = 10_000;

export interface LeaderElectionOptions {
  client: Client;
  clock: Clock;
  wake: WaitQueue;
  /** `controlplane_<uuid>`. */
  identity: string;
  namespace: string;
  name: string;
  component: string;
  durationSeconds?: number;
  renewDeadlineMs?: number;
  retryMs?: number;
  /** Gives the lease up when the program ends. */
  releases?: boolean;
  log(severity: 'I' | 'E', source: string, text: string): void;
}

/**
 * Takes a lease and keeps it. While it is held, a standing request tells the server that the holder lives: the server
 * works out `renewTime` when somebody looks, and writes the last one down when the holder goes away, so that keeping a
 * lease costs nothing.
 */
export class LeaderElection implements Worker {
  /** Works from the start: a program that cannot sync its caches must still notice that it lost its lease. */
  readonly needsSync = false;
  readonly #options: LeaderElectionOptions;
  readonly #durationMs: number;
  #stream: HttpStream | undefined;
  #leading = false;
  #lost = false;
  /** Since when the server cannot be reached. */
  #failingSince: number | undefined;
  #due: number | undefined;

  constructor(options: LeaderElectionOptions) {
    this.#options = options;
    this.#durationMs = (options.durationSeconds ?? DURATION_S) * 1000;
  }

  /** The lease is somebody else's now, or could not be renewed in time. */
  get lost(): boolean {
    return this.#lost;
  }

  get nextDue(): number | undefined {
    return this.#due;
  }

  /** Waits until the lease is ours; false: the program was stopped before. */
  *acquire(stopped: () => boolean): Steps<boolean> {
    const { namespace, name, log, clock } = this.#options;
    log('I', 'leaderelection.go:257', `attempting to acquire leader lease ${namespace}/${name}...`);
    let seen: { record: string; at: number } | undefined;
    for (;;) {
      try {
        const lease = this.#options.client.find(RESOURCES.leases, name, namespace);
        const record = JSON.stringify(lease?.spec ?? null);
        if (seen?.record !== record) seen = { record, at: clock.now };
        if (this.#isFree(lease, seen.at)) {
          this.#take(lease);
          break;
        }
      } catch (error) {
        if (!isApiError(error, 'Conflict') && !isApiError(error, 'AlreadyExists')) this.#complain(error);
      }
      yield* waitOn([], clock.now + (this.#options.retryMs ?? RETRY_MS));
      if (stopped()) return false;
    }
    this.#leading = true;
    log('I', 'leaderelection.go:271', `successfully acquired lease ${namespace}/${name}`);
    this.#stand();
    return true;
  }

  /** The lease is renewed no more; it runs out by itself. */
  abandon(): void {
    this.#leading = false;
    this.#stream?.close();
  }

  /** Gives the lease up, if that is the custom of the program. */
  end(): void {
    const leading = this.#leading && !this.#lost;
    this.abandon();
    if (!leading || !this.#options.releases) return;
    try {
      const { name, namespace, client, clock } = this.#options;
      const lease = client.get(RESOURCES.leases, name, namespace);
      if (lease.spec?.holderIdentity !== this.#options.identity) return;
      const time = microTimestamp(clock.now);
      const spec = {
        ...lease.spec,
        holderIdentity: '',
        leaseDurationSeconds: 1,
        acquireTime: time,
        renewTime: time,
      };
      client.update(RESOURCES.leases, { ...lease, spec });
    } catch {
      // The lease runs out by itself.
    }
  }

  /** Looks after the lease: called when the standing request has something to tell, or it is time to try again. */
  runOne(): void {
    this.#due = undefined;
    const { client, name, namespace, identity, clock } = this.#options;
    try {
      const lease = client.find(RESOURCES.leases, name, namespace);
      this.#failingSince = undefined;
      if (lease && lease.spec?.holderIdentity !== identity) {
        this.#lost = true;
        return;
      }
      if (!lease) this.#take(undefined);
      if (!this.#stream || this.#stream.ended) this.#stand();
    } catch (error) {
      this.#complain(error);
      this.#failingSince ??= clock.now;
      if (clock.now - this.#failingSince >= (this.#options.renewDeadlineMs ?? RENEW_DEADLINE_MS)) {
        this.#lost = true;
        const what = `failed to renew lease ${namespace}/${name}: context deadline exceeded`;
        this.#options.log('I', 'leaderelection.go:297', what);
      } else this.#due = clock.now + (this.#options.retryMs ?? RETRY_MS);
    }
  }

  #isFree(lease: KubeObject | undefined, unchangedSince: number): boolean {
    const holder = lease?.spec?.holderIdentity;
    if (!holder || holder === this.#options.identity) return true;
    const duration = (lease?.spec.leaseDurationSeconds ?? DURATION_S) * 1000;
    return unchangedSince + duration <= this.#options.clock.now;
  }

  #take(lease: KubeObject | undefined): void {
    const { client, identity, name, namespace, clock, component } = this.#options;
    const now = microTimestamp(clock.now);
    const same = lease?.spec?.holderIdentity === identity;
    const spec = {
      holderIdentity: identity,
      leaseDurationSeconds: this.#durationMs / 1000,
      acquireTime: same ? lease.spec.acquireTime : now,
      renewTime: now,
      leaseTransitions: lease ? (lease.spec?.leaseTransitions ?? 0) + (same ? 0 : 1) : 0,
    };
    const metadata = { name, namespace };
    const written = lease
      ? client.update(RESOURCES.leases, { ...lease, spec: { ...lease.spec, ...spec } })
      : client.create<KubeObject>(
          RESOURCES.leases,
          { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec },
          namespace,
        );
    if (same) return;
    const recorder = new EventRecorder({ client, clock, source: { component } });
    recorder.event(written, 'Normal', 'LeaderElection', `${identity} became leader`);
  }

  /** Opens the standing request. */
  #stand(): void {
    this.#stream = standingLease(
      this.#options.client,
      this.#options,
      (this.#options.retryMs ?? RETRY_MS) / 1000,
    );
    this.#stream?.ready.subscribe(this.#onStream);
  }

  readonly #onStream = () => {
    const stream = this.#stream;
    if (!stream || !this.#leading) return;
    while (stream.next() !== undefined);
    if (!stream.ended) stream.ready.subscribe(this.#onStream);
    this.#due = this.#options.clock.now;
    this.#options.wake.notify();
  };

  #complain(error: unknown): void {
    const { namespace, name, log, renewDeadlineMs = RENEW_DEADLINE_MS } = this.#options;
    const why = requestFailure(error, `?timeout=${renewDeadlineMs / 2000}s`);
    if (this.#leading) {
      const failed = `Failed to update lock optimistically: ${why.replace(/^Get /, 'Put ')}`;
      log('E', 'leaderelection.go:429', `${failed}, falling back to slow path`);
    }
    log('E', 'leaderelection.go:436', `error retrieving resource lock ${namespace}/${name}: ${why}`);
  }
}

/** Header of a watch on one lease whose client, while the watch is open, counts as renewing it every so many seconds. */
export const RENEWS_HEADER = 'x-examlet-renews-seconds';
/** Beside it: how often a kubelet reports its node's status though nothing has changed. */
export const REPORTS_HEADER = 'x-examlet-reports-seconds';

/**
 * Watches a lease and, by that, keeps it renewed for as long as the watch is open. Undefined: the server would not.
 */
export function standingLease(
  client: Client,
  lease: { readonly namespace: string; readonly name: string },
  everySeconds: number,
  reportSeconds?: number,
): HttpStream | undefined {
  const reports = reportSeconds === undefined ? {} : { [REPORTS_HEADER]: String(reportSeconds) };
  const selector = encodeURIComponent(`metadata.name=${lease.name}`);
  const root = `/apis/coordination.k8s.io/v1/namespaces/${lease.namespace}/leases`;
  const response = client.request({
    method: 'GET',
    path: `${root}?watch=true&fieldSelector=${selector}`,
    headers: { accept: 'application/json', [RENEWS_HEADER]: String(everySeconds), ...reports },
  });
  return response.stream;
}
