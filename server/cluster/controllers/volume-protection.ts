import { type KubeObject, keyOf } from '../../objects/object.ts';
import type { Client, Resource } from '../client/client.ts';
import { RESOURCES } from '../client/resources.ts';
import { ifThere } from '../client/tolerate.ts';
import type { Controller } from './controller.ts';
import { isTerminal, type Pod } from './pods.ts';

const CLAIM_FINALIZER = 'kubernetes.io/pvc-protection';
const VOLUME_FINALIZER = 'kubernetes.io/pv-protection';

/** Brings the finalizer to where it should be: on the object while it is used or wanted, off once it may go. */
function protect(
  client: Client,
  resource: Resource,
  object: KubeObject,
  options: { finalizer: string; used: boolean },
): void {
  const { finalizers = [], deletionTimestamp } = object.metadata;
  const has = finalizers.includes(options.finalizer);
  const should = deletionTimestamp === undefined || options.used;
  if (has === should || (deletionTimestamp && !has)) return;
  const next = has
    ? finalizers.filter((one) => one !== options.finalizer)
    : [...finalizers, options.finalizer];
  ifThere(() => client.update(resource, { ...object, metadata: { ...object.metadata, finalizers: next } }));
}

// Models pkg/controller/volume/pvcprotection/pvc_protection_controller.go
export const claimProtectionController: Controller = {
  name: 'persistentvolumeclaim-protection-controller',
  alias: 'pvc-protection',
  account: 'pvc-protection-controller',
  start: ({ informers, queue, client }) => {
    const claims = informers.for(RESOURCES.persistentvolumeclaims);
    const pods = informers.for<Pod>(RESOURCES.pods);
    pods.addIndex('claim', claimsOf);
    claims.on({ added: (claim) => queue.add(keyOf(claim)), updated: (claim) => queue.add(keyOf(claim)) });
    const podChanged = (pod: Pod) => {
      for (const key of claimsOf(pod)) queue.add(key);
    };
    pods.on({
      deleted: podChanged,
      updated: (pod, old) => {
        if (isTerminal(pod) !== isTerminal(old)) podChanged(pod);
      },
    });
    return {
      reconcile(key) {
        const claim = claims.get(key);
        if (!claim) return undefined;
        let used = false;
        for (const pod of pods.byIndex('claim', key)) used ||= !!pod.spec.nodeName && !isTerminal(pod);
        protect(client, RESOURCES.persistentvolumeclaims, claim, { finalizer: CLAIM_FINALIZER, used });
        return undefined;
      },
    };
  },
};

/** Keys of the claims that a pod mounts. */
export function claimsOf(pod: Pod): string[] {
  const { namespace, name } = pod.metadata;
  const keys: string[] = [];
  for (const volume of pod.spec.volumes ?? []) {
    if (volume.persistentVolumeClaim) keys.push(`${namespace}/${volume.persistentVolumeClaim.claimName}`);
    else if (volume.ephemeral) keys.push(`${namespace}/${name}-${volume.name}`);
  }
  return keys;
}

// Models pkg/controller/volume/pvprotection/pv_protection_controller.go
export const volumeProtectionController: Controller = {
  name: 'persistentvolume-protection-controller',
  alias: 'pv-protection',
  account: 'pv-protection-controller',
  start: ({ informers, queue, client }) => {
    const volumes = informers.for(RESOURCES.persistentvolumes);
    volumes.on({
      added: (volume) => queue.add(keyOf(volume)),
      updated: (volume) => queue.add(keyOf(volume)),
    });
    return {
      reconcile(key) {
        const volume = volumes.get(key);
        if (!volume) return undefined;
        const used = volume.status?.phase === 'Bound';
        protect(client, RESOURCES.persistentvolumes, volume, { finalizer: VOLUME_FINALIZER, used });
        return undefined;
      },
    };
  },
};
