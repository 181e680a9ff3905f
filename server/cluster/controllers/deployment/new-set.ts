import type { KubeObject } from '../../../objects/object.ts';
import { RESOURCES } from '../../client/resources.ts';
import { controllerReference } from '../owners.ts';
import {
  HASH_LABEL,
  maxSurge,
  newSetAnnotations,
  newSetReplicas,
  replicasAnnotations,
  replicasOf,
  templateHash,
} from './replica-sets.ts';

/** The set for a deployment's present template, sized beside the old ones. Models pkg/controller/deployment/sync.go getNewReplicaSet */
export function newReplicaSet(
  deployment: KubeObject,
  oldSets: readonly KubeObject[],
  revision: number,
): KubeObject {
  const hash = templateHash(deployment);
  const { template, selector, minReadySeconds } = deployment.spec;
  const labels = { ...template.metadata?.labels, [HASH_LABEL]: hash };
  const set: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      namespace: deployment.metadata.namespace,
      labels,
      ownerReferences: [controllerReference(deployment, RESOURCES.deployments)],
    } as KubeObject['metadata'],
    spec: {
      replicas: 0,
      ...(minReadySeconds ? { minReadySeconds } : {}),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
  const desired = replicasOf(deployment);
  const replicas = newSetReplicas(deployment, [...oldSets, set], set);
  const annotations = {
    ...newSetAnnotations(deployment, undefined, revision),
    ...replicasAnnotations(undefined, desired, desired + maxSurge(deployment)),
  };
  return {
    ...set,
    metadata: { ...set.metadata, annotations },
    spec: { ...set.spec, replicas },
  };
}
