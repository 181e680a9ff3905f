import type { DescribeWriter } from '../../../cluster/kinds/describe/writer.ts';
import { templateLines } from '../../../cluster/kinds/pod/describe-placement.ts';
import { timestamp } from '../../../objects/object.ts';
import type { Steps } from '../../../sim/index.ts';
import { patchText, twoWayPatch } from '../apply/three-way.ts';
import { fileFlags, hasFiles, type Info, listAll, select, selectAll } from '../builder.ts';
import { KubectlError, throwAll } from '../errors.ts';
import type { Kubectl } from '../kubectl.ts';
import { operation, printerFor } from '../printers.ts';
import { builtIn, groupKind, groupVersion, pathOf, qualified } from '../resources.ts';
import { typeOf } from '../types.ts';
import { watch } from '../watch.ts';
import { statusOf } from './status.ts';

type Fields = Record<string, any>;

function required(k: Kubectl): void {
  if (k.args.length === 0 && !hasFiles(k)) throw new KubectlError('required resource not specified');
}

function* chosen(k: Kubectl) {
  required(k);
  return yield* select(k, {
    args: k.args,
    ...fileFlags(k),
    labelSelector: k.flags.string('selector'),
    allowAll: true,
    latest: true,
  });
}

/** What goes wrong before anything was chosen is one of a list of failures: told as it is. */
function* orTold<T>(steps: Steps<T>): Steps<T> {
  try {
    return yield* steps;
  } catch (error) {
    if (!(error instanceof KubectlError) || !error.message.startsWith('must build')) throw error;
    throw new KubectlError(error.message, { plain: true });
  }
}

/** Patches every chosen object with what `change` makes of it. */
function* changeAll(
  k: Kubectl,
  word: string,
  change: (info: Info, object: Fields) => Fields | undefined,
): Steps<void> {
  const { infos, errors } = yield* orTold(chosen(k));
  const failures = [...errors];
  for (const info of infos) {
    try {
      const object = info.object as Fields;
      const next = change(info, object);
      if (!next) continue;
      const type = typeOf(groupVersion(info.resource), info.resource.kind);
      const patch = twoWayPatch(object, next, type);
      info.object = yield* k.api.patch<Fields>(
        pathOf(info.resource, info.namespace, info.name),
        type ? 'application/strategic-merge-patch+json' : 'application/merge-patch+json',
        patchText(patch),
        { query: { fieldManager: k.flags.string('field-manager') } },
      );
      yield* k.out(printerFor(k, word).print(info.object));
    } catch (error) {
      failures.push(error);
    }
  }
  throwAll(failures);
}

export function rolloutPause(k: Kubectl): Steps<void> {
  return changeAll(k, 'paused', ({ resource, name }, object) => {
    if (resource.kind !== 'Deployment')
      throw new KubectlError(`${qualified(resource)} ${JSON.stringify(name)} pausing is not supported`);
    if (object['spec'].paused)
      throw new KubectlError(`${qualified(resource)} ${JSON.stringify(name)} is already paused`);
    return { ...object, spec: { ...object['spec'], paused: true } };
  });
}

export function rolloutResume(k: Kubectl): Steps<void> {
  return changeAll(k, 'resumed', ({ resource, name }, object) => {
    if (resource.kind !== 'Deployment')
      throw new KubectlError(`${qualified(resource)} ${JSON.stringify(name)} resuming is not supported`);
    if (!object['spec'].paused)
      throw new KubectlError(`${qualified(resource)} ${JSON.stringify(name)} is not paused`);
    const { paused: _, ...spec } = object['spec'];
    return { ...object, spec };
  });
}

export function rolloutRestart(k: Kubectl): Steps<void> {
  return changeAll(k, 'restarted', ({ resource, name }, object) => {
    if (!['Deployment', 'DaemonSet', 'StatefulSet'].includes(resource.kind))
      throw new KubectlError(`${qualified(resource)} ${JSON.stringify(name)} restarting is not supported`);
    if (object['spec'].paused)
      throw new KubectlError(
        `${qualified(resource)} ${JSON.stringify(name)} can't restart paused deployment (run rollout resume first)`,
      );
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
  throwAll(errors);
  if (infos.length === 0) {
    yield* k.err('No resources found in ' + k.namespace + ' namespace.\n');
    return;
  }
  for (const info of infos) yield* followStatus(k, info);
}

function* followStatus(k: Kubectl, info: Info): Steps<void> {
  const { flags } = k;
  const revision = flags.int('revision');
  let object = info.object as Fields;
  const first = statusOf(info.resource.kind, object, revision);
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
      const { text, done } = statusOf(info.resource.kind, object, revision);
      if (text !== '') {
        yield* k.out(text);
      }
      if (done) return;
    }
  } finally {
    watcher.close();
  }
}

