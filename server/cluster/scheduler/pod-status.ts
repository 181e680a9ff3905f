import { timestamp } from '../../objects/object.ts';
import type { Clock } from '../../sim/index.ts';
import type { Client } from '../client/client.ts';
import { RESOURCES } from '../client/resources.ts';
import type { Pod } from './pod-info.ts';

/** Writes what the scheduler has to say into the status of pods. */
export class PodStatusWriter {
  readonly #client: Client;
  readonly #clock: Clock;

  constructor(client: Client, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** Writes why a pod was not scheduled, and the node that is being cleared for it. */
  unschedulable(pod: Pod, reason: string, message: string, nominatedNode?: string): void {
    const conditions: any[] = pod.status?.conditions ?? [];
    const old = conditions.find(({ type }) => type === 'PodScheduled');
    const same = old?.status === 'False';
    const next = {
      type: 'PodScheduled',
      status: 'False',
      lastProbeTime: null,
      lastTransitionTime: same ? old.lastTransitionTime : timestamp(this.#clock.now),
      reason,
      message,
    };
    const unchanged = same && old.reason === reason && old.message === message;
    if (unchanged && (!nominatedNode || pod.status?.nominatedNodeName === nominatedNode)) return;
    const { name, namespace } = pod.metadata;
    const status = { conditions: [next], ...(nominatedNode ? { nominatedNodeName: nominatedNode } : {}) };
    this.attempt(() =>
      this.#client.patch(
        RESOURCES.pods,
        name,
        { type: 'strategic', body: { status }, subresource: 'status' },
        namespace,
      ),
    );
  }

  /** The API may say no or be away; the next event or retry will tell. */
  attempt(request: () => unknown): void {
    try {
      request();
    } catch {
      // What could not be written is tried again with the pod.
    }
  }
}
