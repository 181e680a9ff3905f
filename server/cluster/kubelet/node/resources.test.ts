import { beforeEach, expect, test } from 'vitest';
import { IMAGES_FILE } from '../../client/cri.ts';
import { RESOURCES } from '../../client/resources.ts';
import { container, NodeUnderTest } from '../testing.ts';

let world: NodeUnderTest;
beforeEach(() => {
  world = new NodeUnderTest();
});

test('refuses what does not fit', () => {
  const asks = (requests: object) => ({ containers: [container('c', 'nginx', { resources: { requests } })] });
  const port = (hostIP?: string) => ({
    containers: [container('c', 'nginx', { ports: [{ containerPort: 80, hostPort: 8080, hostIP }] })],
  });
  const containers = [container('c', 'nginx')];
  const in_ = (values: string[]) => ({
    nodeSelectorTerms: [{ matchExpressions: [{ key: 'disk', operator: 'In', values }] }],
  });
  const affinity = {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: in_(['ssd']) },
  };
  world.run('held', port('127.0.0.1'));
  for (const [name, spec, reason, message] of [
    [
      'cpu',
      asks({ cpu: '3' }),
      'OutOfcpu',
      "Node didn't have enough resource: cpu, requested: 3000, used: 0, capacity: 2000",
    ],
    [
      'disk',
      asks({ 'ephemeral-storage': '1Ti' }),
      'OutOfephemeral-storage',
      /^Node didn't have enough resource: ephemeral-storage, requested: 1099511627776, used: 0, /,
    ],
    [
      'os',
      { os: { name: 'windows' }, containers },
      'PodOSNotSupported',
      "Failed to admit pod as the OS field doesn't match node OS",
    ],
    [
      'selector',
      { nodeSelector: { 'kubernetes.io/os': 'windows' }, containers },
      'PodOSSelectorNodeLabelDoesNotMatch',
      "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label",
    ],
    [
      'affine',
      { affinity, containers },
      'NodeAffinity',
      "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    ],
    [
      'port',
      port(),
      'NodePorts',
      "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
    ],
  ] as const) {
    world.run(name, spec);
    world.clock.advance(100);
    const { status } = world.get(name);
    expect(status).toMatchObject({ phase: 'Failed', reason });
    expect(status.message.replace('Pod was rejected: ', '')).toEqual(
      typeof message === 'string' ? message : expect.stringMatching(message),
    );
  }
  world.run('other', port('127.0.0.2'));
  world.clock.advance(100);
  expect(world.get('other').status.phase).toBe('Pending');
  const taints = [{ key: 'gone', effect: 'NoExecute' }];
  world.client.patch(RESOURCES.nodes, 'node01', { type: 'merge', body: { spec: { taints } } });
  world.clock.advance(100);
  world.run('tainted', { containers });
  world.clock.advance(100);
  expect(world.get('tainted').status.reason).toBe('TaintToleration');
});

test('a pod that has ended makes room, whatever still holds it in the API', () => {
  const resources = { requests: { cpu: '1500m' } };
  world.run('done', {
    restartPolicy: 'Never',
    containers: [container('c', 'busybox', { command: ['echo', 'hi'], resources })],
  });
  world.clock.advance(5000);
  const held = { name: 'held', finalizers: ['example.com/hold'] };
  const spec = { nodeName: 'node01', containers: [container('c', 'nginx', { resources })] };
  world.client.create(RESOURCES.pods, { apiVersion: 'v1', kind: 'Pod', metadata: held, spec }, 'default');
  world.clock.advance(5000);
  world.client.delete(RESOURCES.pods, 'held', 'default');
  world.clock.advance(40_000);
  world.run('next', { containers: [container('c', 'nginx', { resources })] });
  world.clock.advance(5000);
  expect(['done', 'held', 'next'].map((name) => world.get(name).status.phase)).toEqual([
    'Succeeded',
    'Succeeded',
    'Running',
  ]);
});

