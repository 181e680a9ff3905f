import type { PidNamespace, Process } from '../../sim/index.ts';
import { cpuList, cpuMask, SIGNALS, type Signal } from '../../sim/index.ts';
import { ALL_CAPABILITIES } from '../capabilities.ts';
import type { Credentials } from '../credentials.ts';
import type { Host } from '../host.ts';
import { commandName, STATE_NAMES, stateLetter } from './process-name.ts';
import { residentKib, threadsOf, virtualKib } from './resident.ts';

/** `/proc/<pid>/status`. */
export function statusText(host: Host, process: Process, view: PidNamespace): string {
  const letter = stateLetter(process);
  const context = host.contextOf(process);
  const who = context?.credentials ?? { uid: process.uid, gid: 0, groups: [] };
  const inside = (pid: number) => host.processes.get(pid)?.nspid ?? pid;
  const chain = (pid: number) =>
    view !== host.processes.root || process.nspid === process.pid ? inside(pid) : `${pid}\t${inside(pid)}`;
  const rows: (readonly [string, string | number])[] = [
    ['Name', commandName(process)],
    ['Umask', (context?.umask ?? 0o22).toString(8).padStart(4, '0')],
    ['State', `${letter} (${STATE_NAMES[letter]})`],
    ['Tgid', process.pidIn(view) ?? 0],
    ['Ngid', 0],
    ['Pid', process.pidIn(view) ?? 0],
    ['PPid', process.parent?.pidIn(view) ?? 0],
    ['TracerPid', 0],
    ['Uid', Array(4).fill(who.uid).join('\t')],
    ['Gid', Array(4).fill(who.gid).join('\t')],
    ['FDSize', 64],
    ['Groups', `${who.groups.join(' ')} `],
    ['NStgid', chain(process.pid)],
    ['NSpid', chain(process.pid)],
    ['NSpgid', chain(process.group)],
    ['NSsid', chain(process.session)],
    ...memoryRows(process),
    ['Threads', threadsOf(process)],
    ['SigQ', '0/15419'],
    ...signalRows(process),
    ...confinementRows(who),
    ['Cpus_allowed', cpuMask(process.cgroup.cpusOf(host.cores))],
    ['Cpus_allowed_list', cpuList(process.cgroup.cpusOf(host.cores))],
    ['Mems_allowed_list', 0],
    ['voluntary_ctxt_switches', 20 + Math.round(process.cpuMs)],
    ['nonvoluntary_ctxt_switches', Math.round(process.cpuMs / 10)],
  ];
  return rows.map(([name, value]) => `${name}:\t${value}\n`).join('');
}

/** Threads of the kernel and who has ended have no memory. */
function memoryRows(process: Process): [string, string][] {
  const resident = residentKib(process);
  if (resident === 0) return [];
  const virtual = virtualKib(process);
  const anonymous = Math.round(resident * 0.6);
  const sizes: [string, number][] = [
    ['VmPeak', virtual],
    ['VmSize', virtual],
    ['VmLck', 0],
    ['VmPin', 0],
    ['VmHWM', resident],
    ['VmRSS', resident],
    ['RssAnon', anonymous],
    ['RssFile', resident - anonymous],
    ['RssShmem', 0],
    ['VmData', Math.round(virtual / 2)],
    ['VmStk', 132],
    ['VmSwap', 0],
  ];
  return sizes.map(([name, kib]) => [name, `${String(kib).padStart(8)} kB`]);
}

function signalRows({ pending, handlers }: Process): [string, string][] {
  const mask = (signals: Iterable<Signal>) => {
    let bits = 0n;
    for (const signal of signals) bits |= 1n << BigInt(SIGNALS[signal] - 1);
    return hex(bits);
  };
  const ignored = [...handlers].filter(([, handler]) => handler === 'ignore').map(([signal]) => signal);
  const caught = [...handlers].filter(([, handler]) => handler !== 'ignore').map(([signal]) => signal);
  return [
    ['SigPnd', mask(pending)],
    ['ShdPnd', mask([])],
    ['SigBlk', mask([])],
    ['SigIgn', mask(ignored)],
    ['SigCgt', mask(caught)],
  ];
}

const hex = (bits: bigint) => bits.toString(16).padStart(16, '0');

function confinementRows({ uid, confinement }: Credentials): [string, string | number][] {
  const bounding = confinement?.capabilities ?? ALL_CAPABILITIES;
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
