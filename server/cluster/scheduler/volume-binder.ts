import type { KubeObject } from '../../objects/object.ts';
import type { Clock } from '../../sim/index.ts';
import type { Client } from '../client/client.ts';
import type { Informers } from '../client/informer.ts';
import { RESOURCES } from '../client/resources.ts';
import { BOUND_BY_CONTROLLER, isBound, SELECTED_NODE } from '../client/volume-matching.ts';
import type { VolumePlan } from './plugins/volumes.ts';
import type { QueuedPod } from './queue.ts';

interface Pending {
  readonly queued: QueuedPod;
  readonly nodeName: string;
  readonly claims: readonly string[];
  readonly deadline: number;
}

export interface BinderCallbacks {
  bind(queued: QueuedPod, nodeName: string): void;
  fail(queued: QueuedPod, message: string): void;
}

/**
 * Holds pods whose node is chosen until their volumes are bound there.
 * Models pkg/scheduler/framework/plugins/volumebinding/binder.go BindPodVolumes
 */
export class VolumeBinder {
  readonly #options: { client: Client; informers: Informers; clock: Clock };
  readonly #callbacks: BinderCallbacks;
  readonly #pending = new Map<string, Pending>();
  #look = false;

  constructor(options: { client: Client; informers: Informers; clock: Clock }, callbacks: BinderCallbacks) {
    this.#options = options;
    this.#callbacks = callbacks;
  }

  has(uid: string): boolean {
    return this.#pending.has(uid);
  }

  get nextDue(): number | undefined {
    if (this.#pending.size === 0) return undefined;
    if (this.#look) return this.#options.clock.now;
    return Math.min(...[...this.#pending.values()].map(({ deadline }) => deadline));
  }

  /** A claim or volume changed. */
  look(): void {
    this.#look = true;
  }

  forget(uid: string): void {
    this.#pending.delete(uid);
  }

  /** Reserves the planned volumes and asks for those that have to be made. */
  start(queued: QueuedPod, nodeName: string, plan: VolumePlan, timeoutMs: number): void {
    const claims = [...plan.bind.map(({ claim }) => claim), ...plan.provision];
    try {
      for (const { claim, volume } of plan.bind) this.#reserve(claim, volume);
      for (const claim of plan.provision) this.#select(claim, nodeName);
    } catch (error) {
      this.#callbacks.fail(queued, `running PreBind plugin "VolumeBinding": ${(error as Error).message}`);
      return;
    }
    this.#pending.set(queued.info.uid, {
      queued,
      nodeName,
      claims: claims.map((claim) => `${claim.metadata.namespace}/${claim.metadata.name}`),
      deadline: this.#options.clock.now + timeoutMs,
    });
  }

  /** Goes on with the pods whose volumes are ready. Returns whether anything was done. */
  run(): boolean {
    if (this.#pending.size === 0) return false;
    const { clock, informers } = this.#options;
    this.#look = false;
    let done = false;
    for (const [uid, { queued, nodeName, claims, deadline }] of [...this.#pending]) {
      const bound = claims.every((key) => {
        const claim = informers.for(RESOURCES.persistentvolumeclaims).get(key);
        return claim && isBound(claim);
      });
      if (!bound && deadline > clock.now) continue;
      this.#pending.delete(uid);
      done = true;
      if (bound) this.#callbacks.bind(queued, nodeName);
      else
        this.#callbacks.fail(
          queued,
          'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded',
        );
    }
    return done;
  }

  #reserve(claim: KubeObject, volume: KubeObject): void {
    const { name, namespace, uid, resourceVersion } = claim.metadata;
    this.#options.client.update(RESOURCES.persistentvolumes, {
      ...volume,
      metadata: {
        ...volume.metadata,
        annotations: { ...volume.metadata.annotations, [BOUND_BY_CONTROLLER]: 'yes' },
      },
      spec: {
        ...volume.spec,
        claimRef: { kind: 'PersistentVolumeClaim', namespace, name, uid, apiVersion: 'v1', resourceVersion },
      },
    });
  }

  #select(claim: KubeObject, nodeName: string): void {
    if (claim.metadata.annotations?.[SELECTED_NODE] === nodeName) return;
    this.#options.client.update(RESOURCES.persistentvolumeclaims, {
      ...claim,
      metadata: {
        ...claim.metadata,
        annotations: { ...claim.metadata.annotations, [SELECTED_NODE]: nodeName },
      },
    });
  }
}
