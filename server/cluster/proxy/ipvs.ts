import type { NetworkNamespace, VirtualServer } from '../../host/index.ts';
import type { ServicePort } from './rules.ts';

/** The device that holds all addresses of services, so that the kernel takes their packets for its own. */
const DEVICE = 'kube-ipvs0';

/** Puts the services into the table of IPVS, and their addresses on its device. Models pkg/proxy/ipvs syncProxyRules */
export function showIpvs(
  network: NetworkNamespace,
  ports: readonly ServicePort[],
  nodePortIps = network.addresses(),
): void {
  network.virtualServers = () => ports.flatMap((port) => serversOf(port, nodePortIps));
  let device = network.interfaces.find(({ name }) => name === DEVICE);
  if (!device) {
    const index = network.nextIndex();
    device = { name: DEVICE, kind: 'dummy', mac: MAC, addresses: [], up: false, mtu: 1500, index };
    network.interfaces.push(device);
  }
  const addresses = new Set(ports.flatMap((port) => port.addresses.filter((one) => !one.includes(':'))));
  device.addresses = [...addresses].map((address) => `${address}/32`);
}

const MAC = 'b6:5d:0e:4c:9a:21';

/** The tables go with the proxy that made them. */
export function hideIpvs(network: NetworkNamespace): void {
  network.virtualServers = undefined;
  const at = network.interfaces.findIndex(({ name }) => name === DEVICE);
  if (at >= 0) network.interfaces.splice(at, 1);
}

function serversOf(port: ServicePort, nodePortIps: readonly string[]): VirtualServer[] {
  const { protocol, affinitySeconds: persistentSeconds } = port;
  const servers = port.endpoints.filter(({ ready }) => ready);
  const common = { protocol: protocol as VirtualServer['protocol'], persistentSeconds, servers };
  const own = port.addresses
    .filter((address) => !address.includes(':'))
    .map((address) => ({ ...common, address, port: port.port }));
  const nodes = nodePortIps
    .filter((address) => !address.startsWith('127.') && !address.includes(':'))
    .flatMap((address) => (port.nodePort === undefined ? [] : [{ ...common, address, port: port.nodePort }]));
  return [...own, ...nodes];
}
