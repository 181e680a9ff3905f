import { beforeEach, expect, test } from 'vitest';
import { type Files, NetworkNamespace } from '../../../host/index.ts';
import { WaitQueue } from '../../../sim/index.ts';
import type { EngineRuntime } from '../../client/cri.ts';
import { RESOURCES } from '../../client/resources.ts';
import { LogStream } from '../logs.ts';
import { container, NodeUnderTest } from '../testing.ts';

let world: NodeUnderTest;
beforeEach(() => {
  world = new NodeUnderTest();
});

test('runs a pod with an init container in order', () => {
  world.run('web', {
    initContainers: [container('prep', 'busybox', { command: ['echo', 'ready'] })],
    containers: [container('app', 'nginx')],
  });
  world.clock.advance(10_000);
  expect(world.get('web').status).toMatchObject({
    phase: 'Running',
    podIP: '10.244.1.2',
    hostIP: '172.30.1.3',
    qosClass: 'BestEffort',
  });
  expect(world.get('web').status.conditions.map((c: any) => `${c.type}=${c.status}`)).toEqual([
    'PodReadyToStartContainers=True',
    'Initialized=True',
    'Ready=True',
    'ContainersReady=True',
    'PodScheduled=True',
  ]);
  expect(world.events('web').map((e) => e.replace(/in [\d.]+m?s \([\d.]+m?s/, 'in T (T'))).toEqual([
    'Pulling: Pulling image "busybox"',
    'Pulled: Successfully pulled image "busybox" in T (T including waiting). Image size: 2223686 bytes.',
    'Created: Created container: prep',
    'Started: Started container prep',
    'Pulling: Pulling image "nginx"',
    'Pulled: Successfully pulled image "nginx" in T (T including waiting). Image size: 72817815 bytes.',
    'Created: Created container: app',
    'Started: Started container app',
  ]);
  expect(world.state('web')).toMatchObject({
    ready: true,
    restartCount: 0,
    image: 'docker.io/library/nginx:latest',
  });
  expect(world.file('web', '/sys/fs/cgroup/memory.current')).not.toContain('.');
  const { fs } = world.node.host.init;
  const log = fs.list('/var/log/containers').find((name) => name.startsWith('web_default_app-')) as string;
  expect(fs.read(`/var/log/containers/${log}`)).toContain('Configuration complete; ready for start up');
});

test('an image that is not there: ErrImagePull, ImagePullBackOff, and on once it is mended', () => {
  world.run('broken', { containers: [container('c', 'nginx:nosuchtag')] });
  world.clock.advance(3000);
  expect(world.state('broken').state.waiting.reason).toMatch(/ErrImagePull|ImagePullBackOff/);
  world.clock.advance(3000);
  expect(world.state('broken').state.waiting.reason).toBe('ImagePullBackOff');
  world.client.patch(
    RESOURCES.pods,
    'broken',
    { type: 'strategic', body: { spec: { containers: [{ name: 'c', image: 'nginx' }] } } },
    'default',
  );
  world.clock.advance(6000);
  expect(world.state('broken')).toMatchObject({ ready: true, restartCount: 0 });
});

test.each([
  ['Never', ['echo', 'hi'], 'Succeeded', 'Completed'],
  ['Never', ['false'], 'Failed', 'Error'],
  ['Never', ['nosuch'], 'Failed', 'StartError'],
  ['OnFailure', ['echo', 'hi'], 'Succeeded', 'Completed'],
])('restart policy %s, %j: %s', (restartPolicy, command, phase, reason) => {
  world.run('job', { restartPolicy, containers: [container('c', 'busybox', { command })] });
  world.clock.advance(8000);
  expect(world.get('job').status.phase).toBe(phase);
  expect(world.state('job').state.terminated.reason).toBe(reason);
  expect(world.get('job').status.conditions[0]).toMatchObject({
    type: 'PodReadyToStartContainers',
    status: 'False',
  });
});

const NO_LIMITS = { tailLines: undefined, sinceMs: undefined, limitBytes: undefined };

test('deletion waits for the grace period and removes all traces, also while somebody follows the log', () => {
  world.run('slow', {
    terminationGracePeriodSeconds: 5,
    containers: [container('c', 'busybox', { command: ['sleep', 'infinity'] })],
  });
  world.clock.advance(6000);
  const { host } = world.node;
  const [log] = host.init.fs.list('/var/log/containers') as [string];
  const follow = { follow: true, timestamps: false, stream: 'All' as const, ...NO_LIMITS };
  new LogStream(
    host,
    host.init.fs.stat(`/var/log/containers/${log}`).path,
    follow,
    () => true,
    new WaitQueue(),
  );
  world.client.delete(RESOURCES.pods, 'slow', 'default');
  world.clock.advance(4500);
  expect(world.get('slow').metadata.deletionTimestamp).toBeDefined();
  world.clock.advance(1500);
  expect(world.client.find(RESOURCES.pods, 'slow', 'default')).toBeUndefined();
  expect(world.node.host.init.fs.list('/var/log/pods')).toEqual([]);
  expect(world.events('slow').at(-1)).toBe('Killing: Stopping container c');
});

test('probes: readiness gates traffic, liveness restarts', () => {
  world.run('probed', {
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
  world.clock.advance(9000);
  expect(world.state('probed')).toMatchObject({ ready: false, started: true });
  world.clock.advance(12_000);
  expect(world.state('probed').restartCount).toBe(1);
  expect(world.events('probed')).toContain(
    'Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 404',
  );
  expect(world.events('probed')).toContain(
    "Unhealthy: Liveness probe failed: cat: can't open '/tmp/alive': No such file or directory",
  );
  expect(world.events('probed')).toContain('Killing: Container c failed liveness probe, will be restarted');
});

test('a file mounted of a ConfigMap stays, its directory follows; what cannot be mounted is told', () => {
  const metadata = { name: 'cfg' };
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: 'one' } };
  world.client.create(RESOURCES.configmaps, map, 'default');
  const mounted = (...volumeMounts: object[]) => ({
    containers: [container('c', 'busybox', { command: ['sleep', 'infinity'], volumeMounts })],
    volumes: [{ name: 'cfg', configMap: { name: 'cfg' } }],
  });
  world.run(
    'vol',
    mounted({ name: 'cfg', mountPath: '/cfg' }, { name: 'cfg', mountPath: '/a', subPath: 'a' }),
  );
  world.run('over', mounted({ name: 'cfg', mountPath: '/etc/passwd' }));
  world.run('nameless', mounted({ name: 'cfg', mountPath: '/x', subPathExpr: '$(NOPE)' }));
  world.clock.advance(5000);
  const patch = { type: 'merge' as const, body: { data: { a: 'two' } } };
  world.client.patch(RESOURCES.configmaps, 'cfg', patch, 'default');
  world.clock.advance(60_000);
  expect([world.file('vol', '/cfg/a'), world.file('vol', '/a')]).toEqual(['two', 'one']);
  expect(world.state('over').lastState.terminated).toMatchObject({
    reason: 'StartError',
    message: expect.stringContaining(
      'create mountpoint for /etc/passwd mount: cannot create subdirectories in',
    ),
  });
  expect(world.state('nameless').state.waiting).toEqual({
    reason: 'CreateContainerConfigError',
    message: 'missing value for NOPE',
  });
});

test('volumes and environment', () => {
  world.client.create(
    RESOURCES.configmaps,
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cfg' }, data: { a: 'one' } },
    'default',
  );
  world.run('vol', {
    containers: [
      container('c', 'busybox', {
        command: ['echo', '$(A) $(NODE)'],
        env: [
          { name: 'A', valueFrom: { configMapKeyRef: { name: 'cfg', key: 'a' } } },
          { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
        ],
        volumeMounts: [
          { name: 'cfg', mountPath: '/cfg' },
          { name: 'cache', mountPath: '/cache' },
        ],
      }),
    ],
    volumes: [
      { name: 'cfg', configMap: { name: 'cfg' } },
      { name: 'cache', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
    ],
    restartPolicy: 'Never',
  });
  world.clock.advance(8000);
  const { fs } = world.node.host.init;
  expect(fs.read(`/var/log/containers/${fs.list('/var/log/containers')[0]}`)).toMatch(
    / stdout F one node01\n$/,
  );
  const runtime = world.runtime as EngineRuntime;
  const inside = runtime.filesOf(runtime.containers()[0]?.id ?? '') as Files;
  expect(() => inside.write('/cfg/b', '')).toThrow('Read-only file system');
  expect(() => inside.write('/cache/b', 'x'.repeat(2 ** 20 + 1))).toThrow('No space left on device');
  inside.write('/cache/b', 'x'.repeat(2 ** 20));
  world.run('missing', {
    containers: [
      container('c', 'busybox', {
        env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'nope', key: 'x' } } }],
      }),
    ],
  });
  world.clock.advance(8000);
  expect(world.state('missing').state.waiting).toEqual({
    reason: 'CreateContainerConfigError',
    message: 'secret "nope" not found',
  });
});

