import {
  anything,
  but,
  conditions,
  definition,
  list,
  number,
  object,
  oneOf,
  type Schema,
  text,
  textMap,
} from './crd.ts';
import type { Manifest } from './manifest.ts';

export const GATEWAY_GROUP = 'gateway.networking.k8s.io';

const name: Schema = { type: 'string', minLength: 1, maxLength: 253 };
const hostname: Schema = {
  type: 'string',
  minLength: 1,
  maxLength: 253,
  pattern: '^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
};
const port: Schema = { type: 'integer', format: 'int32', minimum: 1, maximum: 65_535 };
const group = (value: string): Schema => ({ ...text, default: value, maxLength: 253 });
const kind = (value: string): Schema => ({ ...text, default: value, minLength: 1, maxLength: 63 });

const selector = object({
  matchExpressions: list(object({ 'key!': text, 'operator!': text, values: list(text) })),
  matchLabels: textMap,
});

const parentRef = object({
  group: group(GATEWAY_GROUP),
  kind: kind('Gateway'),
  'name!': name,
  namespace: name,
  port,
  sectionName: name,
});

const parentStatus = object({
  'parents!': list(object({ 'conditions!': conditions, 'controllerName!': text, 'parentRef!': parentRef })),
});

const headers = list(object({ 'name!': name, 'value!': text }), {
  'x-kubernetes-list-map-keys': ['name'],
  'x-kubernetes-list-type': 'map',
});
const headerFilter = object({ add: headers, remove: list(text), set: headers });
const pathModifier = object({
  replaceFullPath: text,
  replacePrefixMatch: text,
  'type!': oneOf('ReplaceFullPath', 'ReplacePrefixMatch'),
});

const backendRef = (more: Record<string, Schema>): Schema =>
  object({
    group: group(''),
    kind: kind('Service'),
    'name!': name,
    namespace: name,
    port,
    weight: { ...number, default: 1, minimum: 0, maximum: 1_000_000 },
    ...more,
  });

const filters = list(
  object({
    extensionRef: object({ 'group!': text, 'kind!': text, 'name!': name }),
    requestHeaderModifier: headerFilter,
    requestMirror: object({ 'backendRef!': backendRef({}), percent: number }),
    requestRedirect: object({
      hostname,
      path: pathModifier,
      port,
      scheme: oneOf('http', 'https'),
      statusCode: { type: 'integer', default: 302, enum: [301, 302] },
    }),
    responseHeaderModifier: headerFilter,
    'type!': oneOf(
      'RequestHeaderModifier',
      'ResponseHeaderModifier',
      'RequestMirror',
      'RequestRedirect',
      'URLRewrite',
      'ExtensionRef',
    ),
    urlRewrite: object({ hostname, path: pathModifier }),
  }),
);

const named = (types: Schema): Schema => list(object({ 'name!': name, type: types, 'value!': text }));

const httpMatch = object({
  headers: named(but(oneOf('Exact', 'RegularExpression'), { default: 'Exact' })),
  method: oneOf('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'),
  path: but(
    object({
      type: but(oneOf('Exact', 'PathPrefix', 'RegularExpression'), { default: 'PathPrefix' }),
      value: { type: 'string', default: '/', maxLength: 1024 },
    }),
    { default: { type: 'PathPrefix', value: '/' } },
  ),
  queryParams: named(but(oneOf('Exact', 'RegularExpression'), { default: 'Exact' })),
});

const httpRoute = object({
  hostnames: list(hostname, { maxItems: 16 }),
  parentRefs: list(parentRef, { maxItems: 32 }),
  rules: list(
    object({
      name,
      backendRefs: list(backendRef({ filters }), { maxItems: 16 }),
      filters,
      matches: list(httpMatch, { default: [{ path: { type: 'PathPrefix', value: '/' } }], maxItems: 64 }),
      timeouts: object({ backendRequest: text, request: text }),
    }),
    { default: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }] }], maxItems: 16 },
  ),
});

const grpcRoute = object({
  hostnames: list(hostname, { maxItems: 16 }),
  parentRefs: list(parentRef, { maxItems: 32 }),
  rules: list(
    object({
      name,
      backendRefs: list(backendRef({ filters }), { maxItems: 16 }),
      filters,
      matches: list(
        object({
          headers: named(but(oneOf('Exact', 'RegularExpression'), { default: 'Exact' })),
          method: object({
            method: { ...text, maxLength: 1024 },
            service: { ...text, maxLength: 1024 },
            type: but(oneOf('Exact', 'RegularExpression'), { default: 'Exact' }),
          }),
        }),
        { maxItems: 64 },
      ),
    }),
    { maxItems: 16 },
  ),
});

