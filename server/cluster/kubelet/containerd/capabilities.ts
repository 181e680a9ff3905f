import {
  ALL_CAPABILITIES,
  type Confinement,
  capabilityBits,
  confinedBy,
  type Host,
  RUNTIME_PROFILE,
} from '../../../host/index.ts';
import type { ContainerConfig } from '../../client/cri.ts';

/** What containerd gives to everybody. */
const DEFAULT = capabilityBits(
  'CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE'.split(
    ' ',
  ),
);

/** As the CRI names the want of an AppArmor profile. */
export const UNCONFINED = 'unconfined';

/** What a container's processes are confined to. Models containerd pkg/cri/opts WithCapabilities. */
export function confinementOf(host: Host, { privileged, security }: ContainerConfig): Confinement {
  const profile = security?.appArmor ?? RUNTIME_PROFILE;
  const isConfined = security && !privileged && profile !== UNCONFINED;
  const kept = DEFAULT & ~capabilityBits(security?.drop ?? []);
  return {
    capabilities: privileged ? ALL_CAPABILITIES : kept | capabilityBits(security?.add ?? []),
    noNewPrivileges: security?.noNewPrivileges ?? false,
    seccomp: security?.seccomp !== undefined && !privileged,
    appArmor: isConfined ? confinedBy(host, profile) : undefined,
  };
}
