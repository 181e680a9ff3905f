import { StorageHooks } from '../hooks.ts';
import { namespaceHook } from './namespaces.ts';

/** What storing a kind needs beyond the object itself, by `resource.group`. */
export const STORAGE_HOOKS = new StorageHooks({
  namespaces: namespaceHook,
});
