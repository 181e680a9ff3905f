import { createHash } from 'node:crypto';
import type { KubeObject } from '../../objects/object.ts';
import { RESOURCES } from '../client/resources.ts';
import { ifThere } from '../client/tolerate.ts';
import type { Controller, ControllerContext, Reconciler } from './controller.ts';
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

/** Keys are names of nodes. */
class AttachDetach implements Reconciler {
  readonly #context: ControllerContext;

  constructor(context: ControllerContext) {
    this.#context = context;
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
    informers.for(RESOURCES.volumeattachments).on({ added: ({ spec }) => queue.add(spec.nodeName) });
  }

  reconcile(node: string): undefined {
    const { informers, client } = this.#context;
    /** By the names of their attachments. */
    const wanted = new Map<string, KubeObject>();
    for (const pod of informers.for<Pod>(RESOURCES.pods).byIndex('node', node)) {
      if (isTerminal(pod)) continue;
      for (const volume of this.#attachable(pod)) {
        const { volumeHandle, driver } = volume.spec.csi;
        wanted.set(attachmentName(volumeHandle, driver, node), volume);
      }
    }
    for (const attachment of [...informers.for(RESOURCES.volumeattachments).list()]) {
      const { nodeName } = attachment.spec;
      const { name } = attachment.metadata;
      if (nodeName !== node || wanted.delete(name)) continue;
      // The controller does not know of those that somebody else made.
      if (!ATTACHMENT.test(name)) continue;
      ifThere(() => client.delete(RESOURCES.volumeattachments, name));
    }
    for (const [name, volume] of wanted) {
      const attacher = volume.spec.csi.driver;
      const source = { persistentVolumeName: volume.metadata.name };
      client.create(RESOURCES.volumeattachments, {
        apiVersion: 'storage.k8s.io/v1',
        kind: 'VolumeAttachment',
        metadata: { name },
        spec: { attacher, nodeName: node, source },
      });
    }
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
