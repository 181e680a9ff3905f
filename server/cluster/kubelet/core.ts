import { type Context, type Host, isSystemError, wasResumed } from '../../host/index.ts';
import { ApiError } from '../../objects/api-error.ts';
import { type Clock, type Steps, sleep, WaitQueue } from '../../sim/index.ts';
import type { Client, Resource } from '../client/client.ts';
import type { ContainerRuntime } from '../client/cri.ts';
import { socketKey } from '../client/cri.ts';
import { EventRecorder } from '../client/events.ts';
import { Informer, type InformerOptions } from '../client/informer.ts';
import type { KubeletSettings } from './config.ts';
import { Tasks } from './tasks.ts';

export interface KubeletOptions {
  context: Context;
  settings: KubeletSettings;
  version: string;
  nodeName: string;
  address: string;
  /** Undefined: runs static pods alone. */
  client: Client | undefined;
  /** `https://172.30.1.2:6443`, as messages name the API server. */
  server?: string | undefined;
  hollow: boolean;
  log: (severity: 'I' | 'W' | 'E', source: string, message: string) => void;
}

/** What all parts of a kubelet share: its settings, its API, its runtime, its log, its pieces of work. */
export class KubeletCore {
  readonly options: KubeletOptions;
  readonly host: Host;
  readonly clock: Clock;
  readonly wake = new WaitQueue();
  readonly tasks: Tasks;
  readonly recorder: EventRecorder | undefined;
  /** It takes up a world that was restored, in which it ran already. */
  readonly resumed: boolean;
  /** Since when no runtime answers. */
  runtimeLostAt: number | undefined;
  readonly #informers = new Set<Informer>();
  #closed = false;

  constructor(options: KubeletOptions) {
    const { context, client, nodeName } = options;
    this.options = options;
    this.host = context.host;
    this.clock = context.process.clock;
    this.resumed = wasResumed(context);
    if (this.resumed) this.runtimeLostAt = 0;
    this.tasks = new Tasks(this.clock, this.wake);
    const source = { component: 'kubelet', host: nodeName };
    this.recorder = client && new EventRecorder({ client, clock: this.clock, source });
  }

  get client(): Client | undefined {
    return this.options.client;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** What answers on the runtime's socket now. */
  findRuntime(): ContainerRuntime | undefined {
    const path = this.options.settings.runtimeEndpoint.replace(/^unix:\/\//, '');
    return this.host.network.network.unix.get(socketKey(this.host.hostname, path))?.service as
      | ContainerRuntime
      | undefined;
  }

  /** A cache that is pumped with all others. */
  informer(
    client: Client,
    resource: Resource,
    rest: Pick<InformerOptions, 'selection' | 'onError'> = {},
  ): Informer {
    const informer = new Informer({ client, clock: this.clock, wake: this.wake, resource, ...rest });
    this.#informers.add(informer);
    this.wake.notify();
    return informer;
  }

  pump(): void {
    for (const informer of this.#informers) informer.pump();
  }

  /** When the next cache is to be asked for again after a failure. */
  get nextDue(): number | undefined {
    let due: number | undefined;
    for (const { nextDue: at } of this.#informers) {
      if (at !== undefined && (due === undefined || at < due)) due = at;
    }
    return due;
  }

  close(): void {
    this.#closed = true;
    this.tasks.close();
    for (const informer of this.#informers) informer.close();
  }

  log(severity: 'I' | 'W' | 'E', source: string, message: string): void {
    if (!this.#closed) this.options.log(severity, source, message);
  }

  later(delayMs: number, run: () => void): void {
    const { clock } = this;
    this.tasks.spawn(
      (function* (): Steps<void> {
        yield* sleep(clock, delayMs);
        run();
      })(),
    );
  }

  /** Undefined when the API cannot be asked or says no. */
  attempt<T>(call: () => T): T | undefined {
    try {
      return call();
    } catch (error) {
      if (isRefusal(error)) return undefined;
      throw error;
    }
  }
}

/** The API said no or could not be reached: anything else is a mistake of ours. */
export function isRefusal(error: unknown): boolean {
  return error instanceof ApiError || isSystemError(error);
}

/** A failure as client-go words it: one to reach the server names the request. */
export function requestFailure(
  options: Pick<KubeletOptions, 'server'>,
  request: string,
  error: unknown,
): string {
  const [method = '', path = ''] = request.split(' ');
  const unreached = isSystemError(error) && options.server !== undefined;
  const message = error instanceof Error ? error.message : String(error);
  return quoted(unreached ? `${method} "${options.server}${path}": ${message}` : message);
}

/** An error's words as klog puts them between quotes. */
export function quoted(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
