import type { Cgroup, PidNamespace, Process } from '../sim/index.ts';
import { ALL_CAPABILITIES } from './capabilities.ts';
import { cgroupV1Lines } from './cgroup-v1-fs.ts';
import type { Credentials } from './credentials.ts';
import { SyntheticFs, type SyntheticNode } from './files/synthetic.ts';
import type { Host } from './host.ts';
import { isIdleThread } from './kernel-threads.ts';
import { swapBytes, swapLines } from './swap.ts';

/** Who looks at `/proc`: the namespaces it was mounted in. */
interface View {
  readonly host: Host;
  readonly namespace: PidNamespace;
  readonly cgroups: () => Cgroup;
}

/** `/proc` as a PID namespace sees it, and a control group namespace. */
export function procFs(
  host: Host,
  namespace: PidNamespace,
  cgroups: () => Cgroup = () => host.processes.cgroups,
): SyntheticFs {
  return new SyntheticFs(
    'proc',
    () => host.clock.now,
    (path) => describe({ host, namespace, cgroups }, path.split('/').slice(1)),
  );
}

function describe(view: View, parts: string[]): SyntheticNode | undefined {
  const { host, namespace } = view;
  const [first = '', ...rest] = parts;
  if (first === '') return { type: 'directory', names: () => rootNames(namespace) };
  if (first === 'self') return rest.length === 0 ? selfLink(host, namespace) : undefined;
  if (/^\d+$/.test(first)) {
    const process = namespace.members.get(Number(first));
    return process && describeProcess(view, process, rest);
  }
  const read = rest.length === 0 ? SYSTEM_FILES[first] : undefined;
  if (read) return { type: 'file', read: () => read(host) };
  return first === 'sys' && rest.length === 0 ? { type: 'directory', names: () => [] } : undefined;
}

function rootNames(namespace: PidNamespace): string[] {
  return [...[...namespace.members.keys()].map(String), ...Object.keys(SYSTEM_FILES), 'self', 'sys'];
}

function selfLink(host: Host, namespace: PidNamespace): SyntheticNode {
  return { type: 'symlink', target: () => String(host.processes.current?.pidIn(namespace) ?? 1) };
}

const KIB = 1024;

/** Kernel and hardware of every simulated host. */
export const KERNEL = {
  release: '6.8.0-51-generic',
  version: '#52-Ubuntu SMP PREEMPT_DYNAMIC Thu Dec  5 13:09:44 UTC 2024',
  machine: 'x86_64',
} as const;

const SYSTEM_FILES: Record<string, (host: Host) => string> = {
  cmdline: () => `BOOT_IMAGE=/vmlinuz-${KERNEL.release} root=/dev/vda1 ro console=tty1 console=ttyS0\n`,
  cpuinfo: (host) => Array.from({ length: host.cores }, (_, i) => cpu(i, host.cores)).join('\n'),
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
  mounts: (host) => mountLines(host, host.processes.current),
  stat: (host) =>
    `cpu  ${Math.round(cpuTicks(host))} 0 0 0 0 0 0 0 0 0\nbtime ${Math.floor(host.bootedAt / 1000)}\n`,
  swaps: swapLines,
  uptime: (host) => {
    const up = (host.clock.now - host.bootedAt) / 1000;
    return `${up.toFixed(2)} ${(up * host.cores).toFixed(2)}\n`;
  },
  version: () =>
    `Linux version ${KERNEL.release} (buildd@lcy02-amd64-118) (x86_64-linux-gnu-gcc-13) ${KERNEL.version}\n`,
};

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

function mountLines(host: Host, process: Process | undefined): string {
  const mounts = (process && host.contextOf(process)?.mounts) ?? host.mounts;
  return mounts
    .list()
    .map((m) => `${m.source} ${m.path} ${m.fs.type} ${m.readOnly ? 'ro' : 'rw'},relatime 0 0\n`)
    .join('');
}

function describeProcess(view: View, process: Process, rest: string[]): SyntheticNode | undefined {
  const { host } = view;
  const [name, item] = rest;
  const { uid } = process;
  if (name === undefined) {
    return {
      type: 'directory',
      uid,
      names: () => [...Object.keys(PROCESS_FILES), 'cwd', 'exe', 'root', 'fd', 'ns'],
    };
  }
  const read = PROCESS_FILES[name];
  if (read && item === undefined)
    return {
      type: 'file',
      uid,
      mode: name === 'environ' ? 0o400 : 0o444,
      read: () => read(process, view),
    };
  const context = host.contextOf(process);
  switch (name) {
    case 'cwd':
      return { type: 'symlink', uid, target: () => context?.cwd ?? '/' };
    case 'root':
      return { type: 'symlink', uid, target: () => '/' };
    case 'exe':
      return { type: 'symlink', uid, target: () => process.argv[0] ?? '' };
    case 'fd':
      return describeDescriptors(context?.fds ?? new Map(), uid, item);
    case 'ns':
      return describeNamespaces(host, process, item);
    default:
      return undefined;
  }
}

function describeDescriptors(
  fds: ReadonlyMap<number, { name: string }>,
  uid: number,
  item?: string,
): SyntheticNode | undefined {
  if (item === undefined)
    return { type: 'directory', uid, mode: 0o500, names: () => [...fds.keys()].map(String) };
  const file = fds.get(Number(item));
  return file && { type: 'symlink', uid, target: () => file.name };
}

const NAMESPACES = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'pid_for_children', 'time', 'user', 'uts'];

