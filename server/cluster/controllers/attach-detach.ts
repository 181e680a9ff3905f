import { createHash } from 'node:crypto';
import type { KubeObject } from '../../objects/object.ts';
import type { EventRecorder } from '../client/events.ts';
import { RESOURCES } from '../client/resources.ts';
import { ifThere } from '../client/tolerate.ts';
import type { Controller, ControllerContext, Reconciler, Result } from './controller.ts';
import { isTerminal, type Pod } from './pods.ts';
import { claimsOf } from './volume-protection.ts';

// Models pkg/controller/volume/attachdetach: volumes of CSI drivers that must be attached get a VolumeAttachment.
export const attachDetachController: Controller = {
  name: 'persistentvolume-attach-detach-controller',
  alias: 'attachdetach',
  account: 'attachdetach-controller',
  start: (context) => new AttachDetach(context),
};

const ATTACHMENT = /^csi-[0-9a-f]{64}$/;
/** How long a driver gets to attach a volume before that is complained of. */
const PATIENCE_MS = 120_000;

/** A volume that a node needs, and its pods that do. */
interface Wanted {
  readonly volume: KubeObject;
  readonly pods: Pod[];
}

/** Keys are names of nodes. */
class AttachDetach implements Reconciler {
  readonly #context: ControllerContext;
  readonly #recorder: EventRecorder;
  /** Attachments that wait for another node to let go, with the nodes that they are for. */
  readonly #refused = new Map<string, string>();
  /** When to complain, again, of a driver that does not attach. */
  readonly #complainAt = new Map<string, number>();

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#recorder = context.recorder('attachdetach-controller');
    const { informers, queue } = context;
    const pods = informers.for<Pod>(RESOURCES.pods);
    pods.addIndex('node', (pod) => (pod.spec.nodeName ? [pod.spec.nodeName] : []));
    for (const resource of ['persistentvolumes', 'persistentvolumeclaims', 'csidrivers'] as const) {
      informers.for(RESOURCES[resource]);
    }
    const changed = (pod: Pod) => {
      if (pod.spec.nodeName && claimsOf(pod).length > 0) queue.add(pod.spec.nodeName);
    };
    pods.on({ added: changed, updated: changed, deleted: changed });
    informers.for(RESOURCES.volumeattachments).on({
      added: ({ spec }) => queue.add(spec.nodeName),
      deleted: ({ metadata }) => {
        this.#complainAt.delete(metadata.name);
        for (const node of this.#refused.values()) queue.add(node);
      },
    });
  }

  reconcile(node: string): Result | undefined {
    const { informers, client } = this.#context;
    const wanted = this.#wantedOn(node);
    const dues: number[] = [];
    for (const attachment of [...informers.for(RESOURCES.volumeattachments).list()]) {
      const { name } = attachment.metadata;
      if (attachment.spec.nodeName !== node) continue;
      const needed = wanted.get(name);
      if (needed) {
        wanted.delete(name);
        dues.push(...this.#wait(attachment, needed));
      } else if (ATTACHMENT.test(name)) {
        // The controller does not know of those that somebody else made.
        ifThere(() => client.delete(RESOURCES.volumeattachments, name));
      }
    }
    for (const [name, needed] of wanted)
      if (!this.#refuse(name, node, needed)) this.#attach(name, node, needed);
    for (const [name, of] of this.#refused) if (of === node && !wanted.has(name)) this.#refused.delete(name);
    return dues.length > 0 ? { requeueAfterMs: Math.min(...dues) } : undefined;
  }

  /** By the names of their attachments. */
  #wantedOn(node: string): Map<string, Wanted> {
    const wanted = new Map<string, Wanted>();
    for (const pod of this.#context.informers.for<Pod>(RESOURCES.pods).byIndex('node', node)) {
      if (isTerminal(pod)) continue;
      for (const volume of this.#attachable(pod)) {
        const { volumeHandle, driver } = volume.spec.csi;
        const name = attachmentName(volumeHandle, driver, node);
        const known = wanted.get(name) ?? { volume, pods: [] };
        known.pods.push(pod);
        wanted.set(name, known);
      }
    }
    return wanted;
  }

  #attach(name: string, nodeName: string, { volume }: Wanted): void {
    const source = { persistentVolumeName: volume.metadata.name };
    this.#context.client.create(RESOURCES.volumeattachments, {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'VolumeAttachment',
      metadata: { name },
      spec: { attacher: volume.spec.csi.driver, nodeName, source },
    });
  }

  /** Complains, again and again, of a driver that does not attach. Models csi_attacher.go waitForVolumeAttachment */
  #wait({ metadata, status }: KubeObject, { volume, pods }: Wanted): number[] {
    if (status?.attached) return [];
    const { now } = this.#context.clock;
    const since = Date.parse(metadata.creationTimestamp as string);
    let due = this.#complainAt.get(metadata.name) ?? since + PATIENCE_MS;
    if (due <= now) {
      const { driver, volumeHandle } = volume.spec.csi;
      const why = `timed out waiting for external-attacher of ${driver} CSI driver to attach volume ${volumeHandle}`;
      this.#fail(pods, `AttachVolume.Attach failed for volume "${volume.metadata.name}" : ${why}`);
      due = now + PATIENCE_MS;
    }
    this.#complainAt.set(metadata.name, due);
    return [due - now];
  }

  /** A volume of one writer stays where it is. Models reconciler.go reportMultiAttachError */
  #refuse(name: string, node: string, { volume, pods }: Wanted): boolean {
    const modes: string[] = volume.spec.accessModes ?? [];
    if (modes.length === 0 || modes.some((mode) => mode.endsWith('Many'))) return false;
    const { informers } = this.#context;
    const holder = [...informers.for(RESOURCES.volumeattachments).list()].find(
      ({ metadata, spec }) =>
        ATTACHMENT.test(metadata.name) &&
        spec.source.persistentVolumeName === volume.metadata.name &&
        spec.nodeName !== node,
    );
    if (!holder) {
      this.#refused.delete(name);
      return false;
    }
    if (this.#refused.has(name)) return true;
    this.#refused.set(name, node);
    const users = [...this.#wantedOn(holder.spec.nodeName).values()].find((one) => one.volume === volume);
    const what = users
      ? `Volume is already used by pod(s) ${users.pods.map((pod) => pod.metadata.name).join(', ')}`
      : "Volume is already exclusively attached to one node and can't be attached to another";
    this.#fail(pods, `Multi-Attach error for volume "${volume.metadata.name}" ${what}`);
    return true;
  }

  #fail(pods: readonly Pod[], message: string): void {
    for (const pod of pods) this.#recorder.event(pod, 'Warning', 'FailedAttachVolume', message);
  }

  *#attachable(pod: Pod): Iterable<KubeObject> {
    const { informers } = this.#context;
    for (const key of claimsOf(pod)) {
      const claim = informers.for(RESOURCES.persistentvolumeclaims).get(key);
      const volume = claim && informers.for(RESOURCES.persistentvolumes).get(claim.spec.volumeName ?? '');
      const driver = volume?.spec.csi?.driver;
      if (!volume || !driver) continue;
      if (informers.for(RESOURCES.csidrivers).get(driver)?.spec?.attachRequired !== false) yield volume;
    }
  }
}

/** Models pkg/volume/csi getAttachmentName. */
function attachmentName(handle: string, driver: string, node: string): string {
  return `csi-${createHash('sha256').update(`${handle}${driver}${node}`).digest('hex')}`;
}
