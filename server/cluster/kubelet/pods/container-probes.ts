import type { ContainerStatus } from '../../client/cri.ts';
import { type ContainerSpec, isSidecar } from './pod.ts';
import { type ProbeKind, type ProbeTarget, watchProbe } from './probes.ts';
import { graceOf, type PodView } from './worker-host.ts';

/** What the probes of a pod's containers say, and what comes of it. Models pkg/kubelet/prober. */
export class ContainerProbes {
  readonly #view: PodView;
  /** Ids of containers by verdict. */
  readonly #ready = new Set<string>();
  readonly #started = new Set<string>();
  readonly #failing = new Set<string>();
  readonly #watched = new Map<string, (() => void)[]>();
  readonly #addedAt: number;

  constructor(view: PodView) {
    this.#view = view;
    this.#addedAt = view.kubelet.clock.now;
  }

  /** Containers that were ready are ready until a probe says otherwise. */
  adopt(status: any): void {
    for (const one of [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]) {
      const id = one.containerID?.replace('containerd://', '');
      if (!id || !one.state?.running) continue;
      if (one.ready) this.#ready.add(id);
      if (one.started) this.#started.add(id);
    }
  }

  isReady(container: ContainerSpec, { id }: ContainerStatus): boolean {
    return this.#view.kubelet.hollow || !container.readinessProbe || this.#ready.has(id);
  }

  isStarted(container: ContainerSpec, { id }: ContainerStatus): boolean {
    return this.#view.kubelet.hollow || !container.startupProbe || this.#started.has(id);
  }

  /** It was told to end, and why was said. */
  isFailing(id: string): boolean {
    return this.#failing.has(id);
  }

  /** Ends a container, once; most are started again then. */
  restart(container: ContainerSpec, status: ContainerStatus, why: string, graceMs?: number): void {
    if (this.#view.terminating || this.#failing.has(status.id)) return;
    this.#failing.add(status.id);
    const who = isSidecar(container) ? 'Init container' : 'Container';
    this.#view.event('Normal', 'Killing', `${who} ${container.name} ${why}`, container.name);
    this.#view.kubelet.findRuntime()?.stopContainer(status.id, graceMs ?? graceOf(this.#view.pod));
  }

  target(container: ContainerSpec, status: ContainerStatus): ProbeTarget {
    const { kubelet, podIp } = this.#view;
    const { host, clock } = kubelet;
    return {
      runtime: () => kubelet.runtime,
      containerId: status.id,
      container,
      podIp,
      network: host.network,
      clock,
    };
  }

  /** Starts the probes of a running container, once. */
  watch(container: ContainerSpec, status: ContainerStatus): void {
    const { kubelet } = this.#view;
    if (this.#watched.has(status.id) || kubelet.hollow) return;
    this.#watched.set(status.id, []);
    if (this.isStarted(container, status)) this.#watchStarted(container, status);
    else this.#begin(container, status, 'startup');
  }

  #watchStarted(container: ContainerSpec, status: ContainerStatus): void {
    for (const kind of ['readiness', 'liveness'] as const)
      if (container[`${kind}Probe`]) this.#begin(container, status, kind);
  }

  #begin(container: ContainerSpec, status: ContainerStatus, kind: ProbeKind): void {
    const { kubelet } = this.#view;
    const steps = watchProbe({
      kind,
      probe: container[`${kind}Probe`],
      target: this.target(container, status),
      startedAt: status.startedAt ?? kubelet.clock.now,
      addedAt: this.#addedAt,
      running: () => this.#isRunning(status.id),
      onFailure: (what) => this.#unhealthy(container, kind, what),
      onVerdict: (ok) => this.#verdict(container, status, kind, ok),
    });
    this.#watched.get(status.id)?.push(kubelet.spawn(steps));
  }

  #unhealthy(container: ContainerSpec, kind: ProbeKind, what: string): void {
    const title = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
    this.#view.event('Warning', 'Unhealthy', `${title} ${what}`, container.name);
  }

  #verdict(container: ContainerSpec, status: ContainerStatus, kind: ProbeKind, ok: boolean): void {
    if (kind === 'readiness') {
      if (ok) this.#ready.add(status.id);
      else this.#ready.delete(status.id);
    } else if (ok) {
      if (kind === 'startup') {
        this.#started.add(status.id);
        this.#watchStarted(container, status);
      }
    } else {
      const own = container[`${kind}Probe`]?.terminationGracePeriodSeconds;
      const graceMs = own === undefined ? undefined : own * 1000;
      const comesBack = !isSidecar(container) && this.#view.pod.spec.restartPolicy !== 'Never';
      const why = `failed ${kind} probe${comesBack ? ', will be restarted' : ''}`;
      this.restart(container, status, why, graceMs);
    }
    this.#view.notify();
  }

  /** While no runtime answers, nothing is known to have ended. */
  #isRunning(id: string): boolean {
    const runtime = this.#view.kubelet.findRuntime();
    return !runtime || runtime.container(id)?.state === 'running';
  }

  forgetEnded(): void {
    for (const [id, ends] of this.#watched) {
      if (this.#isRunning(id)) continue;
      for (const end of ends) end();
      this.#watched.delete(id);
    }
  }

  end(): void {
    for (const ends of this.#watched.values()) for (const end of ends) end();
  }
}
