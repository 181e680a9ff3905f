import type { KubeObject } from '../../../objects/object.ts';
import { timestamp } from '../../../objects/object.ts';
import type { StorageHook } from '../hooks.ts';

/** A namespace first terminates; the namespace controller empties and then finalizes it. */
export const namespaceHook: StorageHook = {
  beforeCreate(_call, object) {
    object.metadata.labels = {
      ...object.metadata.labels,
      'kubernetes.io/metadata.name': object.metadata.name,
    };
    object.spec = { ...object.spec };
    const finalizers: string[] = object.spec.finalizers ?? [];
    object.spec.finalizers = finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'];
    object.status = { phase: 'Active' };
  },
  beforeUpdate(call, object, old) {
    object.metadata.labels = {
      ...object.metadata.labels,
      'kubernetes.io/metadata.name': object.metadata.name,
    };
    if (call.info.subresource !== 'finalize')
      object.spec = { ...object.spec, finalizers: old.spec?.finalizers };
  },
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
      object: server.commit('update', served, () => server.store.update(served, old, object)),
      gone: false,
    };
  },
  holdsDeletion(object) {
    return (object.spec?.finalizers ?? []).length > 0;
  },
};
