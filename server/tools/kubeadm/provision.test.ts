import { beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../../cluster/client/client.ts';
import { clientFromKubeconfig } from '../../cluster/client/http-client.ts';
import { RESOURCES } from '../../cluster/client/resources.ts';
import { clusterPrograms } from '../../cluster/programs.ts';
import type { MemoryLog } from '../../cluster/store/memory-log.ts';
import { LogRegistry } from '../../cluster/store/registry.ts';
import {
  FunctionFile,
  Host,
  httpRequest,
  IDLE_DAEMONS,
  idleDaemon,
  Network,
  type Program,
  queryServer,
  ubuntuDisk,
} from '../../host/index.ts';
import { Clock, Random } from '../../sim/index.ts';
import { crictl } from '../crictl/index.ts';
import { etcdctl } from '../etcdctl/index.ts';
import { type ProvisionOptions, provisionControlPlane, provisionWorker } from './provision.ts';

const START = Date.UTC(2026, 10, 21, 9, 0, 0);

/** Name resolution, which pulls of images need. */
const DAEMON: Program = { name: 'idle-daemon', main: idleDaemon };

/** As much of cp as flannel's init containers need. */
const CP: Program = {
  name: 'cp',
  main: function* (context) {
    const [from = '', to = ''] = context.args.slice(-2);
    context.fs.write(to, context.fs.read(from), 0o755);
    return 0;
  },
};

interface Cluster {
  readonly clock: Clock;
  readonly controlPlane: Host;
  readonly worker: Host;
  readonly crashes: string[];
  readonly logs: LogRegistry;
  readonly client: Client;
}

function hosts(from?: Cluster): Cluster {
  const clock = new Clock(from?.clock.now ?? START);
  const network = new Network();
  const logs = new LogRegistry();
  for (const [id, log] of from?.logs.entries() ?? []) logs.set(id, (log as MemoryLog).fork());
  const programs = new Map(
    [...clusterPrograms({ logs }), CP, crictl, etcdctl, DAEMON].map((program) => [program.name, program]),
  );
  const crashes: string[] = [];
  const host = (hostname: string, address: string, earlier: Host | undefined) => {
    const made = new Host({
      hostname,
      clock,
      network,
      programs,
      base: earlier?.disk.freeze() ?? ubuntuDisk(clock, [{ program: DAEMON.name, paths: IDLE_DAEMONS }]),
      ...(earlier ? { bootedAt: earlier.bootedAt } : {}),
      random: new Random(hostname),
      onCrash: (process, error) => crashes.push(`${process.argv[0]}: ${(error as Error).stack}`),
    });
    made.network.interfaces.push({
      name: 'eth0',
      mac: '',
      addresses: [`${address}/24`],
      up: true,
      mtu: 1500,
    });
    made.network.routes.push({ to: 'default', via: '172.30.1.1', dev: 'eth0' });
    return made;
  };
  const controlPlane = host('controlplane', '172.30.1.2', from?.controlPlane);
  const worker = host('node01', '172.30.1.3', from?.worker);
  return {
    clock,
    controlPlane,
    worker,
    crashes,
    logs,
    get client() {
      return clientFromKubeconfig(controlPlane.init, '/etc/kubernetes/admin.conf');
    },
  };
}

/** A control plane and a worker, provisioned, switched on and given a minute. */
function boot(options: Partial<ProvisionOptions> = {}): Cluster {
  const cluster = hosts();
  const controlPlane = { name: 'controlplane', address: '172.30.1.2' };
  const plan = provisionControlPlane(cluster.controlPlane, { controlPlane, ...options });
  provisionWorker(cluster.worker, plan, cluster.controlPlane);
  cluster.controlPlane.boot();
  cluster.worker.boot();
  cluster.clock.advance(60_000);
  return cluster;
}

/** `etcd-controlplane Running 1/1 0`, sorted; generated parts of names are cut. */
function pods({ client }: Cluster): string[] {
  return client
    .list(RESOURCES.pods)
    .items.map(({ metadata, status }) => {
      const all: { ready: boolean; restartCount: number }[] = status?.containerStatuses ?? [];
      const restarts = all.reduce((sum, c) => sum + c.restartCount, 0);
      const name = metadata.name.replace(/-[a-z0-9]{5}$/, '').replace(/-[a-z0-9]{8,10}$/, '');
      return `${name} ${status?.phase} ${all.filter((c) => c.ready).length}/${all.length} ${restarts}`;
    })
    .sort();
}

const SYSTEM_PODS = [
  'coredns Running 1/1 0',
  'coredns Running 1/1 0',
  'etcd-controlplane Running 1/1 0',
  'kube-apiserver-controlplane Running 1/1 0',
  'kube-controller-manager-controlplane Running 1/1 0',
  'kube-flannel-ds Running 1/1 0',
  'kube-flannel-ds Running 1/1 0',
  'kube-proxy Running 1/1 0',
  'kube-proxy Running 1/1 0',
  'kube-scheduler-controlplane Running 1/1 0',
];

function runWeb({ client, clock }: Cluster): void {
  client.create(
    RESOURCES.deployments,
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'nginx', image: 'nginx' }] },
        },
      },
    },
    'default',
  );
  const spec = { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 80, nodePort: 30_080 }] };
  client.create(
    RESOURCES.services,
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec },
    'default',
  );
  clock.advance(10_000);
}

