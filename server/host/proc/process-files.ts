import type { Process, ResourceLimits } from '../../sim/index.ts';
import { cgroupV1Lines } from '../cgroup-v1-fs.ts';
import { SystemError } from '../errors.ts';
import { mountOptions } from '../files/mount-options.ts';
import type { SyntheticNode } from '../files/synthetic.ts';
import type { Host } from '../host.ts';
import { NET_FILES } from './net-files.ts';
import type { View } from './proc.ts';
import { commandName, stateLetter } from './process-name.ts';
import { statusText } from './process-status.ts';
import { residentKib, threadsOf, virtualKib } from './resident.ts';

/** A directory of a process, or a file in it. */
export function describeProcess(view: View, process: Process, rest: string[]): SyntheticNode | undefined {
  const { uid } = process;
  const [name, item, ...more] = rest;
  if (name === undefined) return { type: 'directory', uid, names: () => NAMES };
  const folder = FOLDERS[name];
  if (folder) return folder(view, process, item === undefined ? [] : [item, ...more]);
  if (item !== undefined) return undefined;
  const link = LINKS[name];
  if (link) return { type: 'symlink', uid, ...link(view.host, process) };
  const file = PROCESS_FILES[name];
  if (!file) return undefined;
  const { read, write, mode = 0o444 } = typeof file === 'function' ? { read: file } : file;
  return {
    type: 'file',
    uid,
    mode,
    read: () => read(process, view),
    ...(write ? { write: (text: string) => write(process, text.trim()) } : {}),
  };
}

type Folder = (view: View, process: Process, rest: readonly string[]) => SyntheticNode | undefined;

const FOLDERS: Readonly<Record<string, Folder>> = {
  fd: ({ host }, process, [item]) =>
    describeDescriptors(host.contextOf(process)?.fds ?? new Map(), process.uid, item),
  attr: ({ host }, process, [item]) => {
    if (item === undefined)
      return { type: 'directory', mode: 0o555, names: () => ['current', 'exec', 'prev'] };
    const label = () => host.contextOf(process)?.credentials.confinement?.appArmor?.label() ?? 'unconfined';
    const read = () => (item === 'current' ? `${label()}\n` : '');
    return ['current', 'exec', 'prev'].includes(item) ? { type: 'file', mode: 0o666, read } : undefined;
  },
  net: ({ host }, process, [item]) => {
    if (item === undefined) return { type: 'directory', names: () => Object.keys(NET_FILES) };
    const file = NET_FILES[item];
    const network = host.contextOf(process)?.network ?? host.network;
    return file && { type: 'file', read: () => file(network, (pid) => host.processes.get(pid)?.uid ?? 0) };
  },
  ns: ({ host }, process, [item]) => describeNamespaces(host, process, item),
  task: (view, process, [item, ...rest]) => {
    const own = String(process.pidIn(view.namespace));
    if (item === undefined) return { type: 'directory', names: () => [own] };
    if (item !== own || rest[0] === 'task') return undefined;
    if (rest.length > 0) return describeProcess(view, process, rest);
    return { type: 'directory', uid: process.uid, names: () => NAMES.filter((name) => name !== 'task') };
  },
};

const LINKS: Readonly<Record<string, (host: Host, process: Process) => { target(): string; tree?: object }>> =
  {
    cwd: (host, process) => ({ target: () => host.contextOf(process)?.cwd ?? '/' }),
    exe: (_, process) => ({ target: () => process.exe }),
    // Leads into what the process itself sees, whatever that is called elsewhere.
    root: (host, process) => ({ target: () => '/', tree: host.contextOf(process)?.mounts ?? host.mounts }),
  };

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

const NAMESPACES = [
  ...['cgroup', 'ipc', 'mnt', 'net', 'pid', 'pid_for_children'],
  ...['time', 'time_for_children', 'user', 'uts'],
];

/** Namespace ids: those of the host for what is shared, others by the init of the container. */
function describeNamespaces(host: Host, process: Process, item?: string): SyntheticNode | undefined {
  if (item === undefined) return { type: 'directory', mode: 0o511, names: () => NAMESPACES };
  if (!NAMESPACES.includes(item)) return undefined;
  const kind = item.replace('_for_children', '');
  const index = NAMESPACES.indexOf(kind);
  const base = 4_026_531_834 + index;
  const own = process.namespace !== host.processes.root && kind !== 'user' && kind !== 'time';
  const init = own ? ([...process.namespace.members.values()][0]?.pid ?? 0) : 0;
  return { type: 'symlink', target: () => `${kind}:[${own ? base + 700 + init * 10 : base}]` };
}

/** The path of a control group as seen from another one. */
function pathBelow(path: string, root: string): string {
  if (root === '/') return path;
  return path.startsWith(root) ? path.slice(root.length) || '/' : `/..${path}`;
}

type Read = (process: Process, view: View) => string;
type ProcessFile = Read | { read: Read; write?: (process: Process, text: string) => void; mode: number };

