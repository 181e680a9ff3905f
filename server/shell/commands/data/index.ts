import type { Command } from '../../command.ts';
import { base32, base64 } from './base64.ts';
import { file, shuf, split, strings, xxd } from './bytes.ts';
import { DIGEST_COMMANDS } from './digests.ts';

/** Tools that work on bytes. */
export const DATA_COMMANDS: readonly Command[] = [
  base32,
  base64,
  file,
  shuf,
  split,
  strings,
  xxd,
  ...DIGEST_COMMANDS,
];
