import type { HttpResponse } from '../../host/index.ts';
import type { Call } from './call.ts';
import { discoveryPath } from './discovery.ts';
import { metrics } from './metrics.ts';
import { openapiPath } from './openapi/document.ts';

const JSON_HEADERS = { 'content-type': 'application/json' };
const TEXT = { 'content-type': 'text/plain; charset=utf-8' };

/** Answers paths that are not resources. */
export function servePath(call: Call): HttpResponse {
  const { path } = call.info;
  const found =
    health(call) ?? known(call, path.replace(/\/$/, '')) ?? openapiPath(call) ?? discoveryPath(call);
  return found ?? pageNotFound();
}

/** What Go's server says of a path that nobody has taken. */
export function pageNotFound(): HttpResponse {
  return { status: 404, headers: TEXT, body: '404 page not found\n' };
}

function known(call: Call, path: string): HttpResponse | undefined {
  switch (path) {
    case '':
      return {
        status: 200,
        headers: JSON_HEADERS,
        body: JSON.stringify({ paths: rootPaths(call) }, null, 2),
      };
    case '/version':
      return { status: 200, headers: JSON_HEADERS, body: JSON.stringify(call.server.version, null, 2) };
    case '/metrics':
      return {
        status: 200,
        headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
        body: metrics(call),
      };
    case '/openid/v1/jwks':
      return json(call.server.jwks());
    case '/.well-known/openid-configuration':
      return json(openidConfiguration(call));
    default:
      return undefined;
  }
}

function json(value: unknown): HttpResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, value };
}

const CHECKS = [
  'ping',
  'log',
  'etcd',
  'poststarthook/start-apiserver-admission-initializer',
  'poststarthook/generic-apiserver-start-informers',
  'poststarthook/priority-and-fairness-config-consumer',
  'poststarthook/priority-and-fairness-filter',
  'poststarthook/storage-object-count-tracker-hook',
  'poststarthook/start-apiextensions-informers',
  'poststarthook/start-apiextensions-controllers',
  'poststarthook/crd-informer-synced',
  'poststarthook/start-system-namespaces-controller',
  'poststarthook/start-cluster-authentication-info-controller',
  'poststarthook/start-kube-apiserver-identity-lease-controller',
  'poststarthook/start-kube-apiserver-identity-lease-garbage-collector',
  'poststarthook/start-legacy-token-tracking-controller',
  'poststarthook/start-service-ip-repair-controllers',
  'poststarthook/rbac/bootstrap-roles',
  'poststarthook/scheduling/bootstrap-system-priority-classes',
  'poststarthook/priority-and-fairness-config-producer',
  'poststarthook/bootstrap-controller',
  'poststarthook/start-kubernetes-service-cidr-controller',
  'poststarthook/aggregator-reload-proxy-client-cert',
  'poststarthook/start-kube-aggregator-informers',
  'poststarthook/apiservice-status-local-available-controller',
  'poststarthook/apiservice-status-remote-available-controller',
  'poststarthook/apiservice-registration-controller',
  'poststarthook/apiservice-discovery-controller',
  'poststarthook/kube-apiserver-autoregistration',
  'autoregister-completion',
  'poststarthook/apiservice-openapi-controller',
  'poststarthook/apiservice-openapiv3-controller',
];

/** `/readyz`, `/readyz?verbose`, `/livez/ping`. */
function health({ info }: Call): HttpResponse | undefined {
  const match = /^\/(healthz|livez|readyz)(?:\/(.+?))?\/?$/.exec(info.path);
  if (!match) return undefined;
  const [, endpoint, one] = match;
  if (one !== undefined) {
    if (CHECKS.includes(one)) return { status: 200, headers: TEXT, body: 'ok' };
    return pageNotFound();
  }
  if (!info.query.has('verbose')) return { status: 200, headers: TEXT, body: 'ok' };
  const excluded = info.query.getAll('exclude');
  const names =
    endpoint === 'readyz'
      ? [...CHECKS.slice(0, 3), 'etcd-readiness', 'informer-sync', ...CHECKS.slice(3), 'shutdown']
      : CHECKS;
  const lines = names.map((name) => (excluded.includes(name) ? `[+]${name} excluded: ok` : `[+]${name} ok`));
  const unmatched = excluded.filter((name) => !names.includes(name)).map((name) => JSON.stringify(name));
  if (unmatched.length > 0)
    lines.push(`warn: some health checks cannot be excluded: no matches for ${unmatched.sort().join(',')}`);
  return { status: 200, headers: TEXT, body: `${lines.join('\n')}\n${endpoint} check passed\n` };
}

function rootPaths(call: Call): string[] {
  const groups = new Set<string>();
  for (const { group, version } of call.server.served.all()) {
    if (group === '') groups.add(`/api/${version}`);
    else groups.add(`/apis/${group}`).add(`/apis/${group}/${version}`);
  }
  const fixed = [
    '/.well-known/openid-configuration',
    '/api',
    '/apis',
    '/healthz',
    '/livez',
    '/metrics',
    '/openapi/v2',
    '/openapi/v3',
    '/openid/v1/jwks',
    '/readyz',
    '/version',
  ];
  const checks = ['healthz', 'livez', 'readyz'].flatMap((endpoint) =>
    CHECKS.map((name) => `/${endpoint}/${name}`),
  );
  return [...fixed, ...groups, ...checks].sort();
}

function openidConfiguration({ server }: Call) {
  return {
    issuer: server.issuer,
    jwks_uri: `https://${server.advertise?.address ?? '127.0.0.1'}:${server.advertise?.port ?? 6443}/openid/v1/jwks`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256', 'ES256'],
  };
}
