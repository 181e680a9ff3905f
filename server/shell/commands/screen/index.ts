import type { Command } from '../../command.ts';
import { less, pager } from '../less/less.ts';
import { more } from '../more/more.ts';
import { nano } from '../nano/nano.ts';
import { tmux } from '../tmux/tmux.ts';
import { top } from './top.ts';
import { watch } from './watch.ts';

/** Tools that fill the terminal. */
export const SCREEN_COMMANDS: readonly Command[] = [less, more, nano, pager, tmux, top, watch];
