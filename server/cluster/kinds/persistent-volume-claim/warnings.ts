import { fractionWarnings } from '../validation/fractions.ts';

const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class';

/** Volumes and claims name their class in the spec since long. */
export function classAnnotationWarnings({ metadata }: any): string[] {
  if (metadata.annotations?.[BETA_CLASS] === undefined) return [];
  return [
    `metadata.annotations[${BETA_CLASS}]: deprecated since v1.8; use "storageClassName" attribute instead`,
  ];
}

/** Models pkg/api/persistentvolumeclaim/util.go GetWarningsForPersistentVolumeClaim */
export function claimWarnings(claim: any): string[] {
  return [...classAnnotationWarnings(claim), ...claimSpecWarnings('spec', claim.spec)];
}

export function claimSpecWarnings(field: string, spec: any): string[] {
  const { requests, limits } = spec?.resources ?? {};
  return [
    ...fractionWarnings(`${field}.resources.requests[storage]`, requests?.storage),
    ...fractionWarnings(`${field}.resources.limits[storage]`, limits?.storage),
  ];
}
