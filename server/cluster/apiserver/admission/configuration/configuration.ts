import type { EventLimit } from '../event-rate-limit.ts';
import type { ImagePolicy } from '../image-policy.ts';
import type { PodSecurityConfiguration } from '../pod-security/policy.ts';
import type { TolerationLists } from '../pod-tolerations.ts';
import type { LimitedResource } from '../resource-quota.ts';

/** What `--admission-control-config-file` says to the plugins that can be told something. */
export interface AdmissionConfiguration {
  readonly podSecurity?: PodSecurityConfiguration;
  readonly imagePolicy?: ImagePolicy;
  readonly eventLimits?: readonly EventLimit[];
  /** Of each namespace, and of those that say nothing under `clusterDefaultNodeSelector`. */
  readonly nodeSelectors?: Readonly<Record<string, string>>;
  readonly tolerations?: TolerationLists;
  readonly limitedResources?: readonly LimitedResource[];
}
