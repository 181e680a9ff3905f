import { type Steps, sleep, WaitQueue, waitOn } from '../../../sim/index.ts';
import type { KubeletCore } from '../core.ts';
import type { PodWorker } from '../pods/worker.ts';
import type { NodeAgent } from './node-agent.ts';

/** How long pods from a priority on get, all together. */
export interface ShutdownGroup {
  readonly priority: number;
  readonly seconds: number;
}

export interface NodeShutdownParts {
  readonly agent: NodeAgent;
  readonly workers: ReadonlyMap<string, PodWorker>;
}

const MESSAGE = 'Pod was terminated in response to imminent node shutdown.';

/**
 * Ends pods in order before the machine goes down, as far as the configuration gives time for it. Models
 * pkg/kubelet/nodeshutdown/nodeshutdown_manager_linux.go.
 */
export class NodeShutdown {
  readonly #core: KubeletCore;
  readonly #parts: NodeShutdownParts;

  constructor(core: KubeletCore, parts: NodeShutdownParts) {
    this.#core = core;
    this.#parts = parts;
  }

  *watch(): Steps<void> {
    const { host, options } = this.#core;
    const groups = options.settings.shutdown;
    const delayMs = groups.reduce((sum, { seconds }) => sum + seconds * 1000, 0);
    if (delayMs === 0) return;
    const begun = new WaitQueue();
    let finish: (() => void) | undefined;
    const inhibitor = {
      delayMs,
      prepare: (done: () => void) => {
        finish = done;
        begun.notify();
      },
    };
    host.inhibitors.add(inhibitor);
    options.context.process.onExit.push(() => host.inhibitors.delete(inhibitor));
    while (!finish) yield* waitOn([begun]);
    yield* this.#endPods(groups);
    finish();
  }

  *#endPods(groups: readonly ShutdownGroup[]): Steps<void> {
    const { agent, workers } = this.#parts;
    this.#log('"Shutdown manager detected new shutdown event, isNodeShuttingDownNow" event=true');
    agent.isShuttingDown = true;
    agent.update();
    this.#log('"Shutdown manager processing shutdown event"');
    const sorted = [...groups].sort((a, b) => a.priority - b.priority);
    for (const [i, { priority, seconds }] of sorted.entries()) {
      const below = sorted[i + 1]?.priority ?? Number.POSITIVE_INFINITY;
      const own = [...workers.values()].filter(({ pod, terminated }) => {
        const value = pod.spec.priority ?? 0;
        return !terminated && value < below && (value >= priority || i === 0);
      });
      yield* this.#endGroup(own, seconds);
    }
    this.#log('"Shutdown manager completed processing shutdown event, node will shutdown shortly"');
  }

  *#endGroup(workers: readonly PodWorker[], seconds: number): Steps<void> {
    const { clock } = this.#core;
    for (const worker of workers) {
      const { metadata, spec } = worker.pod;
      const grace = Math.min(spec.terminationGracePeriodSeconds ?? 30, seconds);
      this.#log(
        `"Shutdown manager killing pod with gracePeriod" pod="${metadata.namespace}/${metadata.name}" gracePeriod=${grace}`,
      );
      worker.end({ reason: 'Terminated', message: MESSAGE }, grace);
    }
    const limit = clock.now + seconds * 1000;
    const left = () => workers.filter(({ terminated }) => !terminated);
    while (left().length > 0 && clock.now < limit) {
      const runtime = this.#core.findRuntime();
      if (!runtime) return;
      yield* waitOn([runtime.changed], limit);
    }
    // What they have told goes out before the next are told to end.
    yield* sleep(clock, 100);
  }

  #log(message: string): void {
    this.#core.log('I', 'nodeshutdown_manager_linux.go:275', message);
  }
}
