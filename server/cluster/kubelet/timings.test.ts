import { beforeEach, describe, expect, test } from 'vitest';
import type { Clock } from '../../sim/index.ts';
import { startApiServer } from '../apiserver/testing.ts';
import type { Client } from '../client/client.ts';
import { type ContainerRuntime, socketKey } from '../client/cri.ts';
import { RESOURCES } from '../client/resources.ts';
import { startNode, type TestNode } from './testing.ts';

let client: Client;
let clock: Clock;
let node: TestNode;

beforeEach(() => {
  const server = startApiServer();
  clock = server.clock;
  client = server.client();
  node = startNode({ clock, client: server.client('system:node:node01', ['system:masters']) });
  clock.advance(3000);
});

/** A pod of one container `c`. */
function run(name: string, container: object, spec: object = {}): void {
  const containers = [{ name: 'c', image: 'busybox', imagePullPolicy: 'IfNotPresent', ...container }];
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { nodeName: 'node01', automountServiceAccountToken: false, containers, ...spec },
  };
  client.create(RESOURCES.pods, pod, 'default');
}

const state = (name: string) => client.get(RESOURCES.pods, name, 'default').status.containerStatuses?.[0];
const happened = (reason: string, message = ''): number =>
  client
    .list(RESOURCES.events, { namespace: 'default' })
    .items.filter((event) => event['reason'] === reason && event['message'].startsWith(message))
    .reduce((sum, event) => sum + (event['count'] ?? 1), 0);

/** Seconds, in fives, from now to the first change of what `count` gives, and from each to the next. */
function gaps(seconds: number, count: () => number): number[] {
  const at = [clock.now];
  for (let seen = count(), end = clock.now + seconds * 1000; clock.now < end; clock.advance(500)) {
    if (count() === seen) continue;
    seen = count();
    at.push(clock.now);
  }
  return at.slice(1).map((time, i) => Math.round((time - (at[i] as number)) / 5000) * 5);
}

