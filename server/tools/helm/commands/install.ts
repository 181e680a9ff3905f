import type { Steps } from '../../../sim/index.ts';
import { wrapped } from '../errors.ts';
import type { Helm } from '../helm.ts';
import { dryRunOf, install as makeRelease } from '../release/install.ts';
import type { Release } from '../release/release.ts';
import { tellStatus } from '../release/status.ts';
import { formatOf } from '../release/tables.ts';
import { givenValues } from '../values-flags.ts';
import { chartToInstall, checkRefused, nameAndChart } from './chart-arguments.ts';
import { ANY, type HelmCommand } from './command.ts';

/** `helm install`. Models helm/cmd/helm/install.go. */
export const install: HelmCommand = {
  args: [1, ANY],
  *run(helm) {
    formatOf(helm.flags.string('output'));
    checkRefused(helm);
    const dryRun = dryRunOf(helm);
    let release: Release;
    try {
      release = yield* runInstall(helm, dryRun);
    } catch (error) {
      throw wrapped('INSTALLATION FAILED', error);
    }
    yield* tellStatus(helm, release, { hideNotes: helm.flags.bool('hide-notes') });
  },
};

export function* runInstall(helm: Helm, dryRun: ReturnType<typeof dryRunOf>): Steps<Release> {
  const { name, chart: place } = nameAndChart(helm);
  const chart = yield* chartToInstall(helm, place);
  const values = yield* givenValues(helm);
  return yield* makeRelease(helm, { name, chart, values, dryRun });
}
