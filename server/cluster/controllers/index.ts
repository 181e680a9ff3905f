import type { Controller } from './controller.ts';
import { deploymentController } from './deployment/controller.ts';
import { endpointSliceController } from './endpoint-slice.ts';
import { endpointsController } from './endpoints.ts';
import { garbageCollector } from './garbage-collector.ts';
import { namespaceController } from './namespace.ts';
import { replicaSetController, replicationController } from './replica-set.ts';
import { rootCaPublisher, serviceAccountController } from './service-account.ts';

/** Every controller of kube-controller-manager. */
export const CONTROLLERS: readonly Controller[] = [
  serviceAccountController,
  rootCaPublisher,
  endpointsController,
  endpointSliceController,
  replicationController,
  namespaceController,
  garbageCollector,
  deploymentController,
  replicaSetController,
];
