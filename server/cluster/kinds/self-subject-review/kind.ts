import type { Kind } from '../kind.ts';
import { earlierVersions } from '../schema/earlier.ts';

export const SELF_SUBJECT_REVIEW: Kind = {
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectReview',
  plural: 'selfsubjectreviews',
  singular: 'selfsubjectreview',
  namespaced: false,
  verbs: ['create'],
  schema: 'io.k8s.api.authentication.v1.SelfSubjectReview',
  otherVersions: earlierVersions('authentication.k8s.io', 'SelfSubjectReview'),
  stored: false,
};