interface Revision {
  readonly number: number;
  readonly template: Fields;
  readonly cause: string;
  readonly source: Fields;
}

const CAUSE = 'kubernetes.io/change-cause';
const REVISION = 'deployment.kubernetes.io/revision';

/** The revisions of a workload, oldest first. */
function* revisionsOf(k: Kubectl, info: Info): Steps<Revision[]> {
  const object = info.object as Fields;
  const { uid } = object['metadata'];
  const owned = (other: Fields) =>
    (other['metadata'].ownerReferences ?? []).some(
      (owner: Fields) => owner['uid'] === uid && owner['controller'],
    );
  if (info.resource.kind === 'Deployment') {
    const sets = yield* listAll(k, builtIn('replicasets'), { namespace: info.namespace });
    return sets.items
      .filter((set) => owned(set) && set['metadata'].annotations?.[REVISION])
      .map((set) => ({
        number: Number(set['metadata'].annotations[REVISION]),
        template: set['spec'].template,
        cause: set['metadata'].annotations[CAUSE] ?? '',
        source: set,
      }))
      .sort((a, b) => a.number - b.number);
  }
  if (info.resource.kind !== 'DaemonSet' && info.resource.kind !== 'StatefulSet')
    throw new KubectlError(`no history viewer has been implemented for "${groupKind(info.resource)}"`);
  const list = yield* listAll(k, builtIn('controllerrevisions'), {
    namespace: info.namespace,
  });
  return list.items
    .filter(owned)
    .map((item) => ({
      number: item['revision'],
      template: templateOf(item),
      cause: item['metadata'].annotations?.[CAUSE] ?? '',
      source: item,
    }))
    .sort((a, b) => a.number - b.number);
}

/** A revision is kept as a patch that replaces the template. */
function templateOf(revision: Fields): Fields {
  const { $patch: _directive, ...template } = revision['data']?.spec?.template ?? {};
  return template;
}

/** Models rollout_history.go. */
export function* rolloutHistory(k: Kubectl): Steps<void> {
  const revision = k.flags.int('revision');
  if (revision < 0) throw new KubectlError(`revision must be a positive integer: ${revision}`);
  const { infos, errors } = yield* chosen(k);
  throwAll(errors);
  const custom = k.flags.string('output') !== '';
  for (const info of infos) {
    const revisions = yield* revisionsOf(k, info);
    if (custom) {
      yield* printRevisions(k, revisions, revision);
      continue;
    }
    if (revision > 0) yield* showRevision(k, info, revisions, revision);
    else {
      const name = printerFor(k, '')
        .print(info.object as Fields)
        .trim();
      const lines = revisions.map(
        ({ number, cause }) => `${String(number).padEnd(8)}  ${cause || '<none>'}\n`,
      );
      yield* k.out(`${name} \nREVISION  CHANGE-CAUSE\n${lines.join('')}\n`);
    }
  }
}

function* printRevisions(k: Kubectl, revisions: readonly Revision[], wanted: number): Steps<void> {
  const printer = printerFor(k, '');
  const found = wanted > 0 ? revisions.filter(({ number }) => number === wanted) : revisions;
  if (wanted > 0 && found.length === 0) throw new KubectlError('unable to find the specified revision');
  for (const { source } of found) yield* k.out(printer.print(source));
}

function* showRevision(k: Kubectl, info: Info, revisions: readonly Revision[], wanted: number): Steps<void> {
  const found = revisions.find(({ number }) => number === wanted);
  if (!found) throw new KubectlError('unable to find the specified revision');
  const template = structuredClone(found.template);
  if (found.cause)
    template['metadata'] = {
      ...template['metadata'],
      annotations: { ...template['metadata']?.annotations, [CAUSE]: found.cause },
    };
  const name = printerFor(k, '')
    .print(info.object as Fields)
    .trim();
  const text = describeTemplate(template);
  yield* k.out(`${name} with revision #${wanted}\n${text}\n`);
}

