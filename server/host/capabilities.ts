import type { Credentials } from './credentials.ts';

/** What root may do beyond others, each on its own, in the order of their bits: include/uapi/linux/capability.h. */
const NAMES = [
  ...['CHOWN', 'DAC_OVERRIDE', 'DAC_READ_SEARCH', 'FOWNER', 'FSETID', 'KILL', 'SETGID', 'SETUID', 'SETPCAP'],
  ...[
    'LINUX_IMMUTABLE',
    'NET_BIND_SERVICE',
    'NET_BROADCAST',
    'NET_ADMIN',
    'NET_RAW',
    'IPC_LOCK',
    'IPC_OWNER',
  ],
  ...[
    'SYS_MODULE',
    'SYS_RAWIO',
    'SYS_CHROOT',
    'SYS_PTRACE',
    'SYS_PACCT',
    'SYS_ADMIN',
    'SYS_BOOT',
    'SYS_NICE',
  ],
  ...[
    'SYS_RESOURCE',
    'SYS_TIME',
    'SYS_TTY_CONFIG',
    'MKNOD',
    'LEASE',
    'AUDIT_WRITE',
    'AUDIT_CONTROL',
    'SETFCAP',
  ],
  ...['MAC_OVERRIDE', 'MAC_ADMIN', 'SYSLOG', 'WAKE_ALARM', 'BLOCK_SUSPEND', 'AUDIT_READ', 'PERFMON', 'BPF'],
  'CHECKPOINT_RESTORE',
] as const;

export type Capability = (typeof NAMES)[number];

/** The bits of all capabilities that the kernel knows. */
export const ALL_CAPABILITIES = (1n << BigInt(NAMES.length)) - 1n;

const BITS = new Map<string, bigint>(NAMES.map((name, at) => [name, 1n << BigInt(at)]));

/** The bits of capabilities by their names, with or without `CAP_`; `ALL` is all of them, unknown names are none. */
export function capabilityBits(names: readonly string[]): bigint {
  let sum = 0n;
  for (const name of names.map((one) => one.toUpperCase().replace(/^CAP_/, '')))
    sum |= name === 'ALL' ? ALL_CAPABILITIES : (BITS.get(name) ?? 0n);
  return sum;
}

function nameOf(bit: number): string {
  const name = NAMES[bit];
  return name === undefined ? String(bit) : `cap_${name.toLowerCase()}`;
}

/** The names of bits as `libcap` writes them, `cap_chown`; bits that the kernel does not know are numbers. */
export function capabilityNames(bits: bigint): string[] {
  const names: string[] = [];
  for (let at = 0, left = bits; left > 0n; at++, left >>= 1n) if (left & 1n) names.push(nameOf(at));
  return names;
}

/** Whether somebody may do what only root may: root itself, unless its container has taken that away. */
export function capable({ uid, confinement }: Credentials, name: Capability): boolean {
  if (uid !== 0) return false;
  if (confinement === undefined) return true;
  const isKept = (confinement.capabilities & (BITS.get(name) as bigint)) !== 0n;
  return isKept && (confinement.appArmor?.capability(name) ?? true);
}
