import type { Cgroup } from '../sim/index.ts';
import { profileLines } from './apparmor/loaded.ts';
import { cgroupFs } from './cgroup-fs.ts';
import { cgroupV1Fs } from './cgroup-v1-fs.ts';
import { dmiNode } from './dmi.ts';
import { Disk } from './files/disk.ts';
import { MountTable } from './files/mounts.ts';
import { partOf } from './files/part.ts';
import { SyntheticFs, type SyntheticNode } from './files/synthetic.ts';
import type { Host } from './host.ts';
import { procFs } from './proc/proc.ts';

const CHARACTER_DEVICES: readonly [name: string, mode: number][] = [
  ['null', 0o666],
  ['zero', 0o666],
  ['full', 0o666],
  ['random', 0o666],
  ['urandom', 0o666],
  ['tty', 0o666],
  ['kmsg', 0o644],
];

/** What Ubuntu gives `/run/lock`. */
const LOCK_BYTES = 5 * 1024 ** 2;
const CONTAINER_DEV_BYTES = 64 * 1024 ** 2;

/** `/dev` of a host or a container. */
export function deviceFs(host: Host, options: { disks?: boolean } = {}): Disk {
  const { clock } = host;
  const dev = new Disk({ clock });
  const own = { uid: 0, gid: 0 };
  for (const [name, mode] of CHARACTER_DEVICES)
    dev.create(dev.root, name, { ...own, type: 'char', mode, data: name });
  const links = {
    fd: '/proc/self/fd',
    stdin: '/proc/self/fd/0',
    stdout: '/proc/self/fd/1',
    stderr: '/proc/self/fd/2',
  };
  for (const [name, target] of Object.entries(links)) {
    dev.create(dev.root, name, { ...own, type: 'symlink', mode: 0o777, data: target });
  }
  for (const name of ['pts', 'shm', 'mqueue'])
    dev.create(dev.root, name, { ...own, type: 'directory', mode: name === 'shm' ? 0o1777 : 0o755 });
  if (options.disks) {
    for (const name of ['vda', 'vda1', 'vdb'])
      dev.create(dev.root, name, { ...own, gid: 6, type: 'block', mode: 0o660, data: name });
  }
  const kind = options.disks
    ? { type: 'devtmpfs', bytes: host.memoryBytes / 2 }
    : { type: 'tmpfs', bytes: CONTAINER_DEV_BYTES };
  return new Disk({ clock, base: dev.freeze(), ...kind });
}

/** `/dev/pts`: a character device for every open terminal. */
export function devptsFs(host: Host): SyntheticFs {
  const numbers = () => host.terminals.list().map((pty) => pty.name.slice('pts/'.length));
  return new SyntheticFs(
    'devpts',
    () => host.clock.now,
    (path): SyntheticNode | undefined => {
      if (path === '/') return { type: 'directory', mode: 0o755, names: () => [...numbers(), 'ptmx'] };
      const name = path.slice(1);
      if (name === 'ptmx') return { type: 'char', device: 'ptmx', mode: 0o000 };
      return numbers().includes(name) ? { type: 'char', device: `pts/${name}`, mode: 0o620 } : undefined;
    },
  );
}

/** `/sys/fs/cgroup`: the host's control groups, or those below `root` in a container. */
export function controlGroups(host: Host, root: () => Cgroup = () => host.processes.cgroups): SyntheticFs {
  return host.cgroupVersion === 1 ? cgroupV1Fs(host, root) : cgroupFs(host, root);
}

