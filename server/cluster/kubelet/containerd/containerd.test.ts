import { describe, expect, test } from 'vitest';
import { Host, httpRequest, Network, type Program } from '../../../host/index.ts';
import { Clock, Random } from '../../../sim/index.ts';
import type { ContainerConfig, SandboxConfig } from '../../client/cri.ts';
import { IMAGE_PROGRAMS } from '../../images/index.ts';
import { Containerd } from './containerd.ts';

const START = Date.UTC(2026, 10, 21, 9, 0, 0);

const tools: Program[] = [
  {
    name: 'echo',
    main: function* (c) {
      yield* c.out(`${c.args.slice(1).join(' ')}\n`);
      return 0;
    },
  },
  {
    name: 'sleep',
    main: function* (c) {
      yield* c.sleep(Number(c.args[1]) * 1000);
      return 0;
    },
  },
  {
    name: 'wc',
    main: function* (c) {
      let length = 0;
      for (let piece = yield* c.read(0); piece !== ''; piece = yield* c.read(0)) length += piece.length;
      yield* c.out(`${length}\n`);
      return 0;
    },
  },
  {
    name: 'touch',
    main: function* (c) {
      c.fs.write(c.args[1] as string, 'x');
      return 0;
    },
  },
];

function makeHost(from?: Host, clock = new Clock(START)) {
  const host = new Host({
    hostname: 'node01',
    clock,
    random: new Random('node01'),
    network: new Network(),
    programs: new Map([...IMAGE_PROGRAMS, ...tools].map((program) => [program.name, program])),
    ...(from ? { base: from.disk.freeze(), bootedAt: from.bootedAt } : {}),
  });
  host.network.interfaces.push({ name: 'eth0', mac: '', addresses: ['172.30.1.3/24'], up: true, mtu: 1500 });
  if (!from) {
    host.init.fs.mkdirAll('/etc/cni/net.d');
    host.init.fs.write('/etc/resolv.conf', 'nameserver 172.30.1.1\n');
    host.init.fs.mkdirAll('/opt/cni/bin');
    host.init.fs.write('/opt/cni/bin/bridge', '');
    host.init.fs.write(
      '/etc/cni/net.d/10-bridge.conf',
      '{"name":"pods","type":"bridge","ipam":{"subnet":"10.244.1.0/24"}}',
    );
  }
  return host;
}

const sandboxConfig = (name: string): SandboxConfig => ({
  metadata: { name, namespace: 'default', uid: `uid-${name}`, attempt: 0 },
  hostname: name,
  logDirectory: `/var/log/pods/default_${name}_uid-${name}`,
  hostNetwork: false,
  hostPid: false,
  sharePids: false,
  resolvConf: 'nameserver 10.96.0.10\n',
  hostPorts: [],
  sysctls: {},
  cgroupParent: '/kubepods.slice',
  labels: {},
  annotations: {},
});

const containerConfig = (image: string, change: Partial<ContainerConfig> = {}): ContainerConfig => ({
  name: 'c',
  attempt: 0,
  image,
  command: [],
  args: [],
  env: [],
  workingDir: undefined,
  mounts: [],
  logPath: 'c/0.log',
  stdin: false,
  stdinOnce: false,
  tty: false,
  runAsUser: undefined,
  runAsGroup: undefined,
  supplementalGroups: [],
  readOnlyRootFilesystem: false,
  privileged: false,
  cpuLimit: undefined,
  memoryLimit: undefined,
  labels: {},
  annotations: {},
  ...change,
});

function start(
  host: Host,
  runtime: Containerd,
  image: string,
  change: Partial<ContainerConfig> = {},
  name = 'web',
) {
  runtime.pullImage(image);
  host.clock.advance(5000);
  const sandbox = runtime.runPodSandbox(sandboxConfig(name));
  const id = runtime.createContainer(sandbox, containerConfig(image, change));
  runtime.startContainer(id);
  host.clock.advance(10);
  return { sandbox, id };
}

