import type { Steps } from '../../../sim/index.ts';
import { fileFlags, hasFiles, type Info, select } from '../builder.ts';
import { isFailure, KubectlError, throwAll } from '../errors.ts';
import type { Kubectl } from '../kubectl.ts';
import { checkRegistered } from '../types.ts';

function required(k: Kubectl): void {
  if (k.args.length === 0 && !hasFiles(k)) throw new KubectlError('required resource not specified');
}

/** What the command line names. */
export function* chosen(k: Kubectl) {
  required(k);
  const found = yield* select(k, {
    args: k.args,
    ...fileFlags(k),
    labelSelector: k.flags.string('selector'),
    allowAll: true,
    latest: true,
  });
  checkRegistered(found);
  return found;
}

/** Goes on with the next one when one fails; all failures are told at the end. */
export function* eachOf(
  infos: readonly Info[],
  errors: readonly unknown[],
  visit: (info: Info) => Steps<void>,
): Steps<void> {
  const failures = [...errors];
  for (const info of infos) {
    try {
      yield* visit(info);
    } catch (error) {
      if (!isFailure(error)) throw error;
      failures.push(error);
    }
  }
  throwAll(failures);
}
