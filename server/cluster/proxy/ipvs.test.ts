import { expect, it } from 'vitest';
import { Network, NetworkNamespace } from '../../host/index.ts';
import { hideIpvs, showIpvs } from './ipvs.ts';
import type { ServicePort } from './rules.ts';

const endpoint = (address: string, ready: boolean) => ({
  address,
  port: 8080,
  nodeName: undefined,
  ready,
  serving: ready,
});

const WEB: ServicePort = {
  ...{ name: 'default/web', protocol: 'TCP', port: 80, nodePort: 30_080, affinitySeconds: 0 },
  ...{ addresses: ['10.96.0.7'], clusterIps: ['10.96.0.7'], externalIps: [], healthPort: undefined },
  ...{ endpoints: [endpoint('10.244.1.2', true), endpoint('10.244.1.3', false)] },
  ...{ localInternal: false, localExternal: false },
};

it('fills the table of IPVS and its device, and takes both away', () => {
  const host = new NetworkNamespace(new Network(), 'node01');
  host.interfaces.push({ name: 'eth0', mac: '', addresses: ['172.30.1.3/24'], up: true, mtu: 1500 });
  showIpvs(host, [WEB]);
  expect(
    host
      .virtualServers?.()
      .map(({ address, port, servers }) => [
        `${address}:${port}`,
        ...servers.map((one) => `${one.address}:${one.port}`),
      ]),
  ).toEqual([
    ['10.96.0.7:80', '10.244.1.2:8080'],
    ['172.30.1.3:30080', '10.244.1.2:8080'],
  ]);
  expect(host.interfaces.at(-1)).toMatchObject({ name: 'kube-ipvs0', addresses: ['10.96.0.7/32'] });
  hideIpvs(host);
  expect([host.virtualServers, host.interfaces.length]).toEqual([undefined, 1]);
});