test('resources of a running container are resized in place, or with a restart, or not at all', () => {
  const sized = (cpu: string, memory: string) => ({
    requests: { cpu, memory },
    limits: { cpu, memory },
  });
  const resizePolicy = [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }];
  world.run('web', {
    containers: [container('c', 'nginx', { resources: sized('200m', '64Mi'), resizePolicy })],
  });
  world.clock.advance(6000);
  const resize = (cpu: string, memory: string) => {
    const body = { spec: { containers: [{ name: 'c', resources: sized(cpu, memory) }] } };
    const patch = { type: 'strategic' as const, body, subresource: 'resize' };
    world.client.patch(RESOURCES.pods, 'web', patch, 'default');
    world.clock.advance(3000);
  };
  resize('400m', '64Mi');
  expect(world.state('web')).toMatchObject({ restartCount: 0, resources: sized('400m', '64Mi') });
  const { fs } = world.node.host.init;
  const groups = '/sys/fs/cgroup/kubepods.slice';
  const group = `${groups}/${fs.list(groups).find((name) => name.startsWith('kubepods-pod'))}`;
  expect(fs.read(`${group}/cpu.max`)).toBe('40000 100000\n');
  expect(fs.read(`${group}/memory.max`)).toBe('67108864\n');
  expect(world.file('web', '/sys/fs/cgroup/cpu.max')).toBe('40000 100000\n');
  expect(world.file('web', '/proc/1/cgroup')).toBe('0::/\n');
  resize('64', '64Mi');
  expect(world.state('web')).toMatchObject({ restartCount: 0, resources: sized('400m', '64Mi') });
  expect(world.get('web').status.conditions.at(-1)).toMatchObject({
    type: 'PodResizePending',
    reason: 'Infeasible',
    message: "Node didn't have enough capacity: cpu, requested: 64000, capacity: 2000",
  });
  resize('400m', '128Mi');
  expect(world.state('web')).toMatchObject({ restartCount: 1, resources: sized('400m', '128Mi') });
  expect(world.events('web')).toContain('Killing: Container c resize requires restart');
});

test('a program that needs more memory than it may have is ended by the kernel', () => {
  const limits = (memory: string) => ({ resources: { limits: { memory } } });
  const args = ['--vm', '1', '--vm-bytes', '250M'];
  world.run('small', {
    containers: [container('c', 'polinux/stress', { command: ['stress'], args, ...limits('100Mi') })],
  });
  world.run('tiny', {
    containers: [container('c', 'busybox', { command: ['sleep', '9'], ...limits('1Mi') })],
  });
  world.clock.advance(9000);
  expect(world.state('small').lastState.terminated).toMatchObject({ reason: 'OOMKilled', exitCode: 137 });
  expect(world.events('tiny').join()).toContain('container init was OOM-killed (memory limit too low?)');
  const kernel = world.node.host.journal.entries().filter(({ identifier }) => identifier === 'kernel');
  expect(kernel.map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/^Memory cgroup out of memory: Killed process \d+ \(stress\)/),
  );
});

test('a program that takes the memory of the node is noticed whenever it does, and ended with its pod', () => {
  world.run('greedy', { containers: [container('c', 'polinux/stress', { command: ['sleep', 'infinity'] })] });
  world.clock.advance(90_000);
  const id = world.state('greedy').containerID.slice('containerd://'.length);
  const command = ['stress', '--vm', '1', '--vm-bytes', '3600M', '--vm-hang', '0'];
  world.runtime.exec(id, { command, stdin: false, tty: false });
  world.clock.advance(30_000);
  expect(world.get('greedy').status).toMatchObject({ phase: 'Failed', reason: 'Evicted' });
});

