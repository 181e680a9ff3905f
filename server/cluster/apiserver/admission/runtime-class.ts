import { copyValue, equalValues } from '../../../objects/values.ts';
import { forbidden } from '../errors.ts';
import type { AdmissionPlugin } from './admission.ts';
import { isPodCreation } from './service-account.ts';

/** Adds what a runtime class brings: overhead, node selector, tolerations. Models plugin/pkg/admission/runtimeclass. */
export const runtimeClass: AdmissionPlugin = {
  name: 'RuntimeClass',
  admit(review) {
    const { call, served, name, object: pod } = review;
    if (!isPodCreation(review) || !pod) return;
    const className = pod.spec.runtimeClassName;
    if (!className) {
      if (pod.spec.overhead) {
        throw forbidden(
          served,
          name,
          'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
        );
      }
      return;
    }
    const found = call.server.store.log.get(`/registry/runtimeclasses/${className}`)?.value;
    if (!found) throw forbidden(served, name, `pod rejected: RuntimeClass "${className}" not found`);
    const fixed = found['overhead']?.podFixed;
    if (fixed) {
      if (pod.spec.overhead && !equalValues(pod.spec.overhead, fixed)) {
        throw forbidden(
          served,
          name,
          "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead",
        );
      }
      pod.spec.overhead = copyValue(fixed);
    }
    const { nodeSelector, tolerations } = found['scheduling'] ?? {};
    for (const [key, value] of Object.entries(nodeSelector ?? {})) {
      const own = pod.spec.nodeSelector?.[key];
      if (own !== undefined && own !== value) {
        throw forbidden(
          served,
          name,
          `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${String(value)}; pod.spec.nodeSelector[${key}] = ${own}`,
        );
      }
      pod.spec.nodeSelector = { ...pod.spec.nodeSelector, [key]: value };
    }
    if (tolerations?.length)
      pod.spec.tolerations = [...(pod.spec.tolerations ?? []), ...copyValue(tolerations)];
  },
};
