import { type ContainerRuntime, RuntimeError } from '../../cluster/client/cri.ts';
import { dialRuntime } from '../../cluster/client/cri-dial.ts';
import type { Context } from '../../host/index.ts';

/** containerd behind its socket. */
export class RuntimeSocket {
  readonly #context: Context;
  readonly #path: string;

  constructor(context: Context, address: string) {
    this.#context = context;
    this.#path = address.replace(/^unix:\/\//, '');
  }

  /** Throws RuntimeError in the words of containerd's client. */
  runtime(): ContainerRuntime {
    const { host, credentials } = this.#context;
    const { runtime, problem } = dialRuntime(host, `unix://${this.#path}`, credentials.uid === 0);
    if (runtime) return runtime;
    const why = /connect: (.*?)"?$/.exec(problem)?.[1] ?? 'connection refused';
    throw new RuntimeError(
      'Unavailable',
      `failed to dial "${this.#path}": context deadline exceeded: connection error: desc = "transport: error while dialing: dial unix ${this.#path}: connect: ${why}"`,
    );
  }
}
