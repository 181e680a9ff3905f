import { expect, test } from 'vitest';
import { Host, Network, type Program } from '../../host/index.ts';
import { Clock, Random } from '../../sim/index.ts';
import { writeCertificates } from '../../tools/kubeadm/phases/certs.ts';
import { apiServerComponent, etcdComponent } from '../../tools/kubeadm/phases/control-plane.ts';
import { writeKubeconfigs } from '../../tools/kubeadm/phases/kubeconfig.ts';
import { planOf } from '../../tools/kubeadm/plan.ts';
import { clientFromKubeconfig } from '../client/http-client.ts';
import { RESOURCES } from '../client/resources.ts';
import { clusterPrograms } from '../programs.ts';
import { LogRegistry } from '../store/registry.ts';

function controlPlane() {
  const clock = new Clock(Date.UTC(2026, 10, 21));
  const logs = new LogRegistry();
  const network = new Network();
  const programs = new Map(clusterPrograms({ logs }).map((program) => [program.name, program]));
  const host = new Host({ hostname: 'controlplane', clock, random: new Random(1), network, programs });
  host.network.interfaces.push(
    { name: 'lo', mac: '', addresses: ['127.0.0.1/8'], up: true, mtu: 65_536 },
    { name: 'eth0', mac: '', addresses: ['172.30.1.2/24'], up: true, mtu: 1500 },
  );
  const plan = planOf({ controlPlane: { name: 'controlplane', address: '172.30.1.2' } });
  writeCertificates(host, plan);
  writeKubeconfigs(host, plan);
  const start = (name: string, flags: readonly string[]) => {
    const { main } = programs.get(name) as Program;
    const process = host.init.fork(main, { args: [name, ...flags] });
    clock.advance(3000);
    return process;
  };
  return { clock, host, logs, plan, start };
}

test('etcd and kube-apiserver serve over TLS with the certificates of kubeadm', () => {
  const { host, plan, start, clock } = controlPlane();
  const etcd = start('etcd', etcdComponent(host, plan).flags);
  const server = start('kube-apiserver', apiServerComponent(host, plan).flags);
  expect([etcd.alive, server.alive]).toEqual([true, true]);
  const admin = clientFromKubeconfig(host.init, '/etc/kubernetes/super-admin.conf');
  expect(admin.list(RESOURCES.namespaces).items.map((n) => n.metadata.name)).toEqual([
    'default',
    'kube-node-lease',
    'kube-public',
    'kube-system',
  ]);
  const who = admin.create<any>(
    {
      group: 'authentication.k8s.io',
      version: 'v1',
      plural: 'selfsubjectreviews',
      kind: 'SelfSubjectReview',
      namespaced: false,
    },
    {},
  );
  expect(who.status.userInfo).toMatchObject({
    username: 'kubernetes-super-admin',
    groups: ['system:masters', 'system:authenticated'],
  });
  etcd.signal('KILL');
  clock.advance(100);
  expect(() => admin.list(RESOURCES.namespaces)).toThrow('etcdserver: request timed out');
  expect(admin.request({ method: 'GET', path: '/livez', headers: {} }).status).toBe(500);
  start('etcd', etcdComponent(host, plan).flags);
  expect(admin.list(RESOURCES.namespaces).items.length).toBe(4);
});

test.each([
  ['--foo', 1],
  ['--etcd-servers=https://127.0.0.1:2380', 255],
  ['--tls-cert-file=/nowhere.crt', 1],
])('a server with %s ends', (flag, code) => {
  const { host, plan, start, clock } = controlPlane();
  start('etcd', etcdComponent(host, plan).flags);
  const name = flag.split('=')[0] as string;
  const others = apiServerComponent(host, plan).flags.filter((other) => !other.startsWith(`${name}=`));
  const server = start('kube-apiserver', [...others, flag]);
  clock.advance(60_000);
  expect(server.alive).toBe(false);
  expect(server.status?.code).toBe(code);
});
