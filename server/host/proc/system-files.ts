import { kernelCommandLine } from '../boot-loader.ts';
import type { Host } from '../host.ts';
import { swapBytes, swapLines } from '../swap.ts';
import { KERNEL } from './kernel.ts';

const KIB = 1024;

/** The files of `/proc` itself. */
export const SYSTEM_FILES: Record<string, (host: Host) => string> = {
  cmdline: (host) => `${kernelCommandLine(host)}\n`,
  cpuinfo: (host) => Array.from({ length: host.cores }, (_, i) => cpu(i, host.cores)).join('\n'),
  cgroups: () =>
    `#subsys_name\thierarchy\tnum_cgroups\tenabled\n${CONTROLLERS.map((name) => `${name}\t0\t96\t1\n`).join('')}`,
  filesystems: () => 'nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\tcgroup2\n\text4\nnodev\toverlay\n',
  loadavg: (host) => {
    const running = host.processes.busy;
    const total = host.processes.list().length;
    return `${loadAverage(host)
      .map((n) => n.toFixed(2))
      .join(' ')} ${running + 1}/${total} ${total}\n`;
  },
  meminfo: (host) => meminfo(host),
  modules: () =>
    'br_netfilter 32768 0 - Live 0x0000000000000000\noverlay 212992 0 - Live 0x0000000000000000\n',
  partitions: () =>
    `major minor  #blocks  name\n\n${PARTITIONS.map(([minor, kib, name]) => ` 252 ${String(minor).padStart(8)} ${String(kib).padStart(10)} ${name}\n`).join('')}`,
  stat: (host) =>
    `cpu  ${Math.round(cpuTicks(host))} 0 0 0 0 0 0 0 0 0\nbtime ${Math.floor(host.bootedAt / 1000)}\n`,
  swaps: swapLines,
  uptime: (host) => {
    const up = (host.clock.now - host.bootedAt) / 1000;
    return `${up.toFixed(2)} ${(up * host.cores).toFixed(2)}\n`;
  },
  version: () =>
    `Linux version ${KERNEL.release} (buildd@lcy02-amd64-118) (x86_64-linux-gnu-gcc-13 (Ubuntu 13.3.0-6ubuntu2~24.04) 13.3.0, GNU ld (GNU Binutils for Ubuntu) 2.42) ${KERNEL.version}\n`,
  version_signature: () => `Ubuntu ${KERNEL.release.replace('-generic', '.52-generic')} 6.8.12\n`,
};

const CONTROLLERS =
  'cpuset cpu cpuacct blkio memory devices freezer net_cls perf_event net_prio hugetlb pids rdma misc'.split(
    ' ',
  );

/** The disks, as lsblk has them: minor number, KiB, name. */
const PARTITIONS = [
  [0, 20_971_520, 'vda'],
  [1, 20_970_496, 'vda1'],
  [16, 10_485_760, 'vdb'],
] as const;

/** 1, 5 and 15 minutes: what computes now, no history kept. */
export function loadAverage(host: Host): [number, number, number] {
  const { busy } = host.processes;
  return [busy, busy / 2, busy / 4];
}

/** Bytes of memory in use on the host, by its programs and by the system itself. */
export function memoryInUse(host: Host): number {
  return 380 * KIB * KIB + host.processes.cgroups.totalMemory();
}

function meminfo(host: Host): string {
  const total = Math.floor(host.memoryBytes / KIB);
  const used = Math.floor(memoryInUse(host) / KIB);
  const cached = Math.floor((total - used) / 3);
  const rows: [string, number][] = [
    ['MemTotal', total],
    ['MemFree', total - used - cached],
    ['MemAvailable', total - used],
    ['Buffers', 24_576],
    ['Cached', cached - 24_576],
    ['SwapCached', 0],
    ['Shmem', 1024],
    ['SwapTotal', swapBytes(host) / KIB],
    ['SwapFree', swapBytes(host) / KIB],
  ];
  return rows
    .map(([name, kib]) => `${`${name}:`.padEnd(16)}${String(Math.max(0, kib)).padStart(8)} kB\n`)
    .join('');
}

function cpu(index: number, cores: number): string {
  const rows: [string, string | number][] = [
    ['processor', index],
    ['vendor_id', 'GenuineIntel'],
    ['cpu family', 6],
    ['model', 106],
    ['model name', 'Intel Xeon Processor (Icelake)'],
    ['stepping', 0],
    ['cpu MHz', '2593.904'],
    ['cache size', '16384 KB'],
    ['physical id', 0],
    ['siblings', cores],
    ['core id', index],
    ['cpu cores', cores],
  ];
  return `${rows.map(([name, value]) => `${name.padEnd(16)}: ${value}`.replace(/ {8}:/, '\t:')).join('\n')}\n`;
}

function cpuTicks(host: Host): number {
  return host.processes.cgroups.cpuMs / 10;
}
