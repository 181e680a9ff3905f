import type { Process } from '../../sim/index.ts';
import { commandName } from './process-name.ts';

/** What well-known programs take at rest: resident MiB and threads. Nobody measures it; it has to be steady and plausible. */
const AT_REST: Readonly<Record<string, readonly [mib: number, threads: number]>> = {
  systemd: [12.9, 1],
  'systemd-journal': [16.4, 1],
  'systemd-journald': [16.4, 1],
  'systemd-logind': [8.6, 1],
  'systemd-network': [9.1, 1],
  'systemd-networkd': [9.1, 1],
  'systemd-resolve': [12.8, 1],
  'systemd-resolved': [12.8, 1],
  sshd: [8.9, 1],
  'dbus-daemon': [5.1, 1],
  bash: [5.2, 1],
  containerd: [58.3, 9],
  'containerd-shim': [13.6, 11],
  'containerd-shim-runc-v2': [13.6, 11],
  'cri-dockerd': [41.2, 8],
  dockerd: [88.5, 10],
  etcd: [49.7, 8],
  kubelet: [78.4, 12],
  'kube-apiserver': [248.6, 9],
  'kube-controller': [104.3, 7],
  'kube-controller-manager': [104.3, 7],
  'kube-scheduler': [58.9, 9],
  'kube-proxy': [52.1, 6],
  coredns: [46.8, 8],
  flanneld: [38.2, 9],
  pause: [0.7, 1],
};

/** Resident memory of a process. */
export function residentKib(process: Process): number {
  if (process.state === 'zombie' || process.isKernel) return 0;
  if (process.memoryBytes > 0) return Math.round(process.memoryBytes / 1024);
  const name = commandName(process);
  const known = AT_REST[name];
  // Two of a kind differ by a few pages.
  if (known) return Math.round(known[0] * 1024) + (process.pid % 7) * 4;
  let sum = 0;
  for (const char of name) sum = (sum * 31 + char.charCodeAt(0)) % 4096;
  return 3200 + (sum & ~3);
}

/** Its address space. */
export function virtualKib(process: Process): number {
  const resident = residentKib(process);
  return resident === 0 ? 0 : resident * 4 + 4096;
}

export function threadsOf(process: Process): number {
  return AT_REST[commandName(process)]?.[1] ?? 1;
}
