import type { KubeObject } from '../../../objects/object.ts';
import type { Resource } from '../../client/client.ts';
import { EventRecorder } from '../../client/events.ts';
import { RESOURCES } from '../../client/resources.ts';
import { SELECTED_NODE } from '../../client/volume-matching.ts';
import type { WorkQueue } from '../../client/work-queue.ts';
import type { Agent } from '../agent.ts';

const PROVISIONER = 'volume.kubernetes.io/storage-provisioner';
const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by';

/** How volumes of one provisioner are made. */
export interface VolumeMaker {
  /** `rancher.io/local-path`, as storage classes name it. */
  readonly name: string;
  /** What else it looks at. */
  readonly watches?: readonly Resource[];
  /** Makes the place of a volume ready; false: not yet, look again when something changes. Throws what is wrong. */
  prepare(volume: PlannedVolume): boolean;
  /** The volume's source and where it may be used: what is special in its spec. */
  specOf(volume: PlannedVolume): object;
  /** Clears the place away; false: not yet. */
  remove(volume: KubeObject): boolean;
}

export interface PlannedVolume {
  readonly name: string;
  readonly claim: KubeObject;
  readonly storageClass: KubeObject;
  /** Where the pod that uses it runs; undefined: nobody has said. */
  readonly node: string | undefined;
}

/** Makes volumes for claims, and removes those that nobody claims any more. Models sig-storage-lib-external-provisioner */
export class Provisioner {
  readonly #agent: Agent;
  readonly #maker: VolumeMaker;
  readonly #recorder: EventRecorder;
  readonly #started = new Set<string>();

  constructor(agent: Agent, maker: VolumeMaker) {
    this.#agent = agent;
    this.#maker = maker;
    const pod = agent.context.hostname;
    const source = { component: `${maker.name}_${pod}` };
    this.#recorder = new EventRecorder({ client: agent.client, clock: agent.context.process.clock, source });
    const queue: WorkQueue = agent.queue(() => this.#sync());
    agent.onChange(
      [
        RESOURCES.persistentvolumeclaims,
        RESOURCES.persistentvolumes,
        RESOURCES.storageclasses,
        ...(maker.watches ?? []),
      ],
      queue,
      'all',
    );
  }

  #sync(): void {
    for (const claim of [...this.#agent.watch(RESOURCES.persistentvolumeclaims).list()])
      this.#provision(claim);
    for (const volume of [...this.#agent.watch(RESOURCES.persistentvolumes).list()]) this.#remove(volume);
  }

  /** Models shouldProvision and provisionClaimOperation */
  #provision(claim: KubeObject): void {
    const { annotations, uid, namespace, name, deletionTimestamp } = claim.metadata;
    if (annotations?.[PROVISIONER] !== this.#maker.name || claim.spec?.volumeName || deletionTimestamp)
      return;
    const storageClass = this.#agent.watch(RESOURCES.storageclasses).get(claim.spec?.storageClassName ?? '');
    if (storageClass?.['provisioner'] !== this.#maker.name) return;
    const node = annotations[SELECTED_NODE];
    if (storageClass['volumeBindingMode'] === 'WaitForFirstConsumer' && node === undefined) return;
    const volume = { name: `pvc-${uid}`, claim, storageClass, node };
    if (this.#agent.watch(RESOURCES.persistentvolumes).get(volume.name)) return;
    const key = `${namespace}/${name}`;
    if (!this.#started.has(uid)) {
      this.#started.add(uid);
      const text = `External provisioner is provisioning volume for claim "${key}"`;
      this.#recorder.event(claim, 'Normal', 'Provisioning', text);
      this.#agent.log(
        'I',
        'controller.go:1366',
        `provision "${key}" class "${storageClass.metadata.name}": started`,
      );
    }
    try {
      if (!this.#maker.prepare(volume)) return;
    } catch (error) {
      if (!(error instanceof ProvisionError)) throw error;
      const text = `failed to provision volume with StorageClass "${storageClass.metadata.name}": ${error.message}`;
      this.#recorder.event(claim, 'Warning', 'ProvisioningFailed', text);
      this.#agent.log('E', 'controller.go:957', `error syncing claim "${claim.metadata.uid}": ${text}`);
      return;
    }
    this.#agent.client.create(RESOURCES.persistentvolumes, this.#object(volume));
    const made = `provision "${key}" class "${storageClass.metadata.name}": volume "${volume.name}" provisioned`;
    this.#agent.log('I', 'controller.go:1439', made);
    this.#agent.log(
      'I',
      'controller.go:1449',
      `provision "${key}" class "${storageClass.metadata.name}": succeeded`,
    );
    this.#recorder.event(
      claim,
      'Normal',
      'ProvisioningSucceeded',
      `Successfully provisioned volume ${volume.name}`,
    );
  }

  #object(volume: PlannedVolume): object {
    const { claim, storageClass } = volume;
    const { name, namespace, uid, resourceVersion } = claim.metadata;
    return {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: volume.name, annotations: { [PROVISIONED_BY]: this.#maker.name } },
      spec: {
        accessModes: claim.spec.accessModes,
        capacity: { storage: claim.spec.resources?.requests?.storage },
        claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid, resourceVersion },
        persistentVolumeReclaimPolicy: storageClass['reclaimPolicy'] ?? 'Delete',
        storageClassName: storageClass.metadata.name,
        volumeMode: 'Filesystem',
        ...this.#maker.specOf(volume),
      },
    };
  }

  /** Models shouldDelete and deleteVolumeOperation */
  #remove(volume: KubeObject): void {
    const { annotations, name, deletionTimestamp } = volume.metadata;
    if (annotations?.[PROVISIONED_BY] !== this.#maker.name || deletionTimestamp) return;
    if (volume.status?.phase !== 'Released' || volume.spec?.persistentVolumeReclaimPolicy !== 'Delete')
      return;
    if (!this.#maker.remove(volume)) return;
    this.#agent.client.delete(RESOURCES.persistentvolumes, name);
    this.#agent.log('I', 'controller.go:1509', `delete "${name}": persistentvolume deleted succeeded`);
  }
}

/** Why a volume cannot be made; the message is for the claim's events. */
export class ProvisionError extends Error {
  override name = 'ProvisionError';
}
