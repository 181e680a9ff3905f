import { nanoTime, type Steps } from '../../../sim/index.ts';
import type { Hook, HookEvent } from '../chart/manifests.ts';
import { HelmError, wrapped } from '../errors.ts';
import type { Helm } from '../helm.ts';
import type { Release } from './release.ts';
import { buildResources, create, find, type Resource, remove } from './resources.ts';
import { waitGone } from './wait.ts';

type Fields = Record<string, any>;

const POLL_MS = 1000;

/** The hooks of an event in the order that they run. */
export function hooksOf(release: Release, event: HookEvent): Hook[] {
  const weight = (hook: Hook) => hook.weight ?? 0;
  return release.hooks
    .filter(({ events }) => events.includes(event))
    .sort((a, b) => weight(a) - weight(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

interface Phase {
  readonly event: HookEvent;
  readonly timeoutMs: number;
  /** Keeps what became of a hook. */
  readonly changed: (release: Release) => Steps<void>;
}

/** The same; `failed` stands before what goes wrong. */
export function* hookPhase(helm: Helm, release: Release, phase: Phase & { failed: string }): Steps<void> {
  try {
    yield* runHooks(helm, release, phase);
  } catch (error) {
    throw wrapped(phase.failed, error);
  }
}

/** Makes the objects of an event's hooks, one after the other, each until it is done. Models action execHook. */
export function* runHooks(helm: Helm, release: Release, { event, timeoutMs, changed }: Phase): Steps<void> {
  const hooks = hooksOf(release, event);
  for (const hook of hooks) {
    hook.delete_policies ??= ['before-hook-creation'];
    yield* removeBy(helm, hook, { release, policy: 'before-hook-creation', timeoutMs });
    const resources = yield* buildHook(helm, hook, release);
    hook.last_run = { started_at: stamp(helm), phase: 'Running' };
    yield* changed(release);
    try {
      for (const resource of resources) yield* create(helm, resource);
    } catch (error) {
      finish(helm, hook, 'Failed');
      throw wrapped(`warning: Hook ${event} ${hook.path} failed`, error);
    }
    try {
      for (const resource of resources) yield* untilDone(helm, resource, helm.now + timeoutMs);
    } catch (error) {
      finish(helm, hook, 'Failed');
      yield* removeBy(helm, hook, { release, policy: 'hook-failed', timeoutMs });
      throw error;
    }
    finish(helm, hook, 'Succeeded');
  }
  for (const hook of hooks) yield* removeBy(helm, hook, { release, policy: 'hook-succeeded', timeoutMs });
}

export function stamp({ context }: Helm): string {
  return nanoTime(context.now, '');
}

function finish(helm: Helm, hook: Hook, phase: 'Failed' | 'Succeeded'): void {
  hook.last_run = { ...hook.last_run, completed_at: stamp(helm), phase };
}

function* buildHook(helm: Helm, hook: Hook, release: Release): Steps<Resource[]> {
  try {
    return yield* buildResources(helm, hook.manifest, release.namespace);
  } catch (error) {
    throw wrapped(`unable to build kubernetes object for ${hook.path}`, error);
  }
}

function* removeBy(
  helm: Helm,
  hook: Hook,
  { release, policy, timeoutMs }: { release: Release; policy: string; timeoutMs: number },
): Steps<void> {
  if (hook.kind === 'CustomResourceDefinition' || !hook.delete_policies?.includes(policy)) return;
  const resources = yield* buildHook(helm, hook, release);
  for (const resource of resources) yield* remove(helm, resource);
  yield* waitGone(helm, resources, helm.now + timeoutMs);
}

/** Jobs and pods run to their end, all else is done at once. Models kube Client.watchUntilReady. */
function* untilDone(helm: Helm, resource: Resource, deadline: number): Steps<void> {
  const { kind } = resource.api;
  if (kind !== 'Job' && kind !== 'Pod') return;
  for (;;) {
    const there = yield* find(helm, resource);
    const why = there && (kind === 'Job' ? jobEnd(there) : podEnd(there));
    if (why === 'done') return;
    if (why) throw new HelmError(`1 error occurred:\n\t* ${why}\n\n`);
    if (helm.now >= deadline)
      throw new HelmError('1 error occurred:\n\t* timed out waiting for the condition\n\n');
    yield* helm.context.sleep(POLL_MS);
  }
}

function jobEnd({ metadata, status = {} }: Fields): string | undefined {
  for (const { type, status: is, reason } of status.conditions ?? []) {
    if (type === 'Complete' && is === 'True') return 'done';
    if (type === 'Failed' && is === 'True') return `job ${metadata.name} failed: ${reason}`;
  }
  return undefined;
}

function podEnd({ metadata, status = {} }: Fields): string | undefined {
  if (status.phase === 'Succeeded') return 'done';
  return status.phase === 'Failed' ? `pod ${metadata.name} failed` : undefined;
}
