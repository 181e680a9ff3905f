import { API_SERVICE } from './api-service/kind.ts';
import { BINDING } from './binding/kind.ts';
import { CERTIFICATE_SIGNING_REQUEST } from './certificate-signing-request/kind.ts';
import { CLUSTER_ROLE } from './cluster-role/kind.ts';
import { CLUSTER_ROLE_BINDING } from './cluster-role-binding/kind.ts';
import { COMPONENT_STATUS } from './component-status/kind.ts';
import { CONFIG_MAP } from './config-map/kind.ts';
import { CONTROLLER_REVISION } from './controller-revision/kind.ts';
import { CRON_JOB } from './cron-job/kind.ts';
import { CSI_DRIVER } from './csi-driver/kind.ts';
import { CSI_NODE } from './csi-node/kind.ts';
import { CSI_STORAGE_CAPACITY } from './csi-storage-capacity/kind.ts';
import { CUSTOM_RESOURCE_DEFINITION } from './custom-resource-definition/kind.ts';
import { DAEMON_SET } from './daemon-set/kind.ts';
import { DEPLOYMENT } from './deployment/kind.ts';
import { ENDPOINT_SLICE } from './endpoint-slice/kind.ts';
import { ENDPOINTS } from './endpoints/kind.ts';
import { EVENT } from './event/kind.ts';
import { FLOW_SCHEMA } from './flow-schema/kind.ts';
import { HORIZONTAL_POD_AUTOSCALER } from './horizontal-pod-autoscaler/kind.ts';
import { INGRESS } from './ingress/kind.ts';
import { INGRESS_CLASS } from './ingress-class/kind.ts';
import { IP_ADDRESS } from './ip-address/kind.ts';
import { JOB } from './job/kind.ts';
import type { Kind } from './kind.ts';
import { LEASE } from './lease/kind.ts';
import { LIMIT_RANGE } from './limit-range/kind.ts';
import { LOCAL_SUBJECT_ACCESS_REVIEW } from './local-subject-access-review/kind.ts';
import { MUTATING_WEBHOOK_CONFIGURATION } from './mutating-webhook-configuration/kind.ts';
import { NAMESPACE } from './namespace/kind.ts';
import { NETWORK_POLICY } from './network-policy/kind.ts';
import { NODE } from './node/kind.ts';
import { PERSISTENT_VOLUME } from './persistent-volume/kind.ts';
import { PERSISTENT_VOLUME_CLAIM } from './persistent-volume-claim/kind.ts';
import { POD } from './pod/kind.ts';
import { POD_DISRUPTION_BUDGET } from './pod-disruption-budget/kind.ts';
import { POD_TEMPLATE } from './pod-template/kind.ts';
import { PRIORITY_CLASS } from './priority-class/kind.ts';
import { PRIORITY_LEVEL_CONFIGURATION } from './priority-level-configuration/kind.ts';
import { REPLICA_SET } from './replica-set/kind.ts';
import { REPLICATION_CONTROLLER } from './replication-controller/kind.ts';
import { RESOURCE_QUOTA } from './resource-quota/kind.ts';
import { ROLE } from './role/kind.ts';
import { ROLE_BINDING } from './role-binding/kind.ts';
import { RUNTIME_CLASS } from './runtime-class/kind.ts';
import { SECRET } from './secret/kind.ts';
import { SELF_SUBJECT_ACCESS_REVIEW } from './self-subject-access-review/kind.ts';
import { SELF_SUBJECT_REVIEW } from './self-subject-review/kind.ts';
import { SELF_SUBJECT_RULES_REVIEW } from './self-subject-rules-review/kind.ts';
import { SERVICE } from './service/kind.ts';
import { SERVICE_ACCOUNT } from './service-account/kind.ts';
import { SERVICE_CIDR } from './service-cidr/kind.ts';
import { STATEFUL_SET } from './stateful-set/kind.ts';
import { STORAGE_CLASS } from './storage-class/kind.ts';
import { SUBJECT_ACCESS_REVIEW } from './subject-access-review/kind.ts';
import { TOKEN_REVIEW } from './token-review/kind.ts';
import { VALIDATING_ADMISSION_POLICY } from './validating-admission-policy/kind.ts';
import { VALIDATING_ADMISSION_POLICY_BINDING } from './validating-admission-policy-binding/kind.ts';
import { VALIDATING_WEBHOOK_CONFIGURATION } from './validating-webhook-configuration/kind.ts';
import { VOLUME_ATTACHMENT } from './volume-attachment/kind.ts';

/** Every built-in kind, in the order of discovery. */
export const KINDS: readonly Kind[] = [
  BINDING,
  COMPONENT_STATUS,
  CONFIG_MAP,
  ENDPOINTS,
  EVENT,
  LIMIT_RANGE,
  NAMESPACE,
  NODE,
  PERSISTENT_VOLUME_CLAIM,
  PERSISTENT_VOLUME,
  POD,
  POD_TEMPLATE,
  REPLICATION_CONTROLLER,
  RESOURCE_QUOTA,
  SECRET,
  SERVICE_ACCOUNT,
  SERVICE,
  API_SERVICE,
  CONTROLLER_REVISION,
  DAEMON_SET,
  DEPLOYMENT,
  REPLICA_SET,
  STATEFUL_SET,
  SELF_SUBJECT_REVIEW,
  TOKEN_REVIEW,
  LOCAL_SUBJECT_ACCESS_REVIEW,
  SELF_SUBJECT_ACCESS_REVIEW,
  SELF_SUBJECT_RULES_REVIEW,
  SUBJECT_ACCESS_REVIEW,
  HORIZONTAL_POD_AUTOSCALER,
  CRON_JOB,
  JOB,
  CERTIFICATE_SIGNING_REQUEST,
  INGRESS_CLASS,
  INGRESS,
  IP_ADDRESS,
  NETWORK_POLICY,
  SERVICE_CIDR,
  POD_DISRUPTION_BUDGET,
  CLUSTER_ROLE_BINDING,
  CLUSTER_ROLE,
  ROLE_BINDING,
  ROLE,
  CSI_DRIVER,
  CSI_NODE,
  CSI_STORAGE_CAPACITY,
  STORAGE_CLASS,
  VOLUME_ATTACHMENT,
  MUTATING_WEBHOOK_CONFIGURATION,
  VALIDATING_ADMISSION_POLICY,
  VALIDATING_ADMISSION_POLICY_BINDING,
  VALIDATING_WEBHOOK_CONFIGURATION,
  CUSTOM_RESOURCE_DEFINITION,
  PRIORITY_CLASS,
  LEASE,
  RUNTIME_CLASS,
  ENDPOINT_SLICE,
  FLOW_SCHEMA,
  PRIORITY_LEVEL_CONFIGURATION,
];
