import type { Main } from '../../../host/index.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { EventRecorder } from '../../client/events.ts';
import { RESOURCES } from '../../client/resources.ts';
import { type Agent, startAgent } from '../agent.ts';
import { type Configuration, configurationOf } from './configuration.ts';
import { freeIn, holds, isBalanced, selected, shownAddresses, wish } from './pools.ts';

const FROM_POOL = 'metallb.io/ip-allocated-from-pool';

/** MetalLB's controller: gives load balancers the addresses of pools. Models metallb controller/service.go */
export const metallbController: Main = function* (context) {
  const agent = yield* startAgent(context, {
    userAgent: 'metallb-controller',
    cannotStart: (message) => `{"level":"error","op":"startup","error":${JSON.stringify(message)}}\n`,
  });
  if (!agent) return 1;
  const configuration = configurationOf(agent);
  const controller = new Controller(agent, configuration);
  const queue = agent.queue(() => controller.sync());
  agent.onChange([RESOURCES.services, RESOURCES.namespaces, configuration.watches.pools], queue, 'all');
  yield* context.err('{"level":"info","msg":"MetalLB controller starting"}\n');
  yield* agent.run();
  return 0;
};

/** An address for a service and the pool it is of, or why there is none. */
type Allocation = { readonly address: string; readonly pool: string } | { readonly why: string };

class Controller {
  readonly #agent: Agent;
  readonly #recorder: EventRecorder;
  readonly #configuration: Configuration;

  constructor(agent: Agent, configuration: Configuration) {
    this.#agent = agent;
    this.#configuration = configuration;
    const source = { component: 'metallb-controller' };
    this.#recorder = new EventRecorder({ client: agent.client, clock: agent.context.process.clock, source });
  }

  sync(): void {
    const services = [...this.#agent.watch(RESOURCES.services).list()];
    const pools = this.#configuration.pools();
    const owners = new Map<string, KubeObject>();
    for (const service of services)
      if (isBalanced(service)) for (const address of shownAddresses(service)) owners.set(address, service);
    for (const service of services) {
      const [address] = shownAddresses(service);
      if (!isBalanced(service)) this.#clear(service);
      else if (address === undefined || !this.#mayKeep(service, address, pools))
        this.#assign(service, pools, owners);
    }
  }

  /** An address stays as long as its pool has it and nobody asks for another one. */
  #mayKeep(service: KubeObject, address: string, pools: readonly KubeObject[]): boolean {
    const pool = pools.find((one) => holds(one, address));
    const wanted = wantedAddress(service);
    const from = wish(service, 'address-pool');
    return (
      pool !== undefined &&
      (wanted === undefined || wanted === address) &&
      (from === undefined || from === pool.metadata.name)
    );
  }

  #assign(service: KubeObject, pools: readonly KubeObject[], owners: Map<string, KubeObject>): void {
    const found = this.#allocate(service, pools, owners);
    if ('why' in found) {
      this.#clear(service);
      if (pools.length > 0)
        this.#recorder.event(
          service,
          'Warning',
          'AllocationFailed',
          `Failed to allocate IP for "${nameOf(service)}": ${found.why}`,
        );
      return;
    }
    owners.set(found.address, service);
    this.#recorder.event(service, 'Normal', 'IPAllocated', `Assigned IP ["${found.address}"]`);
    this.#write(service, [{ ip: found.address, ipMode: 'VIP' }], found.pool);
  }

  #allocate(
    service: KubeObject,
    pools: readonly KubeObject[],
    owners: ReadonlyMap<string, KubeObject>,
  ): Allocation {
    const wanted = wantedAddress(service);
    const from = wish(service, 'address-pool');
    if (wanted !== undefined) {
      const pool = pools.find((one) => holds(one, wanted));
      if (!pool) return { why: `"${wanted}" is not allowed in config` };
      const owner = owners.get(wanted);
      if (owner && owner.metadata.uid !== service.metadata.uid && !share(owner, service))
        return {
          why: `can't change sharing key for "${nameOf(service)}", address also in use by ${nameOf(owner)}`,
        };
      return { address: wanted, pool: pool.metadata.name };
    }
    if (from !== undefined && !pools.some(({ metadata }) => metadata.name === from))
      return { why: `unknown pool "${from}"` };
    const usable = pools
      .filter((pool) => (from === undefined ? this.#offers(pool, service) : pool.metadata.name === from))
      .sort((a, b) => priority(a) - priority(b));
    const taken = new Set(owners.keys());
    for (const pool of usable) {
      const address = freeIn(pool, taken);
      if (address !== undefined) return { address, pool: pool.metadata.name };
    }
    return {
      why: from === undefined ? 'no available IPs' : `no available IPs in pool "${from}" for ipv4 IPFamily`,
    };
  }

  /** Whether a pool gives addresses to services that do not name it. */
  #offers({ spec = {} }: KubeObject, service: KubeObject): boolean {
    if (spec.autoAssign === false) return false;
    const { namespaces, namespaceSelectors, serviceSelectors } = spec.serviceAllocation ?? {};
    const home = service.metadata.namespace ?? '';
    const isHome =
      (!namespaces?.length && !namespaceSelectors?.length) ||
      namespaces?.includes(home) ||
      (namespaceSelectors?.length > 0 &&
        selected(namespaceSelectors, this.#agent.watch(RESOURCES.namespaces).get(home)));
    return isHome && selected(serviceSelectors, service);
  }

  /** Takes away what MetalLB gave. */
  #clear(service: KubeObject): void {
    if (service.metadata.annotations?.[FROM_POOL] === undefined) return;
    this.#write(service, [], null);
  }

  #write(service: KubeObject, ingress: readonly object[], pool: string | null): void {
    const { name, namespace } = service.metadata;
    const { client } = this.#agent;
    const annotations = { metadata: { annotations: { [FROM_POOL]: pool } } };
    client.patch(RESOURCES.services, name, { type: 'merge', body: annotations }, namespace);
    const body = { status: { loadBalancer: { ingress } } };
    client.patch(RESOURCES.services, name, { type: 'merge', body, subresource: 'status' }, namespace);
  }
}

const nameOf = ({ metadata }: KubeObject) => `${metadata.namespace}/${metadata.name}`;

function wantedAddress(service: KubeObject): string | undefined {
  return wish(service, 'loadBalancerIPs') ?? (service.spec?.loadBalancerIP || undefined);
}

/** Two services may have one address if both say so and their ports differ. */
function share(one: KubeObject, other: KubeObject): boolean {
  const key = wish(one, 'allow-shared-ip');
  const ports = (service: KubeObject): string[] =>
    (service.spec?.ports ?? []).map((p: { protocol?: string; port: number }) => `${p.protocol}/${p.port}`);
  return (
    key !== undefined &&
    key === wish(other, 'allow-shared-ip') &&
    !ports(one).some((port) => ports(other).includes(port))
  );
}

/** Pools without one come last. */
function priority({ spec }: KubeObject): number {
  return spec?.serviceAllocation?.priority || Number.MAX_SAFE_INTEGER;
}
