import type { Resource } from '../../client/client.ts';

export const GROUP = 'cert-manager.io';

const resource = (plural: string, kind: string, namespaced = true): Resource => ({
  group: GROUP,
  version: 'v1',
  plural,
  kind,
  namespaced,
});

export const CERTIFICATES = resource('certificates', 'Certificate');
export const REQUESTS = resource('certificaterequests', 'CertificateRequest');
export const ISSUERS = resource('issuers', 'Issuer');
export const CLUSTER_ISSUERS = resource('clusterissuers', 'ClusterIssuer', false);
