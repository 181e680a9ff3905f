import type { Controller } from './controller.ts';
import { cronJobController } from './cron-job.ts';
import { daemonSetController } from './daemon-set.ts';
import { deploymentController } from './deployment/controller.ts';
import { endpointSliceController } from './endpoint-slice.ts';
import { endpointsController } from './endpoints.ts';
import { garbageCollector } from './garbage-collector.ts';
import { jobController } from './job.ts';
import { namespaceController } from './namespace.ts';
import { nodeIpamController } from './node-ipam.ts';
import { nodeLifecycleController } from './node-lifecycle.ts';
import { podGarbageCollector } from './pod-gc.ts';
import { replicaSetController, replicationController } from './replica-set.ts';
import { rootCaPublisher, serviceAccountController } from './service-account.ts';
import { statefulSetController } from './stateful-set.ts';
import { taintEvictionController } from './taint-eviction.ts';
import { ttlAfterFinishedController } from './ttl-after-finished.ts';

/** Every controller of kube-controller-manager, in the order it starts them. */
export const CONTROLLERS: readonly Controller[] = [
  serviceAccountController,
  rootCaPublisher,
  endpointsController,
  endpointSliceController,
  replicationController,
  podGarbageCollector,
  namespaceController,
  garbageCollector,
  daemonSetController,
  jobController,
  deploymentController,
  replicaSetController,
  statefulSetController,
  cronJobController,
  nodeIpamController,
  nodeLifecycleController,
  taintEvictionController,
  ttlAfterFinishedController,
];
