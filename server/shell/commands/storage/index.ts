import type { Command } from '../../command.ts';
import { blkid, lsblk, swapon } from './devices.ts';
import { findmnt, mount, umount } from './mount.ts';

/** Disks, and what is mounted where. */
export const STORAGE_COMMANDS: readonly Command[] = [blkid, findmnt, lsblk, mount, swapon, umount];
