import type { DescribeWriter } from '../../../cluster/kinds/describe/writer.ts';
import { templateLines } from '../../../cluster/kinds/pod/describe-placement.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Info, listAll } from '../builder.ts';
import { isFailure, KubectlError, messageOf } from '../errors.ts';
import type { Kubectl } from '../kubectl.ts';
import { printerFor } from '../printers.ts';
import { builtIn, groupKind } from '../resources.ts';
import { chosen, eachOf } from './chosen.ts';

type Fields = Record<string, any>;

export interface Revision {
  readonly number: number;
  readonly template: Fields;
  readonly cause: string;
  /** What keeps it: a ReplicaSet or a ControllerRevision. */
  readonly source: Fields;
  /** As `-o` prints it: the ReplicaSet, or the workload with the template it had. */
  readonly shown: Fields;
}

const CAUSE = 'kubernetes.io/change-cause';
export const REVISION = 'deployment.kubernetes.io/revision';

/** What revisions are wanted for, as messages say it. */
interface Purpose {
  readonly missing: string;
  readonly task: string;
}

/** The revisions of a workload, oldest first. */
export function* revisionsOf(k: Kubectl, info: Info, purpose: Purpose): Steps<Revision[]> {
  checkHistory(info, purpose);
  const object = info.object as Fields;
  const { uid } = object['metadata'];
  const owned = (other: Fields) =>
    (other['metadata'].ownerReferences ?? []).some(
      (owner: Fields) => owner['uid'] === uid && owner['controller'],
    );
  if (info.resource.kind === 'Deployment') {
    const sets = yield* replicaSets(k, info);
    return sets
      .filter((set) => owned(set) && set['metadata'].annotations?.[REVISION])
      .map((set) => ({
        number: Number(set['metadata'].annotations[REVISION]),
        template: set['spec'].template,
        cause: set['metadata'].annotations[CAUSE] ?? '',
        source: set,
        shown: set,
      }))
      .sort((a, b) => a.number - b.number);
  }
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
      shown: { ...object, spec: { ...object['spec'], template: templateOf(item) } },
    }))
    .sort((a, b) => a.number - b.number);
}

function* replicaSets(k: Kubectl, { namespace, name }: Info): Steps<readonly Fields[]> {
  try {
    return (yield* listAll(k, builtIn('replicasets'), { namespace })).items;
  } catch (error) {
    if (!isFailure(error)) throw error;
    throw new KubectlError(`failed to retrieve replica sets from deployment ${name}: ${messageOf(error)}`);
  }
}

/** Kinds of pods' owners are known to have no history; others are not known at all. */
const WITHOUT_HISTORY = ['CronJob', 'Job', 'Pod', 'ReplicaSet', 'ReplicationController'];

/** Fails for what has no revisions. `missing`: what kubectl has not for this kind. */
function checkHistory({ resource }: Info, { missing, task }: Purpose): void {
  if (['Deployment', 'DaemonSet', 'StatefulSet'].includes(resource.kind)) return;
  const kind = JSON.stringify(groupKind(resource));
  if (WITHOUT_HISTORY.includes(resource.kind))
    throw new KubectlError(`no ${missing} has been implemented for ${kind}`);
  throw new KubectlError(
    `error retrieving ${task} for ${kind}, no visitor method exists for {${resource.group} ${resource.kind}}`,
  );
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
  yield* eachOf(infos, errors, (info) => showHistory(k, info, revision));
}

function* showHistory(k: Kubectl, info: Info, revision: number): Steps<void> {
  const revisions = yield* revisionsOf(k, info, { missing: 'history viewer', task: 'history' });
  if (k.flags.string('output') !== '') {
    yield* printRevisions(k, revisions, revision);
    return;
  }
  if (revision > 0) {
    yield* showRevision(k, info, revisions, revision);
    return;
  }
  const name = printerFor(k, '')
    .print(info.object as Fields)
    .trim();
  const lines = revisions.map(({ number, cause }) => `${String(number).padEnd(8)}  ${cause || '<none>'}\n`);
  yield* k.out(`${name} \nREVISION  CHANGE-CAUSE\n${lines.join('')}\n`);
}

function* printRevisions(k: Kubectl, revisions: readonly Revision[], wanted: number): Steps<void> {
  const printer = printerFor(k, '');
  const found = wanted > 0 ? revisions.filter(({ number }) => number === wanted) : revisions;
  if (wanted > 0 && found.length === 0) throw new KubectlError('unable to find the specified revision');
  for (const { shown } of found) yield* k.out(printer.print(shown, { typed: true }));
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
export function describeTemplate(template: Fields): string {
  const writer = new PlainWriter();
  templateLines(writer as unknown as DescribeWriter, template);
  return writer.text();
}
