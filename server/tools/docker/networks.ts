import type { Host } from '../../host/index.ts';
import { type EngineContainer, EngineError, type EngineNetwork } from './model.ts';
import type { EngineStore } from './store.ts';

/** The networks of an engine: three that are always there, and those that were made. */
export class Networks {
  readonly #store: EngineStore;
  readonly #host: Host;

  constructor(store: EngineStore, host: Host) {
    this.#store = store;
    this.#host = host;
    this.#raise('docker0', '172.17.0.0/16');
    for (const network of store.networks()) this.#raise(bridgeOf(network), network.subnet);
  }

  close(): void {
    // The bridges stay when dockerd ends.
  }

  all(): EngineNetwork[] {
    return [...this.#store.networks(), ...BUILT_IN].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  find(name: string): EngineNetwork {
    const wanted = name === 'default' ? 'bridge' : name;
    const found = this.all().find((network) => network.name === wanted || network.id.startsWith(wanted));
    if (!found) throw new EngineError(`network ${name} not found`);
    return found;
  }

  create(name: string, subnet: string | undefined): EngineNetwork {
    if (this.all().some((network) => network.name === name))
      throw new EngineError(`network with name ${name} already exists`);
    const used = new Set(this.all().map((network) => network.subnet));
    const free = Array.from({ length: 14 }, (_, i) => `172.${18 + i}.0.0/16`).find((net) => !used.has(net));
    const network: EngineNetwork = {
      id: this.#host.random.hex(64),
      name,
      driver: 'bridge',
      subnet: subnet ?? free ?? '192.168.0.0/20',
      createdAt: this.#host.clock.now,
    };
    if (used.has(network.subnet))
      throw new EngineError('invalid pool request: Pool overlaps with other one on this address space');
    this.#store.saveNetworks([...this.#store.networks(), network]);
    this.#raise(bridgeOf(network), network.subnet);
    return network;
  }

  remove(
    name: string,
    containers: readonly EngineContainer[],
    isRunning: (c: EngineContainer) => boolean,
  ): void {
    const network = this.find(name);
    if (BUILT_IN.includes(network))
      throw new EngineError(`${network.name} is a pre-defined network and cannot be removed`);
    const used = containers.find(
      (container) => container.spec.network === network.name && isRunning(container),
    );
    if (used)
      throw new EngineError(
        `error while removing network: network ${network.name} has active endpoints (name:"${used.spec.name}" id:"${used.id.slice(0, 12)}")`,
      );
    this.#store.saveNetworks(this.#store.networks().filter((other) => other.id !== network.id));
    const { interfaces } = this.#host.network;
    const index = interfaces.findIndex((item) => item.name === bridgeOf(network));
    if (index >= 0) interfaces.splice(index, 1);
  }

  /** Lines of `/etc/hosts` for others on a network that was made: there names are known. */
  neighbours(
    container: EngineContainer,
    all: readonly EngineContainer[],
    address: (other: EngineContainer) => string,
  ): string[] {
    if (this.find(container.spec.network).name === 'bridge') return [];
    return all
      .filter(
        (other) =>
          other !== container && other.spec.network === container.spec.network && address(other) !== '',
      )
      .map((other) => `${address(other)}\t${other.spec.name}`);
  }

  #raise(name: string, subnet: string): void {
    const { interfaces } = this.#host.network;
    if (interfaces.some((item) => item.name === name)) return;
    const [base = '', length = '16'] = subnet.split('/');
    const gateway = base.replace(/\d+$/, '1');
    const octets = gateway.split('.').map((octet) => Number(octet).toString(16).padStart(2, '0'));
    interfaces.push({
      name,
      kind: 'bridge',
      index: this.#host.network.nextIndex(),
      mac: `02:42:${octets.join(':')}`,
      addresses: [`${gateway}/${length}`],
      up: true,
      mtu: 1500,
    });
  }
}

function bridgeOf({ id }: EngineNetwork): string {
  return `br-${id.slice(0, 12)}`;
}

/** What every engine has. */
const BUILT_IN: readonly EngineNetwork[] = [
  {
    id: '3a1f6e0c9d5b47e2816f0a4d3c7b9e58f1d2a6c4b8e07395d1f4a2c6b9e8d703',
    name: 'bridge',
    driver: 'bridge',
    subnet: '172.17.0.0/16',
    createdAt: 0,
  },
  {
    id: '7c2d9b4e8f1a5036d7e9c2b4a6f8103d5e7b9c1a3f5d7082e4b6c8a0d2f4e6b8',
    name: 'host',
    driver: 'host',
    subnet: '',
    createdAt: 0,
  },
  {
    id: 'b5e8a1d4c7f0932e6b9d2c5f8a1e4d7b0c3f6a9e2d5b8c1f4a7e0d3c6b9f2a5e',
    name: 'none',
    driver: 'null',
    subnet: '',
    createdAt: 0,
  },
];
