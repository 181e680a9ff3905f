import { type KubeObject, keyOf } from '../../objects/object.ts';
import { equalValues } from '../../objects/values.ts';
import type { EventRecorder } from '../client/events.ts';
import type { Informer } from '../client/informer.ts';
import { RESOURCES } from '../client/resources.ts';
import {
  BIND_COMPLETED,
  BOUND_BY_CONTROLLER,
  bigEnough,
  classOfClaim,
  classOfVolume,
  findVolume,
  hasModes,
  isReservedFor,
  SELECTED_NODE,
} from '../client/volume-matching.ts';
import type { Controller, ControllerContext, Reconciler, Result } from './controller.ts';
import type { Pod } from './pods.ts';
import { claimsOf } from './volume-protection.ts';
import { VolumeReclaimer } from './volume-reclaim.ts';

const PROVISIONER = 'volume.kubernetes.io/storage-provisioner';
const BETA_PROVISIONER = 'volume.beta.kubernetes.io/storage-provisioner';

// Models pkg/controller/volume/persistentvolume/pv_controller.go
export const persistentVolumeBinder: Controller = {
  name: 'persistentvolume-binder-controller',
  alias: 'persistentvolume-binder',
  account: 'persistent-volume-binder',
  start: (context) => new PersistentVolumeBinder(context),
};

/** Keys are `claim:<namespace>/<name>` and `volume:<name>`. */
class PersistentVolumeBinder implements Reconciler {
  readonly #context: ControllerContext;
  readonly #claims: Informer;
  readonly #volumes: Informer;
  readonly #classes: Informer;
  readonly #recorder: EventRecorder;
  readonly #reclaimer: VolumeReclaimer;
  readonly #startedAt: number;

