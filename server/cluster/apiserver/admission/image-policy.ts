import type { KubeObject } from '../../../objects/object.ts';
import { forbidden } from '../errors.ts';
import type { AdmissionPlugin, Review } from './admission.ts';

export interface ImagePolicy {
  /** Whether pods may come while nobody answers. */
  readonly defaultAllow: boolean;
  /** Asks who decides; throws in Go's words where nobody does. */
  ask(review: unknown): any;
}

const ANNOTATION = /image-policy\.k8s\.io\//;
const FAILED_OPEN = 'alpha.image-policy.k8s.io/failed-open';

/** Somebody else decides which images run. Models plugin/pkg/admission/imagepolicy. */
export const imagePolicyWebhook: AdmissionPlugin = {
  name: 'ImagePolicyWebhook',
  validate(review) {
    const { call, served, name, object: pod } = review;
    const policy = call.server.admissionConfiguration.imagePolicy;
    if (!policy || !pod || !isAboutImages(review)) return;
    let status: any;
    try {
      status = policy.ask(reviewOf(pod, review.namespace))?.status ?? {};
    } catch (error) {
      if (!policy.defaultAllow) throw forbidden(served, name, (error as Error).message);
      pod.metadata.annotations = { ...pod.metadata.annotations, [FAILED_OPEN]: 'true' };
      return;
    }
    if (status.allowed) return;
    const why = status.reason
      ? `image policy webhook backend denied one or more images: ${status.reason}`
      : 'one or more images rejected by webhook backend';
    throw forbidden(served, name, why);
  },
};

function isAboutImages({ served, operation, subresource }: Review): boolean {
  if (served.resource !== 'pods' || served.group !== '') return false;
  return (
    (operation === 'CREATE' || operation === 'UPDATE') && ['', 'ephemeralcontainers'].includes(subresource)
  );
}

function reviewOf({ metadata, spec }: KubeObject, namespace: string) {
  const { initContainers = [], containers = [], ephemeralContainers = [] } = spec;
  const all = [...initContainers, ...containers, ...ephemeralContainers];
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([key]) => ANNOTATION.test(key));
  return {
    kind: 'ImageReview',
    apiVersion: 'imagepolicy.k8s.io/v1alpha1',
    metadata: { creationTimestamp: null },
    spec: {
      containers: all.map(({ image }: any) => ({ image })),
      ...(annotations.length > 0 ? { annotations: Object.fromEntries(annotations) } : {}),
      namespace,
    },
    status: { allowed: false },
  };
}
