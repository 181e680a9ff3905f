import { RESOURCES } from '../client/resources.ts';
import type { Controller } from './controller.ts';

const TTL = 'node.alpha.kubernetes.io/ttl';

/** How long kubelets of a cluster of so many nodes may keep secrets and config maps; one step back needs fewer nodes. */
const STEPS = [
  { min: 0, max: 100, seconds: 0 },
  { min: 90, max: 500, seconds: 15 },
  { min: 450, max: 1000, seconds: 30 },
  { min: 900, max: 2000, seconds: 60 },
  { min: 1800, max: Number.POSITIVE_INFINITY, seconds: 300 },
] as const;

/** Tells each node how long its kubelet may keep what it read. Models pkg/controller/ttl/ttl_controller.go */
export const nodeTtlController: Controller = {
  name: 'ttl-controller',
  alias: 'ttl',
  account: 'ttl-controller',
  start: ({ informers, queue, client }) => {
    const nodes = informers.for(RESOURCES.nodes);
    let step = 0;
    const counted = () => {
      const before = step;
      while (nodes.size > (STEPS[step]?.max ?? 0)) step++;
      while (nodes.size < (STEPS[step]?.min ?? 0)) step--;
      if (step !== before) for (const { metadata } of nodes.list()) queue.add(metadata.name);
    };
    nodes.on({
      added: ({ metadata }) => {
        counted();
        queue.add(metadata.name);
      },
      updated: ({ metadata }) => queue.add(metadata.name),
      deleted: counted,
    });
    return {
      reconcile(name) {
        const node = nodes.get(name);
        const wanted = String(STEPS[step]?.seconds ?? 0);
        if (!node || node.metadata.annotations?.[TTL] === wanted) return undefined;
        const body = { metadata: { annotations: { [TTL]: wanted } } };
        client.patch(RESOURCES.nodes, name, { type: 'strategic', body });
        return undefined;
      },
    };
  },
};
