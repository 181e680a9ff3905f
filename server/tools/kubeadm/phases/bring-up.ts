import type { Client, Resource } from '../../../cluster/client/client.ts';
import { RESOURCES } from '../../../cluster/client/resources.ts';
import { calicoObjects } from '../../../cluster/manifests/calico.ts';
import { flannelObjects } from '../../../cluster/manifests/flannel.ts';
import { gatewayApiObjects } from '../../../cluster/manifests/gateway-api.ts';
import { ingressNginxObjects } from '../../../cluster/manifests/ingress-nginx.ts';
import { localPathObjects } from '../../../cluster/manifests/local-path.ts';
import type { Manifest } from '../../../cluster/manifests/manifest.ts';
import { metricsServerObjects } from '../../../cluster/manifests/metrics-server.ts';
import { minikubeObjects } from '../../../cluster/manifests/minikube.ts';
import { nginxGatewayObjects } from '../../../cluster/manifests/nginx-gateway.ts';
import { isSystemError } from '../../../host/index.ts';
import { ApiError, isApiError } from '../../../objects/api-error.ts';
import { type Clock, type Steps, sleep } from '../../../sim/index.ts';
import { ADDONS, type Addon, type ClusterPlan } from '../plan.ts';
import { coreDnsObjects, kubeProxyObjects } from './addon.ts';
import { accessObjects, clusterInfoObjects, configObjects } from './upload-config.ts';

const POLL_MS = 500;
const LIMIT_MS = 240_000;
const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane';

/** The part of `kubeadm init` that needs a running API server: what goes into the cluster itself. */
export function* bringUp(
  client: Client,
  clock: Clock,
  plan: ClusterPlan,
  caCertificate: string,
): Steps<void> {
  if (!(yield* until(clock, () => client.request(get('/readyz')).status === 200))) return;
  const info = plan.components === 'static-pods' ? clusterInfoObjects(plan, caCertificate) : [];
  const objects = [...clusterObjects(plan), ...info];
  for (const object of objects) yield* until(clock, () => put(client, object, objects));
  // The one node of minikube runs everybody's pods.
  const shared = plan.addons.includes('minikube');
  yield* until(clock, () => markControlPlane(client, plan.controlPlane.name, { taint: !shared }));
}

/** Everything that a fresh cluster of this plan holds beside what the API server makes itself. */
export function clusterObjects(plan: ClusterPlan): Manifest[] {
  return [
    ...accessObjects(),
    ...(plan.components === 'static-pods' ? configObjects(plan) : []),
    ...ADDONS.filter((addon) => plan.addons.includes(addon)).flatMap((addon) => ADDON_OBJECTS[addon](plan)),
  ];
}

const ADDON_OBJECTS: Readonly<Record<Addon, (plan: ClusterPlan) => Manifest[]>> = {
  coredns: coreDnsObjects,
  'kube-proxy': kubeProxyObjects,
  calico: () => calicoObjects(),
  flannel: ({ podSubnet }) => flannelObjects(podSubnet),
  'ingress-nginx': () => ingressNginxObjects({ provider: 'baremetal' }),
  'local-path': () => localPathObjects(),
  'nginx-gateway': () => [...gatewayApiObjects(), ...nginxGatewayObjects({ service: 'NodePort' })],
  minikube: minikubeObjects,
  // Kubelets of a kubeadm cluster sign their own certificates.
  'metrics-server': () => metricsServerObjects({ args: ['--kubelet-insecure-tls'] }),
};

/** Where an object is served: a kind of Kubernetes' own, or of a definition among `all`. */
export function resourceOf(object: Manifest, all: readonly Manifest[]): Resource {
  const own = (Object.values(RESOURCES) as Resource[]).find(
    ({ kind, group, version }) =>
      kind === object.kind && (group === '' ? version : `${group}/${version}`) === object.apiVersion,
  );
  if (own) return own;
  const [group = '', version = ''] = object.apiVersion.split('/');
  for (const { kind, spec } of all as any[]) {
    if (kind !== 'CustomResourceDefinition' || spec.group !== group || spec.names.kind !== object.kind)
      continue;
    return {
      group,
      version,
      plural: spec.names.plural,
      kind: object.kind,
      namespaced: spec.scope === 'Namespaced',
    };
  }
  throw new Error(`no resource for ${object.apiVersion} ${object.kind}`);
}

/** Creates an object; one that is there already stays. */
export function put(client: Client, object: Manifest, all: readonly Manifest[] = []): boolean {
  const resource = resourceOf(object, all);
  try {
    client.create(resource, object, object.metadata.namespace);
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error;
  }
  return true;
}

export function markControlPlane(
  client: Client,
  name: string,
  options: { taint: boolean } = { taint: true },
): boolean {
  const node = client.get(RESOURCES.nodes, name);
  const taints: { key: string }[] = (node.spec?.taints ?? []).filter(
    (t: { key: string }) => t.key !== CONTROL_PLANE,
  );
  client.patch(RESOURCES.nodes, name, {
    type: 'merge',
    body: {
      metadata: {
        labels: { [CONTROL_PLANE]: '', 'node.kubernetes.io/exclude-from-external-load-balancers': '' },
      },
      spec: {
        taints: options.taint ? [...taints, { key: CONTROL_PLANE, effect: 'NoSchedule' }] : taints,
      },
    },
  });
  return true;
}

/** Tries until it works, for some minutes. */
export function* until(clock: Clock, attempt: () => boolean): Steps<boolean> {
  const end = clock.now + LIMIT_MS;
  for (;;) {
    try {
      if (attempt()) return true;
    } catch (error) {
      if (!(error instanceof ApiError) && !isSystemError(error)) throw error;
    }
    if (clock.now >= end) return false;
    yield* sleep(clock, POLL_MS);
  }
}

function get(path: string) {
  return { method: 'GET', path, headers: {} };
}
