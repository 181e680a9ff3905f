import { SYSTEM_CLASSES } from '../../kinds/priority-class/validate.ts';
import { forbidden } from '../errors.ts';
import type { StorageHook } from '../hooks.ts';

/** Classes of the system stay. Models pkg/registry/scheduling/priorityclass/storage Delete */
export const priorityClassHook: StorageHook = {
  beforeDelete({ served }, { metadata: { name } }) {
    if (!(name in SYSTEM_CLASSES)) return undefined;
    throw forbidden(served, name, 'this is a system priority class and cannot be deleted');
  },
};
