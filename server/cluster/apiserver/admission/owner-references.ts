import { equalValues } from '../../../objects/values.ts';
import type { Access } from '../authorize/access.ts';
import { forbidden } from '../errors.ts';
import type { AdmissionPlugin, Review } from './admission.ts';

/**
 * Who lets something own an object could have it deleted, or kept. Models plugin/pkg/admission/gc
 * gcPermissionsEnforcement.
 */
export const ownerReferencesPermissionEnforcement: AdmissionPlugin = {
  name: 'OwnerReferencesPermissionEnforcement',
  validate(review) {
    const { operation, object, old, served, name, subresource } = review;
    if (!object || (operation !== 'CREATE' && operation !== 'UPDATE')) return;
    const now = object.metadata.ownerReferences ?? [];
    const before = old?.metadata.ownerReferences ?? [];
    if (equalValues(now, before)) return;
    if (old && subresource !== '' && subresource !== 'status') return;
    const deletion = decided(review, { verb: 'delete', subresource: '', ...target(review) });
    if (!deletion.allowed) {
      const why = `cannot set an ownerRef on a resource you can't delete: ${deletion.reason}, <nil>`;
      throw forbidden(served, name, why);
    }
    for (const owner of now) {
      const known = before.find(({ uid }) => uid === owner.uid);
      if (!owner.blockOwnerDeletion || known?.blockOwnerDeletion) continue;
      checkBlocking(review, owner);
    }
  },
};

function target({ served, namespace, name }: Review) {
  return { group: served.group, version: served.version, resource: served.resource, namespace, name };
}

function decided(
  { call }: Review,
  what: Pick<Access, 'verb' | 'group' | 'version' | 'resource' | 'subresource' | 'namespace' | 'name'>,
) {
  return call.server.authorizer.decide({ user: call.user, isResource: true, path: '', ...what });
}

function checkBlocking(review: Review, owner: { apiVersion: string; kind: string; name: string }): void {
  const { call, served, name } = review;
  const cannot =
    "cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on";
  const group = owner.apiVersion.includes('/') ? (owner.apiVersion.split('/')[0] as string) : '';
  const found = call.server.served.ofKind(group, owner.kind);
  if (!found) {
    const missing = `no matches for kind ${JSON.stringify(owner.kind)} in version ${JSON.stringify(owner.apiVersion)}`;
    throw forbidden(
      served,
      name,
      `cannot set blockOwnerDeletion in this case because cannot find RESTMapping for APIVersion ${owner.apiVersion} Kind ${owner.kind}: ${missing}`,
    );
  }
  const { version, resource, namespaced } = found;
  const namespace = namespaced ? review.namespace : '';
  const access = { verb: 'update', group, version, resource, subresource: 'finalizers', namespace };
  const { allowed, reason } = decided(review, { ...access, name: owner.name });
  if (!allowed) throw forbidden(served, name, `${cannot}: ${reason}, <nil>`);
}
