import type { KubeObject } from '../../objects/object.ts';
import type { EventRecorder } from '../client/events.ts';
import { RESOURCES } from '../client/resources.ts';
import { ifThere } from '../client/tolerate.ts';
import type { ControllerContext, Result } from './controller.ts';
import { isTerminal, type Pod } from './pods.ts';
import { VolumeRecycler } from './volume-recycler.ts';

export interface ReclaimTools {
  readonly context: ControllerContext;
  readonly recorder: EventRecorder;
  /** Marks a volume as failed, and why. */
  fail(volume: KubeObject, message: string): void;
  /** Makes a volume available again. */
  unbind(volume: KubeObject): void;
}

/** What becomes of volumes whose claim has gone. Models pkg/controller/volume/persistentvolume reclaimVolume */
export class VolumeReclaimer {
  readonly #tools: ReclaimTools;
  readonly #recycler: VolumeRecycler;
  /** When volumes may be recycled again after a failure. */
  readonly #retryAt = new Map<string, number>();

  constructor(tools: ReclaimTools) {
    this.#tools = tools;
    const { queue } = tools.context;
    this.#recycler = new VolumeRecycler(tools.context, (name) => queue.add(`volume:${name}`));
  }

  /** Retain leaves everything to the administrator. */
  reclaim(volume: KubeObject): Result | undefined {
    if (volume.metadata.deletionTimestamp) return undefined;
    switch (volume.spec.persistentVolumeReclaimPolicy) {
      case 'Recycle':
        return this.#recycle(volume);
      case 'Delete':
        this.#delete(volume);
    }
    return undefined;
  }

  #delete(volume: KubeObject): void {
    // A volume that an external provisioner made is its to delete.
    if (volume.status?.phase === 'Failed') return;
    if (volume.metadata.annotations?.['pv.kubernetes.io/provisioned-by']) return;
    if (isDeletable(volume.spec.hostPath?.path)) {
      const { name } = volume.metadata;
      ifThere(() => this.#tools.context.client.delete(RESOURCES.persistentvolumes, name));
      return;
    }
    this.#fail(volume, 'VolumeFailedDelete', undeletable(volume));
  }

  /** Models recycleVolumeOperation. A volume that could not be emptied is tried again and again. */
  #recycle(volume: KubeObject): Result | undefined {
    const { clock, settings } = this.#tools.context;
    const { name } = volume.metadata;
    if (!this.#recycler.can(volume)) {
      this.#fail(volume, 'VolumeFailedRecycle', 'No recycler plugin found for the volume!');
      return undefined;
    }
    const wait = (this.#retryAt.get(name) ?? 0) - clock.now;
    if (wait > 0) return { requeueAfterMs: wait };
    const users = this.#usersOf(volume);
    if (users.length > 0) {
      const text = `Volume is used by pods: ${users.join(',')}`;
      this.#tools.recorder.event(volume, 'Normal', 'VolumeFailedRecycle', text);
      return { requeueAfterMs: settings.claimBinderSyncMs };
    }
    const outcome = this.#recycler.step(volume, (type, message) =>
      this.#tools.recorder.event(volume, type, 'RecyclerPod', `Recycler pod: ${message}`),
    );
    if (!outcome) return undefined;
    if (outcome.error !== undefined) {
      this.#retryAt.set(name, clock.now + settings.claimBinderSyncMs);
      this.#fail(volume, 'VolumeFailedRecycle', `Recycle failed: ${outcome.error}`);
      return { requeueAfterMs: settings.claimBinderSyncMs };
    }
    this.#retryAt.delete(name);
    this.#tools.recorder.event(volume, 'Normal', 'VolumeRecycled', 'Volume recycled');
    this.#tools.unbind(volume);
    return undefined;
  }

  /** Models isVolumeUsed */
  #usersOf({ spec: { claimRef } }: KubeObject): string[] {
    const { informers } = this.#tools.context;
    const key = `${claimRef.namespace}/${claimRef.name}`;
    // A claim of that name that is there is another one and has another volume.
    if (informers.for(RESOURCES.persistentvolumeclaims).get(key)) return [];
    const pods = [...informers.for<Pod>(RESOURCES.pods).byIndex('claim', key)];
    return pods
      .filter((pod) => !isTerminal(pod))
      .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  }

  #fail(volume: KubeObject, reason: string, message: string): void {
    if (volume.status?.phase === 'Failed') return;
    this.#tools.fail(volume, message);
    this.#tools.recorder.event(volume, 'Warning', reason, message);
  }
}

/** Volumes of `/tmp` on a host are deleted by a plugin inside the controller manager; of others nobody can. */
function isDeletable(path: string | undefined): boolean {
  return /\/tmp\/.+/.test(path ?? '');
}

/** The other plugins inside the controller manager delete nothing. Models findDeletablePlugin. */
function undeletable({ metadata, spec }: KubeObject): string {
  const { path } = spec.hostPath ?? {};
  if (path !== undefined) return `host_path deleter only supports /tmp/.+ but received provided ${path}`;
  const why = spec.nfs || spec.local ? 'no deletable volume plugin matched' : 'no volume plugin matched';
  return `error getting deleter volume plugin for volume ${JSON.stringify(metadata.name)}: ${why}`;
}
