import { dialRuntime } from '../../../cluster/client/cri-dial.ts';
import type { Context } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { CRI_SOCKET } from '../plan.ts';
import { Refusal } from '../refusal.ts';
import type { Call } from './call.ts';

/** What must hold before anything is changed: a name to ignore it by, and what is wrong. */
export interface Check {
  readonly name: string;
  problem(context: Context): string | undefined;
}

const MIN_CPUS = 2;
const MIN_MEMORY_MIB = 1700;

// Models cmd/kubeadm/app/preflight/checks.go
export const ROOT: Check = {
  name: 'IsPrivilegedUser',
  problem: ({ credentials }) => (credentials.uid === 0 ? undefined : 'user is not running as root'),
};

export const CPUS: Check = {
  name: 'NumCPU',
  problem: ({ host }) =>
    host.cores < MIN_CPUS
      ? `the number of available CPUs ${host.cores} is less than the required ${MIN_CPUS}`
      : undefined,
};

export const MEMORY: Check = {
  name: 'Mem',
  problem({ host }) {
    const mib = Math.floor(host.memoryBytes / 1024 ** 2);
    return mib < MIN_MEMORY_MIB
      ? `the system RAM (${mib} MB) is less than the minimum ${MIN_MEMORY_MIB} MB`
      : undefined;
  },
};

export const RUNTIME: Check = {
  name: 'CRI',
  problem({ host }) {
    const { problem } = dialRuntime(host, CRI_SOCKET);
    return (
      problem &&
      `could not connect to the container runtime: failed to create new CRI runtime service: ${problem}`
    );
  },
};

export const SWAP: Check = {
  name: 'Swap',
  problem({ fs }) {
    const lines = fs.isFile('/proc/swaps') ? fs.read('/proc/swaps').trim().split('\n') : [];
    return lines.length > 1
      ? 'swap is supported for cgroup v2 only. The kubelet must be properly configured to use swap. Please refer to https://kubernetes.io/docs/concepts/architecture/nodes/#swap-memory, or disable swap on the node'
      : undefined;
  },
};

export const FORWARDING: Check = {
  name: 'FileContent--proc-sys-net-ipv4-ip_forward',
  problem({ fs }) {
    const path = '/proc/sys/net/ipv4/ip_forward';
    return fs.isFile(path) && fs.read(path).trim() !== '1' ? `${path} contents are not set to 1` : undefined;
  },
};

export const KUBELET: Check = {
  name: 'KubeletVersion',
  problem: ({ fs }) =>
    fs.isFile('/usr/bin/kubelet')
      ? undefined
      : "couldn't get kubelet version: cannot execute 'kubelet --version': executable file not found in $PATH",
};

export function portFree(port: number): Check {
  return {
    name: `Port-${port}`,
    problem: ({ host }) =>
      host.network.listenerAt('0.0.0.0', port, 'TCP') ||
      [...host.network.listeners].some((l) => l.port === port && l.protocol === 'TCP')
        ? `Port ${port} is in use`
        : undefined,
  };
}

export function fileAbsent(path: string): Check {
  return {
    name: `FileAvailable-${path.replaceAll('/', '-')}`,
    problem: ({ fs }) => (fs.exists(path) ? `${path} already exists` : undefined),
  };
}

export function directoryEmpty(path: string): Check {
  return {
    name: `DirAvailable-${path.replaceAll('/', '-')}`,
    problem: ({ fs }) =>
      fs.isDirectory(path) && fs.list(path).length > 0 ? `${path} is not empty` : undefined,
  };
}

/** Runs the checks; what is not ignored and fails ends the command. Models RunChecks. */
export function* preflight(call: Call, checks: readonly Check[], phase = 'preflight'): Steps<void> {
  const ignored = new Set((call.flags.get('ignore-preflight-errors') ?? '').toLowerCase().split(','));
  const failures: string[] = [];
  for (const { name, problem } of checks) {
    const message = problem(call.context);
    if (message === undefined) continue;
    if (ignored.has('all') || ignored.has(name.toLowerCase()))
      yield* call.context.err(`\t[WARNING ${name}]: ${message}\n`);
    else failures.push(`\t[ERROR ${name}]: ${message}\n`);
  }
  if (failures.length === 0) return;
  yield* call.context.err(
    `[preflight] Some fatal errors occurred:\n${failures.join('')}[preflight] If you know what you are doing, you can make a check non-fatal with \`--ignore-preflight-errors=...\`\n`,
  );
  throw new Refusal(`error execution phase ${phase}: preflight checks failed`, 2);
}
