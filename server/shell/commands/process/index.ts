import type { Command } from '../../command.ts';
import { free } from './free.ts';
import { kill } from './kill.ts';
import { pgrep, pkill } from './pgrep.ts';
import { ps } from './ps.ts';
import { uptime, w, who } from './uptime.ts';

/** Processes, and what they use. */
export const PROCESS_COMMANDS: readonly Command[] = [free, kill, pgrep, pkill, ps, uptime, w, who];
