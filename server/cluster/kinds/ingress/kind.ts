import type { Kind } from '../kind.ts';

export const INGRESS: Kind = {
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  plural: 'ingresses',
  singular: 'ingress',
  shortNames: ['ing'],
  namespaced: true,
  schema: 'io.k8s.api.networking.v1.Ingress',
  storagePrefix: 'ingress',
  hasStatus: true,
  hasGeneration: true,
};