/** Namespace ids: those of the host for what is shared, others by the init of the container. */
function describeNamespaces(host: Host, process: Process, item?: string): SyntheticNode | undefined {
  if (item === undefined) return { type: 'directory', names: () => NAMESPACES };
  const index = NAMESPACES.indexOf(item);
  if (index < 0) return undefined;
  const kind = item === 'pid_for_children' ? 'pid' : item;
  const base = 4_026_531_834 + index;
  const own = process.namespace !== host.processes.root && item !== 'user' && item !== 'time';
  const init = own ? ([...process.namespace.members.values()][0]?.pid ?? 0) : 0;
  return { type: 'symlink', target: () => `${kind}:[${own ? base + 700 + init * 10 : base}]` };
}

const STATE_LETTERS = { ready: 'R', waiting: 'S', stopped: 'T', zombie: 'Z', dead: 'X' } as const;
const STATE_NAMES = { R: 'running', S: 'sleeping', T: 'stopped', Z: 'zombie', X: 'dead', I: 'idle' } as const;

/** The name of a process as `ps -o comm` shows it: at most 15 characters. */
export function commandName(process: Process): string {
  const first = process.argv[0] ?? '';
  if (process.isKernel) return first;
  // Servers that give themselves a title keep their name: `nginx: worker process`.
  const title = first.indexOf(': ');
  const file = (title > 0 ? first.slice(0, title) : first).replace(/^-/, '');
  // A link to systemd, which takes its own name.
  if (file === '/sbin/init') return 'systemd';
  return file.slice(file.lastIndexOf('/') + 1).slice(0, 15);
}

/** R, S, T, Z, I as in `ps`. */
export function stateLetter(process: Process): keyof typeof STATE_NAMES {
  return isIdleThread(process) ? 'I' : STATE_LETTERS[process.state];
}

/** The path of a control group as seen from another one. */
function pathBelow(path: string, root: string): string {
  if (root === '/') return path;
  return path.startsWith(root) ? path.slice(root.length) || '/' : `/..${path}`;
}

const PROCESS_FILES: Record<string, (process: Process, view: View) => string> = {
  cgroup: ({ cgroup: { path } }, { host, cgroups }) =>
    host.cgroupVersion === 1 ? cgroupV1Lines(path) : `0::${pathBelow(path, cgroups().path)}\n`,
  cmdline: (process) => (process.isKernel ? [] : process.argv).map((arg) => `${arg}\0`).join(''),
  comm: (process) => `${commandName(process)}\n`,
  environ: (process, { host }) =>
    [...(host.contextOf(process)?.env ?? [])].map(([name, value]) => `${name}=${value}\0`).join(''),
  limits: () => LIMITS_TEXT,
  mounts: (process, { host }) => mountLines(host, process),
  stat: (process, { namespace: view }) => {
    const parent = process.parent?.pidIn(view) ?? 0;
    const ticks = Math.round(process.cpuMs / 10);
    return `${process.pidIn(view)} (${commandName(process)}) ${stateLetter(process)} ${parent} ${process.group} ${process.session} 0 -1 4194304 0 0 0 0 ${ticks} 0 0 0 20 0 1 0\n`;
  },
  status: (process, { host, namespace: view }) => statusText(host, process, view),
};

function statusText(host: Host, process: Process, view: PidNamespace): string {
  const letter = stateLetter(process);
  const who = host.contextOf(process)?.credentials ?? { uid: process.uid, gid: 0, groups: [] };
  const rows = [
    ['Name', commandName(process)],
    ['Umask', (host.contextOf(process)?.umask ?? 0o22).toString(8).padStart(4, '0')],
    ['State', `${letter} (${STATE_NAMES[letter]})`],
    ['Tgid', process.pidIn(view)],
    ['Ngid', 0],
    ['Pid', process.pidIn(view)],
    ['PPid', process.parent?.pidIn(view) ?? 0],
    ['TracerPid', 0],
    ['Uid', Array(4).fill(who.uid).join('\t')],
    ['Gid', Array(4).fill(who.gid).join('\t')],
    ['FDSize', 64],
    ['Groups', `${who.groups.join(' ')} `],
    ['NSpid', [process.pid, ...(process.nspid === process.pid ? [] : [process.nspid])].join('\t')],
    ['Threads', 1],
    ...confinementRows(who),
  ];
  return rows.map(([name, value]) => `${name}:\t${value}\n`).join('');
}

function confinementRows({ uid, confinement }: Credentials): [string, string | number][] {
  const bounding = confinement?.capabilities ?? ALL_CAPABILITIES;
  const hex = (bits: bigint) => bits.toString(16).padStart(16, '0');
  const held = hex(uid === 0 ? bounding : 0n);
  return [
    ['CapInh', hex(0n)],
    ['CapPrm', held],
    ['CapEff', held],
    ['CapBnd', hex(bounding)],
    ['CapAmb', hex(0n)],
    ['NoNewPrivs', confinement?.noNewPrivileges ? 1 : 0],
    ['Seccomp', confinement?.seccomp ? 2 : 0],
    ['Seccomp_filters', confinement?.seccomp ? 1 : 0],
  ];
}

const LIMITS_TEXT = `Limit                     Soft Limit           Hard Limit           Units     
Max cpu time              unlimited            unlimited            seconds   
Max file size             unlimited            unlimited            bytes     
Max open files            1024                 1048576              files     
Max processes             15361                15361                processes 
`;