  constructor(context: ControllerContext) {
    this.#context = context;
    const { informers, queue } = context;
    this.#startedAt = context.clock.now;
    this.#claims = informers.for(RESOURCES.persistentvolumeclaims);
    this.#volumes = informers.for(RESOURCES.persistentvolumes);
    this.#classes = informers.for(RESOURCES.storageclasses);
    this.#recorder = context.recorder('persistentvolume-controller');
    informers.for<Pod>(RESOURCES.pods).addIndex('claim', claimsOf);
    this.#reclaimer = new VolumeReclaimer({
      context,
      recorder: this.#recorder,
      fail: (volume, message) => this.#setVolumePhase(volume, 'Failed', message),
      unbind: (volume) => this.#unbind(volume),
    });
    const claimChanged = (claim: KubeObject) => {
      queue.add(`claim:${keyOf(claim)}`);
      if (claim.spec.volumeName) queue.add(`volume:${claim.spec.volumeName}`);
    };
    this.#claims.on({ added: claimChanged, updated: claimChanged, deleted: claimChanged });
    const volumeChanged = (volume: KubeObject) => {
      queue.add(`volume:${volume.metadata.name}`);
      const { claimRef } = volume.spec;
      if (claimRef) queue.add(`claim:${claimRef.namespace}/${claimRef.name}`);
      else this.#queueWaiting();
    };
    this.#volumes.on({ added: volumeChanged, updated: volumeChanged, deleted: volumeChanged });
    this.#classes.on({ added: () => this.#queueWaiting() });
  }

  #queueWaiting(): void {
    for (const claim of this.#claims.list()) {
      if (!claim.spec.volumeName) this.#context.queue.add(`claim:${keyOf(claim)}`);
    }
  }

  reconcile(key: string): Result | undefined {
    const at = key.indexOf(':');
    const name = key.slice(at + 1);
    if (key.startsWith('volume:')) {
      const volume = this.#volumes.get(name);
      return volume && this.#syncVolume(volume);
    }
    const claim = this.#claims.get(name);
    if (!claim) return undefined;
    if (claim.metadata.annotations?.[BIND_COMPLETED] !== undefined) {
      this.#syncBound(claim);
      return undefined;
    }
    this.#syncUnbound(claim);
    return { requeueAfterMs: this.#untilResync() };
  }

  /** Everything is looked at again from time to time: whoever waits is told so every time. */
  #untilResync(): number {
    const { clock, settings } = this.#context;
    return settings.claimBinderSyncMs - ((clock.now - this.#startedAt) % settings.claimBinderSyncMs);
  }

  /** Models syncUnboundClaim */
  #syncUnbound(claim: KubeObject): void {
    if (claim.metadata.deletionTimestamp && !claim.spec.volumeName) return;
    if (claim.spec.volumeName) {
      this.#syncNamed(claim);
      return;
    }
    const delayed = this.#isDelayed(claim);
    const volume = findVolume(claim, this.#volumes.list(), { delayed });
    if (volume) {
      this.#bind(claim, volume);
      return;
    }
    this.#explain(claim, delayed);
    if (claim.status?.phase !== 'Pending') this.#setClaimStatus(claim, { phase: 'Pending' });
  }

  /** The user asked for one volume by name. */
  #syncNamed(claim: KubeObject): void {
    const volume = this.#volumes.get(claim.spec.volumeName);
    if (!volume) {
      if (claim.status?.phase !== 'Pending') this.#setClaimStatus(claim, { phase: 'Pending' });
      return;
    }
    if (!volume.spec.claimRef) {
      const problem = this.#mismatch(claim, volume);
      if (problem) {
        this.#recorder.event(
          claim,
          'Warning',
          'VolumeMismatch',
          `Cannot bind to requested volume "${volume.metadata.name}": ${problem}`,
        );
        if (claim.status?.phase !== 'Pending') this.#setClaimStatus(claim, { phase: 'Pending' });
        return;
      }
      this.#bind(claim, volume);
    } else if (isReservedFor(volume, claim)) this.#bind(claim, volume);
    else if (claim.metadata.annotations?.[BOUND_BY_CONTROLLER] === undefined) {
      const text = `volume "${volume.metadata.name}" already bound to a different claim.`;
      this.#recorder.event(claim, 'Warning', 'FailedBinding', text);
      if (claim.status?.phase !== 'Pending') this.#setClaimStatus(claim, { phase: 'Pending' });
    }
  }

  /** Models checkVolumeSatisfyClaim */
  #mismatch(claim: KubeObject, volume: KubeObject): string | undefined {
    if (!bigEnough(volume, claim)) return 'requested PV is too small';
    if (classOfVolume(volume) !== classOfClaim(claim)) return 'storageClassName does not match';
    const mode = (object: KubeObject) => object.spec.volumeMode ?? 'Filesystem';
    if (mode(volume) !== mode(claim)) return 'incompatible volumeMode';
    return hasModes(volume, claim) ? undefined : 'incompatible accessMode';
  }

  #isDelayed(claim: KubeObject): boolean {
    if (claim.metadata.annotations?.[SELECTED_NODE] !== undefined) return false;
    return this.#classes.get(classOfClaim(claim))?.['volumeBindingMode'] === 'WaitForFirstConsumer';
  }

  /** Says why the claim waits, and asks the provisioner if there is one. */
  #explain(claim: KubeObject, delayed: boolean): void {
    const className = classOfClaim(claim);
    if (delayed) {
      const pod = this.#unscheduledUser(claim);
      const text = pod
        ? `waiting for pod ${pod} to be scheduled`
        : 'waiting for first consumer to be created before binding';
      this.#recorder.event(claim, 'Normal', pod ? 'WaitForPodScheduled' : 'WaitForFirstConsumer', text);
      return;
    }
    if (className === '') {
      const text = 'no persistent volumes available for this claim and no storage class is set';
      this.#recorder.event(claim, 'Normal', 'FailedBinding', text);
      return;
    }
    const storageClass = this.#classes.get(className);
    if (!storageClass) {
      const text = `storageclass.storage.k8s.io "${className}" not found`;
      this.#recorder.event(claim, 'Warning', 'ProvisioningFailed', text);
      return;
    }
    this.#provision(claim, storageClass['provisioner']);
  }

  #unscheduledUser(claim: KubeObject): string | undefined {
    for (const pod of this.#context.informers.for<Pod>(RESOURCES.pods).byIndex('claim', keyOf(claim))) {
      if (!pod.spec.nodeName) return pod.metadata.name;
    }
    return undefined;
  }

  /** No provisioner runs inside the controller manager: it leaves word for an external one. */
  #provision(claim: KubeObject, provisioner: string): void {
    if (!this.#context.settings.provisions) return;
    if (provisioner.startsWith('kubernetes.io/')) {
      const text = `no volume plugin matched name: ${provisioner}`;
      this.#recorder.event(claim, 'Warning', 'ProvisioningFailed', text);
      return;
    }
    const { annotations } = claim.metadata;
    if (annotations?.[PROVISIONER] !== provisioner) {
      this.#context.client.update(RESOURCES.persistentvolumeclaims, {
        ...claim,
        metadata: {
          ...claim.metadata,
          annotations: { ...annotations, [BETA_PROVISIONER]: provisioner, [PROVISIONER]: provisioner },
        },
      });
      this.#context.informers.pump();
    }
    const text = `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
    this.#recorder.event(claim, 'Normal', 'ExternalProvisioning', text);
  }

  /** Models bind: the volume first, then the claim. */
  #bind(claim: KubeObject, volume: KubeObject): void {
    const { client } = this.#context;
    let bound = volume;
    const reserved = isReservedFor(volume, claim) && volume.spec.claimRef?.uid === claim.metadata.uid;
    if (!reserved) {
      const { name, namespace, uid, resourceVersion } = claim.metadata;
      const byUs = !volume.spec.claimRef;
      const annotations = byUs
        ? { ...volume.metadata.annotations, [BOUND_BY_CONTROLLER]: 'yes' }
        : volume.metadata.annotations;
      bound = client.update(RESOURCES.persistentvolumes, {
        ...volume,
        metadata: { ...volume.metadata, ...(annotations ? { annotations } : {}) },
        spec: {
          ...volume.spec,
          claimRef: {
            kind: 'PersistentVolumeClaim',
            apiVersion: 'v1',
            namespace,
            name,
            uid,
            resourceVersion,
          },
        },
      });
    }
    if (bound.status?.phase !== 'Bound') bound = this.#setVolumePhase(bound, 'Bound');
    const annotations: Record<string, string> = { ...claim.metadata.annotations, [BIND_COMPLETED]: 'yes' };
    if (!claim.spec.volumeName) annotations[BOUND_BY_CONTROLLER] = 'yes';
    const named = client.update(RESOURCES.persistentvolumeclaims, {
      ...claim,
      metadata: { ...claim.metadata, annotations },
      spec: { ...claim.spec, volumeName: bound.metadata.name },
    });
    this.#setClaimStatus(named, boundStatus(bound));
  }

  /** Models syncBoundClaim */
  #syncBound(claim: KubeObject): void {
    const volume = this.#volumes.get(claim.spec.volumeName ?? '');
    if (!claim.spec.volumeName || !volume) {
      if (claim.status?.phase === 'Lost') return;
      this.#recorder.event(
        claim,
        'Warning',
        'ClaimLost',
        claim.spec.volumeName
          ? 'Bound claim has lost its PersistentVolume. Data on the volume is lost!'
          : 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!',
      );
      this.#setClaimStatus(claim, { phase: 'Lost' });
      return;
    }
    if (!volume.spec.claimRef || isReservedFor(volume, claim)) {
      if (volume.spec.claimRef?.uid !== claim.metadata.uid) this.#bind(claim, volume);
      else {
        if (volume.status?.phase !== 'Bound') this.#setVolumePhase(volume, 'Bound');
        if (claim.status?.phase !== 'Bound') this.#setClaimStatus(claim, boundStatus(volume));
      }
      return;
    }
    if (claim.status?.phase === 'Lost') return;
    const text = 'Two claims are bound to the same volume, this one is bound incorrectly';
    this.#recorder.event(claim, 'Warning', 'ClaimMisbound', text);
    this.#setClaimStatus(claim, { phase: 'Lost' });
  }

  /** Models syncVolume */
  #syncVolume(volume: KubeObject): Result | undefined {
    const { claimRef } = volume.spec;
    if (!claimRef?.uid) {
      // Free, or reserved in advance: then it waits for its claim.
      if (volume.status?.phase !== 'Available') this.#setVolumePhase(volume, 'Available');
      if (claimRef) this.#context.queue.add(`claim:${claimRef.namespace}/${claimRef.name}`);
      return undefined;
    }
    const claim = this.#claims.get(`${claimRef.namespace}/${claimRef.name}`);
    if (!claim || claim.metadata.uid !== claimRef.uid) {
      const free = ['Released', 'Failed'].includes(volume.status?.phase);
      return this.#reclaimer.reclaim(free ? volume : this.#setVolumePhase(volume, 'Released'));
    }
    if (!claim.spec.volumeName) this.#context.queue.add(`claim:${keyOf(claim)}`);
    else if (claim.spec.volumeName !== volume.metadata.name) this.#unbind(volume);
    else if (volume.status?.phase !== 'Bound') this.#setVolumePhase(volume, 'Bound');
    return undefined;
  }

  /** The claim went elsewhere. */
  #unbind(volume: KubeObject): void {
    if (volume.metadata.annotations?.[BOUND_BY_CONTROLLER] === undefined) {
      const { uid: _, resourceVersion: __, ...claimRef } = volume.spec.claimRef;
      this.#context.client.update(RESOURCES.persistentvolumes, {
        ...volume,
        spec: { ...volume.spec, claimRef },
      });
      return;
    }
    const { claimRef: _, ...spec } = volume.spec;
    const { [BOUND_BY_CONTROLLER]: __, ...annotations } = volume.metadata.annotations;
    this.#context.client.update(RESOURCES.persistentvolumes, {
      ...volume,
      metadata: { ...volume.metadata, annotations },
      spec,
    });
  }

  #setVolumePhase(volume: KubeObject, phase: string, message?: string): KubeObject {
    const { lastPhaseTransitionTime } = volume.status ?? {};
    const status = { phase, ...(message ? { message } : {}), lastPhaseTransitionTime };
    return this.#context.client.updateStatus(RESOURCES.persistentvolumes, { ...volume, status });
  }

  #setClaimStatus(claim: KubeObject, status: Record<string, unknown>): void {
    const next = { ...status, ...(status['phase'] === 'Bound' ? keptStatus(claim) : {}) };
    if (equalValues(next, claim.status)) return;
    this.#context.client.updateStatus(RESOURCES.persistentvolumeclaims, { ...claim, status: next });
  }
}

function boundStatus(volume: KubeObject): Record<string, unknown> {
  return {
    phase: 'Bound',
    accessModes: volume.spec.accessModes,
    capacity: { storage: volume.spec.capacity?.storage },
  };
}

function keptStatus(claim: KubeObject): Record<string, unknown> {
  const { conditions, allocatedResources } = claim.status ?? {};
  return { ...(conditions ? { conditions } : {}), ...(allocatedResources ? { allocatedResources } : {}) };
}