const listener = object({
  allowedRoutes: but(
    object({
      kinds: list(object({ group: group(GATEWAY_GROUP), 'kind!': text })),
      namespaces: but(
        object({ from: but(oneOf('All', 'Selector', 'Same'), { default: 'Same' }), selector }),
        { default: { from: 'Same' } },
      ),
    }),
    { default: { namespaces: { from: 'Same' } } },
  ),
  hostname,
  'name!': name,
  'port!': port,
  'protocol!': { type: 'string', minLength: 1, maxLength: 255 },
  tls: object({
    certificateRefs: list(
      object({ group: group(''), kind: kind('Secret'), 'name!': name, namespace: name }),
      { maxItems: 64 },
    ),
    mode: but(oneOf('Terminate', 'Passthrough'), { default: 'Terminate' }),
    options: textMap,
  }),
});

const address = object({ type: { ...text, default: 'IPAddress' }, 'value!': text });

const gateway = object({
  addresses: list(address, { maxItems: 16 }),
  'gatewayClassName!': name,
  infrastructure: object({ annotations: textMap, labels: textMap, parametersRef: anything }),
  'listeners!': list(listener, {
    minItems: 1,
    maxItems: 64,
    'x-kubernetes-list-map-keys': ['name'],
    'x-kubernetes-list-type': 'map',
  }),
});

const gatewayStatus = object({
  addresses: list(address),
  conditions,
  listeners: list(
    object({
      'attachedRoutes!': number,
      'conditions!': conditions,
      'name!': name,
      'supportedKinds!': list(object({ group: group(GATEWAY_GROUP), 'kind!': text })),
    }),
    { 'x-kubernetes-list-map-keys': ['name'], 'x-kubernetes-list-type': 'map' },
  ),
});

/** `standard-install.yaml` of a release of Gateway API: its definitions of the standard channel. */
export function gatewayApiObjects(version = 'v1.2.1'): Manifest[] {
  const common = {
    group: GATEWAY_GROUP,
    categories: ['gateway-api'],
    annotations: {
      'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/gateway-api/pull/3328',
      'gateway.networking.k8s.io/bundle-version': version,
      'gateway.networking.k8s.io/channel': 'standard',
    },
  };
  const accepted = ".status.conditions[?(@.type=='Accepted')].status";
  return [
    definition({
      ...common,
      kind: 'GatewayClass',
      plural: 'gatewayclasses',
      shortNames: ['gc'],
      scope: 'Cluster',
      versions: ['v1', 'v1beta1'],
      description:
        'GatewayClass describes a class of Gateways available to the user for creating Gateway resources.',
      spec: object({
        'controllerName!': { type: 'string', minLength: 1, maxLength: 253 },
        description: { type: 'string', maxLength: 64 },
        parametersRef: object({ 'group!': text, 'kind!': text, 'name!': name, namespace: name }),
      }),
      status: object({ conditions }),
      columns: [
        ['Controller', '.spec.controllerName'],
        ['Accepted', accepted],
      ],
    }),
    definition({
      ...common,
      kind: 'Gateway',
      plural: 'gateways',
      shortNames: ['gtw'],
      versions: ['v1', 'v1beta1'],
      description: 'Gateway represents an instance of a service-traffic handling infrastructure.',
      spec: gateway,
      status: gatewayStatus,
      columns: [
        ['Class', '.spec.gatewayClassName'],
        ['Address', '.status.addresses[*].value'],
        ['Programmed', ".status.conditions[?(@.type=='Programmed')].status"],
      ],
    }),
    definition({
      ...common,
      kind: 'HTTPRoute',
      plural: 'httproutes',
      versions: ['v1', 'v1beta1'],
      description: 'HTTPRoute provides a way to route HTTP requests.',
      spec: httpRoute,
      status: parentStatus,
      columns: [['Hostnames', '.spec.hostnames']],
    }),
    definition({
      ...common,
      kind: 'GRPCRoute',
      plural: 'grpcroutes',
      versions: ['v1'],
      description: 'GRPCRoute provides a way to route gRPC requests.',
      spec: grpcRoute,
      status: parentStatus,
      columns: [['Hostnames', '.spec.hostnames']],
    }),
    definition({
      ...common,
      kind: 'ReferenceGrant',
      plural: 'referencegrants',
      shortNames: ['refgrant'],
      versions: ['v1beta1'],
      description:
        'ReferenceGrant identifies kinds of resources in other namespaces that are trusted to reference.',
      spec: object({
        'from!': list(object({ 'group!': text, 'kind!': text, 'namespace!': name })),
        'to!': list(object({ 'group!': text, 'kind!': text, name })),
      }),
      specRequired: false,
    }),
  ];
}