const PROCESS_FILES: Readonly<Record<string, ProcessFile>> = {
  cgroup: ({ cgroup: { path } }, { host, cgroups }) =>
    host.cgroupVersion === 1 ? cgroupV1Lines(path) : `0::${pathBelow(path, cgroups().path)}\n`,
  cmdline: (process) => (process.isKernel ? [] : process.argv).map((arg) => `${arg}\0`).join(''),
  comm: (process) => `${commandName(process)}\n`,
  environ: {
    mode: 0o400,
    read: (process, { host }) =>
      [...(host.contextOf(process)?.env ?? [])].map(([name, value]) => `${name}=${value}\0`).join(''),
  },
  limits: ({ limits }) => limitsText(limits),
  loginuid: () => '4294967295',
  mountinfo: (process, { host }) => mountInfo(host, process),
  mounts: (process, { host }) => mountLines(host, process),
  oom_score: (process, { host }) =>
    `${Math.max(0, 666 + Math.round((process.oomScoreAdj * 2) / 3 + (residentKib(process) * 1024 * 666) / host.memoryBytes))}\n`,
  oom_score_adj: {
    mode: 0o644,
    read: ({ oomScoreAdj }) => `${oomScoreAdj}\n`,
    write: (process, text) => {
      const value = Number(text);
      if (text === '' || !Number.isInteger(value) || Math.abs(value) > 1000) throw new SystemError('EINVAL');
      process.oomScoreAdj = value;
    },
  },
  stat: statLine,
  statm: (process) => {
    const [size, resident] = [virtualKib(process), residentKib(process)].map((kib) => Math.round(kib / 4));
    return `${size} ${resident} ${Math.round((resident ?? 0) / 3)} 200 0 ${Math.round((size ?? 0) / 2)} 0\n`;
  },
  status: (process, { host, namespace }) => statusText(host, process, namespace),
};

const NAMES = [...Object.keys(PROCESS_FILES), ...Object.keys(LINKS), ...Object.keys(FOLDERS)].sort();

function statLine(process: Process, { host, namespace }: View): string {
  const [pid, parent] = [process, process.parent].map((one) => one?.pidIn(namespace) ?? 0);
  const ticks = Math.round(process.cpuMs / 10);
  const nice = process.niceness;
  const started = Math.round((process.startedAt - host.bootedAt) / 10);
  const memory = `${virtualKib(process) * 1024} ${Math.round(residentKib(process) / 4)} 18446744073709551615`;
  return `${pid} (${commandName(process)}) ${stateLetter(process)} ${parent} ${process.group} ${process.session} 0 -1 4194304 0 0 0 0 ${ticks} 0 0 0 ${20 + nice} ${nice} ${threadsOf(process)} 0 ${started} ${memory} 0 0 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n`;
}

function mountLines(host: Host, process: Process): string {
  const mounts = host.contextOf(process)?.mounts ?? host.mounts;
  return mounts
    .list()
    .map((m) => `${m.source} ${m.path} ${m.fs.type} ${mountOptions(m)} 0 0\n`)
    .join('');
}

function mountInfo(host: Host, process: Process): string {
  const mounts = host.contextOf(process)?.mounts ?? host.mounts;
  return mounts
    .list()
    .map(({ path, fs, source, readOnly }, i) => {
      const options = `${readOnly ? 'ro' : 'rw'},relatime`;
      return `${24 + i} ${i === 0 ? 1 : 24} ${source.startsWith('/dev/') ? '252:1' : `0:${20 + i}`} / ${path} ${options} - ${fs.type} ${source} ${readOnly ? 'ro' : 'rw'}\n`;
    })
    .join('');
}

/** Name, soft and hard limit, unit of what a fresh Ubuntu host limits and nobody changes here. */
const LIMITS: readonly (readonly [name: string, soft: string, hard: string, unit: string])[] = [
  ['Max cpu time', 'cpuMs', '', 'seconds'],
  ['Max file size', 'fileBytes', '', 'bytes'],
  ['Max data size', 'unlimited', 'unlimited', 'bytes'],
  ['Max stack size', '8388608', 'unlimited', 'bytes'],
  ['Max core file size', '0', 'unlimited', 'bytes'],
  ['Max resident set', 'unlimited', 'unlimited', 'bytes'],
  ['Max processes', 'processes', '15419', 'processes'],
  ['Max open files', 'openFiles', '1048576', 'files'],
  ['Max locked memory', '514228224', '514228224', 'bytes'],
  ['Max address space', 'unlimited', 'unlimited', 'bytes'],
  ['Max file locks', 'unlimited', 'unlimited', 'locks'],
  ['Max pending signals', '15419', '15419', 'signals'],
  ['Max msgqueue size', '819200', '819200', 'bytes'],
  ['Max nice priority', '0', '0', ''],
  ['Max realtime priority', '0', '0', ''],
  ['Max realtime timeout', 'unlimited', 'unlimited', 'us'],
];

function limitsText(limits: ResourceLimits): string {
  const own: Readonly<Record<string, number>> = { ...limits, cpuMs: limits.cpuMs / 1000 };
  const shown = (value: number, otherwise: string) =>
    value === Number.POSITIVE_INFINITY ? otherwise : String(value);
  const row = (cells: readonly string[]) => {
    const [name = '', soft = '', hard = '', unit = ''] = cells;
    return `${name.padEnd(26)}${soft.padEnd(21)}${hard.padEnd(21)}${unit.padEnd(10)}\n`;
  };
  const rows = LIMITS.map(([name, soft, hard, unit]) => {
    const value = own[soft];
    if (value === undefined) return row([name, soft, hard, unit]);
    const text = shown(value, hard || 'unlimited');
    return row([name, text, hard || text, unit]);
  });
  return row(['Limit', 'Soft Limit', 'Hard Limit', 'Units']) + rows.join('');
}
