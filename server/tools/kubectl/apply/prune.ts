import { isApiError } from '../../../objects/api-error.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Info, listAll } from '../builder.ts';
import { LAST_APPLIED } from '../create/send.ts';
import { deleteInfo } from '../delete.ts';
import { KubectlError } from '../errors.ts';
import type { Kubectl } from '../kubectl.ts';
import { operation, printerFor } from '../printers.ts';
import type { ApiResource } from '../resources.ts';
import type { ApplySet } from './applyset.ts';

interface Allowed {
  readonly apiVersion: string;
  readonly kind: string;
}

/** What is pruned by default. Models kubectl/pkg/util/prune/prune.go. */
const NAMESPACED: readonly Allowed[] = [
  ...[
    'ConfigMap',
    'Endpoints',
    'PersistentVolumeClaim',
    'Pod',
    'ReplicationController',
    'Secret',
    'Service',
  ].map((kind) => ({ apiVersion: 'v1', kind })),
  { apiVersion: 'batch/v1', kind: 'Job' },
  { apiVersion: 'batch/v1', kind: 'CronJob' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' },
  ...['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'].map((kind) => ({
    apiVersion: 'apps/v1',
    kind,
  })),
];
const CLUSTER: readonly Allowed[] = [
  { apiVersion: 'v1', kind: 'Namespace' },
  { apiVersion: 'v1', kind: 'PersistentVolume' },
];

/** Checks --prune and its companions before anything is applied. Models ApplyOptions.Validate. */
export function* checkPrune(k: Kubectl, set: ApplySet | undefined, allowed: readonly Allowed[]): Steps<void> {
  const { flags } = k;
  const all = flags.bool('all');
  const selector = flags.string('selector') !== '';
  if (all && selector) throw new KubectlError('cannot set --all and --selector at the same time');
  if (set && !flags.bool('prune')) throw new KubectlError('--applyset requires --prune');
  if (set) yield* set.validate();
  if (!flags.bool('prune')) return;
  if (flags.bool('force')) throw new KubectlError('--force cannot be used with --prune');
  if (set) {
    const clash = all ? '--all' : selector ? '--selector' : allowed.length > 0 ? '--prune-allowlist' : '';
    if (clash !== '') throw new KubectlError(`${clash} is incompatible with --applyset`);
    return;
  }
  if (!all && !selector) {
    throw new KubectlError(
      'all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector',
    );
  }
  if (flags.bool('server-side'))
    throw new KubectlError(
      "--prune is in alpha and doesn't currently work on objects created by server-side apply",
    );
}

/** The kinds that --prune-allowlist names. */
export function pruneAllowlist(k: Kubectl): readonly Allowed[] {
  return k.flags.list('prune-allowlist').map((text) => {
    const [group = '', version = '', kind = '', ...more] = text.split('/');
    if (!kind || more.length > 0)
      throw new KubectlError(`invalid GroupVersionKind format: ${text}, please follow <group/version/kind>`);
    return { apiVersion: group === 'core' ? version : `${group}/${version}`, kind };
  });
}

/** Deletes what was applied once and is not among the files any more. */
export function* prune(k: Kubectl, applied: readonly Info[], allowed: readonly Allowed[]): Steps<void> {
  for (const info of yield* prunable(k, applied, allowed)) {
    const dryRun = yield* k.dryRun();
    try {
      if (dryRun !== 'client') yield* deleteInfo(k, info, { gracePeriod: k.flags.int('grace-period') });
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error;
    }
    yield* k.out(
      printerFor(k, yield* operation(k, 'pruned')).print(info.object as NonNullable<Info['object']>),
    );
  }
}

/** What was applied once and is not among these objects. */
export function* prunable(k: Kubectl, applied: readonly Info[], allowed: readonly Allowed[]): Steps<Info[]> {
  const uids = new Set(applied.map((info) => info.object?.['metadata'].uid));
  const namespaces = new Set(applied.filter((info) => info.namespace !== '').map((info) => info.namespace));
  if (allowed.length === 0) {
    yield* k.klog(
      'W',
      'prune.go:71',
      'Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag.',
    );
  }
  const wanted = allowed.length > 0 ? allowed : [...NAMESPACED, ...CLUSTER];
  const resources: ApiResource[] = [];
  for (const { apiVersion, kind } of wanted) {
    const resource = yield* k.resources.ofKind(apiVersion, kind);
    if (resource) resources.push(resource);
  }
  const found: Info[] = [];
  for (const namespace of namespaces)
    for (const resource of resources.filter((r) => r.namespaced))
      found.push(...(yield* ofKind(k, resource, namespace, uids)));
  for (const resource of resources.filter((r) => !r.namespaced))
    found.push(...(yield* ofKind(k, resource, '', uids)));
  return found;
}

function* ofKind(
  k: Kubectl,
  resource: ApiResource,
  namespace: string,
  uids: ReadonlySet<string>,
): Steps<Info[]> {
  const found: Info[] = [];
  const list = yield* listAll(k, resource, { namespace, labelSelector: k.flags.string('selector') });
  for (const object of list.items) {
    const { metadata } = object;
    if (metadata.annotations?.[LAST_APPLIED] === undefined || uids.has(metadata.uid)) continue;
    const { namespace: own = '', name } = metadata;
    found.push({ resource, namespace: own, name, source: '', object });
  }
  return found;
}
