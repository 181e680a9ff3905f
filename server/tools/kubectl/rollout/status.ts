import { KubectlError } from '../errors.ts';
import { type ApiResource, groupKind } from '../resources.ts';

type Fields = Record<string, any>;

export interface RolloutState {
  readonly text: string;
  readonly done: boolean;
}

/** How far a rollout has come. Models polymorphichelpers/rollout_status.go. */
export function statusOf(resource: ApiResource, object: Fields, revision: number): RolloutState {
  const { kind } = resource;
  if (kind === 'Deployment') return deployment(object, revision);
  if (kind === 'DaemonSet') return daemonSet(object);
  if (kind === 'StatefulSet') return statefulSet(object);
  throw new KubectlError(`no status viewer has been implemented for ${groupKind(resource)}`);
}

function deployment({ metadata, spec, status = {} }: Fields, revision: number): RolloutState {
  const name = JSON.stringify(metadata.name);
  if (revision > 0) {
    const current = Number(metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
    if (current !== revision)
      throw new KubectlError(
        `desired revision (${revision}) is different from the running revision (${current})`,
      );
  }
  if (metadata.generation > (status.observedGeneration ?? 0))
    return { text: 'Waiting for deployment spec update to be observed...\n', done: false };
  const failed = (status.conditions ?? []).some(
    (c: Fields) => c['type'] === 'Progressing' && c['reason'] === 'ProgressDeadlineExceeded',
  );
  if (failed) throw new KubectlError(`deployment ${name} exceeded its progress deadline`);
  const updated = status.updatedReplicas ?? 0;
  const total = status.replicas ?? 0;
  const available = status.availableReplicas ?? 0;
  const waiting = (what: string) => ({
    text: `Waiting for deployment ${name} rollout to finish: ${what}...\n`,
    done: false,
  });
  if (spec.replicas !== undefined && updated < spec.replicas)
    return waiting(`${updated} out of ${spec.replicas} new replicas have been updated`);
  if (total > updated) return waiting(`${total - updated} old replicas are pending termination`);
  if (available < updated) return waiting(`${available} of ${updated} updated replicas are available`);
  return { text: `deployment ${name} successfully rolled out\n`, done: true };
}

function daemonSet({ metadata, spec, status = {} }: Fields): RolloutState {
  const name = JSON.stringify(metadata.name);
  if (spec.updateStrategy?.type !== 'RollingUpdate')
    throw new KubectlError('rollout status is only available for RollingUpdate strategy type');
  if (metadata.generation > (status.observedGeneration ?? 0))
    return { text: 'Waiting for daemon set spec update to be observed...\n', done: false };
  const desired = status.desiredNumberScheduled ?? 0;
  const updated = status.updatedNumberScheduled ?? 0;
  const available = status.numberAvailable ?? 0;
  if (updated < desired) {
    return {
      text: `Waiting for daemon set ${name} rollout to finish: ${updated} out of ${desired} new pods have been updated...\n`,
      done: false,
    };
  }
  if (available < desired) {
    return {
      text: `Waiting for daemon set ${name} rollout to finish: ${available} of ${desired} updated pods are available...\n`,
      done: false,
    };
  }
  return { text: `daemon set ${name} successfully rolled out\n`, done: true };
}

function statefulSet({ metadata, spec, status = {} }: Fields): RolloutState {
  if (spec.updateStrategy?.type !== 'RollingUpdate')
    throw new KubectlError('rollout status is only available for RollingUpdate strategy type');
  if ((status.observedGeneration ?? 0) === 0 || metadata.generation > status.observedGeneration)
    return { text: 'Waiting for statefulset spec update to be observed...\n', done: false };
  const ready = status.readyReplicas ?? 0;
  const updated = status.updatedReplicas ?? 0;
  if (spec.replicas !== undefined && ready < spec.replicas)
    return { text: `Waiting for ${spec.replicas - ready} pods to be ready...\n`, done: false };
  const partition = spec.updateStrategy.rollingUpdate?.partition;
  if (spec.replicas !== undefined && partition !== undefined && partition !== null) {
    if (updated < spec.replicas - partition) {
      return {
        text: `Waiting for partitioned roll out to finish: ${updated} out of ${spec.replicas - partition} new pods have been updated...\n`,
        done: false,
      };
    }
    return { text: `partitioned roll out complete: ${updated} new pods have been updated...\n`, done: true };
  }
  if (status.updateRevision !== status.currentRevision) {
    return {
      text: `waiting for statefulset rolling update to complete ${updated} pods at revision ${status.updateRevision}...\n`,
      done: false,
    };
  }
  return {
    text: `statefulset rolling update complete ${status.currentReplicas ?? 0} pods at revision ${status.currentRevision}...\n`,
    done: true,
  };
}
