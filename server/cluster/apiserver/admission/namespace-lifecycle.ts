import { ApiError } from '../../../objects/api-error.ts';
import { forbidden, notFound } from '../errors.ts';
import type { AdmissionPlugin, Review } from './admission.ts';

const IMMORTAL = new Set(['default', 'kube-system', 'kube-public']);
/** Reviews are answered in any namespace, also one that does not exist. */
const ANYWHERE = new Set(['localsubjectaccessreviews.authorization.k8s.io']);

/**
 * Nothing is created in a namespace that does not exist or is terminating, and some namespaces cannot be deleted.
 * Models apiserver/pkg/admission/plugin/namespace/lifecycle.
 */
export const namespaceLifecycle: AdmissionPlugin = {
  name: 'NamespaceLifecycle',
  admit(review) {
    const { operation, served, name, namespace } = review;
    if (served.resource === 'namespaces' && served.group === '') {
      if (operation === 'DELETE' && IMMORTAL.has(name)) {
        throw forbidden(served, name, 'this namespace may not be deleted');
      }
      return;
    }
    if (!served.namespaced || operation === 'DELETE' || ANYWHERE.has(`${served.resource}.${served.group}`))
      return;
    if (operation === 'CREATE') checkNamespace(review, namespace);
  },
};

function checkNamespace({ call, served, name }: Review, namespace: string): void {
  const found = call.server.store.log.get(`/registry/namespaces/${namespace}`)?.value;
  if (!found) throw notFound({ group: '', resource: 'namespaces' }, namespace);
  if (found.status?.phase !== 'Terminating' && !found.metadata.deletionTimestamp) return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const error = forbidden(served, name, why);
  throw new ApiError(error.code, error.reason, error.message, {
    ...error.details,
    causes: [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  });
}
