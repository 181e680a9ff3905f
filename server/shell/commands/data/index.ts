import type { Command } from '../../command.ts';
import { base32, base64 } from './base64.ts';
import { DIGEST_COMMANDS } from './digests.ts';

/** Tools that work on bytes. */
export const DATA_COMMANDS: readonly Command[] = [base32, base64, ...DIGEST_COMMANDS];
