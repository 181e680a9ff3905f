import { ApiError } from '../../objects/api-error.ts';
import { keyOf } from '../../objects/object.ts';
import type { Client } from '../client/client.ts';
import { RESOURCES } from '../client/resources.ts';
import { foreignClaim } from '../client/volume-matching.ts';
import type { Controller } from './controller.ts';
import { controllerReference } from './owners.ts';
import type { Pod } from './pods.ts';

// Models pkg/controller/volume/ephemeral/controller.go
export const ephemeralVolumeController: Controller = {
  name: 'ephemeral-volume-controller',
  alias: 'ephemeral-volume',
  account: 'ephemeral-volume-controller',
  start: ({ informers, queue, client, recorder }) => {
    const pods = informers.for<Pod>(RESOURCES.pods);
    const claims = informers.for(RESOURCES.persistentvolumeclaims);
    const events = recorder('ephemeral_volume');
    pods.on({
      added: (pod) => {
        if (ephemeralVolumes(pod).length > 0) queue.add(keyOf(pod));
      },
    });
    // A claim that somebody deleted is made again.
    claims.on({
      deleted: ({ metadata: { name, namespace = '' } }) => {
        for (const pod of pods.byNamespace(namespace))
          if (ephemeralVolumes(pod).some((volume) => claimName(pod, volume) === name)) queue.add(keyOf(pod));
      },
    });
    return {
      reconcile(key) {
        const pod = pods.get(key);
        if (!pod || pod.metadata.deletionTimestamp) return undefined;
        for (const volume of ephemeralVolumes(pod)) {
          try {
            const claim = claims.get(`${pod.metadata.namespace}/${claimName(pod, volume)}`);
            const foreign = claim && foreignClaim(claim, pod);
            if (foreign) throw new ApiError(409, 'Conflict', foreign);
            if (!claim) createClaim(client, pod, volume);
          } catch (error) {
            const text = `ephemeral volume ${volume.name}: ${(error as Error).message}`;
            events.event(pod, 'Warning', 'FailedBinding', text);
            throw error;
          }
        }
        return undefined;
      },
    };
  },
};

function ephemeralVolumes(pod: Pod): any[] {
  return (pod.spec.volumes ?? []).filter((volume: any) => volume.ephemeral);
}

function claimName({ metadata }: Pod, volume: any): string {
  return `${metadata.name}-${volume.name}`;
}

function createClaim(client: Client, pod: Pod, volume: any): void {
  const { metadata, spec } = volume.ephemeral.volumeClaimTemplate;
  const { namespace } = pod.metadata;
  const name = claimName(pod, volume);
  const ownerReferences = [controllerReference(pod, RESOURCES.pods)];
  const claim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { ...metadata, name, namespace, ownerReferences },
    spec,
  };
  try {
    client.create(RESOURCES.persistentvolumeclaims, claim, namespace);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new ApiError(error.code, error.reason, `create PVC ${name}: ${error.message}`, error.details);
  }
}
