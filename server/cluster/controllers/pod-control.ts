import { ApiError, isApiError } from '../../objects/api-error.ts';
import type { KubeObject, OwnerReference } from '../../objects/object.ts';
import type { Client } from '../client/client.ts';
import type { EventRecorder } from '../client/events.ts';
import { RESOURCES } from '../client/resources.ts';
import type { Pod } from './pods.ts';

/** Creates and deletes pods for a controller, with the events that tell of it. */
export class PodControl {
  readonly #client: Client;
  readonly #recorder: EventRecorder;

  constructor(client: Client, recorder: EventRecorder) {
    this.#client = client;
    this.#recorder = recorder;
  }

  /** Throws after the event when it fails. Models pkg/controller/controller_utils.go createPods */
  create(owner: KubeObject, pod: object): Pod {
    try {
      const created = this.#client.create<Pod>(RESOURCES.pods, pod, owner.metadata.namespace);
      this.#recorder.event(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${created.metadata.name}`);
      return created;
    } catch (error) {
      if (!isTerminating(error)) {
        this.#recorder.event(owner, 'Warning', 'FailedCreate', `Error creating: ${(error as Error).message}`);
      }
      throw error;
    }
  }

  /** Models pkg/controller/controller_utils.go DeletePod */
  delete(owner: KubeObject, pod: Pod): void {
    const { name, namespace } = pod.metadata;
    try {
      this.#client.delete(RESOURCES.pods, name, namespace);
    } catch (error) {
      if (isApiError(error, 'NotFound')) return;
      this.#recorder.event(owner, 'Warning', 'FailedDelete', `Error deleting: ${(error as Error).message}`);
      throw error;
    }
    this.#recorder.event(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
  }
}

/** True when the namespace is being deleted: nothing can be created, and it is no use to complain. */
export function isTerminating(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    (error.details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating') ?? false)
  );
}

/** A pod of a template. Models pkg/controller/controller_utils.go GetPodFromTemplate */
export function podFromTemplate(template: any, owner: KubeObject, reference: OwnerReference): any {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${owner.metadata.name}-`,
      namespace: owner.metadata.namespace,
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
      ...(finalizers ? { finalizers } : {}),
      ownerReferences: [reference],
    },
    spec: template.spec,
  };
}

/**
 * Calls `create` `count` times in batches that double, and stops at the batch in which it failed: a quota that is used
 * up is not stormed. Returns how many succeeded and the first error. Models replica_set.go slowStartBatch
 */
export function slowStart(count: number, create: () => void): { succeeded: number; error?: unknown } {
  let succeeded = 0;
  let left = count;
  for (let batch = Math.min(left, 1); batch > 0; batch = Math.min(2 * batch, left)) {
    let error: unknown;
    for (let i = 0; i < batch; i++) {
      try {
        create();
        succeeded++;
      } catch (caught) {
        error ??= caught;
      }
    }
    if (error !== undefined) return { succeeded, error };
    left -= batch;
  }
  return { succeeded };
}
