import type { StorageHook } from '../hooks.ts';

/** The quality of service is given once, when a pod is made. Models pkg/registry/core/pod podStatusStrategy. */
export const podHook: StorageHook = {
  beforeStatus: (_call, pod, old) => {
    const { qosClass } = old.status ?? {};
    if (qosClass && !pod.status?.qosClass) pod.status = { ...pod.status, qosClass };
  },
};