/** Runs a tool on a host to its end and returns what it printed. */
function run({ clock }: Cluster, host: Host, command: string): string {
  let out = '';
  const file = new FunctionFile('out', {
    write: (text) => {
      out += text;
      return text.length;
    },
  });
  const args = command.split(' ');
  const main = host.programs.get(args[0] as string)?.main as Program['main'];
  const process = host.init.fork(main, { args, fds: new Map([0, 1, 2].map((fd) => [fd, file])) });
  for (let i = 0; i < 200 && process.alive; i++) clock.advance(100);
  return out;
}

const ETCD =
  '--endpoints=https://127.0.0.1:2379 --cacert=/etc/kubernetes/pki/etcd/ca.crt --cert=/etc/kubernetes/pki/etcd/server.crt --key=/etc/kubernetes/pki/etcd/server.key';

describe('a kubeadm cluster', () => {
  let cluster: Cluster;
  beforeAll(() => {
    cluster = boot();
    runWeb(cluster);
  });

  test('comes up from static pods, and its workers join', () => {
    expect(cluster.crashes).toEqual([]);
    expect(pods(cluster)).toEqual([...SYSTEM_PODS, 'web Running 1/1 0', 'web Running 1/1 0']);
    const ready = cluster.client
      .list(RESOURCES.nodes)
      .items.map((node) => node.status.conditions.find((c: any) => c.type === 'Ready').status);
    expect(ready).toEqual(['True', 'True']);
  });

  test('services answer by name, address and node port', () => {
    const ip = cluster.client.get(RESOURCES.services, 'web', 'default').spec.clusterIP;
    const get = (host: Host, address: string, port: number) =>
      httpRequest(host.network, { address, port }, { method: 'GET', path: '/', headers: {} }).status;
    expect(get(cluster.worker, ip, 80)).toBe(200);
    expect(get(cluster.controlPlane, '172.30.1.3', 30_080)).toBe(200);
    const dns = (name: string) => queryServer(cluster.worker.init, '10.96.0.10', name, 'A');
    expect(dns('web.default.svc.cluster.local.')).toMatchObject({ code: 'NOERROR', answers: [{ data: ip }] });
    expect(dns('nope.default.svc.cluster.local.')).toMatchObject({ code: 'NXDOMAIN' });
    expect(dns('kubernetes.io.')).toMatchObject({ code: 'NOERROR' });
  });

  test('is at rest once it is up', () => {
    const before = cluster.logs.open([...cluster.logs.entries()][0]?.[0] as string).revision;
    cluster.clock.advance(120_000);
    expect(cluster.logs.open([...cluster.logs.entries()][0]?.[0] as string).revision - before).toBeLessThan(
      3,
    );
  });

  test('goes on as it was when its hosts are restored', () => {
    const addresses = (c: Cluster) =>
      c.client
        .list(RESOURCES.pods)
        .items.map((p) => `${p.metadata.uid} ${p.status?.podIP} ${p.metadata.resourceVersion}`);
    const before = addresses(cluster);
    const again = hosts(cluster);
    again.controlPlane.resume();
    again.worker.resume();
    again.clock.advance(30_000);
    expect(again.crashes).toEqual([]);
    expect(addresses(again)).toEqual(before);
    const ip = again.client.get(RESOURCES.services, 'web', 'default').spec.clusterIP;
    expect(
      httpRequest(again.worker.network, { address: ip, port: 80 }, { method: 'GET', path: '/', headers: {} })
        .status,
    ).toBe(200);
  });

  test('a scheduler whose manifest is gone schedules nothing, and does again once it is back', () => {
    const again = hosts(cluster);
    again.controlPlane.resume();
    again.worker.resume();
    again.clock.advance(5000);
    const { fs } = again.controlPlane.init;
    const manifest = '/etc/kubernetes/manifests/kube-scheduler.yaml';
    fs.rename(manifest, '/root/kube-scheduler.yaml');
    again.clock.advance(40_000);
    again.client.patch(
      RESOURCES.deployments,
      'web',
      { type: 'merge', body: { spec: { replicas: 3 } } },
      'default',
    );
    again.clock.advance(10_000);
    expect(pods(again)).toContain('web Pending 0/0 0');
    fs.rename('/root/kube-scheduler.yaml', manifest);
    again.clock.advance(30_000);
    expect(pods(again).filter((pod) => pod === 'web Running 1/1 0')).toHaveLength(3);
  });
});

