import { describe, expect, test } from 'vitest';
import { Network, NetworkNamespace } from '../../host/index.ts';
import { Random } from '../../sim/index.ts';
import { kernelRules } from './iptables.ts';
import {
  type Endpoint,
  ProxyRules,
  type ProxyRulesOptions,
  type ServicePort,
  servicePorts,
} from './rules.ts';

const endpoint = (address: string, nodeName: string): Endpoint => ({
  address,
  port: 80,
  nodeName,
  ready: true,
  serving: true,
});

const WEB: ServicePort = {
  name: 'default/web',
  protocol: 'TCP',
  port: 80,
  addresses: ['10.98.74.71'],
  clusterIps: ['10.98.74.71'],
  externalIps: [],
  nodePort: 32_412,
  endpoints: [endpoint('10.244.1.2', 'node01'), endpoint('10.244.2.5', 'node02')],
  affinitySeconds: 0,
  healthPort: undefined,
  localInternal: false,
  localExternal: false,
};
const OPTIONS = { node: 'node01', clusterCidr: '10.244.0.0/16' };
const about = (rules: readonly string[] = [], word: string) => rules.filter((rule) => rule.includes(word));

describe('what iptables-save shows', () => {
  test('a service with a node port: marks, chances, endpoints', () => {
    const { nat } = kernelRules([WEB], OPTIONS);
    const svc = 'KUBE-SVC-LOLE4ISW44XBNF3G';
    expect(about(nat, `-A ${svc}`)).toEqual([
      `-A ${svc} ! -s 10.244.0.0/16 -d 10.98.74.71/32 -p tcp -m comment --comment "default/web cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ`,
      `-A ${svc} -m comment --comment "default/web -> 10.244.1.2:80" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-MQ4W7Q2CV67URU6Q`,
      `-A ${svc} -m comment --comment "default/web -> 10.244.2.5:80" -j KUBE-SEP-ZA2JI7K7LSQNKDOS`,
    ]);
    expect(about(nat, '--dport 32412')).toEqual([
      '-A KUBE-NODEPORTS -p tcp -m comment --comment "default/web" -m tcp --dport 32412 -j KUBE-EXT-LOLE4ISW44XBNF3G',
    ]);
  });

  test('a service without endpoints is refused by the filter', () => {
    const { filter, nat } = kernelRules([{ ...WEB, endpoints: [] }], OPTIONS);
    expect(about(filter, 'default/web')).toEqual([
      '-A KUBE-SERVICES -d 10.98.74.71/32 -p tcp -m comment --comment "default/web has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable',
    ]);
    expect(about(nat, 'default/web')).toEqual([]);
  });

  test('local policy outside: endpoints of the node in a chain of their own', () => {
    const { nat } = kernelRules([{ ...WEB, localExternal: true }], OPTIONS);
    expect(about(nat, '-A KUBE-SVL-')).toEqual([
      '-A KUBE-SVL-LOLE4ISW44XBNF3G -m comment --comment "default/web -> 10.244.1.2:80" -j KUBE-SEP-MQ4W7Q2CV67URU6Q',
    ]);
  });
});

function worldOf(service: ServicePort, options: Partial<ProxyRulesOptions> = {}) {
  const network = new Network();
  const host = new NetworkNamespace(network, 'node01');
  const interfaces = [
    ['lo', '127.0.0.1/8'],
    ['eth0', '172.30.1.3/24'],
  ] as const;
  for (const [name, address] of interfaces)
    host.interfaces.push({ name, mac: '', addresses: [address], up: true, mtu: 1500 });
  const client = new NetworkNamespace(network, 'client');
  client.interfaces.push({ name: 'eth0', mac: '', addresses: ['172.30.1.9/24'], up: true, mtu: 1500 });
  let now = 0;
  const rules = new ProxyRules({
    node: 'node01',
    host,
    random: new Random('proxy'),
    now: () => now,
    mode: 'iptables' as const,
    ...options,
  });
  rules.set([service]);
  return {
    rules,
    host,
    client,
    wait: (ms: number) => {
      now += ms;
    },
  };
}

