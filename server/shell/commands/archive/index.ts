import type { Command } from '../../command.ts';
import { COMPRESSOR_COMMANDS } from './compressors.ts';
import { gunzip, gzip, zcat } from './gzip.ts';
import { tar } from './tar.ts';
import { unzip, zipinfo } from './unzip.ts';
import { Z_COMMANDS } from './z-tools.ts';
import { zip } from './zip.ts';

/** Archives and compression. */
export const ARCHIVE_COMMANDS: readonly Command[] = [
  gunzip,
  gzip,
  tar,
  unzip,
  zcat,
  zip,
  zipinfo,
  ...COMPRESSOR_COMMANDS,
  ...Z_COMMANDS,
];
