import { expect, test } from 'vitest';
import { prepareForUpdate } from './strategy.ts';

const ADDRESS = { clusterIP: '10.96.7.7', clusterIPs: ['10.96.7.7'] };
const BALANCER = { type: 'LoadBalancer', ...ADDRESS, allocateLoadBalancerNodePorts: true };
const PORT = { port: 80, nodePort: 30_080 };
const BARE = { port: 80 };

test.each<[what: string, old: object, given: object, kept: object]>([
  [
    'a name for another host needs no address',
    { type: 'ClusterIP', ...ADDRESS, ipFamilies: ['IPv4'], internalTrafficPolicy: 'Cluster' },
    { type: 'ExternalName', ...ADDRESS, ipFamilies: ['IPv4'], internalTrafficPolicy: 'Cluster' },
    { type: 'ExternalName', internalTrafficPolicy: 'Cluster' },
  ],
  [
    'node ports go with the type',
    { type: 'NodePort', ...ADDRESS, ports: [PORT, { port: 81, nodePort: 30_081 }] },
    { type: 'ClusterIP', ...ADDRESS, ports: [PORT, { port: 81 }] },
    { type: 'ClusterIP', ...ADDRESS, ports: [BARE, { port: 81 }] },
  ],
  [
    'but not one that was asked for',
    { type: 'NodePort', ...ADDRESS, ports: [PORT] },
    { type: 'ClusterIP', ...ADDRESS, ports: [{ port: 80, nodePort: 30_081 }] },
    { type: 'ClusterIP', ...ADDRESS, ports: [{ port: 80, nodePort: 30_081 }] },
  ],
  [
    'a balancer that allocates none keeps those it has',
    { ...BALANCER, ports: [PORT] },
    { ...BALANCER, allocateLoadBalancerNodePorts: false, ports: [PORT] },
    { ...BALANCER, allocateLoadBalancerNodePorts: false, ports: [PORT] },
  ],
  [
    'an address alone stands for the list',
    { type: 'ClusterIP', ...ADDRESS },
    { type: 'ClusterIP', clusterIP: '10.96.8.8' },
    { type: 'ClusterIP', clusterIP: '10.96.8.8', clusterIPs: ['10.96.8.8'] },
  ],
])('%s', (_, old, given, kept) => {
  const service = { spec: structuredClone(given) };
  prepareForUpdate(service, { spec: old });
  expect(service.spec).toEqual(kept);
});
