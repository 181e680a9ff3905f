import type { Command } from '../../command.ts';
import { awk, gawk, mawk } from './awk/awk.ts';
import { cat } from './cat.ts';
import { cmp } from './cmp.ts';
import { col, colrm, ul } from './col.ts';
import { column } from './column.ts';
import { csplit } from './csplit.ts';
import { cut } from './cut.ts';
import { diff } from './diff.ts';
import { expand, unexpand } from './expand.ts';
import { factor } from './factor.ts';
import { fmt } from './fmt.ts';
import { egrep, fgrep, grep } from './grep.ts';
import { head } from './head.ts';
import { iconv } from './iconv.ts';
import { join } from './join.ts';
import { look } from './look.ts';
import { nl } from './nl.ts';
import { numfmt } from './numfmt.ts';
import { pr } from './pr.ts';
import { sdiff } from './sdiff.ts';
import { sed } from './sed/sed.ts';
import { comm, fold, paste, rev, tac, tee } from './simple.ts';
import { sort } from './sort.ts';
import { tail } from './tail.ts';
import { tr } from './tr.ts';
import { tsort } from './tsort.ts';
import { uniq } from './uniq.ts';
import { wc } from './wc.ts';

/** Tools that read text and write text. */
export const TEXT_COMMANDS: readonly Command[] = [
  awk,
  gawk,
  mawk,
  cat,
  cmp,
  col,
  colrm,
  column,
  comm,
  csplit,
  cut,
  diff,
  egrep,
  expand,
  factor,
  fgrep,
  fmt,
  fold,
  grep,
  head,
  iconv,
  join,
  look,
  nl,
  numfmt,
  paste,
  pr,
  rev,
  sdiff,
  sed,
  sort,
  tac,
  tail,
  tee,
  tr,
  tsort,
  unexpand,
  ul,
  uniq,
  wc,
];
