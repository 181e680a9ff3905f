import type { KubeObject } from '../../../objects/object.ts';
import type { ResourceCall } from '../call.ts';
import {
  localSubjectAccessReview,
  selfSubjectAccessReview,
  selfSubjectRulesReview,
  subjectAccessReview,
} from './access-reviews.ts';
import { selfSubjectReview, tokenReview } from './identity-reviews.ts';

/** What answers the creation of a kind that is never stored, by `resource.group`. */
export const REVIEWS: Readonly<Record<string, (call: ResourceCall) => KubeObject>> = {
  'localsubjectaccessreviews.authorization.k8s.io': localSubjectAccessReview,
  'selfsubjectaccessreviews.authorization.k8s.io': selfSubjectAccessReview,
  'selfsubjectrulesreviews.authorization.k8s.io': selfSubjectRulesReview,
  'subjectaccessreviews.authorization.k8s.io': subjectAccessReview,
  'tokenreviews.authentication.k8s.io': tokenReview,
  'selfsubjectreviews.authentication.k8s.io': selfSubjectReview,
};
