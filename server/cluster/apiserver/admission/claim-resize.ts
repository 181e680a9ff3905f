import { compareQuantities } from '../../../objects/quantity.ts';
import { forbidden } from '../errors.ts';
import type { AdmissionPlugin } from './admission.ts';

/** A claim grows only where its class allows it. Models plugin/pkg/admission/storage/persistentvolume/resize. */
export const persistentVolumeClaimResize: AdmissionPlugin = {
  name: 'PersistentVolumeClaimResize',
  validate({ call, served, operation, subresource, object, old, name }) {
    if (served.resource !== 'persistentvolumeclaims' || operation !== 'UPDATE' || subresource !== '') return;
    if (!object || !old) return;
    const size = object.spec?.resources?.requests?.storage ?? '0';
    const before = old.spec?.resources?.requests?.storage ?? '0';
    if (compareQuantities(size, before) <= 0) return;
    if (old.status?.phase !== 'Bound') {
      throw forbidden(served, name, 'Only bound persistent volume claims can be expanded');
    }
    const className = object.spec?.storageClassName;
    const found = className
      ? call.server.store.log.get(`/registry/storageclasses/${className}`)?.value
      : undefined;
    if (found?.['allowVolumeExpansion']) return;
    throw forbidden(
      served,
      name,
      'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
    );
  },
};
