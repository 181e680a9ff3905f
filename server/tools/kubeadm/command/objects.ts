import type { Client } from '../../../cluster/client/client.ts';
import type { Manifest } from '../../../cluster/manifests/manifest.ts';
import { isApiError } from '../../../objects/api-error.ts';
import { resourceOf } from '../phases/bring-up.ts';

/** Creates objects, or puts what they say in the place of what is there. Models util/apiclient CreateOrUpdate. */
export function replaceObjects(client: Client, objects: readonly Manifest[]): void {
  for (const object of objects) {
    const { name, namespace } = object.metadata;
    const resource = resourceOf(object, objects);
    try {
      client.create(resource, object, namespace);
    } catch (error) {
      if (!isApiError(error, 'AlreadyExists') && !isApiError(error, 'Invalid')) throw error;
      client.patch(resource, name, { type: 'merge', body: object }, namespace);
    }
  }
}
