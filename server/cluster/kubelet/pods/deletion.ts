import { isApiError } from '../../../objects/api-error.ts';
import { type Steps, sleep } from '../../../sim/index.ts';
import { RESOURCES } from '../../client/resources.ts';
import { isRefusal, type KubeletCore } from '../core.ts';
import { RESYNC_MS } from '../latencies.ts';
import type { Pod } from './pod.ts';

/** Takes a pod that has ended here out of the API; tries again for as long as that does not answer. */
export function* deleteFromApi({ client, clock }: KubeletCore, pod: Pod): Steps<void> {
  const { name, namespace, uid } = pod.metadata;
  for (;;) {
    try {
      client?.delete(RESOURCES.pods, name, namespace, { gracePeriodSeconds: 0, preconditions: { uid } });
      return;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (isApiError(error)) return;
      yield* sleep(clock, RESYNC_MS);
    }
  }
}
