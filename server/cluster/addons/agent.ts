import { type Context, isSystemError, wasResumed } from '../../host/index.ts';
import { ApiError } from '../../objects/api-error.ts';
import type { KubeObject } from '../../objects/object.ts';
import { type Steps, WaitQueue } from '../../sim/index.ts';
import type { Client, Resource } from '../client/client.ts';
import { ControlLoop, QueueWorker } from '../client/control-loop.ts';
import { clientInCluster, watchFailure } from '../client/http-client.ts';
import { Informers } from '../client/informer.ts';
import { logger, stopOnSignals } from '../client/program-start.ts';
import { WorkQueue } from '../client/work-queue.ts';

/** After a restore: until the API server and kube-proxy's rules are there again. */
const RESUME_MS = 40;
/** From a change to the reaction to it. */
const REACTION_MS = 15;

export interface AgentOptions {
  readonly userAgent: string;
  /** Writes what went wrong before there was a client; the program then ends with 1. */
  readonly cannotStart: (message: string) => string;
}

/** A program of a pod that lives off watches: what it needs to do so. */
export class Agent {
  readonly context: Context;
  readonly client: Client;
  readonly informers: Informers;
  readonly log: ReturnType<typeof logger>;
  readonly wake = new WaitQueue();
  readonly #loop: ControlLoop;

  constructor(context: Context, client: Client) {
    this.context = context;
    this.client = client;
    this.log = logger(context);
    const { clock } = context.process;
    const onError = (resource: Resource, error: unknown) =>
      this.log('E', 'reflector.go:205', watchFailure(resource, error));
    this.informers = new Informers({ client, clock, wake: this.wake, onError });
    this.#loop = new ControlLoop({ clock, informers: this.informers, wake: this.wake });
    context.process.onExit.push(() => this.informers.close());
  }

  /** The informer of a resource. */
  watch<T extends KubeObject = KubeObject>(resource: Resource) {
    return this.informers.for<T>(resource);
  }

  /** A queue whose keys are worked on once all caches are filled; a key that throws is tried again later. */
  queue(work: (key: string) => void, onFailure?: (key: string, error: Error) => void): WorkQueue {
    const { clock } = this.context.process;
    const queue = new WorkQueue({ clock, wake: this.wake, latencyMs: REACTION_MS, retryFirstMs: 500 });
    const attempt = (key: string) => {
      try {
        work(key);
        queue.forget(key);
      } catch (error) {
        if (!(error instanceof ApiError) && !isSystemError(error)) throw error;
        onFailure?.(key, error as Error);
        queue.retry(key);
      }
    };
    this.#loop.workers.push(new QueueWorker(queue, attempt));
    return queue;
  }

  /** Queues a fixed key whenever one of these resources changes: for work that looks at everything. */
  onChange(resources: readonly Resource[], queue: WorkQueue, key: string): void {
    const add = () => queue.add(key);
    for (const resource of resources) this.watch(resource).on({ added: add, updated: add, deleted: add });
  }

  /** Works until SIGTERM. */
  *run(): Steps<void> {
    yield* this.#loop.run(this.context.process, stopOnSignals(this.context, this.wake));
  }
}

/** Starts an agent with the identity of its pod; undefined: it could not, and said so. */
export function* startAgent(context: Context, options: AgentOptions): Steps<Agent | undefined> {
  if (wasResumed(context)) yield* context.sleep(RESUME_MS);
  try {
    return new Agent(context, clientInCluster(context, options.userAgent));
  } catch (error) {
    yield* context.err(options.cannotStart((error as Error).message));
    return undefined;
  }
}
