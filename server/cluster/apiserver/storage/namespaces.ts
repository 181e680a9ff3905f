import type { KubeObject } from '../../../objects/object.ts';
import { timestamp } from '../../../objects/object.ts';
import type { StorageHook } from '../hooks.ts';

/** A namespace first terminates; the namespace controller empties and then finalizes it. */
export const namespaceHook: StorageHook = {
  beforeDelete(call, old, request) {
    const { server, served } = call;
    const finalizers = old.spec?.finalizers ?? [];
    if (finalizers.length === 0 && (old.metadata.finalizers ?? []).length === 0) return undefined;
    if (old.metadata.deletionTimestamp) return { object: old, gone: false };
    const object: KubeObject = {
      ...old,
      metadata: { ...old.metadata, deletionTimestamp: timestamp(call.now) },
      status: { ...old.status, phase: 'Terminating' },
    };
    if (request.dryRun) return { object, gone: false };
    return {
      object: server.store.update(served, old, object),
      gone: false,
    };
  },
  holdsDeletion(object) {
    return (object.spec?.finalizers ?? []).length > 0;
  },
};
