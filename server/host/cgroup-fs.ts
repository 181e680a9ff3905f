import { type Cgroup, cpuList } from '../sim/index.ts';
import { SystemError } from './errors.ts';
import { SyntheticFs, type SyntheticNode } from './files/synthetic.ts';
import type { Host } from './host.ts';

/** `/sys/fs/cgroup` of version 2. */
export function cgroupFs(host: Host, root: () => Cgroup): SyntheticFs {
  return new SyntheticFs(
    'cgroup2',
    () => host.clock.now,
    (path) => describe(host, root(), path),
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
  const names = () => [...Object.keys(filesOf(group)), ...group.children.keys()];
  return { type: 'directory', mode: 0o755, names };
}

function describeFile(host: Host, group: Cgroup, name: string): SyntheticNode | undefined {
  const file = filesOf(group)[name];
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
const CONTROLLERS = 'cpuset cpu io memory hugetlb pids rdma misc';

/** The root of all groups has no limits. */
function filesOf(group: Cgroup): Readonly<Record<string, CgroupFile>> {
  return group.parent ? FILES : ROOT_FILES;
}

function membersOf(group: Cgroup, host: Host) {
  return host.processes.list().filter((process) => process.cgroup === group && process.alive);
}

function countBelow(group: Cgroup, host: Host): number {
  return host.processes.membersOf(group).length;
}

/** Models crun and runc ConvertCPUSharesToCgroupV2Value; 100 is what the kernel gives by itself. */
function cpuWeight({ cpuShares }: Cgroup): number {
  return cpuShares === undefined ? 100 : Math.floor(1 + ((cpuShares - 2) * 9999) / 262_142);
}

function memoryStat(group: Cgroup): string {
  const anon = group.totalMemory();
  return `anon ${anon}\nfile 0\nkernel 0\nshmem 0\ninactive_anon 0\nactive_anon ${anon}\ninactive_file 0\nactive_file 0`;
}

const ROOT_FILES: Readonly<Record<string, CgroupFile>> = {
  'cgroup.controllers': { read: () => CONTROLLERS },
  'cgroup.procs': {
    read: (group, host) =>
      membersOf(group, host)
        .map(({ pid }) => pid)
        .join('\n'),
  },
  'cgroup.subtree_control': { read: () => CONTROLLERS },
  'cpuset.cpus.effective': { read: (group, host) => cpuList(group.cpusOf(host.cores)) },
  'cpuset.mems.effective': { read: () => 0 },
  'cpu.stat': {
    read: ({ cpuMs }) => {
      const total = Math.round(cpuMs * 1000);
      return `usage_usec ${total}\nuser_usec ${total}\nsystem_usec 0`;
    },
  },
  'memory.stat': { read: memoryStat },
};

const FILES: Readonly<Record<string, CgroupFile>> = {
  ...ROOT_FILES,
  'cgroup.events': { read: (group, host) => `populated ${countBelow(group, host) > 0 ? 1 : 0}\nfrozen 0` },
  'cgroup.subtree_control': { read: (group) => (group.children.size > 0 ? CONTROLLERS : '') },
  'cgroup.type': { read: () => 'domain' },
  'cpu.max': {
    read: (group) =>
      `${group.cpuLimit === undefined ? 'max' : Math.round(group.cpuLimit * PERIOD_US)} ${PERIOD_US}`,
    write: (group, text) => {
      const [quota, period = String(PERIOD_US)] = text.split(/\s+/);
      if (quota === 'max') group.cpuLimit = undefined;
      else group.cpuLimit = cgroupNumber(quota) / cgroupNumber(period);
    },
  },
  'cpu.weight': { read: cpuWeight },
  'cpuset.cpus': { read: ({ cpus = [] }) => cpuList(cpus) },
  'cpuset.mems': { read: () => '' },
  'memory.current': { read: (group) => group.totalMemory() },
  'memory.events': {
    read: ({ oomKills }) =>
      `low 0\nhigh 0\nmax ${oomKills}\noom ${oomKills}\noom_kill ${oomKills}\noom_group_kill 0`,
  },
  'memory.max': {
    read: (group) => group.memoryLimit ?? 'max',
    write: (group, text) => {
      group.memoryLimit = text === 'max' ? undefined : cgroupNumber(text);
    },
  },
  'memory.swap.current': { read: () => 0 },
  'memory.swap.max': { read: () => 0 },
  'pids.current': { read: countBelow },
  'pids.events': { read: ({ pidsRefused }) => `max ${pidsRefused}` },
  'pids.max': {
    read: (group) => group.pidsLimit ?? 'max',
    write: (group, text) => {
      group.pidsLimit = text === 'max' ? undefined : cgroupNumber(text);
    },
  },
};

/** A number written into a file of a group. Throws EINVAL. */
export function cgroupNumber(text: string | undefined): number {
  const value = Number(text);
  if (text === undefined || text === '' || !Number.isFinite(value)) throw new SystemError('EINVAL');
  return value;
}
