import type { Command } from '../../command.ts';
import { CAPABILITY_COMMANDS } from './capabilities.ts';
import { free } from './free.ts';
import { kill } from './kill.ts';
import { killall, pidof } from './killall.ts';
import { lsns } from './lsns.ts';
import { fuser, lsof } from './lsof.ts';
import { nice, renice } from './nice.ts';
import { pgrep, pkill } from './pgrep.ts';
import { ps } from './ps.ts';
import { pstree } from './pstree.ts';
import { uptime, users, w, who } from './uptime.ts';
import { vmstat } from './vmstat.ts';
import { WRAPPER_COMMANDS } from './wrappers.ts';

/** Processes, and what they use. */
export const PROCESS_COMMANDS: readonly Command[] = [
  free,
  fuser,
  kill,
  killall,
  lsns,
  lsof,
  nice,
  pgrep,
  pidof,
  pkill,
  ps,
  pstree,
  renice,
  uptime,
  users,
  vmstat,
  w,
  who,
  ...CAPABILITY_COMMANDS,
  ...WRAPPER_COMMANDS,
];
