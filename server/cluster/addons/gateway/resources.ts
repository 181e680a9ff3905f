import type { Resource } from '../../client/client.ts';

export const GROUP = 'gateway.networking.k8s.io';

const resource = (plural: string, kind: string, version = 'v1', namespaced = true): Resource => ({
  group: GROUP,
  version,
  plural,
  kind,
  namespaced,
});

export const GATEWAY_CLASSES = resource('gatewayclasses', 'GatewayClass', 'v1', false);
export const GATEWAYS = resource('gateways', 'Gateway');
export const HTTP_ROUTES = resource('httproutes', 'HTTPRoute');
export const GRPC_ROUTES = resource('grpcroutes', 'GRPCRoute');
export const REFERENCE_GRANTS = resource('referencegrants', 'ReferenceGrant', 'v1beta1');
