import { CHARTS } from './charts.ts';
import type { HelmCommand } from './command.ts';
import { create } from './create.ts';
import { ENVIRONMENT } from './environment.ts';
import { GET } from './get.ts';
import { install } from './install.ts';
import { lint } from './lint.ts';
import { history, list } from './list.ts';
import { RELEASES } from './releases.ts';
import { REPO } from './repo.ts';
import { SEARCH } from './search.ts';
import { SHOW } from './show.ts';
import { template } from './template.ts';
import { upgrade } from './upgrade.ts';

/** What helm does, by the words behind its name. */
export const COMMANDS: Readonly<Record<string, HelmCommand>> = {
  create,
  history,
  install,
  lint,
  list,
  template,
  upgrade,
  ...CHARTS,
  ...ENVIRONMENT,
  ...GET,
  ...RELEASES,
  ...REPO,
  ...SEARCH,
  ...SHOW,
};
