import { type AddressRange, addressNumber, addressText } from '../../../objects/address-range.ts';
import { FieldErrors } from '../../../objects/field-error.ts';
import { type KubeObject, timestamp } from '../../../objects/object.ts';
import type { Random } from '../../../sim/index.ts';
import { allocateService, type ServiceAddresses } from '../../kinds/service/allocation.ts';
import type { ResourceCall } from '../call.ts';
import { invalid } from '../errors.ts';
import type { StorageHook } from '../hooks.ts';
import type { Served } from '../served.ts';
import { serviceRanges } from './service-ranges.ts';

/** Ports that services may have on all nodes. */
export interface NodePorts {
  readonly first: number;
  readonly last: number;
}

const NODE_PORTS: NodePorts = { first: 30_000, last: 32_767 };

/** Services hold addresses and node ports, which are taken from what the others left. */
export const serviceHook: StorageHook = {
  beforeCreate: allocate,
  beforeUpdate: allocate,
  afterStore(call, object, old) {
    for (const ip of addressesOf(object)) if (!addressesOf(old).includes(ip)) claimAddress(call, ip, object);
    for (const ip of addressesOf(old)) if (!addressesOf(object).includes(ip)) releaseAddress(call, ip);
  },
  afterDelete(call, last) {
    for (const ip of addressesOf(last)) releaseAddress(call, ip);
  },
};

/** Before validation, which therefore never sees a service whose address or port could not be had. */
function allocate(call: ResourceCall, object: KubeObject, old?: KubeObject): void {
  // A change of the status shares the stored spec.
  if (old && object['spec'] === old['spec']) return;
  const errors = new FieldErrors();
  allocateService(object, old, addressesFor(call, object), errors);
  if (!errors.empty) throw invalid(call.served.kind, object.metadata.name, errors.list);
}

function addressesOf(service: KubeObject | undefined): string[] {
  return (service?.spec?.clusterIPs ?? []).filter((ip: string) => ip !== 'None' && ip !== '');
}

function addressesFor(call: ResourceCall, service: KubeObject): ServiceAddresses {
  const { server } = call;
  const others = server.store.log
    .list('/registry/services/specs/')
    .map(({ value }) => value)
    .filter(({ metadata }) => metadata.uid !== service.metadata.uid);
  const takenAddresses = new Set(others.flatMap(addressesOf));
  const takenPorts = new Set<number>(
    others.flatMap(({ spec }) => [
      ...(spec?.ports ?? []).map((port: any) => port.nodePort),
      ...(spec?.healthCheckNodePort ? [spec.healthCheckNodePort] : []),
    ]),
  );
  const ranges = serviceRanges(server);
  const ports = server.nodePorts ?? NODE_PORTS;
  const random = server.randomFor(`service/${service.metadata.namespace}/${service.metadata.name}`);
  return {
    inRange: (ip) => {
      const value = addressNumber(ip);
      return ranges.some(({ first, size }) => value > first && value < first + size - 1);
    },
    isAddressTaken: (ip) => takenAddresses.has(ip),
    freeAddress() {
      for (const range of ranges) {
        const ip = freeIn(range, takenAddresses, random);
        if (ip) return ip;
      }
      return undefined;
    },
    portRange: `${ports.first}-${ports.last}`,
    portInRange: (port) => port >= ports.first && port <= ports.last,
    isPortTaken: (port) => takenPorts.has(port),
    freePort() {
      const count = ports.last - ports.first + 1;
      const start = random.below(count);
      for (let tries = 0; tries < count; tries++) {
        const port = ports.first + ((start + tries) % count);
        if (takenPorts.has(port)) continue;
        takenPorts.add(port);
        return port;
      }
      return undefined;
    },
  };
}

/** The lower part of the range is left to those who name their address. Models the allocator's range offset. */
function freeIn(
  { first, size }: AddressRange,
  taken: ReadonlySet<string>,
  random: Random,
): string | undefined {
  const offset = Math.min(Math.max(Math.floor(size / 16), 16), 256);
  for (let tries = 0; tries < 1000; tries++) {
    if (size <= offset + 1) break;
    const ip = addressText(first + offset + random.below(size - offset - 1));
    if (!taken.has(ip)) return ip;
  }
  for (let n = 1; n < size - 1; n++) if (!taken.has(addressText(first + n))) return addressText(first + n);
  return undefined;
}

/** Models pkg/registry/core/service/ipallocator: every address in use has an IPAddress object. */
function claimAddress(call: ResourceCall, ip: string, service: KubeObject): void {
  const { server, now } = call;
  const served = server.served.find('networking.k8s.io', 'v1', 'ipaddresses') as Served;
  if (server.store.find(served, '', ip)) return;
  const { name, namespace } = service.metadata;
  server.store.create(served, {
    apiVersion: served.apiVersion,
    kind: 'IPAddress',
    metadata: {
      name: ip,
      uid: server.randomFor(`ip/${ip}`).uuid(),
      resourceVersion: '',
      creationTimestamp: timestamp(now),
      labels: {
        'ipaddress.kubernetes.io/ip-family': 'IPv4',
        'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
      },
    },
    spec: { parentRef: { group: '', name, namespace, resource: 'services' } },
  });
}

function releaseAddress({ server }: ResourceCall, ip: string): void {
  const served = server.served.find('networking.k8s.io', 'v1', 'ipaddresses') as Served;
  const found = server.store.find(served, '', ip);
  if (found) server.store.delete(served, found);
}
