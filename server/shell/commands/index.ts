import type { Command } from '../command.ts';
import { ACCOUNT_COMMANDS } from './accounts/index.ts';
import { ARCHIVE_COMMANDS } from './archive/index.ts';
import { bc } from './bc/bc.ts';
import { openssl } from './crypto/openssl.ts';
import { DATA_COMMANDS } from './data/index.ts';
import { FILE_COMMANDS } from './files/index.ts';
import { jq } from './jq/jq.ts';
import { MANUAL_COMMANDS } from './manual/index.ts';
import { NETWORK_COMMANDS } from './network/index.ts';
import { PACKAGE_COMMANDS } from './packages/index.ts';
import { patch } from './patch/patch.ts';
import { PROCESS_COMMANDS } from './process/index.ts';
import { SCREEN_COMMANDS } from './screen/index.ts';
import { SHELL_COMMANDS } from './shell/index.ts';
import { STORAGE_COMMANDS } from './storage/index.ts';
import { SYSTEM_COMMANDS } from './system/index.ts';
import { TEXT_COMMANDS } from './text/index.ts';
import { EDITOR_COMMANDS } from './vi/index.ts';
import { yq } from './yq/yq.ts';

/** The Linux tools, by what they are about. */
export const COMMANDS: readonly Command[] = [
  ...TEXT_COMMANDS,
  ...SHELL_COMMANDS,
  ...FILE_COMMANDS,
  ...ARCHIVE_COMMANDS,
  ...DATA_COMMANDS,
  ...EDITOR_COMMANDS,
  ...MANUAL_COMMANDS,
  ...SCREEN_COMMANDS,
  ...SYSTEM_COMMANDS,
  ...STORAGE_COMMANDS,
  ...PACKAGE_COMMANDS,
  ...ACCOUNT_COMMANDS,
  ...PROCESS_COMMANDS,
  ...NETWORK_COMMANDS,
  bc,
  jq,
  openssl,
  patch,
  yq,
];