test('crictl sees containers, and etcd goes back to a snapshot', () => {
  const cluster = boot();
  const { controlPlane, clock } = cluster;
  const ps = run(cluster, controlPlane, 'crictl ps');
  expect(ps.split('\n')[0]).toBe(
    'CONTAINER           IMAGE               CREATED             STATE               NAME                      ATTEMPT             POD ID              POD                                    NAMESPACE',
  );
  expect(ps).toMatch(
    /[0-9a-f]{13} {7}[0-9a-f]{13} {7}\d\d seconds ago +Running +etcd +0 +[0-9a-f]{13} {7}etcd-controlplane/,
  );
  const id = run(cluster, controlPlane, 'crictl ps -q --name ^etcd$').trim();
  const { info, status } = JSON.parse(run(cluster, controlPlane, `crictl inspect ${id}`));
  expect(info).toMatchObject({ runtimeType: 'io.containerd.runc.v2', snapshotter: 'overlayfs' });
  expect(status).toMatchObject({ id, state: 'CONTAINER_RUNNING', metadata: { name: 'etcd' } });
  expect(run(cluster, controlPlane, `crictl inspect --template={{.info.pid}} ${id}`)).toBe(`${info.pid}\n`);
  expect(run(cluster, controlPlane, 'crictl pods --name sched.*r -v')).toMatch(
    /^ID: [0-9a-f]{64}\nName: kube-scheduler-controlplane\n/,
  );
  expect(run(cluster, controlPlane, 'crictl -r unix:///run/nope.sock ps')).toContain(
    'dial unix /run/nope.sock: connect: no such file or directory',
  );
  expect(run(cluster, controlPlane, `etcdctl ${ETCD} endpoint health`)).toContain('is healthy');
  expect(run(cluster, controlPlane, 'etcdctl endpoint health')).toContain('context deadline exceeded');
  expect(run(cluster, controlPlane, `etcdctl ${ETCD} snapshot save /opt/snap.db`)).toMatch(
    /Snapshot saved at \/opt\/snap\.db\n$/,
  );
  cluster.client.create(RESOURCES.namespaces, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'late' },
  });
  run(cluster, controlPlane, 'etcdctl snapshot restore /opt/snap.db --data-dir=/var/lib/etcd-2');
  const { fs } = controlPlane.init;
  const manifest = '/etc/kubernetes/manifests/etcd.yaml';
  fs.write(manifest, fs.read(manifest).replace('path: /var/lib/etcd\n', 'path: /var/lib/etcd-2\n'));
  clock.advance(90_000);
  expect(cluster.crashes).toEqual([]);
  expect(cluster.client.find(RESOURCES.namespaces, 'late')).toBeUndefined();
  expect(cluster.client.find(RESOURCES.namespaces, 'kube-system')).toBeDefined();
});

test('a hollow cluster has no pods of its own', () => {
  const cluster = boot({ components: 'services', hollow: true, addons: [] });
  expect(cluster.crashes).toEqual([]);
  expect(pods(cluster)).toEqual([]);
  runWeb(cluster);
  expect(pods(cluster)).toEqual(['web Running 1/1 0', 'web Running 1/1 0']);
});
