import type { Host } from '../../../host/index.ts';
import type { KubeObject } from '../../../objects/object.ts';
import type { Clock, Steps } from '../../../sim/index.ts';
import type { ContainerRuntime, ContainerStatus } from '../../client/cri.ts';
import type { KubeletSettings } from '../config.ts';
import type { Latencies } from '../latencies.ts';
import type { NodeDns } from './container-config.ts';
import type { ContainerSpec, Pod } from './pod.ts';
import type { PullLimits } from './pull-limits.ts';
import type { ResizeProblem } from './resize.ts';
import type { VolumeSources } from './volumes.ts';
import type { PodWorker } from './worker.ts';

/** The pod's image pull secrets, and the names of those that are not there. */
export interface PullSecrets {
  readonly found: readonly KubeObject[];
  readonly missing: readonly string[];
}

/** What a pod's worker needs of the kubelet. */
export interface WorkerHost {
  readonly host: Host;
  readonly clock: Clock;
  /** Throws RuntimeError, code Unavailable, while none answers. */
  readonly runtime: ContainerRuntime;
  findRuntime(): ContainerRuntime | undefined;
  readonly latencies: Latencies;
  readonly hostIp: string;
  /** Probes never run, and everything is ready that runs. */
  readonly hollow: boolean;
  readonly settings: KubeletSettings;
  readonly pulls: PullLimits;
  dns(): NodeDns;
  /** Which runtime the pod's class asks for. Throws RuntimeError when there is no such class. */
  runtimeHandler(pod: Pod): string;
  sources(podIp: string): VolumeSources;
  event(pod: Pod, type: 'Normal' | 'Warning', reason: string, message: string, fieldPath?: string): void;
  /** Writes a line of the kubelet's journal. */
  log(severity: 'I' | 'W' | 'E', source: string, message: string): void;
  /** Sends the status; called often, does nothing when it has not changed. */
  report(worker: PodWorker, status: any): void;
  /** Why no pod but those on the host's network can start. */
  networkProblem(): string | undefined;
  /** Why the node has no room for what a running pod asks for now. */
  resizeProblem(worker: PodWorker): ResizeProblem | undefined;
  /** Processors that a container may run on; undefined: all. */
  cpusOf(pod: Pod, container: ContainerSpec): readonly number[] | undefined;
  pullSecrets(pod: Pod): PullSecrets;
  /** Starts something beside the worker that ends with the pod; returns what ends it. */
  spawn(steps: Steps<void>): () => void;
  /** The containers of the pod are gone and its directories, too. */
  finished(worker: PodWorker): void;
}

/** What the parts of a pod's worker see of it. */
export interface PodView {
  readonly kubelet: WorkerHost;
  readonly pod: Pod;
  readonly uid: string;
  readonly podIp: string;
  /** All attempts of all containers, as the runtime told last. */
  readonly containers: readonly ContainerStatus[];
  /** It is being stopped: nothing is started any more. */
  readonly terminating: boolean;
  /** Why its containers keep the resources they have. */
  readonly resizeProblem: ResizeProblem | undefined;
  notify(): void;
  report(): void;
  /** Says something of the pod, or of one of its containers. */
  event(type: 'Normal' | 'Warning', reason: string, message: string, container?: string): void;
}

/** Milliseconds that containers of a pod have to end. */
export function graceOf(pod: Pod): number {
  return (pod.spec.terminationGracePeriodSeconds ?? 30) * 1000;
}
