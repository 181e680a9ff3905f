import { describeRequest } from '../certificate-signing-request/describe.ts';
import { describeConfigMap } from '../config-map/describe.ts';
import { describeCronJob } from '../cron-job/describe.ts';
import { describeDaemonSet } from '../daemon-set/describe.ts';
import { describeDeployment } from '../deployment/describe.ts';
import { describeEndpointSlice } from '../endpoint-slice/describe.ts';
import { describeEndpoints } from '../endpoints/describe.ts';
import { describeAutoscaler } from '../horizontal-pod-autoscaler/describe.ts';
import { describeIngress } from '../ingress/describe.ts';
import { describeIngressClass } from '../ingress-class/describe.ts';
import { describeIpAddress } from '../ip-address/describe.ts';
import { describeJob } from '../job/describe.ts';
import { describeLimitRange } from '../limit-range/describe.ts';
import { describeNamespace } from '../namespace/describe.ts';
import { describeNetworkPolicy } from '../network-policy/describe.ts';
import { describeNode } from '../node/describe.ts';
import { describePersistentVolume } from '../persistent-volume/describe.ts';
import { describeClaim } from '../persistent-volume-claim/describe.ts';
import { describePod } from '../pod/describe.ts';
import { describeDisruptionBudget } from '../pod-disruption-budget/describe.ts';
import { describePriorityClass } from '../priority-class/describe.ts';
import { describeReplicaSet, describeReplicationController } from '../replica-set/describe.ts';
import { describeResourceQuota } from '../resource-quota/describe.ts';
import { describeRole } from '../role/describe.ts';
import { describeBinding } from '../role-binding/describe.ts';
import { describeSecret } from '../secret/describe.ts';
import { describeService } from '../service/describe.ts';
import { describeServiceAccount } from '../service-account/describe.ts';
import { describeServiceCidr } from '../service-cidr/describe.ts';
import { describeStatefulSet } from '../stateful-set/describe.ts';
import { describeStorageClass } from '../storage-class/describe.ts';
import type { Describer } from './context.ts';
import { describeGeneric } from './generic.ts';

export type { DescribeContext, DescribedResource, DescribeListOptions, Describer } from './context.ts';
export { describeGeneric } from './generic.ts';

/** What `kubectl describe` prints, by `group/kind` (`/Pod` in the core group). */
export const DESCRIBERS: Readonly<Record<string, Describer>> = {
  '/Pod': describePod,
  '/ReplicationController': describeReplicationController,
  '/Secret': describeSecret,
  '/Service': describeService,
  '/ServiceAccount': describeServiceAccount,
  '/Node': describeNode,
  '/LimitRange': describeLimitRange,
  '/ResourceQuota': describeResourceQuota,
  '/PersistentVolume': describePersistentVolume,
  '/PersistentVolumeClaim': describeClaim,
  '/Namespace': describeNamespace,
  '/Endpoints': describeEndpoints,
  '/ConfigMap': describeConfigMap,
  'scheduling.k8s.io/PriorityClass': describePriorityClass,
  'discovery.k8s.io/EndpointSlice': describeEndpointSlice,
  'autoscaling/HorizontalPodAutoscaler': describeAutoscaler,
  'networking.k8s.io/Ingress': describeIngress,
  'networking.k8s.io/IngressClass': describeIngressClass,
  'networking.k8s.io/IPAddress': describeIpAddress,
  'networking.k8s.io/NetworkPolicy': describeNetworkPolicy,
  'networking.k8s.io/ServiceCIDR': describeServiceCidr,
  'batch/Job': describeJob,
  'batch/CronJob': describeCronJob,
  'apps/StatefulSet': describeStatefulSet,
  'apps/Deployment': describeDeployment,
  'apps/ReplicaSet': describeReplicaSet,
  'apps/DaemonSet': describeDaemonSet,
  'policy/PodDisruptionBudget': describeDisruptionBudget,
  'certificates.k8s.io/CertificateSigningRequest': describeRequest,
  'storage.k8s.io/StorageClass': describeStorageClass,
  'rbac.authorization.k8s.io/Role': describeRole,
  'rbac.authorization.k8s.io/ClusterRole': describeRole,
  'rbac.authorization.k8s.io/RoleBinding': describeBinding,
  'rbac.authorization.k8s.io/ClusterRoleBinding': describeBinding,
};

/** The describer of a kind; kinds without their own are shown field by field. */
export function describerOf(group: string, kind: string): Describer {
  return DESCRIBERS[`${group}/${kind}`] ?? describeGeneric;
}
