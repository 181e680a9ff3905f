import type { Steps } from '../../../sim/index.ts';
import { pathOf } from '../../kubectl/resources.ts';
import { HelmError } from '../errors.ts';
import type { Helm } from '../helm.ts';
import { find, type Resource } from './resources.ts';

type Fields = Record<string, any>;

const POLL_MS = 2000;

/** Waits until everything is ready. Models helm/pkg/kube waiter.waitForResources. */
export function* waitReady(
  helm: Helm,
  resources: readonly Resource[],
  { deadline, jobs }: { deadline: number; jobs: boolean },
): Steps<void> {
  for (;;) {
    let ready = true;
    for (const resource of resources) ready &&= yield* isReady(helm, resource, jobs);
    if (ready) return;
    if (helm.now + POLL_MS > deadline) {
      yield* helm.context.sleep(Math.max(deadline - helm.now, 0));
      throw new HelmError('context deadline exceeded');
    }
    yield* helm.context.sleep(POLL_MS);
  }
}

/** Waits until what was deleted is gone. */
export function* waitGone(helm: Helm, resources: readonly Resource[], deadline: number): Steps<void> {
  for (;;) {
    let gone = true;
    for (const resource of resources) gone &&= (yield* find(helm, resource)) === undefined;
    if (gone) return;
    if (helm.now + POLL_MS > deadline) throw new HelmError('context deadline exceeded');
    yield* helm.context.sleep(POLL_MS);
  }
}

/** Models helm/pkg/kube ReadyChecker.IsReady. */
function* isReady(helm: Helm, resource: Resource, jobs: boolean): Steps<boolean> {
  const check = CHECKS[resource.api.kind];
  if (!check && resource.api.kind !== 'Job') return true;
  const there = yield* find(helm, resource);
  if (!there) return false;
  if (resource.api.kind === 'Job') return !jobs || jobReady(there);
  if (resource.api.kind !== 'Deployment') return (check as Check)(there);
  return !there['spec'].paused ? deploymentReady(there, yield* newestReplicas(helm, there)) : true;
}

type Check = (object: Fields) => boolean;

const isTrue = (object: Fields, type: string) =>
  (object['status']?.conditions ?? []).some((c: Fields) => c['type'] === type && c['status'] === 'True');

function jobReady(job: Fields): boolean {
  if (isTrue(job, 'Failed'))
    throw new HelmError(`job is failed: ${job['metadata'].namespace}/${job['metadata'].name}`);
  return (job['status']?.succeeded ?? 0) >= (job['spec'].completions ?? 1);
}

/** Ready replicas of the newest ReplicaSet. */
function* newestReplicas(helm: Helm, deployment: Fields): Steps<number> {
  const api = yield* helm.client.resources.ofKind('apps/v1', 'ReplicaSet');
  if (!api) return 0;
  const { namespace, uid, annotations = {} } = deployment['metadata'];
  const list = yield* helm.client.api.get(pathOf(api, namespace));
  const revision = annotations['deployment.kubernetes.io/revision'];
  const newest = list.items.find(
    ({ metadata }: Fields) =>
      metadata['ownerReferences']?.[0]?.uid === uid &&
      metadata['annotations']?.['deployment.kubernetes.io/revision'] === revision,
  );
  return newest?.status?.readyReplicas ?? 0;
}

function deploymentReady({ spec, status = {}, metadata }: Fields, ready: number): boolean {
  if ((status.observedGeneration ?? 0) !== metadata.generation) return false;
  const replicas = spec.replicas ?? 1;
  const rolling = spec.strategy?.type !== 'Recreate';
  const limit = spec.strategy?.rollingUpdate?.maxUnavailable ?? '25%';
  const unavailable = rolling ? share(limit, replicas) : 0;
  return ready >= replicas - unavailable;
}

function share(limit: number | string, of: number): number {
  return typeof limit === 'number' ? limit : Math.floor((Number.parseInt(limit, 10) * of) / 100);
}

function daemonSetReady({ spec, status = {}, metadata }: Fields): boolean {
  if ((status.observedGeneration ?? 0) !== metadata.generation) return false;
  if (spec.updateStrategy?.type === 'OnDelete') return true;
  const wanted = status.desiredNumberScheduled ?? 0;
  if ((status.updatedNumberScheduled ?? 0) !== wanted) return false;
  const unavailable = share(spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1, wanted);
  return (status.numberReady ?? 0) >= wanted - unavailable;
}

function statefulSetReady({ spec, status = {}, metadata }: Fields): boolean {
  if ((status.observedGeneration ?? 0) < metadata.generation) return false;
  if (spec.updateStrategy?.type === 'OnDelete') return true;
  const replicas = spec.replicas ?? 1;
  const partition = spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  if ((status.updatedReplicas ?? 0) < replicas - partition) return false;
  return (
    (status.readyReplicas ?? 0) === replicas &&
    (partition > 0 || status.currentRevision === status.updateRevision)
  );
}

function serviceReady({ spec, status = {} }: Fields): boolean {
  if (spec.type === 'ExternalName') return true;
  if (!spec.clusterIP) return false;
  return (
    spec.type !== 'LoadBalancer' || spec.externalIPs?.length > 0 || status.loadBalancer?.ingress?.length > 0
  );
}

const CHECKS: Readonly<Record<string, Check>> = {
  Pod: (pod) => isTrue(pod, 'Ready'),
  Deployment: () => false,
  DaemonSet: daemonSetReady,
  StatefulSet: statefulSetReady,
  ReplicaSet: ({ spec, status = {} }) => (status.readyReplicas ?? 0) >= (spec.replicas ?? 1),
  ReplicationController: ({ spec, status = {} }) => (status.readyReplicas ?? 0) >= (spec.replicas ?? 1),
  PersistentVolumeClaim: ({ status = {} }) => status.phase === 'Bound',
  Service: serviceReady,
  CustomResourceDefinition: (crd) => isTrue(crd, 'Established'),
};
