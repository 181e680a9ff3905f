import type { ContainerStatus } from '../../client/cri.ts';
import type { AdmissionNode } from './admission.ts';
import { requested } from './admission.ts';
import { type ContainerSpec, type Pod, quantity } from './pod.ts';

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

interface Limits {
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
}

function limitsOf(container: ContainerSpec): Limits {
  const { limits = {} } = container.resources ?? {};
  return {
    cpu: limits.cpu === undefined ? undefined : quantity(limits.cpu),
    memory: limits.memory === undefined ? undefined : quantity(limits.memory),
  };
}

/** Which limits running containers have been given since they started. Models kuberuntime doPodResizeAction. */
export class Resizes {
  readonly #applied = new Map<string, Limits>();

  /** What is to be done so that a container has the limits its spec says; undefined: nothing. */
  due(container: ContainerSpec, { id, config }: ContainerStatus): 'update' | 'restart' | undefined {
    const has = this.#applied.get(id) ?? { cpu: config.cpuLimit, memory: config.memoryLimit };
    const wants = limitsOf(container);
    const changed = (['cpu', 'memory'] as const).filter((name) => has[name] !== wants[name]);
    if (changed.length === 0) return undefined;
    const restarts = (container.resizePolicy ?? []).some(
      ({ resourceName, restartPolicy }: any) =>
        restartPolicy === 'RestartContainer' && changed.includes(resourceName),
    );
    return restarts ? 'restart' : 'update';
  }

  /** Takes the limits of the spec as given. */
  apply(container: ContainerSpec, { id }: ContainerStatus): Limits {
    const limits = limitsOf(container);
    this.#applied.set(id, limits);
    return limits;
  }

  forget(isThere: (id: string) => boolean): void {
    for (const id of this.#applied.keys()) if (!isThere(id)) this.#applied.delete(id);
  }
}
