import { type KubeObject, keyOf } from '../../objects/object.ts';
import { compareQuantities } from '../../objects/quantity.ts';
import { RESOURCES } from '../client/resources.ts';
import type { Controller } from './controller.ts';

// Models pkg/controller/volume/expand/expand_controller.go
export const expandController: Controller = {
  name: 'persistentvolume-expander-controller',
  alias: 'persistentvolume-expander',
  account: 'expand-controller',
  start: ({ informers, queue, recorder }) => {
    const claims = informers.for(RESOURCES.persistentvolumeclaims);
    const events = recorder('volume_expand');
    claims.on({
      updated: (claim, old) => {
        const size = (object: KubeObject) => object.spec.resources?.requests?.storage ?? '0';
        if (compareQuantities(size(claim), size(old)) > 0) queue.add(keyOf(claim));
      },
    });
    return {
      reconcile(key) {
        const claim = claims.get(key);
        const volume = claim && informers.for(RESOURCES.persistentvolumes).get(claim.spec.volumeName ?? '');
        if (!claim || !volume || claim.status?.phase !== 'Bound') return undefined;
        // No plugin inside the controller manager expands volumes any more.
        const text = 'waiting for an external controller to expand this PVC';
        events.event(claim, 'Normal', 'ExternalExpanding', text);
        return undefined;
      },
    };
  },
};
