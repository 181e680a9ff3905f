import type { Cgroup } from '../sim/index.ts';
import { cgroupNumber } from './cgroup-fs.ts';
import { SyntheticFs, type SyntheticNode } from './files/synthetic.ts';
import type { Host } from './host.ts';

/** Controllers, each a tree of its own, in the order that `/proc/<pid>/cgroup` counts them down. */
export const CONTROLLERS = [
  'rdma',
  'memory',
  'hugetlb',
  'perf_event',
  'cpu,cpuacct',
  'devices',
  'pids',
  'freezer',
  'cpuset',
  'net_cls,net_prio',
  'blkio',
  'systemd',
] as const;

interface LimitFile {
  read(group: Cgroup): string | number;
  write?(group: Cgroup, text: string): void;
}

const PERIOD_US = 100_000;
/** What the kernel shows where there is no limit: the largest number of whole pages. */
const UNLIMITED = 9_223_372_036_854_771_712n;

const FILES: Readonly<Record<string, Readonly<Record<string, LimitFile>>>> = {
  memory: {
    'memory.limit_in_bytes': {
      read: (group) => String(group.memoryLimit ?? UNLIMITED),
      write: (group, text) => {
        group.memoryLimit = text === '-1' ? undefined : cgroupNumber(text);
      },
    },
    'memory.memsw.limit_in_bytes': { read: (group) => String(group.swapLimit ?? UNLIMITED) },
    'memory.swappiness': {
      read: (group) => group.swappiness,
      write: (group, text) => {
        group.swappiness = cgroupNumber(text);
      },
    },
    'memory.usage_in_bytes': { read: (group) => group.totalMemory() },
    'memory.failcnt': { read: (group) => group.oomKills },
  },
  'cpu,cpuacct': {
    'cpu.cfs_quota_us': {
      read: (group) => (group.cpuLimit === undefined ? -1 : Math.round(group.cpuLimit * PERIOD_US)),
      write: (group, text) => {
        group.cpuLimit = text === '-1' ? undefined : cgroupNumber(text) / PERIOD_US;
      },
    },
    'cpu.cfs_period_us': { read: () => PERIOD_US },
    'cpu.shares': { read: () => 1024 },
    'cpuacct.usage': { read: (group) => Math.round(group.cpuMs * 1e6) },
  },
  pids: { 'pids.max': { read: (group) => group.pidsLimit ?? 'max' } },
};

/** `/sys/fs/cgroup` (version 1): a directory for each controller with the groups in it. */
export function cgroupV1Fs(host: Host, root: () => Cgroup): SyntheticFs {
  return new SyntheticFs(
    'tmpfs',
    () => host.clock.now,
    (path) =>
      describe(
        host,
        root(),
        path.split('/').filter((part) => part !== ''),
      ),
  );
}

function describe(host: Host, root: Cgroup, [controller, ...parts]: string[]): SyntheticNode | undefined {
  if (controller === undefined)
    return { type: 'directory', mode: 0o755, names: () => [...CONTROLLERS, 'cpu', 'cpuacct'] };
  const name = controller === 'cpu' || controller === 'cpuacct' ? 'cpu,cpuacct' : controller;
  if (!CONTROLLERS.some((known) => known === name)) return undefined;
  let group = root;
  for (const [i, part] of parts.entries()) {
    const child = group.children.get(part);
    if (child) group = child;
    else return i === parts.length - 1 ? describeFile(host, group, name, part) : undefined;
  }
  const files = Object.keys(FILES[name] ?? {});
  return {
    type: 'directory',
    mode: 0o755,
    names: () => ['cgroup.procs', 'tasks', 'notify_on_release', ...files, ...group.children.keys()],
  };
}

function describeFile(
  host: Host,
  group: Cgroup,
  controller: string,
  name: string,
): SyntheticNode | undefined {
  if (name === 'cgroup.procs' || name === 'tasks') {
    const members = () => host.processes.list().filter((p) => p.cgroup === group && p.alive);
    return {
      type: 'file',
      read: () =>
        members()
          .map(({ pid }) => `${pid}\n`)
          .join(''),
    };
  }
  if (name === 'notify_on_release') return { type: 'file', read: () => '0\n' };
  const file = FILES[controller]?.[name];
  if (!file) return undefined;
  const read = () => `${file.read(group)}\n`;
  const { write } = file;
  return write ? { type: 'file', read, write: (text) => write(group, text.trim()) } : { type: 'file', read };
}

/** `/proc/<pid>/cgroup` where version 1 is mounted. */
export function cgroupV1Lines(path: string): string {
  const lines = CONTROLLERS.map(
    (name, i) =>
      `${CONTROLLERS.length - i}:${name === 'systemd' ? 'name=systemd' : name}:${name === 'rdma' ? '/' : path}`,
  );
  return `${lines.join('\n')}\n0::/system.slice/containerd.service\n`;
}
