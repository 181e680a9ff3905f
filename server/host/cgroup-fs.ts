import type { Cgroup } from '../sim/index.ts';
import { SystemError } from './errors.ts';
import { SyntheticFs, type SyntheticNode } from './files/synthetic.ts';
import type { Host } from './host.ts';

/** `/sys/fs/cgroup` (version 2): the host's control groups, or those below `root` in a container. */
export function cgroupFs(host: Host, root: Cgroup = host.processes.cgroups): SyntheticFs {
  return new SyntheticFs(
    'cgroup2',
    () => host.clock.now,
    (path) => describe(host, root, path),
  );
}

function describe(host: Host, root: Cgroup, path: string): SyntheticNode | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  let group = root;
  for (const [i, part] of parts.entries()) {
    const child = group.children.get(part);
    if (child) {
      group = child;
      continue;
    }
    return i === parts.length - 1 ? describeFile(host, group, part) : undefined;
  }
  return { type: 'directory', mode: 0o755, names: () => [...Object.keys(FILES), ...group.children.keys()] };
}

function describeFile(host: Host, group: Cgroup, name: string): SyntheticNode | undefined {
  const file = FILES[name];
  if (!file) return undefined;
  const read = () => `${file.read(group, host)}\n`;
  const { write } = file;
  return write ? { type: 'file', read, write: (text) => write(group, text.trim()) } : { type: 'file', read };
}

interface CgroupFile {
  read(group: Cgroup, host: Host): string | number;
  write?(group: Cgroup, text: string): void;
}

const PERIOD_US = 100_000;

const FILES: Record<string, CgroupFile> = {
  'cgroup.controllers': { read: () => 'cpuset cpu io memory hugetlb pids rdma misc' },
  'cgroup.procs': {
    read: (group, host) =>
      host.processes
        .list()
        .filter((p) => p.cgroup === group && p.alive)
        .map((p) => p.pid)
        .join('\n'),
  },
  'cpu.max': {
    read: (group) =>
      `${group.cpuLimit === undefined ? 'max' : Math.round(group.cpuLimit * PERIOD_US)} ${PERIOD_US}`,
    write: (group, text) => {
      const [quota, period = String(PERIOD_US)] = text.split(/\s+/);
      if (quota === 'max') group.cpuLimit = undefined;
      else group.cpuLimit = cgroupNumber(quota) / cgroupNumber(period);
    },
  },
  'cpu.stat': { read: (group) => `usage_usec ${Math.round(group.cpuMs * 1000)}` },
  'memory.current': { read: (group) => group.totalMemory() },
  'memory.max': {
    read: (group) => group.memoryLimit ?? 'max',
    write: (group, text) => {
      group.memoryLimit = text === 'max' ? undefined : cgroupNumber(text);
    },
  },
  'memory.swap.max': { read: () => 0 },
  'pids.max': { read: () => 'max' },
};

/** A number written into a file of a group. Throws EINVAL. */
export function cgroupNumber(text: string | undefined): number {
  const value = Number(text);
  if (text === undefined || text === '' || !Number.isFinite(value)) throw new SystemError('EINVAL');
  return value;
}
