import type { Command } from '../../command.ts';
import {
  basename,
  clear,
  dirname,
  falsehood,
  nproc,
  pwd,
  seq,
  sleep,
  sync,
  truth,
  tty,
  yes,
} from './basics.ts';
import { cal } from './cal.ts';
import { date } from './date.ts';
import { env, nohup, printenv, setsid, timeout, which } from './env.ts';
import { envsubst } from './envsubst.ts';
import { expr } from './expr.ts';
import { getopt } from './getopt.ts';
import { arch, groups, hostname, id, logname, uname, whoami } from './identity.ts';
import { echo, printf } from './printf.ts';
import { SMALL_COMMANDS } from './small.ts';
import { reset, stty } from './stty.ts';
import { bracket, test } from './test.ts';
import { tput } from './tput.ts';
import { whereis } from './whereis.ts';
import { xargs } from './xargs.ts';

/** Small tools that scripts are made of. */
export const SHELL_COMMANDS: readonly Command[] = [
  arch,
  basename,
  bracket,
  cal,
  clear,
  date,
  dirname,
  echo,
  env,
  envsubst,
  expr,
  getopt,
  falsehood,
  groups,
  hostname,
  id,
  logname,
  nohup,
  nproc,
  printenv,
  printf,
  pwd,
  reset,
  seq,
  setsid,
  sleep,
  stty,
  sync,
  test,
  timeout,
  tput,
  truth,
  tty,
  uname,
  whereis,
  which,
  whoami,
  xargs,
  yes,
  ...SMALL_COMMANDS,
];