const manifest =
  'apiVersion: v1\nkind: Pod\nmetadata:\n  name: nginx-pod\nspec:\n  containers:\n  - name: nginx-container\n    image: nginx:1.14\n';

test('a static pod: mirrored, recreated when deleted, gone with its file', () => {
  const file = '/etc/kubernetes/manifests/nginx.yaml';
  world.node.host.init.fs.write(file, manifest);
  world.clock.advance(8000);
  expect(world.get('nginx-pod-node01')).toMatchObject({
    status: { phase: 'Running', podIP: '10.244.1.2' },
    metadata: { ownerReferences: [{ kind: 'Node' }] },
  });
  const { uid } = world.get('nginx-pod-node01').metadata;
  world.client.delete(RESOURCES.pods, 'nginx-pod-node01', 'default');
  world.clock.advance(2000);
  expect(world.get('nginx-pod-node01').metadata.uid).not.toBe(uid);
  expect(world.state('nginx-pod-node01')).toMatchObject({ ready: true, restartCount: 0 });
  world.node.host.init.fs.unlink(file);
  world.clock.advance(3000);
  expect(world.client.find(RESOURCES.pods, 'nginx-pod-node01', 'default')).toBeUndefined();
  world.node.host.init.fs.write(file, 'apiVersion: v1\nkind: Pod\n  metadata');
  world.clock.advance(3000);
  expect(world.node.log.join('\n')).toContain('Could not process manifest file');
});

