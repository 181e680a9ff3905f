import { expect, test } from 'vitest';
import { Network, NetworkNamespace, sightings } from '../../../host/index.ts';
import { FilterError, packetFilter } from './packet-filter.ts';

const PACKET = {
  protocol: 'tcp',
  source: { address: '10.244.1.2', port: 40_000 },
  target: { address: '10.96.0.10', port: 53 },
} as const;
const NAMES = {
  address: (name: string) => (/^[\d.]+$/.test(name) ? name : name === 'dns' ? '10.96.0.10' : undefined),
  port: (name: string) => (name === 'domain' ? 53 : undefined),
};

test.each([
  ['', true],
  ['port 53', true],
  ['port domain and tcp', true],
  ['udp port 53', false],
  ['src port 53', false],
  ['dst port 53 or 80', true],
  ['host dns', true],
  ['src 10.244.1.2 and dst 10.96.0.10', true],
  ['src or dst 10.96.0.10', true],
  ['net 10.96.0.0/12 and not port 53', false],
  ['!(udp || icmp) && portrange 50-60', true],
  ['ip6', false],
])('%s', (text, matches) => {
  expect(packetFilter([text], NAMES)(PACKET)).toBe(matches);
});

test.each([
  ['port 53 and', 'syntax error'],
  ['(port 53', 'syntax error'],
  ['host nobody', "unknown host 'nobody'"],
  ['port 99999', 'illegal port number 99999 > 65535'],
])('%s is refused', (text, message) => {
  expect(() => packetFilter([text], NAMES)).toThrow(new FilterError(message));
});

test('what a service hides is seen by the server, and what a client asked for by the client', () => {
  const network = new Network();
  const device = (name: string, address: string) => ({
    ...{ name, mac: '', up: true, mtu: 1500 },
    addresses: [`${address}/24`],
  });
  const [node, other] = ['172.30.1.3', '172.30.1.4'].map((address, i) => {
    const host = new NetworkNamespace(network, `node0${i + 1}`);
    host.interfaces.push(device('eth0', address));
    return host;
  }) as [NetworkNamespace, NetworkNamespace];
  const pod = new NetworkNamespace(network, 'pod', other);
  pod.interfaces.push(device('eth0', '10.244.2.5'));
  const end = (address: string, port: number) => ({ address, port });
  const flow = {
    ...({ protocol: 'TCP', from: node, to: pod, outcome: 'answered', seen: '172.30.1.3' } as const),
    source: end('172.30.1.3', 40_000),
    asked: end('10.96.0.7', 80),
    target: end('10.244.2.5', 8080),
  };
  const seenOn = (stack: NetworkNamespace) =>
    sightings(stack, flow).map(
      ({ device, isOut, target }) => `${device} ${isOut ? 'out' : 'in'} ${target.address}:${target.port}`,
    );
  expect([node, other, pod].map(seenOn)).toEqual([
    ['eth0 out 10.244.2.5:8080'],
    ['eth0 in 10.244.2.5:8080'],
    ['eth0 in 10.244.2.5:8080'],
  ]);
});
