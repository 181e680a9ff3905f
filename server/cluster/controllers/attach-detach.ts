import type { KubeObject } from '../../objects/object.ts';
import { RESOURCES } from '../client/resources.ts';
import { ifThere } from '../client/tolerate.ts';
import type { Controller, ControllerContext, Reconciler } from './controller.ts';
import { fnv32 } from './hash.ts';
import { isTerminal, type Pod } from './pods.ts';
import { claimsOf } from './volume-protection.ts';

// Models pkg/controller/volume/attachdetach: volumes of CSI drivers that must be attached get a VolumeAttachment.
export const attachDetachController: Controller = {
  name: 'persistentvolume-attach-detach-controller',
  alias: 'attachdetach',
  account: 'attachdetach-controller',
  start: (context) => new AttachDetach(context),
};

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
    const wanted = new Map<string, KubeObject>();
    for (const pod of informers.for<Pod>(RESOURCES.pods).byIndex('node', node)) {
      if (isTerminal(pod)) continue;
      for (const volume of this.#attachable(pod)) wanted.set(volume.metadata.name, volume);
    }
    for (const attachment of [...informers.for(RESOURCES.volumeattachments).list()]) {
      if (attachment.spec.nodeName !== node) continue;
      if (wanted.delete(attachment.spec.source?.persistentVolumeName)) continue;
      ifThere(() => client.delete(RESOURCES.volumeattachments, attachment.metadata.name));
    }
    for (const [name, volume] of wanted) {
      const { driver } = volume.spec.csi;
      const id = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((salt) =>
        fnv32(`${salt}${name}${driver}${node}`).toString(16).padStart(8, '0'),
      );
      client.create(RESOURCES.volumeattachments, {
        apiVersion: 'storage.k8s.io/v1',
        kind: 'VolumeAttachment',
        metadata: { name: `csi-${id.join('')}` },
        spec: { attacher: driver, nodeName: node, source: { persistentVolumeName: name } },
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
