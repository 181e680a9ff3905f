import { expect, test } from 'vitest';
import { nftTable } from './nftables.ts';
import type { ServicePort } from './rules.ts';

const endpoint = (address: string) => ({
  address,
  port: 80,
  nodeName: 'node01',
  ready: true,
  serving: true,
});
const SERVICE: ServicePort = {
  ...{ name: 'ns1/svc1:p80', protocol: 'TCP', port: 80, nodePort: undefined, affinitySeconds: 0 },
  ...{ addresses: ['172.30.0.41'], clusterIps: ['172.30.0.41'], externalIps: [], healthPort: undefined },
  ...{ endpoints: [endpoint('10.180.0.1')], localInternal: false, localExternal: false },
};
const OPTIONS = {
  node: 'node01',
  clusterCidr: '10.0.0.0/8',
  nodeAddresses: ['172.30.1.3'],
  serviceCidrs: ['172.30.0.0/16'],
};
const ruled = (ports: ServicePort[], name: string) =>
  nftTable(ports, OPTIONS).chains.find((chain) => chain.name === name)?.rules;
const elements = (ports: ServicePort[], name: string) =>
  nftTable(ports, OPTIONS).sets.find((one) => one.name === name)?.elements;

test('names, maps and rules are those of the real proxy', () => {
  expect(elements([SERVICE], 'service-ips')).toEqual([
    '172.30.0.41 . tcp . 80 : goto service-ULMVA6XW-ns1/svc1/tcp/p80',
  ]);
  expect(ruled([SERVICE], 'service-ULMVA6XW-ns1/svc1/tcp/p80')).toEqual([
    'ip daddr 172.30.0.41 tcp dport 80 ip saddr != 10.0.0.0/8 jump mark-for-masquerade',
    'numgen random mod 1 vmap { 0 : goto endpoint-5OJB2KTY-ns1/svc1/tcp/p80__10.180.0.1/80 }',
  ]);
});

test('nothing behind it: rejected; nothing on this node behind a local one: dropped', () => {
  const dead = { ...SERVICE, nodePort: 30_080, endpoints: [] };
  expect(elements([dead], 'no-endpoint-nodeports')).toEqual([
    'tcp . 30080 comment "ns1/svc1:p80" : goto reject-chain',
  ]);
  const elsewhere = { ...endpoint('10.180.0.2'), nodeName: 'node02' };
  const local = { ...SERVICE, nodePort: 30_080, localExternal: true, endpoints: [elsewhere] };
  expect(elements([local], 'no-endpoint-nodeports')).toEqual(['tcp . 30080 comment "ns1/svc1:p80" : drop']);
});
