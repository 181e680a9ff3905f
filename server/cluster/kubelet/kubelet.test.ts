import { beforeEach, describe, expect, test } from 'vitest';
import { NetworkNamespace } from '../../host/index.ts';
import type { KubeObject } from '../../objects/object.ts';
import type { Clock } from '../../sim/index.ts';
import { startApiServer } from '../apiserver/testing.ts';
import type { Client } from '../client/client.ts';
import { type ContainerRuntime, socketKey } from '../client/cri.ts';
import { RESOURCES } from '../client/resources.ts';
import { startNode, type TestNode } from './testing.ts';

let client: Client;
let clock: Clock;
let node: TestNode;

function start(hollow = false): void {
  const server = startApiServer();
  clock = server.clock;
  client = server.client();
  if (!client.find(RESOURCES.configmaps, 'kube-root-ca.crt', 'default')) {
    const map = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kube-root-ca.crt' },
      data: { 'ca.crt': 'CA' },
    };
    client.create(RESOURCES.configmaps, map, 'default');
  }
  node = startNode({ clock, client: server.client('system:node:node01', ['system:masters']), hollow });
  clock.advance(3000);
}

function run(name: string, spec: object): void {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { nodeName: 'node01', ...spec } };
  client.create(RESOURCES.pods, pod, 'default');
}

const container = (name: string, image: string, rest: object = {}) => ({ name, image, ...rest });
const get = (name: string): KubeObject => client.get(RESOURCES.pods, name, 'default');
const state = (name: string, i = 0) => get(name).status.containerStatuses[i];
const events = (name: string): string[] =>
  client
    .list(RESOURCES.events, { namespace: 'default' })
    .items.filter((e) => e['involvedObject'].name === name)
    .sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
    .map((e) => `${e['reason']}: ${e['message']}`);

/** A file as the first container of a pod sees it. */
function containerFile(name: string, path: string): string | undefined {
  const runtime = node.host.network.network.unix.get(socketKey('node01'))?.service as ContainerRuntime;
  return runtime.readFile(state(name).containerID.slice(13), path);
}

const IMAGES_FILE = '/var/lib/containerd/io.containerd.metadata.v1.bolt/images.json';

