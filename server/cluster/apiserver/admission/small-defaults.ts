import type { KubeObject } from '../../../objects/object.ts';
import type { AdmissionPlugin, Review } from './admission.ts';
import { isPodCreation } from './service-account.ts';

const created = ({ served, operation, subresource }: Review, resource: string, group = '') =>
  operation === 'CREATE' && subresource === '' && served.resource === resource && served.group === group;

/** How long pods stay on a node in trouble, unless flags of the server say otherwise. */
export const DEFAULT_TOLERATION_SECONDS = 300;

const NODE_TROUBLES = [
  ['node.kubernetes.io/not-ready', 'notReady'],
  ['node.kubernetes.io/unreachable', 'unreachable'],
] as const;

/** Pods stay a while on a node in trouble. Models plugin/pkg/admission/defaulttolerationseconds. */
export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  admit(review) {
    const { object: pod } = review;
    if (!isPodCreation(review) || !pod) return;
    const tolerations: any[] = pod.spec.tolerations ?? [];
    const tolerated = (key: string) =>
      tolerations.some((t) => (t.key === key || !t.key) && (t.effect === 'NoExecute' || !t.effect));
    const seconds = review.call.server.tolerationSeconds;
    const added = NODE_TROUBLES.filter(([key]) => !tolerated(key)).map(([key, trouble]) => ({
      key,
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: seconds?.[trouble] ?? DEFAULT_TOLERATION_SECONDS,
    }));
    if (added.length > 0) pod.spec.tolerations = [...tolerations, ...added];
  },
};

/** New nodes are tainted until they are ready. Models plugin/pkg/admission/nodetaint. */
export const taintNodesByCondition: AdmissionPlugin = {
  name: 'TaintNodesByCondition',
  admit(review) {
    const { object: node } = review;
    if (!created(review, 'nodes') || !node) return;
    const taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };
    const taints: any[] = node.spec?.taints ?? [];
    if (taints.some((t) => t.key === taint.key && t.effect === taint.effect)) return;
    node.spec = { ...node.spec, taints: [...taints, taint] };
  },
};

const PROTECTION: Readonly<Record<string, string>> = {
  persistentvolumeclaims: 'kubernetes.io/pvc-protection',
  persistentvolumes: 'kubernetes.io/pv-protection',
};

/** Claims and volumes stay while they are used. Models plugin/pkg/admission/storage/storageobjectinuseprotection. */
export const storageObjectInUseProtection: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',
  admit(review) {
    const finalizer = PROTECTION[review.served.resource];
    if (!finalizer || !review.object || !created(review, review.served.resource)) return;
    const finalizers = review.object.metadata.finalizers ?? [];
    if (!finalizers.includes(finalizer)) review.object.metadata.finalizers = [...finalizers, finalizer];
  },
};

/** The newest of the objects that an annotation marks as default; of the same age the first by name. */
function defaultOf(review: Review, prefix: string, annotation: string): KubeObject | undefined {
  return review.call.server.store.log
    .list(prefix)
    .map(({ value }) => value)
    .filter(({ metadata }) => metadata.annotations?.[annotation] === 'true')
    .sort(
      (a, b) =>
        Date.parse(b.metadata.creationTimestamp) - Date.parse(a.metadata.creationTimestamp) ||
        (a.metadata.name < b.metadata.name ? -1 : 1),
    )[0];
}

/** Claims without a class get the default one. Models plugin/pkg/admission/storage/storageclass/setdefault. */
export const defaultStorageClass: AdmissionPlugin = {
  name: 'DefaultStorageClass',
  admit(review) {
    const { object: claim } = review;
    if (!created(review, 'persistentvolumeclaims') || !claim) return;
    const annotated = claim.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'];
    if (claim.spec?.storageClassName !== undefined || annotated !== undefined) return;
    const found = defaultOf(
      review,
      '/registry/storageclasses/',
      'storageclass.kubernetes.io/is-default-class',
    );
    if (found) claim.spec = { ...claim.spec, storageClassName: found.metadata.name };
  },
};

/** Ingresses without a class get the default one. Models plugin/pkg/admission/network/defaultingressclass. */
export const defaultIngressClass: AdmissionPlugin = {
  name: 'DefaultIngressClass',
  admit(review) {
    const { object: ingress } = review;
    if (!created(review, 'ingresses', 'networking.k8s.io') || !ingress) return;
    const annotated = ingress.metadata.annotations?.['kubernetes.io/ingress.class'];
    if (ingress.spec?.ingressClassName !== undefined || annotated !== undefined) return;
    const found = defaultOf(
      review,
      '/registry/ingressclasses/',
      'ingressclass.kubernetes.io/is-default-class',
    );
    if (found) ingress.spec = { ...ingress.spec, ingressClassName: found.metadata.name };
  },
};