/** Takes what a describer writes and leaves its tabs alone. */
class PlainWriter {
  #text = '';

  line(level: number, text: string): void {
    this.write(level, `${text}\n`);
  }

  write(level: number, text: string): void {
    this.#text += ('  '.repeat(level) + text).replace(/^ +\t/, '\t');
  }

  flush(): void {}

  text(): string {
    return this.#text;
  }
}

/** A pod template as the history shows it: not aligned. */
function describeTemplate(template: Fields): string {
  const writer = new PlainWriter();
  templateLines(writer as unknown as DescribeWriter, template);
  return writer.text();
}

/** Models rollout_undo.go. */
export function* rolloutUndo(k: Kubectl): Steps<void> {
  const wanted = k.flags.int('to-revision');
  if (wanted < 0) throw new KubectlError(`unable to find specified revision ${wanted} in history`);
  required(k);
  const dryRun = yield* k.dryRun();
  const infos = yield* selectAll(k, {
    args: k.args,
    ...fileFlags(k),
    labelSelector: k.flags.string('selector'),
    allowAll: true,
    latest: true,
  });
  for (const info of infos) {
    const word = yield* undoOne(k, info, wanted, dryRun);
    yield* k.out(printerFor(k, word).print(info.object as Fields, { typed: true }));
  }
}

function* undoOne(k: Kubectl, info: Info, wanted: number, dryRun: string): Steps<string> {
  const object = info.object as Fields;
  if (info.resource.kind === 'Deployment' && object['spec'].paused) {
    throw new KubectlError(
      "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again",
    );
  }
  const revisions = yield* revisionsOf(k, info);
  if (revisions.length <= 1 && wanted === 0 && info.resource.kind !== 'Deployment')
    throw new KubectlError('no last revision to roll back to');
  const target = wanted > 0 ? revisions.find(({ number }) => number === wanted) : revisions.at(-2);
  if (!target)
    throw new KubectlError(
      wanted > 0
        ? `unable to find specified revision ${wanted} in history`
        : info.resource.kind === 'Deployment'
          ? `no rollout history found for deployment "${info.name}"`
          : 'no last revision to roll back to',
    );
  const template = structuredClone(target.template);
  if (dryRun === 'client') {
    if (k.flags.string('output') !== '') return 'rolled back';
    return `${describeTemplate(template)} (dry run)`;
  }
  if (template['metadata']?.labels) delete template['metadata'].labels['pod-template-hash'];
  const current = structuredClone(object['spec'].template);
  const same = JSON.stringify(sortKeys(current)) === JSON.stringify(sortKeys(template));
  if (same) return `skipped rollback (current template already matches revision ${wanted})`;
  const [type, patch] = undoPatch(info, target, template);
  yield* k.api.patch<Fields>(pathOf(info.resource, info.namespace, info.name), type, JSON.stringify(patch), {
    query: { dryRun: dryRun === 'server' ? 'All' : undefined },
  });
  return yield* operation(k, 'rolled back');
}

/** What a revision keeps is a patch already; a ReplicaSet's template has to be made into one. */
function undoPatch(info: Info, { source }: Revision, template: Fields): [type: string, patch: unknown] {
  if (info.resource.kind !== 'Deployment') return ['application/strategic-merge-patch+json', source['data']];
  const patch = [{ op: 'replace', path: '/spec/template', value: template }];
  const annotations = source['metadata'].annotations ?? {};
  if (Object.keys(annotations).length > 0) {
    const value = annotationsAfter(info.object as Fields, annotations);
    patch.push({ op: 'replace', path: '/metadata/annotations', value });
  }
  return ['application/json-patch+json', patch];
}

const KEPT = [
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
];

/** The deployment keeps its own bookkeeping; the rest comes from the replica set. */
function annotationsAfter(object: Fields, wanted: Fields): Fields {
  const out: Fields = {};
  for (const key of KEPT) {
    const value = object['metadata'].annotations?.[key];
    if (value !== undefined) out[key] = value;
  }
  for (const [key, value] of Object.entries(wanted)) if (!KEPT.includes(key)) out[key] = value;
  return out;
}

function sortKeys(value: any): any {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .filter((key) => value[key] !== null)
      .map((key) => [key, sortKeys(value[key])]),
  );
}