describe('kubelet', () => {
  beforeEach(() => start());

  test('registers its node and holds its lease', () => {
    const found = client.get(RESOURCES.nodes, 'node01');
    expect(found.metadata.labels).toMatchObject({ 'kubernetes.io/hostname': 'node01' });
    expect(found.status.conditions.at(-1)).toMatchObject({
      type: 'Ready',
      status: 'True',
      reason: 'KubeletReady',
    });
    expect(client.get(RESOURCES.leases, 'node01', 'kube-node-lease').spec.holderIdentity).toBe('node01');
  });

  test('makes a lease anew that somebody has deleted', () => {
    client.delete(RESOURCES.leases, 'node01', 'kube-node-lease');
    clock.advance(10_000);
    expect(client.get(RESOURCES.leases, 'node01', 'kube-node-lease').spec.holderIdentity).toBe('node01');
  });

  test('what somebody says that the node has is there for pods, until it is taken back', () => {
    const dongles = (amount: string | null) => {
      const body = { status: { capacity: { 'example.com/dongle': amount } } };
      client.patch(RESOURCES.nodes, 'node01', { type: 'merge', body, subresource: 'status' });
      clock.advance(10_000);
      return client.get(RESOURCES.nodes, 'node01').status.allocatable['example.com/dongle'];
    };
    expect([dongles('4'), dongles(null)]).toEqual(['4', undefined]);
  });

  test('runs a pod with an init container in order', () => {
    run('web', {
      initContainers: [container('prep', 'busybox', { command: ['echo', 'ready'] })],
      containers: [container('app', 'nginx')],
    });
    clock.advance(10_000);
    expect(get('web').status).toMatchObject({
      phase: 'Running',
      podIP: '10.244.1.2',
      hostIP: '172.30.1.3',
      qosClass: 'BestEffort',
    });
    expect(get('web').status.conditions.map((c: any) => `${c.type}=${c.status}`)).toEqual([
      'PodReadyToStartContainers=True',
      'Initialized=True',
      'Ready=True',
      'ContainersReady=True',
      'PodScheduled=True',
    ]);
    expect(events('web').map((e) => e.replace(/in [\d.]+m?s \([\d.]+m?s/, 'in T (T'))).toEqual([
      'Pulling: Pulling image "busybox"',
      'Pulled: Successfully pulled image "busybox" in T (T including waiting). Image size: 2223686 bytes.',
      'Created: Created container: prep',
      'Started: Started container prep',
      'Pulling: Pulling image "nginx"',
      'Pulled: Successfully pulled image "nginx" in T (T including waiting). Image size: 72817815 bytes.',
      'Created: Created container: app',
      'Started: Started container app',
    ]);
    expect(state('web')).toMatchObject({
      ready: true,
      restartCount: 0,
      image: 'docker.io/library/nginx:latest',
    });
    const { fs } = node.host.init;
    const log = fs.list('/var/log/containers').find((name) => name.startsWith('web_default_app-')) as string;
    expect(fs.read(`/var/log/containers/${log}`)).toContain('Configuration complete; ready for start up');
  });

  test('an image that is not there: ErrImagePull, ImagePullBackOff, and on once it is mended', () => {
    run('broken', { containers: [container('c', 'nginx:nosuchtag')] });
    clock.advance(3000);
    expect(state('broken').state.waiting.reason).toMatch(/ErrImagePull|ImagePullBackOff/);
    clock.advance(3000);
    expect(state('broken').state.waiting.reason).toBe('ImagePullBackOff');
    client.patch(
      RESOURCES.pods,
      'broken',
      { type: 'strategic', body: { spec: { containers: [{ name: 'c', image: 'nginx' }] } } },
      'default',
    );
    clock.advance(6000);
    expect(state('broken')).toMatchObject({ ready: true, restartCount: 0 });
  });

  test.each([
    ['Never', ['echo', 'hi'], 'Succeeded', 'Completed'],
    ['Never', ['false'], 'Failed', 'Error'],
    ['Never', ['nosuch'], 'Failed', 'StartError'],
    ['OnFailure', ['echo', 'hi'], 'Succeeded', 'Completed'],
  ])('restart policy %s, %j: %s', (restartPolicy, command, phase, reason) => {
    run('job', { restartPolicy, containers: [container('c', 'busybox', { command })] });
    clock.advance(8000);
    expect(get('job').status.phase).toBe(phase);
    expect(state('job').state.terminated.reason).toBe(reason);
    expect(get('job').status.conditions[0]).toMatchObject({
      type: 'PodReadyToStartContainers',
      status: 'False',
    });
  });

  test('deletion waits for the grace period and removes all traces', () => {
    run('slow', {
      terminationGracePeriodSeconds: 5,
      containers: [container('c', 'busybox', { command: ['sleep', 'infinity'] })],
    });
    clock.advance(6000);
    client.delete(RESOURCES.pods, 'slow', 'default');
    clock.advance(4500);
    expect(get('slow').metadata.deletionTimestamp).toBeDefined();
    clock.advance(1500);
    expect(client.find(RESOURCES.pods, 'slow', 'default')).toBeUndefined();
    expect(node.host.init.fs.list('/var/log/pods')).toEqual([]);
    expect(events('slow').at(-1)).toBe('Killing: Stopping container c');
  });

  test('probes: readiness gates traffic, liveness restarts', () => {
    run('probed', {
      containers: [
        container('c', 'nginx', {
          readinessProbe: { httpGet: { path: '/ready', port: 80 }, periodSeconds: 2 },
          livenessProbe: {
            exec: { command: ['cat', '/tmp/alive'] },
            initialDelaySeconds: 5,
            periodSeconds: 5,
            failureThreshold: 2,
          },
        }),
      ],
    });
    clock.advance(9000);
    expect(state('probed')).toMatchObject({ ready: false, started: true });
    clock.advance(12_000);
    expect(state('probed').restartCount).toBe(1);
    expect(events('probed')).toContain(
      'Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 404',
    );
    expect(events('probed')).toContain(
      "Unhealthy: Liveness probe failed: cat: can't open '/tmp/alive': No such file or directory",
    );
    expect(events('probed')).toContain('Killing: Container c failed liveness probe, will be restarted');
  });

  test('volumes and environment', () => {
    client.create(
      RESOURCES.configmaps,
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cfg' }, data: { a: 'one' } },
      'default',
    );
    run('vol', {
      containers: [
        container('c', 'busybox', {
          command: ['echo', '$(A) $(NODE)'],
          env: [
            { name: 'A', valueFrom: { configMapKeyRef: { name: 'cfg', key: 'a' } } },
            { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
          ],
          volumeMounts: [{ name: 'cfg', mountPath: '/cfg' }],
        }),
      ],
      volumes: [{ name: 'cfg', configMap: { name: 'cfg' } }],
      restartPolicy: 'Never',
    });
    clock.advance(8000);
    const { fs } = node.host.init;
    expect(fs.read(`/var/log/containers/${fs.list('/var/log/containers')[0]}`)).toMatch(
      / stdout F one node01\n$/,
    );
    run('missing', {
      containers: [
        container('c', 'busybox', {
          env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'nope', key: 'x' } } }],
        }),
      ],
    });
    clock.advance(8000);
    expect(state('missing').state.waiting).toEqual({
      reason: 'CreateContainerConfigError',
      message: 'secret "nope" not found',
    });
  });

  const manifest =
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: nginx-pod\nspec:\n  containers:\n  - name: nginx-container\n    image: nginx:1.14\n';

  test('a static pod: mirrored, recreated when deleted, gone with its file', () => {
    const file = '/etc/kubernetes/manifests/nginx.yaml';
    node.host.init.fs.write(file, manifest);
    clock.advance(8000);
    expect(get('nginx-pod-node01')).toMatchObject({
      status: { phase: 'Running', podIP: '10.244.1.2' },
      metadata: { ownerReferences: [{ kind: 'Node' }] },
    });
    const { uid } = get('nginx-pod-node01').metadata;
    client.delete(RESOURCES.pods, 'nginx-pod-node01', 'default');
    clock.advance(2000);
    expect(get('nginx-pod-node01').metadata.uid).not.toBe(uid);
    expect(state('nginx-pod-node01')).toMatchObject({ ready: true, restartCount: 0 });
    node.host.init.fs.unlink(file);
    clock.advance(3000);
    expect(client.find(RESOURCES.pods, 'nginx-pod-node01', 'default')).toBeUndefined();
    node.host.init.fs.write(file, 'apiVersion: v1\nkind: Pod\n  metadata');
    clock.advance(3000);
    expect(node.log.join('\n')).toContain('Could not process manifest file');
  });

  test('a kubelet that starts anew changes nothing', () => {
    run('web', { containers: [container('app', 'nginx')] });
    run('done', { restartPolicy: 'Never', containers: [container('c', 'busybox', { command: ['false'] })] });
    clock.advance(10_000);
    const before = [get('web'), get('done')];
    node.stopKubelet();
    clock.advance(5000);
    node.startKubelet();
    clock.advance(20_000);
    expect([get('web'), get('done')]).toEqual(before);
  });

  test('refuses what does not fit', () => {
    run('big', { containers: [container('c', 'nginx', { resources: { requests: { cpu: '3' } } })] });
    clock.advance(3000);
    expect(get('big').status).toMatchObject({
      phase: 'Failed',
      reason: 'OutOfcpu',
      message:
        "Pod was rejected: Node didn't have enough resource: cpu, requested: 3000, used: 0, capacity: 2000",
    });
  });

  test('a pod that has ended makes room, whatever still holds it in the API', () => {
    const resources = { requests: { cpu: '1500m' } };
    run('done', {
      restartPolicy: 'Never',
      containers: [container('c', 'busybox', { command: ['echo', 'hi'], resources })],
    });
    clock.advance(5000);
    const held = { name: 'held', finalizers: ['example.com/hold'] };
    const spec = { nodeName: 'node01', containers: [container('c', 'nginx', { resources })] };
    client.create(RESOURCES.pods, { apiVersion: 'v1', kind: 'Pod', metadata: held, spec }, 'default');
    clock.advance(5000);
    client.delete(RESOURCES.pods, 'held', 'default');
    clock.advance(40_000);
    run('next', { containers: [container('c', 'nginx', { resources })] });
    clock.advance(5000);
    expect(['done', 'held', 'next'].map((name) => get(name).status.phase)).toEqual([
      'Succeeded',
      'Succeeded',
      'Running',
    ]);
  });

  test('host ports lead to the pod from the host and from elsewhere, and end with it', () => {
    run('web', {
      containers: [container('c', 'nginx', { ports: [{ containerPort: 80, hostPort: 8080 }] })],
    });
    clock.advance(6000);
    const { network } = node.host;
    const outside = new NetworkNamespace(network.network, 'outside');
    outside.interfaces.push({ name: 'eth0', mac: '', addresses: ['172.30.1.9/24'], up: true, mtu: 1500 });
    for (const [from, address] of [
      [network, '127.0.0.1'],
      [network, '172.30.1.3'],
      [outside, '172.30.1.3'],
    ] as const)
      expect(from.connect(address, 8080)).toMatchObject({ ok: true, to: '10.244.1.2', port: 80 });
    client.delete(RESOURCES.pods, 'web', 'default', { gracePeriodSeconds: 0 });
    clock.advance(3000);
    expect(outside.connect('172.30.1.3', 8080)).toMatchObject({ ok: false });
  });

  test('resources of a running container are resized in place, or with a restart, or not at all', () => {
    const sized = (cpu: string, memory: string) => ({
      requests: { cpu, memory },
      limits: { cpu, memory },
    });
    const resizePolicy = [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }];
    run('web', {
      containers: [container('c', 'nginx', { resources: sized('200m', '64Mi'), resizePolicy })],
    });
    clock.advance(6000);
    const resize = (cpu: string, memory: string) => {
      const body = { spec: { containers: [{ name: 'c', resources: sized(cpu, memory) }] } };
      const patch = { type: 'strategic' as const, body, subresource: 'resize' };
      client.patch(RESOURCES.pods, 'web', patch, 'default');
      clock.advance(3000);
    };
    resize('400m', '64Mi');
    expect(state('web')).toMatchObject({ restartCount: 0, resources: sized('400m', '64Mi') });
    const { fs } = node.host.init;
    const groups = '/sys/fs/cgroup/kubepods.slice';
    const group = `${groups}/${fs.list(groups).find((name) => name.startsWith('kubepods-pod'))}`;
    expect(fs.read(`${group}/cpu.max`)).toBe('40000 100000\n');
    expect(fs.read(`${group}/memory.max`)).toBe('67108864\n');
    expect(containerFile('web', '/sys/fs/cgroup/cpu.max')).toBe('40000 100000\n');
    expect(containerFile('web', '/proc/1/cgroup')).toBe('0::/\n');
    resize('64', '64Mi');
    expect(state('web')).toMatchObject({ restartCount: 0, resources: sized('400m', '64Mi') });
    expect(get('web').status.conditions.at(-1)).toMatchObject({
      type: 'PodResizePending',
      reason: 'Infeasible',
      message: "Node didn't have enough capacity: cpu, requested: 64000, capacity: 2000",
    });
    resize('400m', '128Mi');
    expect(state('web')).toMatchObject({ restartCount: 1, resources: sized('400m', '128Mi') });
    expect(events('web')).toContain('Killing: Container c resize requires restart');
  });

  test('a program that needs more memory than it may have is ended by the kernel', () => {
    const limits = (memory: string) => ({ resources: { limits: { memory } } });
    const args = ['--vm', '1', '--vm-bytes', '250M'];
    run('small', {
      containers: [container('c', 'polinux/stress', { command: ['stress'], args, ...limits('100Mi') })],
    });
    run('tiny', { containers: [container('c', 'busybox', { command: ['sleep', '9'], ...limits('1Mi') })] });
    clock.advance(9000);
    expect(state('small').lastState.terminated).toMatchObject({ reason: 'OOMKilled', exitCode: 137 });
    expect(events('tiny').join()).toContain('container init was OOM-killed (memory limit too low?)');
    const kernel = node.host.journal.entries().filter(({ identifier }) => identifier === 'kernel');
    expect(kernel.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^Memory cgroup out of memory: Killed process \d+ \(stress\)/),
    );
  });

  test('a disk that fills costs the pods that are not critical, and lets no new ones in', () => {
    run('web', { containers: [container('c', 'nginx')] });
    run('vital', {
      priorityClassName: 'system-node-critical',
      containers: [container('c', 'busybox', { command: ['sleep', '999'] })],
    });
    clock.advance(6000);
    const { disk, init } = node.host;
    disk.set(init.fs.stat('/etc/resolv.conf').ino, { data: '', zeros: 16e9 });
    clock.advance(25_000);
    expect(get('web').status).toMatchObject({ phase: 'Failed', reason: 'Evicted' });
    expect(get('web').status.message).toMatch(
      /^The node was low on resource: ephemeral-storage\. Threshold quantity: /,
    );
    expect(get('vital').status.phase).toBe('Running');
    run('late', { containers: [container('c', 'nginx')] });
    clock.advance(2000);
    expect(get('late').status).toMatchObject({
      reason: 'Evicted',
      message: 'Pod was rejected: The node had condition: [DiskPressure]. ',
    });
    const pressure = () =>
      client.get(RESOURCES.nodes, 'node01').status.conditions.find((c: any) => c.type === 'DiskPressure')
        .status;
    expect(pressure()).toBe('True');
    init.fs.write('/etc/resolv.conf', '');
    clock.advance(290_000);
    expect(pressure()).toBe('True');
    clock.advance(30_000);
    expect(pressure()).toBe('False');
    expect(clock.pending).toBeLessThanOrEqual(1);
  });

  test('before pods are ended for a full disk, images that nothing uses are removed', () => {
    run('web', { containers: [container('c', 'nginx')] });
    run('brief', { restartPolicy: 'Never', containers: [container('c', 'busybox', { command: ['true'] })] });
    clock.advance(6000);
    client.delete(RESOURCES.pods, 'brief', 'default', { gracePeriodSeconds: 0 });
    clock.advance(2000);
    const images = () => node.host.init.fs.read(IMAGES_FILE);
    expect(images()).toContain('busybox');
    const { disk, init } = node.host;
    const { bytes, usedBytes } = disk.usage();
    const { ino } = init.fs.stat('/etc/resolv.conf');
    disk.set(ino, { data: '', zeros: Math.floor(bytes * 0.85) - usedBytes + 1_000_000 });
    clock.advance(25_000);
    expect(images()).not.toContain('busybox');
    expect(get('web').status.phase).toBe('Running');
  });

  test('who writes more to the disk than allowed is ended', () => {
    const resources = { limits: { 'ephemeral-storage': '1Mi' } };
    run('web', { containers: [container('c', 'nginx', { resources })] });
    clock.advance(6000);
    const { uid } = get('web').metadata;
    node.host.init.fs.write(`/var/log/pods/default_web_${uid}/c/0.log`, 'x'.repeat(2_000_000));
    clock.advance(15_000);
    expect(get('web').status).toMatchObject({
      reason: 'Evicted',
      message: 'Pod ephemeral local storage usage exceeds the total limit of containers 1Mi. ',
    });
  });

  test('a runtime that goes and comes back: pods run on, what was asked meanwhile is done then', () => {
    const livenessProbe = { httpGet: { port: 80 }, periodSeconds: 2 };
    run('web', { containers: [container('c', 'nginx', { livenessProbe })] });
    run('gone', { containers: [container('c', 'nginx', { livenessProbe })] });
    clock.advance(5000);
    run('late', { containers: [container('c', 'nginx:1.25')] });
    clock.advance(600);
    node.stopContainerd();
    client.delete(RESOURCES.pods, 'gone', 'default');
    clock.advance(60_000);
    expect(get('gone').metadata.deletionTimestamp).toBeDefined();
    node.startContainerd();
    clock.advance(40_000);
    expect(client.find(RESOURCES.pods, 'gone', 'default')).toBeUndefined();
    expect(state('web')).toMatchObject({ ready: true, restartCount: 0 });
    expect(state('late')).toMatchObject({ ready: true, restartCount: 0 });
  });

  test('an idle node has nothing to do', () => {
    run('web', { containers: [container('app', 'nginx')] });
    clock.advance(60_000);
    expect(clock.pending).toBe(0);
  });
});

test('100 pods on a hollow node start at once', () => {
  start(true);
  for (let i = 0; i < 100; i++) run(`p${i}`, { containers: [container('c', 'nginx')] });
  clock.advance(2000);
  const pods = client.list(RESOURCES.pods, { namespace: 'default' }).items;
  expect(pods.filter((pod) => pod.status.phase === 'Running')).toHaveLength(100);
});
