import type { KubeObject } from '../../objects/object.ts';
import { wholeValue } from '../../objects/quantity.ts';
import type { EventType } from '../client/events.ts';
import { RESOURCES } from '../client/resources.ts';
import { ifThere } from '../client/tolerate.ts';
import type { ControllerContext, ManagerSettings } from './controller.ts';
import { isTerminal, type Pod } from './pods.ts';

const NAMESPACE = 'default';
const PREFIX = 'recycler-for-';
const IMAGE = 'registry.k8s.io/build-image/debian-base:bookworm-v1.0.4';
const SCRUB = 'test -e /scrub && find /scrub -mindepth 1 -delete && test -z "$(ls -A /scrub)" || exit 1';
const GIB = 2 ** 30;

/** What a pod says of the events about its recycler. */
type Tell = (type: EventType, message: string) => void;

/** How the emptying of a volume stands; undefined: its pod is still at it. */
export type Recycled = { readonly error?: string } | undefined;

/**
 * Empties volumes by a pod that mounts them.
 * Models pkg/volume/util/recyclerclient RecycleVolumeByWatchingPodUntilCompletion
 */
export class VolumeRecycler {
  readonly #context: ControllerContext;

  /** `changed` is called with the names of volumes whose pods have changed. */
  constructor(context: ControllerContext, changed: (volume: string) => void) {
    this.#context = context;
    const look = ({ metadata: { name, namespace } }: KubeObject) => {
      if (namespace === NAMESPACE && name.startsWith(PREFIX)) changed(name.slice(PREFIX.length));
    };
    context.informers.for<Pod>(RESOURCES.pods).on({ updated: look, deleted: look });
  }

  /** False: there is no recycler for such volumes. */
  can({ spec }: KubeObject): boolean {
    return kindOf(spec) !== undefined;
  }

  /** Takes the next step, and tells of the events of the pod once it has ended. */
  step(volume: KubeObject, tell: Tell): Recycled {
    const { client, informers, settings } = this.#context;
    const name = `${PREFIX}${volume.metadata.name}`;
    const pod = informers.for<Pod>(RESOURCES.pods).get(`${NAMESPACE}/${name}`);
    if (!pod) client.create(RESOURCES.pods, recyclerPod(name, volume, settings), NAMESPACE);
    if (!pod || pod.metadata.deletionTimestamp || !isTerminal(pod)) return undefined;
    this.#relay(name, tell);
    ifThere(() => client.delete(RESOURCES.pods, name, NAMESPACE));
    if (pod.status.phase === 'Succeeded') return {};
    const why = pod.status.message || 'pod failed, pod.Status.Message unknown';
    return { error: `failed to recycle volume: ${why}` };
  }

  #relay(pod: string, tell: Tell): void {
    const fieldSelector = `involvedObject.name=${pod}`;
    const watch = this.#context.client.watch(RESOURCES.events, { namespace: NAMESPACE, fieldSelector });
    for (let event = watch.next(); event; event = watch.next()) {
      const { type, message } = event.object as KubeObject & { type: EventType; message: string };
      tell(type, message);
    }
    watch.close();
  }
}

/** Volumes that a pod can empty. */
function kindOf(spec: any): 'hostPath' | 'nfs' | undefined {
  if (spec.hostPath) return 'hostPath';
  return spec.nfs ? 'nfs' : undefined;
}

// Models pkg/volume/plugins.go NewPersistentVolumeRecyclerPodTemplate and CalculateTimeoutForVolume
function recyclerPod(name: string, { spec }: KubeObject, { recycling }: ManagerSettings): object {
  const kind = kindOf(spec) ?? 'hostPath';
  const { leastSeconds, perGiB, template = TEMPLATE } = recycling[kind];
  const seconds = Math.floor(wholeValue(spec.capacity?.storage ?? '0') / GIB) * perGiB;
  const source = kind === 'hostPath' ? { path: spec.hostPath.path } : spec.nfs;
  const [first, ...others] = (template as typeof TEMPLATE).volumes;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: NAMESPACE },
    spec: {
      ...template,
      activeDeadlineSeconds: Math.max(seconds, leastSeconds),
      volumes: [{ name: first?.name, [kind]: source }, ...others],
    },
  };
}

const TEMPLATE = {
  restartPolicy: 'Never',
  volumes: [{ name: 'vol' }],
  containers: [
    {
      name: 'pv-recycler',
      image: IMAGE,
      command: ['/bin/sh'],
      args: ['-c', SCRUB],
      volumeMounts: [{ name: 'vol', mountPath: '/scrub' }],
    },
  ],
};
