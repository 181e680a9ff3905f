import { HelmError } from '../errors.ts';
import { rollback as goBack } from '../release/rollback.ts';
import { tellStatus } from '../release/status.ts';
import { runTests } from '../release/tests.ts';
import { uninstall as takeAway } from '../release/uninstall.ts';
import { ANY, type HelmCommand } from './command.ts';

const CASCADES = ['background', 'foreground', 'orphan'];

const uninstall: HelmCommand = {
  args: [1, ANY],
  *run(helm) {
    const { flags } = helm;
    const cascade = flags.string('cascade');
    if (!CASCADES.includes(cascade))
      throw new HelmError(
        `invalid cascade value (${cascade}). Must be "background", "foreground", or "orphan"`,
      );
    for (const name of helm.args) {
      let info = '';
      try {
        ({ info } = yield* takeAway(helm, name, {
          keepHistory: flags.bool('keep-history'),
          hooks: !flags.bool('no-hooks'),
          timeoutMs: flags.duration('timeout'),
          dryRun: flags.bool('dry-run'),
          wait: flags.bool('wait'),
          cascade,
          description: flags.string('description'),
        }));
      } catch (error) {
        const missing = error instanceof HelmError && error.message.endsWith('release: not found');
        if (!missing || !flags.bool('ignore-not-found')) throw error;
        yield* helm.out(`release ${JSON.stringify(name)} uninstalled\n`);
        continue;
      }
      if (info !== '') yield* helm.out(`${info}\n`);
      yield* helm.out(`release ${JSON.stringify(name)} uninstalled\n`);
    }
  },
};

const rollback: HelmCommand = {
  args: [1, ANY],
  *run(helm) {
    const { flags, args } = helm;
    const revision = args[1] ?? '0';
    if (!/^[-+]?\d+$/.test(revision))
      throw new HelmError(
        `could not convert revision to a number: strconv.Atoi: parsing ${JSON.stringify(revision)}: invalid syntax`,
      );
    yield* goBack(helm, args[0] as string, Number(revision), {
      wait: flags.bool('wait'),
      timeoutMs: flags.duration('timeout'),
      dryRun: flags.bool('dry-run'),
      hooks: !flags.bool('no-hooks'),
      force: flags.bool('force'),
      jobs: flags.bool('wait-for-jobs'),
      keep: flags.int('history-max'),
    });
    yield* helm.out('Rollback was a success! Happy Helming!\n');
  },
};

const test: HelmCommand = {
  args: [1, 1],
  *run(helm) {
    const { release, failure, logs } = yield* runTests(helm, helm.args[0] as string);
    yield* tellStatus(helm, release, { hideNotes: helm.flags.bool('hide-notes') });
    if (logs !== '') yield* helm.out(`${logs}\n`);
    if (failure) throw failure;
  },
};

/** Commands that do something to a release that is there. */
export const RELEASES: Readonly<Record<string, HelmCommand>> = { uninstall, rollback, test };