describe('where connections go', () => {
  const to = (address: string, port: number) => ({ address, port, protocol: 'TCP' as const });

  test('a node port hides who comes from outside, unless it keeps to its own endpoints', () => {
    const cluster = worldOf(WEB);
    expect(cluster.rules.translate(to('172.30.1.3', 32_412), cluster.client)).toMatchObject({
      masquerade: true,
    });
    const local = worldOf({ ...WEB, localExternal: true });
    expect(local.rules.translate(to('172.30.1.3', 32_412), local.client)).toEqual({
      address: '10.244.1.2',
      port: 80,
    });
  });

  test('node ports answer on the loopback of the host, not on that of others', () => {
    const { rules, host, client } = worldOf(WEB);
    expect(rules.translate(to('127.0.0.1', 32_412), host)).toMatchObject({ port: 80 });
    expect(rules.translate(to('127.0.0.1', 32_412), client)).toBeUndefined();
  });

  test('node ports keep to the addresses that are chosen', () => {
    const answers = (options: object, address: string) => {
      const { rules, host } = worldOf(WEB, options);
      return rules.translate(to(address, 32_412), host) !== undefined;
    };
    expect(answers({ nodePortAddresses: ['172.30.1.0/24'] }, '172.30.1.3')).toBe(true);
    expect(answers({ nodePortAddresses: ['primary'] }, '172.30.1.3')).toBe(true);
    expect(answers({ nodePortAddresses: ['192.168.0.0/16'] }, '172.30.1.3')).toBe(false);
    expect(answers({ localhostNodePorts: false }, '127.0.0.1')).toBe(false);
  });

  test('IPVS gives each endpoint its turn', () => {
    const { rules, client } = worldOf(WEB, { mode: 'ipvs' });
    const ask = () => (rules.translate(to('10.98.74.71', 80), client) as { address: string }).address;
    expect([ask(), ask(), ask()]).toEqual(['10.244.1.2', '10.244.2.5', '10.244.1.2']);
  });

  test('a client keeps its endpoint for as long as the service says', () => {
    const { rules, client, wait } = worldOf({ ...WEB, affinitySeconds: 10 });
    const ask = () => rules.translate(to('10.98.74.71', 80), client) as { address: string };
    const seen = (stepMs: number) =>
      new Set(
        Array.from({ length: 20 }, () => {
          wait(stepMs);
          return ask().address;
        }),
      ).size;
    expect(seen(9_000)).toBe(1);
    expect(seen(11_000)).toBe(2);
  });
});

test.each([
  ['its zone', 'a', ['a', 'b'], ['10.0.0.0']],
  ['all, where the zone has none', 'c', ['a', 'b'], ['10.0.0.0', '10.0.0.1']],
  ['all, where one is for all', 'a', ['a', undefined], ['10.0.0.0', '10.0.0.1']],
  ['all, on a node without a zone', undefined, ['a', 'b'], ['10.0.0.0', '10.0.0.1']],
])('a node in zones goes to the endpoints of %s', (_, zone, hints, expected) => {
  const service = {
    metadata: { name: 'web', namespace: 'default' },
    spec: { clusterIP: '10.96.0.9', ports: [{ port: 80 }] },
  };
  const slice = {
    addressType: 'IPv4',
    ports: [{ port: 8080 }],
    endpoints: hints.map((name, i) => ({
      addresses: [`10.0.0.${i}`],
      ...(name ? { hints: { forZones: [{ name }] } } : {}),
    })),
  };
  const [port] = servicePorts(
    [service as any],
    () => [slice as any],
    () => zone,
  );
  expect(port?.endpoints.map(({ address }) => address)).toEqual(expected);
});
