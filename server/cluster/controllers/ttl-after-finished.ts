import { keyOf } from '../../objects/object.ts';
import { RESOURCES } from '../client/resources.ts';
import { ifThere } from '../client/tolerate.ts';
import type { Controller } from './controller.ts';

// Models pkg/controller/ttlafterfinished/ttlafterfinished_controller.go
export const ttlAfterFinishedController: Controller = {
  name: 'ttl-after-finished-controller',
  alias: 'ttl-after-finished',
  account: 'ttl-after-finished-controller',
  start: ({ informers, queue, client, clock }) => {
    const jobs = informers.for(RESOURCES.jobs);
    jobs.on({ added: (job) => queue.add(keyOf(job)), updated: (job) => queue.add(keyOf(job)) });
    return {
      reconcile(key) {
        const job = jobs.get(key);
        const seconds = job?.spec.ttlSecondsAfterFinished;
        if (!job || seconds === undefined || job.metadata.deletionTimestamp) return undefined;
        const end = job.status?.conditions?.find(
          (c: any) => c.status === 'True' && (c.type === 'Complete' || c.type === 'Failed'),
        );
        if (!end) return undefined;
        const wait = Date.parse(end.lastTransitionTime) + seconds * 1000 - clock.now;
        if (wait > 0) return { requeueAfterMs: wait };
        const { name, namespace, uid } = job.metadata;
        ifThere(() =>
          client.delete(RESOURCES.jobs, name, namespace, {
            propagationPolicy: 'Foreground',
            preconditions: { uid },
          }),
        );
        return undefined;
      },
    };
  },
};