test('a disk that fills costs the pods that are not critical, and lets no new ones in', () => {
  world.run('web', { containers: [container('c', 'nginx')] });
  world.run('vital', {
    priorityClassName: 'system-node-critical',
    containers: [container('c', 'busybox', { command: ['sleep', '999'] })],
  });
  world.clock.advance(6000);
  const { disk, init } = world.node.host;
  disk.set(init.fs.stat('/etc/resolv.conf').ino, { data: '', zeros: 16e9 });
  world.clock.advance(25_000);
  expect(world.get('web').status).toMatchObject({ phase: 'Failed', reason: 'Evicted' });
  expect(world.get('web').status.message).toMatch(
    /^The node was low on resource: ephemeral-storage\. Threshold quantity: /,
  );
  expect(world.get('vital').status.phase).toBe('Running');
  world.run('late', { containers: [container('c', 'nginx')] });
  world.clock.advance(2000);
  expect(world.get('late').status).toMatchObject({
    reason: 'Evicted',
    message: 'Pod was rejected: The node had condition: [DiskPressure]. ',
  });
  const pressure = () =>
    world.client.get(RESOURCES.nodes, 'node01').status.conditions.find((c: any) => c.type === 'DiskPressure')
      .status;
  expect(pressure()).toBe('True');
  init.fs.write('/etc/resolv.conf', '');
  world.clock.advance(290_000);
  expect(pressure()).toBe('True');
  world.clock.advance(30_000);
  expect(pressure()).toBe('False');
  expect(world.clock.pending).toBeLessThanOrEqual(1);
});

test('before pods are ended for a full disk, images that nothing uses are removed', () => {
  world.run('web', { containers: [container('c', 'nginx')] });
  world.run('brief', {
    restartPolicy: 'Never',
    containers: [container('c', 'busybox', { command: ['true'] })],
  });
  world.clock.advance(6000);
  world.client.delete(RESOURCES.pods, 'brief', 'default', { gracePeriodSeconds: 0 });
  world.clock.advance(2000);
  const images = () => world.node.host.init.fs.read(IMAGES_FILE);
  expect(images()).toContain('busybox');
  const { disk, init } = world.node.host;
  const { bytes, usedBytes } = disk.usage();
  const { ino } = init.fs.stat('/etc/resolv.conf');
  disk.set(ino, { data: '', zeros: Math.floor(bytes * 0.85) - usedBytes + 1_000_000 });
  world.clock.advance(25_000);
  expect(images()).not.toContain('busybox');
  expect(world.get('web').status.phase).toBe('Running');
});

test('who writes more to the disk than allowed is ended', () => {
  const resources = { limits: { 'ephemeral-storage': '1Mi' } };
  world.run('web', { containers: [container('c', 'nginx', { resources })] });
  world.clock.advance(6000);
  const { uid } = world.get('web').metadata;
  world.node.host.init.fs.write(`/var/log/pods/default_web_${uid}/c/0.log`, 'x'.repeat(2_000_000));
  world.clock.advance(15_000);
  expect(world.get('web').status).toMatchObject({
    reason: 'Evicted',
    message: 'Pod ephemeral local storage usage exceeds the total limit of containers 1Mi. ',
  });
});

test('a pod has as many processes as the node lets pods have', () => {
  world = new NodeUnderTest({ settings: { podPidsLimit: 4 } });
  world.run('web', { containers: [container('c', 'nginx')] });
  world.clock.advance(6000);
  // pause, nginx and its two workers.
  expect(world.state('web').ready).toBe(true);
  const { id } = world.runtime.containers().find(({ config }) => config.name === 'c') ?? { id: '' };
  expect(() => world.runtime.exec(id, { command: ['cat'], tty: false, stdin: false })).toThrow(
    /error starting setns process: fork\/exec \/proc\/self\/exe: resource temporarily unavailable/,
  );
});

test('the kernel is told whom to kill first', () => {
  const resources = { requests: { memory: '1Gi' } };
  const sized = { requests: { cpu: '10m', memory: '64Mi' }, limits: { cpu: '10m', memory: '64Mi' } };
  world.run('best', { containers: [container('c', 'nginx')] });
  world.run('burst', { containers: [container('c', 'nginx', { resources })] });
  world.run('sure', { containers: [container('c', 'nginx', { resources: sized })] });
  world.clock.advance(8000);
  const score = (name: string) => Number(world.file(name, '/proc/1/oom_score_adj'));
  expect(['best', 'burst', 'sure'].map(score)).toEqual([1000, 750, -997]);
});
