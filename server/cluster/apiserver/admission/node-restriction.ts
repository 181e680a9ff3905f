import type { KubeObject } from '../../../objects/object.ts';
import { equalValues } from '../../../objects/values.ts';
import { nodeOf } from '../authorize/node.ts';
import { forbidden, notFound } from '../errors.ts';
import type { AdmissionPlugin, Review } from './admission.ts';
import { isMirror } from './service-account.ts';

const LEASES = 'kube-node-lease';

/** Kubelets change their own node, and what belongs to their pods. Models plugin/pkg/admission/noderestriction. */
export const nodeRestriction: AdmissionPlugin = {
  name: 'NodeRestriction',
  admit(review) {
    const node = nodeOf(review.call.user);
    if (node === undefined || review.operation === 'CONNECT') return;
    const { group, resource } = review.served;
    const check = CHECKS[group === '' ? resource : `${resource}.${group}`];
    check?.(review, node, `node ${JSON.stringify(node)}`);
  },
};

/** `who` is the node as messages name it. */
type Check = (review: Review, node: string, who: string) => void;

const CHECKS: Readonly<Record<string, Check>> = {
  nodes: checkNode,
  pods: checkPod,
  serviceaccounts: checkToken,
  'leases.coordination.k8s.io': checkLease,
  'csinodes.storage.k8s.io': checkCsiNode,
};

function refuse({ served, name }: Review, why: string): never {
  throw forbidden(served, name, why);
}

/** The name of what is created, too, which the request does not say. */
function nameOf({ operation, object, name }: Review): string {
  return operation === 'CREATE' ? (object?.metadata.name ?? '') : name;
}

function checkNode(review: Review, node: string, who: string): void {
  const { operation, object, old } = review;
  if (nameOf(review) !== node)
    refuse(review, `${who} is not allowed to modify node ${JSON.stringify(nameOf(review))}`);
  if (!object) return;
  if (operation === 'UPDATE' && !equalValues(old?.spec?.taints, object.spec?.taints))
    refuse(review, `${who} is not allowed to modify taints`);
  const changed = changedLabels(old?.metadata.labels ?? {}, object.metadata.labels ?? {})
    .filter(isForbiddenLabel)
    .sort()
    .join(', ');
  if (changed === '') return;
  refuse(
    review,
    operation === 'CREATE'
      ? `${who} is not allowed to set the following labels: ${changed}`
      : `is not allowed to modify labels: ${changed}`,
  );
}

function changedLabels(before: Record<string, string>, now: Record<string, string>): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].filter(
    (key) => before[key] !== now[key],
  );
}

const KUBELET_LABELS = new Set([
  'kubernetes.io/hostname',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
  'beta.kubernetes.io/instance-type',
  'node.kubernetes.io/instance-type',
  'failure-domain.beta.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
]);

function isForbiddenLabel(label: string): boolean {
  const prefix = label.includes('/') ? (label.split('/')[0] as string) : '';
  if (prefix === 'node-restriction.kubernetes.io' || prefix.endsWith('.node-restriction.kubernetes.io'))
    return true;
  const kubernetes = /(^|\.)(kubernetes|k8s)\.io$/.test(prefix);
  if (!kubernetes || KUBELET_LABELS.has(label)) return false;
  return !/(^|\.)(kubelet|node)\.kubernetes\.io$/.test(prefix);
}

function checkPod(review: Review, node: string, who: string): void {
  const { operation, old, subresource } = review;
  if (subresource === 'eviction') {
    if (podOf(review, review.name)?.spec.nodeName !== node)
      refuse(review, `node ${node} can only evict pods with spec.nodeName set to itself`);
  } else if (subresource === 'status') {
    checkPodStatus(review, node, who);
  } else if (subresource !== '') {
    refuse(
      review,
      `unexpected pod subresource ${JSON.stringify(subresource)}, only 'status' and 'eviction' are allowed`,
    );
  } else if (operation === 'CREATE') {
    checkMirror(review, node, who);
  } else if (operation === 'DELETE') {
    if (old?.spec?.nodeName !== node)
      refuse(review, `${who} can only delete pods with spec.nodeName set to itself`);
  } else {
    refuse(review, `unexpected operation "${operation}", ${who} can only create and delete mirror pods`);
  }
}

