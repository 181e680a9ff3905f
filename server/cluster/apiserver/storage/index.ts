import { apiServiceHook } from '../aggregate/api-services.ts';
import { StorageHooks } from '../hooks.ts';
import { certificateRequestHook } from './certificate-requests.ts';
import { customResourceHook, definitionHook } from './custom-resources.ts';
import { namespaceHook } from './namespaces.ts';
import { persistentVolumeHook } from './persistent-volumes.ts';
import { podHook } from './pods.ts';
import { priorityClassHook } from './priority-classes.ts';
import { bindingHook, roleHook } from './rbac.ts';
import { serviceHook } from './services.ts';

/** What storing a kind needs beyond the object itself, by `resource.group`. */
export const STORAGE_HOOKS = new StorageHooks(
  {
    namespaces: namespaceHook,
    'apiservices.apiregistration.k8s.io': apiServiceHook,
    persistentvolumes: persistentVolumeHook,
    pods: podHook,
    services: serviceHook,
    'certificatesigningrequests.certificates.k8s.io': certificateRequestHook,
    'customresourcedefinitions.apiextensions.k8s.io': definitionHook,
    'priorityclasses.scheduling.k8s.io': priorityClassHook,
    'roles.rbac.authorization.k8s.io': roleHook,
    'clusterroles.rbac.authorization.k8s.io': roleHook,
    'rolebindings.rbac.authorization.k8s.io': bindingHook,
    'clusterrolebindings.rbac.authorization.k8s.io': bindingHook,
  },
  customResourceHook,
);