describe('timings', () => {
  test('a container that crashes is started again at once, then after 10, 20, 40 … 300 seconds', () => {
    run('crash', { command: ['false'] });
    expect(gaps(1100, () => state('crash')?.restartCount ?? -1)).toEqual([
      0, 0, 10, 20, 40, 80, 160, 300, 300,
    ]);
    expect(state('crash').state.waiting).toMatchObject({
      reason: 'CrashLoopBackOff',
      message: expect.stringMatching(/^back-off 5m0s restarting failed container=c pod=crash_default\(/),
    });
    expect(client.get(RESOURCES.pods, 'crash', 'default').status.phase).toBe('Running');
  });

  test('an image that cannot be pulled is tried again after 10, 20, 40 … 300 seconds', () => {
    run('broken', { image: 'nginx:nosuchtag' });
    let attempts = 0;
    let before = '';
    const count = () => {
      const { reason = '' } = state('broken')?.state.waiting ?? {};
      if (reason === 'ErrImagePull' && before !== reason) attempts++;
      before = reason;
      return attempts;
    };
    expect(gaps(1000, count)).toEqual([10, 20, 40, 80, 160, 300, 300]);
  });

  test('probes begin after their delay, come every period and count to their thresholds', () => {
    run('probed', {
      image: 'nginx',
      livenessProbe: {
        tcpSocket: { port: 81 },
        initialDelaySeconds: 3,
        periodSeconds: 4,
        failureThreshold: 4,
      },
      readinessProbe: { httpGet: { port: 80 }, periodSeconds: 5, successThreshold: 2 },
    });
    while (!state('probed')?.state.running) clock.advance(100);
    const started = clock.now;
    const seconds = () => Math.round((clock.now - started) / 1000);
    while (happened('Unhealthy', 'Liveness') === 0) clock.advance(100);
    expect(seconds()).toBe(3);
    while (!state('probed').ready) clock.advance(100);
    expect(seconds()).toBe(4);
    while (happened('Killing') === 0) clock.advance(100);
    expect(seconds()).toBe(15);
    expect(happened('Unhealthy', 'Liveness')).toBe(4);
  });

  test('a probe that cannot be made says nothing of the container', () => {
    run('odd', {
      command: ['sleep', 'infinity'],
      livenessProbe: { exec: { command: ['nosuch'] }, periodSeconds: 1 },
    });
    run('named', { image: 'nginx', livenessProbe: { tcpSocket: { port: 'http' }, periodSeconds: 1 } });
    clock.advance(20_000);
    const messages = client.list(RESOURCES.events, { namespace: 'default' }).items.map((e) => e['message']);
    const unknown = 'Liveness probe errored and resulted in unknown state: ';
    expect(messages).toContain(`${unknown}strconv.Atoi: parsing "http": invalid syntax`);
    expect(messages).toContainEqual(expect.stringMatching(`^${unknown}rpc error: code = .*exec: "nosuch"`));
    expect([state('odd').restartCount, state('named').restartCount]).toEqual([0, 0]);
  });

  test('gRPC probes ask for health', () => {
    const grpc = (port: number, service?: string) => ({
      readinessProbe: { grpc: { port, ...(service ? { service } : {}) }, periodSeconds: 1 },
    });
    run('healthy', {
      image: 'registry.k8s.io/e2e-test-images/agnhost:2.53',
      args: ['grpc-health-checking'],
      ...grpc(5000),
    });
    run('other', {
      image: 'registry.k8s.io/e2e-test-images/agnhost:2.53',
      args: ['grpc-health-checking'],
      ...grpc(5000, 'x'),
    });
    run('plain', { image: 'nginx', ...grpc(80) });
    clock.advance(9000);
    expect([state('healthy').ready, state('other').ready, state('plain').ready]).toEqual([
      true,
      false,
      false,
    ]);
    const messages = client.list(RESOURCES.events, { namespace: 'default' }).items.map((e) => e['message']);
    expect(messages).toContain(
      'Readiness probe failed: error: health rpc probe failed: rpc error: code = NotFound desc = unknown service',
    );
    expect(messages).toContainEqual(
      expect.stringMatching(
        /^Readiness probe failed: timeout: failed to connect service "[\d.]+:80" within 1s: context deadline exceeded$/,
      ),
    );
  });

  test('a pod has its grace period to end, a hook included', () => {
    const lasting = { command: ['sleep', 'infinity'] };
    run('slow', lasting, { terminationGracePeriodSeconds: 7 });
    run('hooked', { image: 'nginx', lifecycle: { preStop: { sleep: { seconds: 4 } } } });
    clock.advance(5000);
    const ended = clock.now;
    for (const name of ['slow', 'hooked']) client.delete(RESOURCES.pods, name, 'default');
    const took = (name: string) => {
      while (client.find(RESOURCES.pods, name, 'default')) clock.advance(100);
      return Math.round((clock.now - ended) / 1000);
    };
    expect([took('hooked'), took('slow')]).toEqual([4, 7]);
  });

  test('sidecars end last, the later ones first; a pod whose time is up fails', () => {
    const lasting = { image: 'busybox', command: ['sleep', 'infinity'] };
    const pause = { image: 'registry.k8s.io/pause:3.10', restartPolicy: 'Always' };
    const hook = (seconds: number) => ({ lifecycle: { preStop: { sleep: { seconds } } } });
    const initContainers = [
      { name: 's1', ...pause },
      { name: 's2', ...pause, ...hook(4) },
    ];
    run('sides', { image: 'nginx', ...hook(3) }, { initContainers });
    run('late', lasting, {
      activeDeadlineSeconds: 12,
      terminationGracePeriodSeconds: 3,
      restartPolicy: 'Never',
    });
    clock.advance(8000);
    client.delete(RESOURCES.pods, 'sides', 'default');
    const runtime = node.host.network.network.unix.get(socketKey('node01'))?.service as ContainerRuntime;
    const names = () =>
      runtime
        .containers()
        .filter((c) => c.state === 'running' && c.config.labels['io.kubernetes.pod.name'] === 'sides')
        .map((c) => c.config.name);
    const seen = new Set<string>();
    for (let t = 0; t < 5000; t += 100) {
      clock.advance(100);
      seen.add(names().join());
    }
    expect([...seen]).toEqual(['s1,s2,c', 's1,s2', '']);
    clock.advance(5000);
    expect(client.get(RESOURCES.pods, 'late', 'default').status).toMatchObject({
      phase: 'Failed',
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    });
    expect(happened('DeadlineExceeded')).toBe(1);
  });

  test('a job with sidecars is done when they have had their time to end', () => {
    const sides = {
      initContainers: [
        { name: 's', image: 'busybox', command: ['sleep', 'infinity'], restartPolicy: 'Always' },
      ],
    };
    const once = { restartPolicy: 'Never', terminationGracePeriodSeconds: 6 };
    run('job', { command: ['sleep', '2'] }, { ...sides, ...once });
    while (client.get(RESOURCES.pods, 'job', 'default').status.phase !== 'Running') clock.advance(100);
    const began = clock.now;
    while (state('job').state.running) clock.advance(100);
    expect(client.get(RESOURCES.pods, 'job', 'default').status.phase).toBe('Running');
    while (client.get(RESOURCES.pods, 'job', 'default').status.phase === 'Running') clock.advance(100);
    expect(Math.round((clock.now - began) / 1000)).toBe(8);
    expect(client.get(RESOURCES.pods, 'job', 'default').status).toMatchObject({
      phase: 'Succeeded',
      initContainerStatuses: [{ state: { terminated: { exitCode: 137 } } }],
    });
    expect(happened('Killing', 'Stopping container s')).toBe(1);
  });

  test('a container that ends before anybody noticed it is never told to run', () => {
    const phases = new Set<string>();
    run('short', { command: ['false'] }, { restartPolicy: 'Never' });
    for (let ms = 0; ms < 5000; ms += 20) {
      clock.advance(20);
      phases.add(client.get(RESOURCES.pods, 'short', 'default').status.phase);
    }
    expect([...phases]).toEqual(['Pending', 'Failed']);
  });

  test('the mirror of a static pod is made, and made again, within a second', () => {
    const manifest =
      '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"s"},"spec":{"containers":[{"name":"c","image":"nginx"}]}}';
    const { fs } = node.host.init;
    fs.write('/etc/kubernetes/manifests/s.yaml', manifest);
    clock.advance(100);
    const { uid } = client.get(RESOURCES.pods, 's-node01', 'default').metadata;
    clock.advance(900);
    expect(client.get(RESOURCES.pods, 's-node01', 'default').status.phase).toBe('Running');
    client.delete(RESOURCES.pods, 's-node01', 'default');
    clock.advance(1000);
    expect(client.get(RESOURCES.pods, 's-node01', 'default').metadata.uid).not.toBe(uid);
    fs.unlink('/etc/kubernetes/manifests/s.yaml');
    clock.advance(1000);
    expect(client.find(RESOURCES.pods, 's-node01', 'default')).toBeUndefined();
    fs.write('/etc/kubernetes/manifests/s.yaml', manifest);
    clock.advance(1000);
    fs.rename('/etc/kubernetes/manifests', '/etc/kubernetes/aside');
    clock.advance(2000);
    expect(client.find(RESOURCES.pods, 's-node01', 'default')).toBeUndefined();
    fs.rename('/etc/kubernetes/aside', '/etc/kubernetes/manifests');
    clock.advance(21_000);
    expect(client.get(RESOURCES.pods, 's-node01', 'default').status.phase).toBe('Running');
  });
});
