import type { StorageHook } from '../hooks.ts';
import { withTimes } from '../subresources/approval.ts';

/** The server notes who asks for a certificate. Models pkg/registry/certificates/certificates strategy. */
export const certificateRequestHook: StorageHook = {
  beforeCreate({ user }, object) {
    const { name, uid, groups, extra } = user;
    object.spec = { ...object.spec, username: name, groups: [...groups] };
    delete object.spec.uid;
    delete object.spec.extra;
    if (uid) object.spec.uid = uid;
    if (extra && Object.keys(extra).length > 0) object.spec.extra = extra;
    object.status = {};
  },
  beforeUpdate({ info, now }, object, old) {
    object.spec = old.spec;
    if (info.subresource === 'approval') {
      const certificate = old.status?.certificate;
      object.status = {
        conditions: object.status?.conditions ?? [],
        ...(certificate ? { certificate } : {}),
      };
    }
    withTimes(object, now);
  },
};
