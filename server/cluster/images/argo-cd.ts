import { ANYTHING } from './anything.ts';
import type { ImageFamily } from './image.ts';

/** Argo CD's programs run and say nothing. */
export const ARGO_CD: ImageFamily = {
  ...ANYTHING,
  repository: 'quay.io/argoproj/argocd',
  tags: ['v3.1.0', 'v3.0.0', 'v2.14.11', 'v2.14.9', 'v2.13.0', 'v2.11.7', 'v2.10.4'],
  programs: [],
};
