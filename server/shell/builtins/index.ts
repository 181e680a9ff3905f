import type { Builtin } from '../interpreter/builtin.ts';
import * as basic from './basic.ts';
import { bind } from './bind.ts';
import * as completion from './completion.ts';
import * as directories from './directories.ts';
import { help } from './help.ts';
import * as history from './history.ts';
import * as jobs from './jobs.ts';
import * as options from './options.ts';
import { printf } from './printf.ts';
import * as input from './read.ts';
import * as run from './run.ts';
import * as system from './system.ts';
import * as testing from './test.ts';
import { ulimit } from './ulimit.ts';
import * as variables from './variables.ts';

const LIST: readonly Builtin[] = [
  basic.colon,
  basic.trueBuiltin,
  basic.falseBuiltin,
  basic.echo,
  basic.exit,
  basic.logout,
  basic.returnBuiltin,
  basic.breakBuiltin,
  basic.continueBuiltin,
  basic.shift,
  basic.letBuiltin,
  completion.complete,
  completion.compgen,
  completion.compopt,
  bind,
  help,
  history.history,
  history.fc,
  directories.cd,
  directories.pwd,
  directories.pushd,
  directories.popd,
  directories.dirs,
  jobs.jobs,
  jobs.fg,
  jobs.bg,
  jobs.wait,
  jobs.kill,
  jobs.disown,
  jobs.suspend,
  options.set,
  options.shopt,
  printf,
  input.read,
  input.mapfile,
  input.readarray,
  input.getopts,
  run.evalBuiltin,
  run.source,
  run.dot,
  run.builtinBuiltin,
  run.command,
  run.type,
  run.hash,
  run.alias,
  run.unalias,
  run.enable,
  run.caller,
  system.trap,
  system.umask,
  ulimit,
  system.times,
  system.exec,
  testing.test,
  testing.bracket,
  variables.declareBuiltin,
  variables.typeset,
  variables.local,
  variables.exportBuiltin,
  variables.readonly,
  variables.unset,
];

/** All builtins by name. */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map(LIST.map((builtin) => [builtin.name, builtin]));
