import { isApiError } from '../../objects/api-error.ts';
import type { Steps } from '../../sim/index.ts';
import { withLastApplied, withSource } from './apply/apply.ts';
import { fileFlags, hasFiles, type Info, select } from './builder.ts';
import { LAST_APPLIED } from './create/send.ts';
import { deletedLine, deleteInfo, deletionFlags, pollGone, waitGone } from './delete.ts';
import { KubectlError, throwAll } from './errors.ts';
import type { Kubectl } from './kubectl.ts';
import { operation, printerFor } from './printers.ts';
import { sendRaw } from './raw.ts';
import { pathOf } from './resources.ts';

const PATIENCE_MS = 5 * 60_000;

/** Deletes what is to be replaced by force, and sees it go. Models ReplaceOptions forceReplace. */
function* takeAway(k: Kubectl, infos: readonly Info[]): Steps<void> {
  const { gracePeriod, ...deletion } = deletionFlags(k);
  const gone: Info[] = [];
  for (const info of infos) {
    try {
      yield* deleteInfo(k, info, { ...deletion, gracePeriod: gracePeriod === 0 ? 1 : gracePeriod });
      yield* k.out(deletedLine(info, { output: k.flags.string('output') }));
      gone.push({ ...info, object: undefined });
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error;
    }
  }
  const timeout = k.flags.duration('timeout');
  if (k.flags.bool('wait') || gracePeriod === 0) yield* waitGone(k, gone, timeout);
  for (const info of gone) yield* pollGone(k, info, timeout || PATIENCE_MS);
}

/** Models kubectl/pkg/cmd/replace/replace.go. */
export function* replace(k: Kubectl): Steps<void> {
  const { flags } = k;
  const force = flags.bool('force');
  const grace = flags.int('grace-period');
  if (grace >= 0 && !force) throw new KubectlError('--grace-period must have --force specified');
  if (flags.duration('timeout') !== 0 && !force)
    throw new KubectlError('--timeout must have --force specified');
  if (flags.string('raw') !== '') {
    yield* sendRaw(k, 'PUT');
    return;
  }
  if (!hasFiles(k)) throw new KubectlError('must specify one of -f and -k');
  const dryRun = yield* k.dryRun();
  if (force && dryRun !== 'none') throw new KubectlError('--dry-run can not be used when --force is set');
  const printer = printerFor(k, yield* operation(k, 'replaced'));
  const { infos, errors } = yield* select(k, { ...fileFlags(k), validate: true });
  const failures: unknown[] = [];
  if (force && errors.length === 0) yield* takeAway(k, infos);
  for (const info of infos) {
    const keeps =
      flags.bool('save-config') || info.object?.['metadata']?.annotations?.[LAST_APPLIED] !== undefined;
    const object = keeps ? withLastApplied(info.object!) : info.object!;
    const query = {
      dryRun: dryRun === 'server' ? 'All' : undefined,
      fieldManager: flags.string('field-manager'),
      fieldValidation: k.fieldValidation(),
    };
    try {
      if (dryRun !== 'client') {
        info.object = force
          ? yield* k.api.create(pathOf(info.resource, info.namespace), object, { query })
          : yield* k.api.put(
              pathOf(info.resource, info.namespace, info.name, flags.string('subresource')),
              object,
              { query },
            );
      }
      yield* k.out(printer.print(info.object!));
    } catch (error) {
      failures.push(force ? error : withSource(error, 'replacing', info.source));
    }
  }
  failures.push(...errors);
  if (infos.length === 0 && failures.length === 0) throw new KubectlError('no objects passed to replace');
  throwAll(failures);
}
