import { timestamp } from '../../../objects/object.ts';
import type { Steps } from '../../../sim/index.ts';
import { patchText, twoWayPatch } from '../apply/three-way.ts';
import type { Info } from '../builder.ts';
import { KubectlError, messageOf, throwAll } from '../errors.ts';
import type { Kubectl } from '../kubectl.ts';
import { printerFor } from '../printers.ts';
import { type ApiResource, groupVersion, pathOf, qualified } from '../resources.ts';
import { typeOf } from '../types.ts';
import { watch } from '../watch.ts';
import { chosen, eachOf } from './chosen.ts';
import { statusOf } from './status.ts';

type Fields = Record<string, any>;

/** What goes wrong before anything was chosen is one of a list of failures: told as it is. */
function* orTold<T>(steps: Steps<T>): Steps<T> {
  try {
    return yield* steps;
  } catch (error) {
    if (!(error instanceof KubectlError) || !error.message.startsWith('must build')) throw error;
    throw new KubectlError(error.message, { plain: true });
  }
}

/** Every one of several is told of with its `error: `. */
function refusal(resource: ApiResource, name: string, why: string): KubectlError {
  return new KubectlError(`error: ${qualified(resource)} ${JSON.stringify(name)} ${why}`);
}

/** Patches every chosen object with what `change` makes of it. */
function* changeAll(
  k: Kubectl,
  word: string,
  change: (info: Info, object: Fields) => Fields | undefined,
): Steps<void> {
  const { infos, errors } = yield* orTold(chosen(k));
  if (infos.length === 0 && errors.length === 0)
    yield* k.err(`No resources found in ${k.namespace} namespace.\n`);
  const failures = [...errors];
  for (const info of infos) {
    try {
      const object = info.object as Fields;
      const next = change(info, object);
      if (!next) continue;
      const type = typeOf(groupVersion(info.resource), info.resource.kind);
      const patch = twoWayPatch(object, next, type);
      info.object = yield* orFailedToPatch(
        k.api.patch<Fields>(
          pathOf(info.resource, info.namespace, info.name),
          type ? 'application/strategic-merge-patch+json' : 'application/merge-patch+json',
          patchText(patch),
          { query: { fieldManager: k.flags.string('field-manager') } },
        ),
      );
      yield* k.out(printerFor(k, word).print(info.object));
    } catch (error) {
      failures.push(error);
    }
  }
  throwAll(failures);
}

function* orFailedToPatch<T>(steps: Steps<T>): Steps<T> {
  try {
    return yield* steps;
  } catch (error) {
    throw new KubectlError(`failed to patch: ${messageOf(error)}`);
  }
}

export function rolloutPause(k: Kubectl): Steps<void> {
  return changeAll(k, 'paused', ({ resource, name }, object) => {
    if (resource.kind !== 'Deployment') throw refusal(resource, name, 'pausing is not supported');
    if (object['spec'].paused) throw refusal(resource, name, 'is already paused');
    return { ...object, spec: { ...object['spec'], paused: true } };
  });
}

export function rolloutResume(k: Kubectl): Steps<void> {
  return changeAll(k, 'resumed', ({ resource, name }, object) => {
    if (resource.kind !== 'Deployment') throw refusal(resource, name, 'resuming is not supported');
    if (!object['spec'].paused) throw refusal(resource, name, 'is not paused');
    const { paused: _, ...spec } = object['spec'];
    return { ...object, spec };
  });
}

export function rolloutRestart(k: Kubectl): Steps<void> {
  return changeAll(k, 'restarted', ({ resource, name }, object) => {
    if (!['Deployment', 'DaemonSet', 'StatefulSet'].includes(resource.kind))
      throw refusal(resource, name, 'restarting is not supported');
    if (object['spec'].paused)
      throw refusal(resource, name, "can't restart paused deployment (run rollout resume first)");
    const { template } = object['spec'];
    const annotations = {
      ...template.metadata?.annotations,
      'kubectl.kubernetes.io/restartedAt': timestamp(k.now),
    };
    return {
      ...object,
      spec: { ...object['spec'], template: { ...template, metadata: { ...template.metadata, annotations } } },
    };
  });
}

/** Models kubectl/pkg/cmd/rollout/rollout_status.go. */
export function* rolloutStatus(k: Kubectl): Steps<void> {
  const { flags } = k;
  if (flags.int('revision') < 0)
    throw new KubectlError(`revision must be a positive integer: ${flags.int('revision')}`);
  const { infos, errors } = yield* chosen(k);
  if (infos.length === 0 && errors.length === 0) {
    yield* k.err(`No resources found in ${k.namespace} namespace.\n`);
    return;
  }
  yield* eachOf(infos, errors, (info) => followStatus(k, info));
}

function* followStatus(k: Kubectl, info: Info): Steps<void> {
  const { flags } = k;
  const revision = flags.int('revision');
  let object = info.object as Fields;
  const first = statusOf(info.resource, object, revision);
  if (first.text !== '') yield* k.out(first.text);
  if (first.done || !flags.bool('watch')) return;
  const timeout = flags.duration('timeout');
  const until = timeout > 0 ? k.now + timeout : Number.POSITIVE_INFINITY;
  const watcher = yield* watch(k, pathOf(info.resource, info.namespace), {
    query: {
      fieldSelector: `metadata.name=${info.name}`,
      resourceVersion: object['metadata'].resourceVersion,
    },
  });
  try {
    for (;;) {
      const event = yield* watcher.next(k, until);
      if (!event) {
        if (k.now >= until) throw new KubectlError('timed out waiting for the condition');
        throw new KubectlError('watch closed before UntilWithoutRetry timeout');
      }
      if (event.type === 'DELETED') throw new KubectlError('object has been deleted');
      object = event.object;
      const { text, done } = statusOf(info.resource, object, revision);
      if (text !== '') {
        yield* k.out(text);
      }
      if (done) return;
    }
  } finally {
    watcher.close();
  }
}
