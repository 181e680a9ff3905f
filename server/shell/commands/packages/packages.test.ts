import { describe, expect, test } from 'vitest';
import { filesOn, ubuntuDisk } from '../../../host/index.ts';
import { compareVersions, installKubernetes, packageSites } from '../../../host/packages/index.ts';
import { Clock } from '../../../sim/index.ts';
import { COMMANDS } from '../index.ts';
import { TestWorld } from '../testing.ts';

const NOW = Date.UTC(2026, 2, 2, 10, 30);

/** A machine of a cluster in v1.33.1, and the sites it takes packages from. */
function machine(): TestWorld {
  const installed = COMMANDS.map(({ name, paths }) => ({
    program: name,
    paths: paths ?? [`/usr/bin/${name}`],
  }));
  const world = new TestWorld({ base: ubuntuDisk(new Clock(NOW), installed) });
  // No resolver runs on it: it asks the network's.
  world.host.init.fs.write('/etc/resolv.conf', 'nameserver 172.30.1.1\n');
  for (const [name, site] of packageSites()) world.network.outside.publish(name, site);
  installKubernetes(filesOn(world.host.disk), 'v1.33.1', ['kubeadm', 'kubelet', 'kubectl', 'cri-tools']);
  return world;
}

/** Runs command lines one after the other on one machine. */
function session(
  world: TestWorld,
  lines: readonly string[],
): { stdout: string; stderr: string; status: number } {
  let last = { stdout: '', stderr: '', status: 0 };
  for (const line of lines) last = world.run(line.split(' '));
  return last;
}

describe('apt', () => {
  test('a held package is upgraded once the hold is lifted', () => {
    const world = machine();
    const held = session(world, ['apt-get install -y kubeadm=1.33.5-1.1']);
    expect(held).toMatchObject({ status: 100 });
    expect(held.stderr).toContain('E: Held packages were changed and -y was used');
    const done = session(world, ['apt-mark unhold kubeadm', 'apt-get install -y kubeadm=1.33.5-*']);
    expect(done.stdout).toContain('Unpacking kubeadm (1.33.5-1.1) over (1.33.1-1.1) ...\nSetting up kubeadm');
    expect(session(world, ['dpkg-query -W kubeadm']).stdout).toBe('kubeadm\t1.33.5-1.1\n');
    expect(session(world, ['apt-mark showhold']).stdout).toBe('kubectl\nkubelet\n');
  });

  test('a new minor version is there after its repository was added and read', () => {
    const world = machine();
    const list = '/etc/apt/sources.list.d/kubernetes.list';
    expect(session(world, ['apt-get install -y kubeadm=1.34.1-1.1']).stderr).toBe(
      "E: Version '1.34.1-1.1' for 'kubeadm' was not found\n",
    );
    world.run(['sed', '-i', 's/1.33/1.34/', list]);
    expect(session(world, ['apt-cache madison kubeadm']).stdout).toBe('');
    expect(session(world, ['apt-get update']).stdout).toContain('/v1.34/deb  Packages [12.0 kB]\n');
    expect(session(world, ['apt-cache madison kubeadm']).stdout).toContain(
      '   kubeadm | 1.34.1-1.1 | https://',
    );
  });

  test('a repository whose key is not there is refused', () => {
    const world = machine();
    const result = session(world, ['rm /etc/apt/keyrings/kubernetes-apt-keyring.gpg', 'apt-get update']);
    expect(result.status).toBe(100);
    expect(result.stderr).toContain(
      "public key is not available: NO_PUBKEY 234654DA9A296436\nE: The repository 'https://pkgs.k8s.io/core:/stable:/v1.33/deb  InRelease' is not signed.",
    );
  });

  test('what is needed comes along, and goes with autoremove', () => {
    const world = machine();
    const installed = session(world, ['apt-get install -y nginx']);
    expect(installed.stdout).toContain(
      'The following additional packages will be installed:\n  nginx-common\n',
    );
    expect(session(world, ['dpkg -S /etc/nginx/nginx.conf']).stdout).toBe(
      'nginx-common: /etc/nginx/nginx.conf\n',
    );
    expect(session(world, ['apt-get remove -y nginx', 'apt-get autoremove -y']).stdout).toContain(
      'Removing nginx-common',
    );
    expect(session(world, ['dpkg -l nginx-common']).stdout).toContain('\nrc  nginx-common');
  });

  test.each([
    ['apt-get install -y nosuch', 'E: Unable to locate package nosuch\n'],
    ['apt-get frobnicate', 'E: Invalid operation frobnicate\n'],
    [
      'dpkg -L nosuch',
      "dpkg-query: package 'nosuch' is not installed\nUse dpkg --contents (= dpkg-deb --contents) to list archive files contents.\n",
    ],
    ['dpkg -S /nosuch', 'dpkg-query: no path found matching pattern /nosuch\n'],
    [
      'dpkg -i /nosuch.deb',
      "dpkg: error: cannot access archive '/nosuch.deb': No such file or directory\nErrors were encountered while processing:\n /nosuch.deb\n",
    ],
  ])('%s', (line, stderr) => {
    const result = session(machine(), [line]);
    expect(result.stderr).toBe(stderr);
    expect(result.status).toBeGreaterThan(0);
  });
});

test.each([
  ['1.33.10-1.1', '1.33.9-1.1', 1],
  ['2:1.0', '1:9.0', 1],
  ['1.0~rc1', '1.0', -1],
  ['1.0-1ubuntu2', '1.0-1', 1],
  ['1.0', '1.0', 0],
])('version %s against %s', (a, b, order) => {
  expect(Math.sign(compareVersions(a, b))).toBe(order);
});
