import type { Command } from '../../command.ts';
import { vi, view, vim, vimdiff, vimTiny } from './vi.ts';

export const EDITOR_COMMANDS: readonly Command[] = [vi, view, vim, vimTiny, vimdiff];