/** The mounts of a booted Ubuntu host. */
export function hostMounts(host: Host): MountTable {
  const mounts = new MountTable(host.disk);
  mounts.mount({ path: '/proc', fs: procFs(host, host.processes.root), source: 'proc' });
  mounts.mount({ path: '/sys', fs: sysFs(host), source: 'sysfs' });
  const cgroups = controlGroups(host);
  mounts.mount({ path: '/sys/fs/cgroup', fs: cgroups, source: cgroups.type });
  const dev = deviceFs(host, { disks: true });
  mounts.mount({ path: '/dev', fs: dev, source: 'udev', options: 'nosuid,relatime' });
  mounts.mount({ path: '/dev/pts', fs: devptsFs(host), source: 'devpts' });
  const shared = partOf(dev, dev.lookup(dev.root, 'shm') as number, {
    type: 'tmpfs',
    bytes: host.memoryBytes / 2,
  });
  mounts.mount({ path: '/dev/shm', fs: shared, source: 'tmpfs', options: 'nosuid,nodev' });
  mountKept(host, mounts);
  return mounts;
}

/** What is not on a disk, and must outlive a restore all the same: it lies on the disk here. */
function mountKept(host: Host, mounts: MountTable): void {
  const settings = existing(mounts, '/run/sysctl');
  const kept = [
    { path: '/run', bytes: host.memoryBytes / 10, options: 'nosuid,nodev,noexec,relatime' },
    { path: '/run/lock', bytes: LOCK_BYTES, options: 'nosuid,nodev,noexec,relatime' },
  ];
  for (const { path, bytes, options } of kept) {
    const root = existing(mounts, path);
    if (root === undefined) continue;
    const fs = partOf(host.disk, root, { type: 'tmpfs', bytes });
    mounts.mount({ path, fs, source: 'tmpfs', options });
  }
  if (settings !== undefined)
    mounts.mount({ path: '/proc/sys', fs: partOf(host.disk, settings, { type: 'proc' }), source: 'proc' });
}

function existing(mounts: MountTable, path: string): number | undefined {
  try {
    return mounts.resolve(path, { cwd: '/' }).ino;
  } catch {
    return undefined;
  }
}

const APPARMOR_FILES: Readonly<Record<string, (host: Host) => string>> = {
  '/kernel/security/apparmor/profiles': profileLines,
  '/module/apparmor/parameters/enabled': () => 'Y\n',
  '/module/apparmor/parameters/mode': () => 'enforce\n',
};

/** `/sys` as far as anybody looks: network interfaces, the machine's names, AppArmor, and an empty `fs/cgroup` to mount on. */
export function sysFs(host: Host): SyntheticFs {
  const tree: Record<string, string[]> = {
    '/': ['class', 'fs', 'devices', 'kernel', 'module'],
    '/class': ['dmi', 'net'],
    '/class/dmi': ['id'],
    '/fs': ['cgroup'],
    '/devices': [],
    '/fs/cgroup': [],
    '/kernel': ['security'],
    '/kernel/security': ['apparmor'],
    '/kernel/security/apparmor': ['profiles'],
    '/module': ['apparmor'],
    '/module/apparmor': ['parameters'],
    '/module/apparmor/parameters': ['enabled', 'mode'],
  };
  return new SyntheticFs(
    'sysfs',
    () => host.clock.now,
    (path) => {
      if (path === '/class/net')
        return { type: 'directory', names: () => host.network.interfaces.map((i) => i.name) };
      const link = /^\/class\/net\/([^/]+)(?:\/(address|mtu|operstate))?$/.exec(path);
      if (link) return describeInterface(host, link[1] as string, link[2]);
      const file = APPARMOR_FILES[path];
      if (file) return { type: 'file', mode: 0o444, read: () => file(host) };
      const dmi = dmiNode(host, path);
      if (dmi) return dmi;
      const names = tree[path];
      return names && { type: 'directory', names: () => names };
    },
  );
}

function describeInterface(host: Host, name: string, file: string | undefined): SyntheticNode | undefined {
  const found = host.network.interfaces.find((i) => i.name === name);
  if (!found) return undefined;
  if (file === undefined) return { type: 'directory', names: () => ['address', 'mtu', 'operstate'] };
  const values: Record<string, string | number> = {
    address: found.mac,
    mtu: found.mtu,
    operstate: found.up ? 'up' : 'down',
  };
  return { type: 'file', read: () => `${values[file]}\n` };
}
