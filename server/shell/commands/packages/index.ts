import type { Command } from '../../command.ts';
import { apk } from './apk.ts';
import { apt, aptCache, aptGet } from './apt.ts';
import { aptMark } from './apt-mark.ts';
import { commandNotFound } from './command-not-found.ts';
import { dpkg } from './dpkg.ts';
import { dpkgQuery } from './dpkg-query.ts';
import { gpg } from './gpg.ts';
import { REPOSITORY_COMMANDS } from './repositories.ts';

/** Packages: what is installed, what could be. */
export const PACKAGE_COMMANDS: readonly Command[] = [
  apk,
  apt,
  aptCache,
  aptGet,
  aptMark,
  commandNotFound,
  dpkg,
  dpkgQuery,
  gpg,
  ...REPOSITORY_COMMANDS,
];
