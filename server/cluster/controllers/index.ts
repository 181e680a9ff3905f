import type { Controller } from './controller.ts';
import { deploymentController } from './deployment/controller.ts';
import { replicaSetController, replicationController } from './replica-set.ts';

/** Every controller of kube-controller-manager. */
export const CONTROLLERS: readonly Controller[] = [
  deploymentController,
  replicaSetController,
  replicationController,
];
