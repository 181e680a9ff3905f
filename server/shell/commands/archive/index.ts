import type { Command } from '../../command.ts';
import { gunzip, gzip, zcat } from './gzip.ts';
import { tar } from './tar.ts';

/** Archives and compression. */
export const ARCHIVE_COMMANDS: readonly Command[] = [gunzip, gzip, tar, zcat];
