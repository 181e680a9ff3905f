import { equalValues } from '../../../objects/values.ts';
import { nodeOf } from '../authorize/node.ts';
import { forbidden } from '../errors.ts';
import type { AdmissionPlugin, Review } from './admission.ts';
import { isMirror } from './service-account.ts';

/** Kubelets change their own node and pods only. Models plugin/pkg/admission/noderestriction. */
export const nodeRestriction: AdmissionPlugin = {
  name: 'NodeRestriction',
  admit(review) {
    const node = nodeOf(review.call.user);
    if (node === undefined || review.served.group !== '') return;
    if (review.served.resource === 'nodes') checkNode(review, node);
    if (review.served.resource === 'pods') checkPod(review, node);
  },
};

function refuse({ served, name }: Review, why: string): never {
  throw forbidden(served, name, why);
}

function checkNode(review: Review, node: string): void {
  const { operation, object, old, name, subresource } = review;
  const own = operation === 'CREATE' ? object?.metadata.name : name;
  if (own !== node) {
    const action = operation === 'DELETE' ? 'delete' : 'modify';
    refuse(review, `node ${JSON.stringify(node)} is not allowed to ${action} node ${JSON.stringify(own)}`);
  }
  if (operation === 'DELETE') refuse(review, `node ${JSON.stringify(node)} is not allowed to delete node`);
  if (!object) return;
  const changed = changedLabels(old?.metadata.labels ?? {}, object.metadata.labels ?? {}).filter(
    isForbiddenLabel,
  );
  if (changed.length > 0) {
    refuse(review, `is not allowed to modify labels: ${changed.sort().join(', ')}`);
  }
  if (operation === 'UPDATE' && subresource === '' && !equalValues(old?.spec?.taints, object.spec?.taints)) {
    refuse(review, `node ${JSON.stringify(node)} is not allowed to modify taints`);
  }
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

function checkPod(review: Review, node: string): void {
  const { operation, object, old, subresource } = review;
  const who = `node ${JSON.stringify(node)}`;
  if (subresource === 'eviction' || subresource === 'binding') return;
  if (operation === 'CREATE' && object) {
    if (!isMirror(object))
      refuse(
        review,
        `pod does not have "kubernetes.io/config.mirror" annotation, ${who} can only create mirror pods`,
      );
    if (object.spec?.nodeName !== node) {
      refuse(review, `${who} can only create pods with spec.nodeName set to itself`);
    }
  }
  if (operation === 'DELETE' && old?.spec?.nodeName !== node) {
    refuse(review, `${who} can only delete pods with spec.nodeName set to itself`);
  }
  if (operation === 'UPDATE' && subresource === 'status' && old?.spec?.nodeName !== node) {
    refuse(review, `${who} can only update pod status for pods with spec.nodeName set to itself`);
  }
}