test('host ports lead to the pod from the host and from elsewhere, and end with it', () => {
  world.run('web', {
    containers: [container('c', 'nginx', { ports: [{ containerPort: 80, hostPort: 8080 }] })],
  });
  world.clock.advance(6000);
  const { network } = world.node.host;
  const outside = new NetworkNamespace(network.network, 'outside');
  outside.interfaces.push({ name: 'eth0', mac: '', addresses: ['172.30.1.9/24'], up: true, mtu: 1500 });
  for (const [from, address] of [
    [network, '127.0.0.1'],
    [network, '172.30.1.3'],
    [outside, '172.30.1.3'],
  ] as const)
    expect(from.connect(address, 8080)).toMatchObject({ ok: true, to: '10.244.1.2', port: 80 });
  world.client.delete(RESOURCES.pods, 'web', 'default', { gracePeriodSeconds: 0 });
  world.clock.advance(3000);
  expect(outside.connect('172.30.1.3', 8080)).toMatchObject({ ok: false });
});

test('a sandbox that was stopped is made again, and all in it begins anew', () => {
  world.run('web', {
    initContainers: [container('prep', 'busybox', { command: ['echo', 'ready'] })],
    containers: [container('app', 'nginx')],
  });
  world.clock.advance(10_000);
  world.runtime.stopPodSandbox(world.runtime.sandboxes()[0]?.id ?? '');
  world.clock.advance(10_000);
  const { containerStatuses, initContainerStatuses } = world.get('web').status;
  expect([...initContainerStatuses, ...containerStatuses]).toMatchObject([
    { name: 'prep', restartCount: 1, lastState: { terminated: { reason: 'Completed' } } },
    { name: 'app', restartCount: 1, ready: true, lastState: { terminated: { exitCode: 137 } } },
  ]);
  expect(world.events('web')).toContain(
    'SandboxChanged: Pod sandbox changed, it will be killed and re-created.',
  );
});

test('/proc shows a container its own stack, and the host what the container sees', () => {
  world.run('web', { containers: [container('c', 'nginx')] });
  world.clock.advance(6000);
  expect(world.file('web', '/proc/net/tcp')).toMatch(/^ +0: 00000000:0050 00000000:0000 0A /m);
  expect(world.file('web', '/proc/net/route')).toContain('eth0\t0001F40A\t00000000\t0001');
  expect(world.file('web', '/proc/1/status')).toMatch(/^NSpid:\t1$/m);
  const { host } = world.node;
  const nginx = host.processes.list().find(({ exe }) => exe === '/usr/sbin/nginx');
  const read = (path: string) => host.init.fs.read(`/proc/${nginx?.pid}/${path}`);
  expect(read('root/etc/os-release')).toContain('Debian');
  expect(read('status')).toMatch(new RegExp(`^NSpid:\t${nginx?.pid}\t1$`, 'm'));
  expect(read('mountinfo')).toMatch(/^24 1 0:20 \/ \/ rw,relatime - overlay /);
  expect(host.init.fs.read('/proc/2/comm')).toBe('kthreadd\n');
});
