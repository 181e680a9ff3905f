import type { Command } from '../../command.ts';
import { base32, base64, basenc } from './base64.ts';
import { shuf, strings, xxd } from './bytes.ts';
import { cksum, DIGEST_COMMANDS } from './digests.ts';
import { file } from './file.ts';
import { hexdump } from './hexdump.ts';
import { od } from './od.ts';
import { split } from './split.ts';
import { sum } from './sums.ts';

/** Tools that work on bytes. */
export const DATA_COMMANDS: readonly Command[] = [
  base32,
  base64,
  basenc,
  cksum,
  file,
  hexdump,
  od,
  shuf,
  split,
  strings,
  sum,
  xxd,
  ...DIGEST_COMMANDS,
];
