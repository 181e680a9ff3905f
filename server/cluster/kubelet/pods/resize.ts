import type { ContainerStatus, Resources } from '../../client/cri.ts';
import type { AdmissionNode } from './admission.ts';
import { requested } from './admission.ts';
import { containerResources } from './cgroups.ts';
import type { ContainerSpec, Pod } from './pod.ts';

/** Why a pod keeps the resources it has, though its spec asks for others. */
export interface ResizeProblem {
  readonly reason: 'Infeasible' | 'Deferred';
  readonly message: string;
}

// Models pkg/kubelet/allocation canResizePod
export function resizeProblem(
  pod: Pod,
  others: readonly Pod[],
  node: Pick<AdmissionNode, 'cpu' | 'memory'>,
): ResizeProblem | undefined {
  for (const resource of ['cpu', 'memory'] as const) {
    const unit = resource === 'cpu' ? 1000 : 1;
    const [wanted, capacity] = [requested(pod, resource) * unit, node[resource] * unit].map(Math.round);
    if ((wanted as number) > (capacity as number))
      return {
        reason: 'Infeasible',
        message: `Node didn't have enough capacity: ${resource}, requested: ${wanted}, capacity: ${capacity}`,
      };
    const used = Math.round(others.reduce((sum, other) => sum + requested(other, resource), 0) * unit);
    if (used + (wanted as number) > (capacity as number))
      return {
        reason: 'Deferred',
        message: `Node didn't have enough resource: ${resource}, requested: ${wanted}, used: ${used}, capacity: ${capacity}`,
      };
  }
  return undefined;
}

const FIELDS = [
  ['cpuShares', 'cpu'],
  ['cpuLimit', 'cpu'],
  ['memoryLimit', 'memory'],
] as const;

/** Which limits running containers have been given since they started. Models kuberuntime doPodResizeAction. */
export class Resizes {
  readonly #applied = new Map<string, Resources>();

  /** What is to be done so that a container has the limits its spec says; undefined: nothing. */
  due(container: ContainerSpec, { id, config }: ContainerStatus): 'update' | 'restart' | undefined {
    const has = this.#applied.get(id) ?? config;
    const wants = containerResources(container);
    const changed = new Set(FIELDS.filter(([field]) => has[field] !== wants[field]).map(([, name]) => name));
    if (changed.size === 0) return undefined;
    const restarts = (container.resizePolicy ?? []).some(
      ({ resourceName, restartPolicy }: any) =>
        restartPolicy === 'RestartContainer' && changed.has(resourceName),
    );
    return restarts ? 'restart' : 'update';
  }

  /** Takes the limits of the spec as given. */
  apply(container: ContainerSpec, { id }: ContainerStatus): Resources {
    const limits = containerResources(container);
    this.#applied.set(id, limits);
    return limits;
  }

  forget(isThere: (id: string) => boolean): void {
    for (const id of this.#applied.keys()) if (!isThere(id)) this.#applied.delete(id);
  }
}
