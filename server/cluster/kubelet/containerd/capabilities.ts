import { ALL_CAPABILITIES, type Confinement } from '../../../host/index.ts';
import type { ContainerConfig } from '../../client/cri.ts';

/** In the order of their bits: include/uapi/linux/capability.h. */
const NAMES =
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'.split(
    ' ',
  );
/** What containerd gives to everybody. */
const DEFAULT = bits(
  'CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE'.split(
    ' ',
  ),
);

function bits(names: readonly string[]): bigint {
  let sum = 0n;
  for (const name of names) {
    const at = NAMES.indexOf(name.toUpperCase().replace(/^CAP_/, ''));
    if (at >= 0) sum |= 1n << BigInt(at);
    else if (name.toUpperCase() === 'ALL') sum = ALL_CAPABILITIES;
  }
  return sum;
}

/** What a container's processes are confined to. Models containerd pkg/cri/opts WithCapabilities. */
export function confinementOf({ privileged, security }: ContainerConfig): Confinement {
  const kept = DEFAULT & ~bits(security?.drop ?? []);
  return {
    capabilities: privileged ? ALL_CAPABILITIES : kept | bits(security?.add ?? []),
    noNewPrivileges: security?.noNewPrivileges ?? false,
    seccomp: (security?.seccomp ?? false) && !privileged,
  };
}
