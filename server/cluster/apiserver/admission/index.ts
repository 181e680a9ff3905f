import type { AdmissionPlugin } from './admission.ts';
import { certificateApproval, certificateSigning, certificateSubjectRestriction } from './certificates.ts';
import { persistentVolumeClaimResize } from './claim-resize.ts';
import { limitRanger } from './limit-ranger.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import { nodeRestriction } from './node-restriction.ts';
import { podSecurity } from './pod-security.ts';
import { validatingAdmissionPolicy } from './policies.ts';
import { priority } from './priority.ts';
import { resourceQuota } from './resource-quota.ts';
import { runtimeClass } from './runtime-class.ts';
import { serviceAccount } from './service-account.ts';
import {
  defaultIngressClass,
  defaultStorageClass,
  defaultTolerationSeconds,
  storageObjectInUseProtection,
  taintNodesByCondition,
} from './small-defaults.ts';

import { mutatingAdmissionWebhook, validatingAdmissionWebhook } from './webhooks.ts';

/** Every plugin, in the order in which Kubernetes runs them. Models pkg/kubeapiserver/options AllOrderedPlugins. */
export const ADMISSION_PLUGINS: readonly AdmissionPlugin[] = [
  namespaceLifecycle,
  limitRanger,
  serviceAccount,
  nodeRestriction,
  taintNodesByCondition,
  podSecurity,
  priority,
  defaultTolerationSeconds,
  defaultStorageClass,
  storageObjectInUseProtection,
  persistentVolumeClaimResize,
  runtimeClass,
  certificateApproval,
  certificateSigning,
  certificateSubjectRestriction,
  defaultIngressClass,
  mutatingAdmissionWebhook,
  validatingAdmissionPolicy,
  validatingAdmissionWebhook,
  resourceQuota,
];

/** Plugins that only run when `--enable-admission-plugins` names them. */
export const OFF_BY_DEFAULT: ReadonlySet<string> = new Set(['NodeRestriction']);
