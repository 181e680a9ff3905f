import type { Command } from '../../command.ts';
import { apropos, man, whatis } from './man.ts';

/** Manual pages. */
export const MANUAL_COMMANDS: readonly Command[] = [apropos, man, whatis];
