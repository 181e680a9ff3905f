import type { AdmissionPlugin } from './admission.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';

/** Every plugin, in the order in which Kubernetes runs them. */
export const ADMISSION_PLUGINS: readonly AdmissionPlugin[] = [namespaceLifecycle];
