import { admissionPolicyStatusController } from './admission-policy-status.ts';
import { attachDetachController } from './attach-detach.ts';
import { bootstrapSigner, tokenCleaner } from './bootstrap-tokens.ts';
import { clusterRoleAggregationController } from './cluster-role-aggregation.ts';
import type { Controller } from './controller.ts';
import { cronJobController } from './cron-job.ts';
import { csrApprovingController, csrCleanerController, csrSigningController } from './csr.ts';
import { daemonSetController } from './daemon-set/controller.ts';
import { deploymentController } from './deployment/controller.ts';
import { disruptionController, staleDisruptionController } from './disruption.ts';
import { endpointSliceController } from './endpoint-slice.ts';
import { endpointSliceMirroringController } from './endpoint-slice-mirroring.ts';
import { endpointsController } from './endpoints.ts';
import { ephemeralVolumeController } from './ephemeral-volume.ts';
import { garbageCollector } from './garbage-collector.ts';
import { horizontalPodAutoscalerController } from './hpa/controller.ts';
import { jobController } from './job/controller.ts';
import { legacyTokenCleaner } from './legacy-token-cleaner.ts';
import { namespaceController } from './namespace.ts';
import { nodeIpamController } from './node-ipam.ts';
import { nodeLifecycleController } from './node-lifecycle.ts';
import { nodeTtlController } from './node-ttl.ts';
import { persistentVolumeBinder } from './persistent-volume.ts';
import { podGarbageCollector } from './pod-gc.ts';
import { replicaSetController, replicationController } from './replica-set.ts';
import { resourceQuotaController } from './resource-quota.ts';
import { rootCaPublisher, serviceAccountController } from './service-account.ts';
import { serviceAccountTokenController } from './service-account-token.ts';
import { serviceCidrController } from './service-cidr.ts';
import { statefulSetController } from './stateful-set.ts';
import { taintEvictionController } from './taint-eviction.ts';
import { ttlAfterFinishedController } from './ttl-after-finished.ts';
import { expandController } from './volume-expander.ts';
import { claimProtectionController, volumeProtectionController } from './volume-protection.ts';

/** Every controller of kube-controller-manager, in the order it starts them. */
export const CONTROLLERS: readonly Controller[] = [
  serviceAccountTokenController,
  serviceAccountController,
  rootCaPublisher,
  endpointsController,
  endpointSliceController,
  endpointSliceMirroringController,
  replicationController,
  podGarbageCollector,
  resourceQuotaController,
  namespaceController,
  garbageCollector,
  daemonSetController,
  jobController,
  deploymentController,
  replicaSetController,
  horizontalPodAutoscalerController,
  disruptionController,
  staleDisruptionController,
  statefulSetController,
  cronJobController,
  csrSigningController,
  csrApprovingController,
  csrCleanerController,
  bootstrapSigner,
  tokenCleaner,
  nodeTtlController,
  nodeIpamController,
  nodeLifecycleController,
  taintEvictionController,
  persistentVolumeBinder,
  attachDetachController,
  expandController,
  clusterRoleAggregationController,
  claimProtectionController,
  volumeProtectionController,
  ephemeralVolumeController,
  ttlAfterFinishedController,
  legacyTokenCleaner,
  serviceCidrController,
  admissionPolicyStatusController,
];
