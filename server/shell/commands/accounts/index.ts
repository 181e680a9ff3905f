import type { Command } from '../../command.ts';
import { chage } from './chage.ts';
import { MORE_ACCOUNT_COMMANDS } from './more.ts';
import { getent, passwd } from './passwords.ts';
import { adduser, groupadd, groupdel, groupmod, useradd, userdel, usermod } from './users.ts';

/** Users and groups. */
export const ACCOUNT_COMMANDS: readonly Command[] = [
  adduser,
  chage,
  getent,
  groupadd,
  groupdel,
  groupmod,
  passwd,
  useradd,
  userdel,
  usermod,
  ...MORE_ACCOUNT_COMMANDS,
];
