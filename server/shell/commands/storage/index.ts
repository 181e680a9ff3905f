import type { Command } from '../../command.ts';
import { blkid, lsblk } from './devices.ts';
import { findmnt, mount, umount } from './mount.ts';
import { mkswap, swapoff, swapon } from './swap.ts';

/** Disks, and what is mounted where. */
export const STORAGE_COMMANDS: readonly Command[] = [
  blkid,
  findmnt,
  lsblk,
  mkswap,
  mount,
  swapoff,
  swapon,
  umount,
];
