import type { ProfileConfinement } from './apparmor/profile.ts';
import { capable } from './capabilities.ts';
import type { Inode } from './files/filesystem.ts';

/** Who a process acts as. */
export interface Credentials {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups. */
  readonly groups: readonly number[];
  /** What a container takes away from root, undefined: nothing. */
  readonly confinement?: Confinement;
}

/** Limits of a container's processes. */
export interface Confinement {
  /** Bits of the capabilities it may have. */
  readonly capabilities: bigint;
  readonly noNewPrivileges: boolean;
  readonly seccomp: boolean;
  /** Undefined: unconfined. */
  readonly appArmor?: ProfileConfinement | undefined;
}

export const ROOT: Credentials = { uid: 0, gid: 0, groups: [0] };

export type Access = 'read' | 'write' | 'execute';

const BIT: Record<Access, number> = { read: 4, write: 2, execute: 1 };

/** Whether the mode bits allow it. Root may all, but execute only files that somebody may execute. */
export function allows(node: Inode, who: Credentials, access: Access): boolean {
  const bit = BIT[access];
  if (capable(who, 'DAC_OVERRIDE'))
    return access !== 'execute' || node.type === 'directory' || (node.mode & 0o111) !== 0;
  if (node.uid === who.uid) return ((node.mode >> 6) & bit) !== 0;
  if (node.gid === who.gid || who.groups.includes(node.gid)) return ((node.mode >> 3) & bit) !== 0;
  return (node.mode & bit) !== 0;
}