describe('containerd', () => {
  test('runs nginx, which answers and logs', () => {
    const host = makeHost();
    const runtime = new Containerd({ host, hollow: false });
    const { sandbox, id } = start(host, runtime, 'nginx');
    expect(runtime.sandbox(sandbox)?.ip).toBe('10.244.1.2');
    const ask = () =>
      httpRequest(
        host.network,
        { address: '10.244.1.2', port: 80 },
        { method: 'GET', path: '/', headers: { host: 'x' } },
      );
    expect(ask().body).toContain('Welcome to nginx!');
    const log = host.init.fs.read('/var/log/pods/default_web_uid-web/c/0.log');
    expect(log).toMatch(
      /^2026-11-21T09:00:05\.\d{9}Z stdout F \/docker-entrypoint.sh: \/docker-entrypoint.d\/ is not empty/,
    );
    expect(log).toMatch(
      /stdout F 10\.244\.1\.1 - - \[21\/Nov\/2026:09:00:05 \+0000\] "GET \/ HTTP\/1\.1" 200 6\d\d "-" "-" "-"\n$/,
    );
    expect(host.clock.pending).toBe(0);
    runtime.stopContainer(id, 30_000);
    host.clock.advance(10);
    expect(runtime.container(id)).toMatchObject({ state: 'exited', exitCode: 0, reason: 'Completed' });
    expect(ask).toThrow('Connection refused');
  });

  test('kills what does not listen to SIGTERM after the grace period', () => {
    const host = makeHost();
    const runtime = new Containerd({ host, hollow: false });
    const { id } = start(host, runtime, 'busybox', { command: ['sleep', '3600'] });
    runtime.stopContainer(id, 30_000);
    host.clock.advance(29_990);
    expect(runtime.container(id)?.state).toBe('running');
    host.clock.advance(20);
    expect(runtime.container(id)).toMatchObject({ state: 'exited', exitCode: 137, reason: 'Error' });
  });

  test.each([
    [
      'nosuch',
      'failed to pull and unpack image "docker.io/library/nosuch:latest": failed to resolve reference "docker.io/library/nosuch:latest": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    ],
    [
      'nginx:nosuchtag',
      'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:nosuchtag": failed to resolve reference "docker.io/library/nginx:nosuchtag": docker.io/library/nginx:nosuchtag: not found',
    ],
  ])('refuses %s', (name, error) => {
    const host = makeHost();
    const pull = new Containerd({ host, hollow: false }).pullImage(name);
    host.clock.advance(5000);
    expect(pull).toMatchObject({ done: true, error });
  });

  test.each([
    [{ command: ['nope'] }, 'error during container init: exec: "nope": executable file not found in $PATH'],
    [{ command: ['/bin/nope'] }, 'exec: "/bin/nope": stat /bin/nope: no such file or directory: unknown'],
    [{ command: ['/etc'] }, 'exec: "/etc": is a directory: unknown'],
    [{ command: ['/etc/passwd'] }, 'exec: "/etc/passwd": permission denied: unknown'],
    [
      { workingDir: '/etc/passwd' },
      'error during container init: mkdir /etc/passwd: not a directory: unknown',
    ],
  ])('what cannot be run fails the start: %j', (config, error) => {
    const host = makeHost();
    const runtime = new Containerd({ host, hollow: false });
    expect(() => start(host, runtime, 'busybox', config)).toThrow(error);
  });

  test.each([
    ['echo hi\n', 'exec /run/script: exec format error'],
    ['#!/bin/nope\n', 'exec /run/script: no such file or directory'],
  ])('what turns out not to be executable says so in the log: %j', (text, line) => {
    const host = makeHost();
    host.init.fs.write('/opt/script', text, 0o755);
    const runtime = new Containerd({ host, hollow: false });
    const mounts = [{ hostPath: '/opt/script', containerPath: '/run/script', readOnly: true }];
    const { id } = start(host, runtime, 'busybox', { command: ['/run/script'], mounts });
    host.clock.advance(10);
    expect(runtime.container(id)).toMatchObject({ state: 'exited', exitCode: 255, reason: 'Error' });
    expect(host.init.fs.read(runtime.container(id)?.logPath ?? '')).toContain(`stderr F ${line}\n`);
  });

  test('exec runs in the container and tells the exit code', () => {
    const host = makeHost();
    const runtime = new Containerd({ host, hollow: false });
    const { id } = start(host, runtime, 'busybox', { command: ['sleep', '3600'] });
    const session = runtime.exec(id, { command: ['echo', 'hi'], stdin: false, tty: false });
    host.clock.advance(10);
    const frames = [];
    for (let f = session.stream.receive(); f; f = session.stream.receive()) frames.push(f);
    expect(frames[0]).toEqual({ channel: 1, data: 'hi\n' });
    expect(session.stream.ended).toBe(true);
    expect(session.exitCode).toBe(0);
    runtime.exec(id, { command: ['touch', '/etc/mark'], stdin: false, tty: false });
    host.clock.advance(10);
    expect(runtime.readFile(id, '/etc/mark')).toBe('x');
  });

  test('input that ends at once still reaches the command as a whole', () => {
    const host = makeHost();
    const runtime = new Containerd({ host, hollow: false });
    const { id } = start(host, runtime, 'busybox', { command: ['sleep', '3600'] });
    const { stream } = runtime.exec(id, { command: ['wc'], stdin: true, tty: false });
    stream.send(0, 'x'.repeat(300_000));
    stream.send(0, '');
    host.clock.advance(100);
    expect(stream.receive()).toEqual({ channel: 1, data: '300000\n' });
  });

  test('a restored host runs the same containers with what they wrote', () => {
    const host = makeHost();
    const runtime = new Containerd({ host, hollow: false });
    const { id } = start(host, runtime, 'nginx');
    runtime.exec(id, { command: ['touch', '/usr/share/nginx/html/a.txt'], stdin: false, tty: false });
    host.clock.advance(10);
    const before = runtime.container(id);
    const logBefore = host.init.fs.read('/var/log/pods/default_web_uid-web/c/0.log');
    const again = makeHost(host, new Clock(host.clock.now));
    const restored = new Containerd({ host: again, hollow: false });
    again.clock.advance(10);
    expect({ ...restored.container(id), pid: 0 }).toEqual({ ...before, pid: 0 });
    const answer = httpRequest(
      again.network,
      { address: '10.244.1.2', port: 80 },
      { method: 'GET', path: '/a.txt', headers: {} },
    );
    expect(answer.body).toBe('x');
    expect(again.init.fs.read('/var/log/pods/default_web_uid-web/c/0.log').startsWith(logBefore)).toBe(true);
    expect(again.init.fs.read('/var/log/pods/default_web_uid-web/c/0.log').split('\n')).toHaveLength(
      logBefore.split('\n').length + 1,
    );
  });

  test('containerd restarted finds what runs', () => {
    const host = makeHost();
    const first = new Containerd({ host, hollow: false });
    const { id } = start(host, first, 'nginx');
    first.close();
    const second = new Containerd({ host, hollow: false });
    second.stopContainer(id, 1000);
    host.clock.advance(10);
    expect(second.container(id)).toMatchObject({ state: 'exited', exitCode: 0 });
  });
});
