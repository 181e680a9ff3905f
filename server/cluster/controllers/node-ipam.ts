import { addressText, parseRange } from '../../objects/address-range.ts';
import { RESOURCES } from '../client/resources.ts';
import type { Controller, ControllerContext, Reconciler } from './controller.ts';

// Models pkg/controller/nodeipam/ipam/range_allocator.go
export const nodeIpamController: Controller = {
  name: 'node-ipam-controller',
  alias: 'nodeipam',
  account: 'node-controller',
  latencyMs: 5,
  start: (context) => new NodeIpam(context),
};

class NodeIpam implements Reconciler {
  readonly #context: ControllerContext;

  constructor(context: ControllerContext) {
    this.#context = context;
    if (!context.settings.allocateNodeCidrs) return;
    context.informers.for(RESOURCES.nodes).on({
      added: (node) => context.queue.add(node.metadata.name),
      updated: (node) => {
        if (!node.spec?.podCIDR) context.queue.add(node.metadata.name);
      },
    });
  }

  reconcile(key: string): undefined {
    const { informers, client, settings } = this.#context;
    const nodes = informers.for(RESOURCES.nodes);
    const node = nodes.get(key);
    if (!node || node.spec?.podCIDR) return;
    const taken = new Set<string>();
    for (const { spec } of nodes.list()) if (spec?.podCIDR) taken.add(spec.podCIDR);
    const podCIDR = subnets(settings.clusterCidr, settings.nodeCidrMaskSize).find(
      (cidr) => !taken.has(cidr) && !settings.serviceCidrs.some((services) => overlap(cidr, services)),
    );
    if (!podCIDR) {
      const text = `Node ${key} status is now: CIDRNotAvailable`;
      const about = { kind: 'Node', name: key, uid: node.metadata.uid };
      this.#context.recorder('cidrAllocator').event(about, 'Normal', 'CIDRNotAvailable', text);
      return;
    }
    const body = { spec: { podCIDR, podCIDRs: [podCIDR] } };
    client.patch(RESOURCES.nodes, key, { type: 'strategic', body });
  }
}

function overlap(one: string, other: string): boolean {
  const [a, b] = [parseRange(one), parseRange(other)];
  return a !== undefined && b !== undefined && a.first < b.first + b.size && b.first < a.first + a.size;
}

/** The networks of `maskSize` in an IPv4 network, lazily. */
function subnets(
  cidr: string,
  maskSize: number,
): { find(test: (cidr: string) => boolean): string | undefined } {
  const first = cidr.split(',').find((part) => part.includes('.')) ?? '';
  const all = parseRange(first);
  const size = 2 ** (32 - maskSize);
  const count = all ? Math.floor(all.size / size) : 0;
  return {
    find(test) {
      for (let i = 0; i < count; i++) {
        const subnet = `${addressText((all?.first ?? 0) + i * size)}/${maskSize}`;
        if (test(subnet)) return subnet;
      }
      return undefined;
    },
  };
}
