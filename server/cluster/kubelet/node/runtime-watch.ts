import { type Steps, sleep, waitOn } from '../../../sim/index.ts';
import type { ContainerRuntime } from '../../client/cri.ts';
import { dialRuntime } from '../../client/cri-dial.ts';
import { type KubeletCore, quoted } from '../core.ts';
import type { PodWorker } from '../pods/worker.ts';
import type { NodeAgent } from './node-agent.ts';
import { networkTrouble, runtimeTrouble } from './node-status.ts';

const CNI_DIR = '/etc/cni/net.d';
/** How often a kubelet looks again while its runtime or its network is not there. */
const LOOK_MS = 5000;

interface Parts {
  readonly agent: NodeAgent;
  readonly workers: ReadonlyMap<string, PodWorker>;
  readonly hollow: boolean;
}

/** Follows containerd, which comes and goes, and the network's configuration. Models pkg/kubelet/kubelet.go updateRuntimeUp. */
export class RuntimeWatch {
  readonly #core: KubeletCore;
  readonly #parts: Parts;
  #subscribedTo: ContainerRuntime | undefined;
  #wasReady: boolean | undefined;

  constructor(core: KubeletCore, parts: Parts) {
    this.#core = core;
    this.#parts = parts;
  }

  *watch(): Steps<void> {
    const { host, clock } = this.#core;
    const { agent, workers, hollow } = this.#parts;
    const { fs } = host.init;
    for (const path of ['/run/containerd', CNI_DIR]) if (!fs.isDirectory(path)) fs.mkdirAll(path);
    for (;;) {
      this.#follow(this.#core.findRuntime());
      agent.update();
      const ready = !this.#complain();
      if (ready && this.#wasReady === false) for (const worker of workers.values()) worker.notify();
      this.#wasReady = ready;
      const changes = [fs.changed('/run/containerd'), fs.changed(fs.isDirectory(CNI_DIR) ? CNI_DIR : '/etc')];
      const timedOut = yield* waitOn(changes, ready ? undefined : clock.now + LOOK_MS);
      if (timedOut !== 'timeout') yield* sleep(clock, hollow ? 1 : 400);
    }
  }

  #follow(runtime: ContainerRuntime | undefined): void {
    const core = this.#core;
    if (runtime) core.runtimeLostAt = undefined;
    else core.runtimeLostAt ??= core.clock.now;
    if (!runtime || runtime === this.#subscribedTo) return;
    this.#subscribedTo = runtime;
    this.#listen(runtime);
    const { agent, workers } = this.#parts;
    const cidr = agent.node?.spec?.podCIDR;
    if (cidr) runtime.updateRuntimeConfig(cidr);
    for (const worker of workers.values()) worker.runtimeCame();
  }

  #listen(runtime: ContainerRuntime): void {
    runtime.changed.subscribe(() => {
      if (this.#core.closed || this.#subscribedTo !== runtime) return;
      this.#core.wake.notify();
      this.#listen(runtime);
    });
  }

  /** Says what is not there, at every look; true when something is not. */
  #complain(): boolean {
    const core = this.#core;
    const runtime = core.findRuntime();
    if (runtime) {
      const trouble = networkTrouble(runtime);
      if (trouble !== undefined)
        core.log(
          'E',
          'kubelet.go:3117',
          `"Container runtime network not ready" networkReady="${quoted(trouble)}"`,
        );
      return trouble !== undefined;
    }
    const { problem = '' } = dialRuntime(core.host, core.options.settings.runtimeEndpoint);
    const why = `err="${quoted(problem.replace(/^.*?(?=rpc error)/, ''))}"`;
    core.log('E', 'log.go:32', `"Status from runtime service failed" ${why}`);
    core.log('E', 'kubelet.go:3025', `"Container runtime sanity check failed" ${why}`);
    core.log(
      'E',
      'log.go:32',
      `"ListPodSandbox with filter from runtime service failed" ${why} filter="nil"`,
    );
    core.log('E', 'kuberuntime_sandbox.go:368', `"Failed to list pod sandboxes" ${why}`);
    core.log('E', 'generic.go:254', `"GenericPLEG: Unable to retrieve pods" ${why}`);
    const down = runtimeTrouble(core.clock.now - (core.runtimeLostAt ?? 0));
    if (down !== undefined) core.log('E', 'kubelet.go:2460', `"Skipping pod synchronization" err="${down}"`);
    return true;
  }
}
