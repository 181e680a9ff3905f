import type { Steps } from '../../../sim/index.ts';
import type { Info } from '../builder.ts';
import { KubectlError } from '../errors.ts';
import type { Kubectl } from '../kubectl.ts';
import { operation, printerFor } from '../printers.ts';
import { pathOf } from '../resources.ts';
import { chosen, eachOf } from './chosen.ts';
import { describeTemplate, REVISION, type Revision, revisionsOf } from './history.ts';

type Fields = Record<string, any>;

/** Models rollout_undo.go. */
export function* rolloutUndo(k: Kubectl): Steps<void> {
  const wanted = k.flags.int('to-revision');
  if (wanted < 0) throw new KubectlError(`unable to find specified revision ${wanted} in history`);
  const dryRun = yield* k.dryRun();
  const { infos, errors } = yield* chosen(k);
  yield* eachOf(infos, errors, function* (info) {
    const word = yield* undoOne(k, info, wanted, dryRun);
    yield* k.out(printerFor(k, word).print(info.object as Fields, { typed: true }));
  });
}

function* undoOne(k: Kubectl, info: Info, wanted: number, dryRun: string): Steps<string> {
  const object = info.object as Fields;
  if (info.resource.kind === 'Deployment' && object['spec'].paused) {
    throw new KubectlError(
      "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again",
    );
  }
  const revisions = yield* revisionsOf(k, info, { missing: 'rollbacker', task: 'rollbacker' });
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
