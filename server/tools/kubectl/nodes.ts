import type { Steps } from '../../sim/index.ts';
import { type Info, select } from './builder.ts';
import { isFailure, messageOf, throwAll } from './errors.ts';
import { goJson } from './go-json.ts';
import type { Kubectl } from './kubectl.ts';
import { operation } from './printers.ts';
import { pathOf } from './resources.ts';

/** The nodes that a command line names. */
export function* nodesOf(k: Kubectl, verb: string) {
  const { flags } = k;
  const selector = flags.string('selector');
  if (k.args.length === 0 && selector === '') throw k.usage(`USAGE: ${verb} NODE [flags]`);
  if (k.args.length > 0 && selector !== '')
    throw k.usage('error: cannot specify both a node name and a --selector option');
  const args = selector !== '' ? ['nodes'] : ['nodes', ...k.args];
  return yield* select(k, { args, labelSelector: selector });
}

/** Models kubectl/pkg/cmd/drain: cordon and uncordon. */
export function cordon(k: Kubectl): Steps<void> {
  return mark(k, true);
}

export function uncordon(k: Kubectl): Steps<void> {
  return mark(k, false);
}

function* mark(k: Kubectl, unschedulable: boolean): Steps<void> {
  const { infos, errors } = yield* nodesOf(k, unschedulable ? 'cordon' : 'uncordon');
  throwAll(errors.slice(0, 1));
  for (const info of infos) yield* markOne(k, info, unschedulable);
}

/** A node that cannot be changed is told of, and all goes on. */
export function* markOne(k: Kubectl, info: Info, unschedulable: boolean): Steps<void> {
  const dryRun = yield* k.dryRun();
  const word = unschedulable ? 'cordoned' : 'uncordoned';
  const already = Boolean(info.object?.['spec']?.unschedulable) === unschedulable;
  if (!already && dryRun !== 'client') {
    try {
      info.object = yield* k.api.patch(
        pathOf(info.resource, '', info.name),
        'application/strategic-merge-patch+json',
        goJson({ spec: { unschedulable: unschedulable || null } }),
        { query: { dryRun: dryRun === 'server' ? 'All' : undefined } },
      );
    } catch (error) {
      if (!isFailure(error)) throw error;
      const verb = unschedulable ? 'cordon' : 'uncordon';
      yield* k.err(`error: unable to ${verb} node ${JSON.stringify(info.name)}: ${messageOf(error)}\n`);
      return;
    }
  }
  const said = already ? `already ${word}` : word;
  yield* k.out(`${nodeName(info)} ${yield* operation(k, said)}\n`);
}

function nodeName(info: Info): string {
  return `node/${info.name}`;
}