function podOf({ call, namespace }: Review, name: string): KubeObject | undefined {
  return call.server.store.log.get(`/registry/pods/${namespace}/${name}`)?.value;
}

function checkPodStatus(review: Review, node: string, who: string): void {
  const { object, old } = review;
  if (old?.spec?.nodeName !== node)
    refuse(review, `${who} can only update pod status for pods with spec.nodeName set to itself`);
  if (!equalValues(old?.metadata.labels ?? {}, object?.metadata.labels ?? {}))
    refuse(review, `${who} cannot update labels through pod status`);
}

/** Models admitPodCreate. */
function checkMirror(review: Review, node: string, who: string): void {
  const pod = review.object as KubeObject;
  if (!isMirror(pod)) {
    const why = 'pod does not have "kubernetes.io/config.mirror" annotation';
    refuse(review, `${why}, ${who} can only create mirror pods`);
  }
  if (pod.spec?.nodeName !== node)
    refuse(review, `${who} can only create pods with spec.nodeName set to itself`);
  const owners = pod.metadata.ownerReferences ?? [];
  if (owners.length > 1)
    refuse(review, `${who} can only create pods with a single owner reference set to itself`);
  const [owner] = owners;
  if (owner?.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== node)
    refuse(review, `${who} can only create pods with an owner reference set to itself`);
  if (!owner.controller)
    refuse(review, `${who} can only create pods with a controller owner reference set to itself`);
  if (owner.blockOwnerDeletion)
    refuse(review, `${who} must not set blockOwnerDeletion on an owner reference`);
  const referred = referenceOf(pod.spec);
  if (referred) refuse(review, `${who} can not create pods that reference ${referred}`);
}

/** The objects that a mirror pod's spec must not speak of. */
function referenceOf(spec: any): string | undefined {
  const volumes: any[] = spec.volumes ?? [];
  const sources = volumes.flatMap(({ projected }) => projected?.sources ?? []);
  const containers: any[] = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  const env = containers.flatMap((one) => [
    ...(one.envFrom ?? []),
    ...(one.env ?? []).map(({ valueFrom }: any) => valueFrom ?? {}),
  ]);
  const uses = (...fields: string[]) =>
    [...volumes, ...sources, ...env].some((one) => fields.some((field) => one[field]));
  if (spec.serviceAccountName) return 'a service account';
  if (uses('secret', 'secretRef', 'secretKeyRef') || spec.imagePullSecrets?.length) return 'secrets';
  if (uses('configMap', 'configMapRef', 'configMapKeyRef')) return 'configmaps';
  if (uses('clusterTrustBundle')) return 'clustertrustbundles';
  return uses('persistentVolumeClaim') ? 'persistentvolumeclaims' : undefined;
}

/** Tokens are for pods that are there. Models admitServiceAccount. */
function checkToken(review: Review, node: string): void {
  if (review.operation !== 'CREATE' || review.subresource !== 'token') return;
  const bound = (review.object as any)?.spec?.boundObjectRef;
  if (bound?.apiVersion !== 'v1' || bound.kind !== 'Pod' || !bound.name)
    refuse(review, 'node requested token not bound to a pod');
  if (!bound.uid) refuse(review, 'node requested token with a pod binding without a uid');
  const pod = podOf(review, bound.name);
  if (!pod) throw notFound({ group: '', resource: 'pods' }, bound.name);
  if (bound.uid !== pod.metadata.uid)
    refuse(
      review,
      `the UID in the bound object reference (${bound.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  if (pod.spec.nodeName !== node)
    refuse(review, 'node requested token bound to a pod scheduled on a different node');
}

function checkLease(review: Review, node: string): void {
  if (review.namespace !== LEASES)
    refuse(review, `can only access leases in the ${JSON.stringify(LEASES)} system namespace`);
  if (nameOf(review) !== node)
    refuse(review, 'can only access node lease with the same name as the requesting node');
}

function checkCsiNode(review: Review, node: string): void {
  if (nameOf(review) !== node)
    refuse(review, 'can only access CSINode with the same name as the requesting node');
}
