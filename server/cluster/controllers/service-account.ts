import { isApiError } from '../../objects/api-error.ts';
import type { KubeObject } from '../../objects/object.ts';
import { RESOURCES } from '../client/resources.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { isTerminating } from './pod-control.ts';

/** New namespaces get what pods need at once; whoever creates a namespace and then a pod must not be too fast. */
const LATENCY_MS = 1;

/** Calls `ensure` for each namespace that is new, changed, or lost its object called `name`. */
function forEachNamespace(
  context: ControllerContext,
  resource: 'serviceaccounts' | 'configmaps',
  name: string,
  ensure: (namespace: KubeObject) => void,
) {
  const { queue, informers } = context;
  const namespaces = informers.for(RESOURCES.namespaces);
  const again = (object: KubeObject) => {
    if (object.metadata.name === name) queue.add(object.metadata.namespace ?? '');
  };
  namespaces.on({
    added: (namespace) => queue.add(namespace.metadata.name),
    updated: (namespace) => queue.add(namespace.metadata.name),
  });
  informers.for(RESOURCES[resource]).on({ deleted: again, updated: again });
  return {
    reconcile: (key: string): undefined => {
      const namespace = namespaces.get(key);
      if (!namespace || namespace.metadata.deletionTimestamp || namespace.status?.phase === 'Terminating')
        return;
      try {
        ensure(namespace);
      } catch (error) {
        if (!isTerminating(error) && !isApiError(error, 'AlreadyExists')) throw error;
      }
    },
  };
}

// Models pkg/controller/serviceaccount/serviceaccounts_controller.go
export const serviceAccountController: Controller = {
  name: 'serviceaccount-controller',
  alias: 'serviceaccount',
  account: 'service-account-controller',
  latencyMs: LATENCY_MS,
  start: (context) => {
    const accounts = context.informers.for(RESOURCES.serviceaccounts);
    return forEachNamespace(context, 'serviceaccounts', 'default', ({ metadata: { name: namespace } }) => {
      if (accounts.get(`${namespace}/default`)) return;
      const metadata = { name: 'default', namespace };
      context.client.create(
        RESOURCES.serviceaccounts,
        { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
        namespace,
      );
    });
  },
};

const ROOT_CA = 'kube-root-ca.crt';
const DESCRIPTION = 'kubernetes.io/description';
const DESCRIPTION_TEXT =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

// Models pkg/controller/certificates/rootcacertpublisher/publisher.go
export const rootCaPublisher: Controller = {
  name: 'root-ca-certificate-publisher-controller',
  alias: 'root-ca-cert-publisher',
  account: 'root-ca-cert-publisher',
  latencyMs: LATENCY_MS,
  start: (context) => {
    const maps = context.informers.for(RESOURCES.configmaps);
    return forEachNamespace(context, 'configmaps', ROOT_CA, ({ metadata: { name: namespace } }) => {
      const data = { 'ca.crt': context.settings.rootCa ?? '' };
      const annotations = { [DESCRIPTION]: DESCRIPTION_TEXT };
      const old = maps.get(`${namespace}/${ROOT_CA}`);
      if (!old) {
        const metadata = { name: ROOT_CA, namespace, annotations };
        const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
        context.client.create(RESOURCES.configmaps, map, namespace);
        return;
      }
      const right =
        old['data']?.['ca.crt'] === data['ca.crt'] &&
        Object.keys(old['data'] ?? {}).length === 1 &&
        old.metadata.annotations?.[DESCRIPTION] === DESCRIPTION_TEXT;
      if (right) return;
      context.client.update(RESOURCES.configmaps, {
        ...old,
        metadata: { ...old.metadata, annotations: { ...old.metadata.annotations, ...annotations } },
        data,
      });
    });
  },
};
