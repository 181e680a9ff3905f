import type { AdmissionPlugin } from './admission.ts';
import { certificateApproval, certificateSigning, certificateSubjectRestriction } from './certificates.ts';
import { persistentVolumeClaimResize } from './claim-resize.ts';
import { eventRateLimit } from './event-rate-limit.ts';
import { imagePolicyWebhook } from './image-policy.ts';
import { limitRanger } from './limit-ranger.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import { nodeRestriction } from './node-restriction.ts';
import {
  alwaysAdmit,
  alwaysDeny,
  alwaysPullImages,
  denyServiceExternalIps,
  extendedResourceToleration,
  limitPodHardAntiAffinityTopology,
  namespaceAutoProvision,
  namespaceExists,
  podNodeSelector,
} from './on-demand.ts';
import { ownerReferencesPermissionEnforcement } from './owner-references.ts';
import { podSecurity } from './pod-security/pod-security.ts';
import { podTolerationRestriction } from './pod-tolerations.ts';
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

/** A plugin that v1.33 runs, with nothing to do as long as its feature gate is off. */
const idle = (name: string): AdmissionPlugin => ({ name });

/** Every plugin, in the order in which Kubernetes runs them. Models pkg/kubeapiserver/options AllOrderedPlugins. */
export const ADMISSION_PLUGINS: readonly AdmissionPlugin[] = [
  alwaysAdmit,
  namespaceAutoProvision,
  namespaceLifecycle,
  namespaceExists,
  limitPodHardAntiAffinityTopology,
  limitRanger,
  serviceAccount,
  nodeRestriction,
  taintNodesByCondition,
  alwaysPullImages,
  imagePolicyWebhook,
  podSecurity,
  podNodeSelector,
  priority,
  defaultTolerationSeconds,
  podTolerationRestriction,
  eventRateLimit,
  extendedResourceToleration,
  defaultStorageClass,
  storageObjectInUseProtection,
  ownerReferencesPermissionEnforcement,
  persistentVolumeClaimResize,
  runtimeClass,
  certificateApproval,
  certificateSigning,
  idle('ClusterTrustBundleAttest'),
  certificateSubjectRestriction,
  defaultIngressClass,
  denyServiceExternalIps,
  idle('PodTopologyLabels'),
  idle('MutatingAdmissionPolicy'),
  mutatingAdmissionWebhook,
  validatingAdmissionPolicy,
  validatingAdmissionWebhook,
  resourceQuota,
  alwaysDeny,
];

/** Plugins that only run when `--enable-admission-plugins` names them. */
export const OFF_BY_DEFAULT: ReadonlySet<string> = new Set([
  'AlwaysAdmit',
  'AlwaysDeny',
  'AlwaysPullImages',
  'DenyServiceExternalIPs',
  'EventRateLimit',
  'ExtendedResourceToleration',
  'ImagePolicyWebhook',
  'LimitPodHardAntiAffinityTopology',
  'NamespaceAutoProvision',
  'NamespaceExists',
  'NodeRestriction',
  'OwnerReferencesPermissionEnforcement',
  'PodNodeSelector',
  'PodTolerationRestriction',
]);

/** The plugins that run with these flags. */
export function enabledPlugins(
  enabled: readonly string[] = [],
  disabled: readonly string[] = [],
): AdmissionPlugin[] {
  return ADMISSION_PLUGINS.filter(
    ({ name }) => !disabled.includes(name) && (!OFF_BY_DEFAULT.has(name) || enabled.includes(name)),
  );
}
