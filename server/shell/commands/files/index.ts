import type { Command } from '../../command.ts';
import { cp, install, mv } from './copy.ts';
import { dd } from './dd.ts';
import { find } from './find/find.ts';
import { dir, ls, vdir } from './ls.ts';
import { ln, mkdir, mktemp, readlink, realpath, rmdir, touch } from './make.ts';
import { namei } from './namei.ts';
import { link, mkfifo, mknod } from './nodes.ts';
import { chgrp, chmod, chown } from './owner.ts';
import { pathchk } from './pathchk.ts';

import { rm, unlink } from './remove.ts';
import { shred } from './shred.ts';
import { fallocate, truncate } from './sizes.ts';
import { stat } from './stat.ts';
import { df, du, tree } from './usage.ts';

/** Tools that work on files and directories. */
export const FILE_COMMANDS: readonly Command[] = [
  chgrp,
  chmod,
  chown,
  cp,
  dd,
  df,
  dir,
  du,
  find,
  install,
  ln,
  link,
  ls,
  mkdir,
  mkfifo,
  mknod,
  mktemp,
  mv,
  namei,
  pathchk,
  readlink,
  realpath,
  rm,
  rmdir,
  shred,
  stat,
  touch,
  tree,
  truncate,
  fallocate,
  unlink,
  vdir,
];
