import { wrapped } from '../errors.ts';
import { dryRunOf } from '../release/install.ts';
import { checkReachable } from '../release/prepare.ts';
import type { Release } from '../release/release.ts';
import { tellStatus } from '../release/status.ts';
import { Storage } from '../release/storage.ts';
import { formatOf } from '../release/tables.ts';
import { upgrade as nextRevision } from '../release/upgrade.ts';
import { givenValues } from '../values-flags.ts';
import { chartToInstall, checkRefused } from './chart-arguments.ts';
import type { HelmCommand } from './command.ts';
import { runInstall } from './install.ts';

/** `helm upgrade`. Models helm/cmd/helm/upgrade.go. */
export const upgrade: HelmCommand = {
  args: [2, 2],
  *run(helm) {
    const { flags, args } = helm;
    const [name, place] = args as [string, string];
    const table = formatOf(flags.string('output')) === 'table';
    checkRefused(helm);
    const dryRun = dryRunOf(helm);
    const hideNotes = flags.bool('hide-notes');
    if (flags.bool('install')) {
      yield* checkReachable(helm);
      const last = (yield* new Storage(helm).history(name)).at(-1);
      if (!last || last.info.status === 'uninstalled') {
        if (table) yield* helm.out(`Release ${JSON.stringify(name)} does not exist. Installing it now.\n`);
        if (last) flags.set('replace', 'true');
        yield* tellStatus(helm, yield* runInstall(helm, dryRun), { hideNotes });
        return;
      }
    }
    if (flags.string('version') === '' && flags.bool('devel')) flags.set('version', '>0.0.0-0');
    const chart = yield* chartToInstall(helm, place);
    const values = yield* givenValues(helm);
    let release: Release;
    try {
      release = yield* nextRevision(helm, { name, chart, values, dryRun });
    } catch (error) {
      throw wrapped('UPGRADE FAILED', error);
    }
    if (table) yield* helm.out(`Release ${JSON.stringify(name)} has been upgraded. Happy Helming!\n`);
    yield* tellStatus(helm, release, { hideNotes });
  },
};
