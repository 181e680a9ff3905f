import { isSystemError } from '../../host/index.ts';
import { ApiError, isApiError } from '../../objects/api-error.ts';
import type { Clock, Process, Random, Steps, WaitQueue } from '../../sim/index.ts';
import type { Client } from '../client/client.ts';
import { ControlLoop, QueueWorker, type Worker } from '../client/control-loop.ts';
import type { Detail } from '../client/detail.ts';
import { EventRecorder } from '../client/events.ts';
import { watchFailure } from '../client/http-client.ts';
import { Informers } from '../client/informer.ts';
import { WorkQueue } from '../client/work-queue.ts';
import type { Controller, ControllerContext, ManagerSettings, Reconciler } from './controller.ts';
import { tellSynced } from './sync-lines.ts';

/** How long a controller takes from a change to its reaction. */
export const CONTROLLER_LATENCY_MS = 10;

export interface ManagerOptions {
  /** The manager's own client, for the shared caches. */
  client: Client;
  /** A client with the identity of a controller's service account. */
  clientFor(account: string): Client;
  clock: Clock;
  random: Random;
  wake: WaitQueue;
  controllers: readonly Controller[];
  settings: ManagerSettings;
  log?: ControllerContext['log'];
  /** Writes what only `-v` shows. */
  detail?: Detail | undefined;
}

/** Runs controllers over shared caches, in one loop. */
export class ControllerManager {
  readonly #options: ManagerOptions;
  readonly #informers: Informers;
  readonly #loop: ControlLoop;

  constructor(options: ManagerOptions) {
    this.#options = options;
    const { client, clock, wake } = options;
    this.#informers = new Informers({
      client,
      clock,
      wake,
      onError: (resource, error) => options.log?.('E', 'reflector.go:200', watchFailure(resource, error)),
    });
    this.#loop = new ControlLoop({ clock, wake, informers: this.#informers });
    for (const controller of options.controllers) this.#start(controller);
  }

  /** Adds work that is no controller's, such as keeping the leader's lease. */
  add(worker: Worker): void {
    this.#loop.workers.push(worker);
  }

  *run(process: Process, stopped?: () => boolean): Steps<void> {
    try {
      yield* this.#loop.run(process, stopped);
    } finally {
      this.#informers.close();
    }
  }

  #start(controller: Controller): void {
    const { clock, wake, random, settings, log } = this.#options;
    const { account, latencyMs = CONTROLLER_LATENCY_MS, retryMs } = controller;
    const retries = retryMs ? { retryFirstMs: retryMs.first, retryMaxMs: retryMs.max } : {};
    const queue = new WorkQueue({ clock, wake, latencyMs, ...retries });
    const client = account === undefined ? this.#options.client : this.#options.clientFor(account);
    const reconciler = controller.start({
      client,
      informers: this.#informers,
      clock,
      random: random.fork(controller.name),
      queue,
      settings,
      recorder: (component) => new EventRecorder({ client, clock, source: { component } }),
      log: log ?? (() => {}),
    });
    this.#loop.workers.push(new QueueWorker(queue, (key) => this.#work(controller, reconciler, queue, key)));
  }

  #work(controller: Controller, reconciler: Reconciler, queue: WorkQueue, key: string): void {
    try {
      const result = reconciler.reconcile(key);
      queue.forget(key);
      if (result?.requeueAfterMs !== undefined) queue.addAfter(key, result.requeueAfterMs);
      this.#tellSynced(controller, key);
    } catch (error) {
      // Conflicts are everyday: somebody else was faster, and the next look will see it.
      if (!isApiError(error, 'Conflict')) this.#complain(controller, key, error);
      queue.retry(key);
    }
  }

  #tellSynced({ name }: Controller, key: string): void {
    const { detail, clock } = this.#options;
    if (detail) tellSynced(detail, name, key, clock.now);
  }

  #complain(controller: Controller, key: string, error: unknown): void {
    if (!(error instanceof ApiError) && !isSystemError(error)) throw error;
    const what = `${controller.alias}: sync "${key}" failed: ${(error as Error).message}`;
    const text = `"Unhandled Error" err=${JSON.stringify(what)} logger="UnhandledError"`;
    this.#options.log?.('E', 'wait.go:90', text);
  }
}
