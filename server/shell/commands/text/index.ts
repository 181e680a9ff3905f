import type { Command } from '../../command.ts';
import { cat } from './cat.ts';
import { cut } from './cut.ts';
import { egrep, fgrep, grep } from './grep.ts';
import { head } from './head.ts';
import { sed } from './sed/sed.ts';
import { sort } from './sort.ts';
import { tail } from './tail.ts';
import { tr } from './tr.ts';
import { uniq } from './uniq.ts';
import { wc } from './wc.ts';

/** Tools that read text and write text. */
export const TEXT_COMMANDS: readonly Command[] = [
  cat,
  cut,
  egrep,
  fgrep,
  grep,
  head,
  sed,
  sort,
  tail,
  tr,
  uniq,
  wc,
];
