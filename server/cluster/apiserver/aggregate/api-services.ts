import type { HttpResponse } from '../../../host/index.ts';
import { ApiError } from '../../../objects/api-error.ts';
import { type KubeObject, timestamp } from '../../../objects/object.ts';
import type { Call } from '../call.ts';
import type { StorageHook } from '../hooks.ts';
import { dialOrFail } from '../kubelets.ts';

const PREFIX = '/registry/apiregistration.k8s.io/apiservices/';

/** The APIService that hands a group's version to a server of its own; undefined where we serve it ourselves. */
export function remoteService(call: Call, group: string, version: string): KubeObject | undefined {
  const found = call.server.store.log.get(`${PREFIX}${version}.${group}`)?.value;
  return found?.spec?.service ? found : undefined;
}

/** Every group and version that others serve. */
export function remoteGroups(call: Call): { group: string; version: string }[] {
  return call.server.store.log
    .list(PREFIX)
    .map(({ value }) => value)
    .filter(({ spec }) => spec?.service)
    .map(({ spec }) => ({ group: spec.group as string, version: spec.version as string }));
}

/**
 * Whether an APIService tells clients of a group's version: who deletes one hides what is served still. Before the
 * server has made its own, everything counts. Models kube-aggregator/pkg/apiserver apisHandler.
 */
export function isAnnounced({ server }: Call, group: string, version: string): boolean {
  const { log } = server.store;
  // The aggregator's own needs none.
  if (group === '' || group === 'apiregistration.k8s.io') return true;
  return log.get(`${PREFIX}${version}.${group}`) !== undefined || log.count(PREFIX) === 0;
}

/** Passes a request on to the service behind an APIService. Models kube-aggregator proxyHandler. */
export function forward(call: Call, service: KubeObject): HttpResponse {
  const { name, namespace, port = 443 } = service.spec.service;
  const target = endpointOf(call, namespace, name, port);
  if (!target) return unavailable('service unavailable');
  const { request, user } = call;
  const { authorization: _credentials, ...headers } = request.headers;
  const identity = {
    'x-remote-user': user.name,
    'x-remote-group': user.groups.join(','),
  };
  const forwarded = { ...request, headers: { ...headers, ...identity } };
  try {
    return dialOrFail(call, { ...target, tls: true }, forwarded, 'error trying to reach service: ');
  } catch (error) {
    if (error instanceof ApiError && error.reason === undefined) return unavailable(error.message);
    throw error;
  }
}

/** The aggregator says it in plain text: clients have words of their own for that. */
function unavailable(why: string): HttpResponse {
  return { status: 503, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${why}\n` };
}

/** The first ready endpoint behind a port of a service. */
export function endpointOf(
  call: Call,
  namespace: string,
  name: string,
  port: number,
): { address: string; port: number } | undefined {
  const { log } = call.server.store;
  const service = log.get(`/registry/services/specs/${namespace}/${name}`)?.value;
  const wanted = (service?.spec?.ports ?? []).find((one: any) => one.port === port);
  const endpoints = log.get(`/registry/services/endpoints/${namespace}/${name}`)?.value;
  for (const subset of endpoints?.['subsets'] ?? []) {
    const target = (subset.ports ?? []).find((one: any) => (one.name ?? '') === (wanted?.name ?? ''));
    const address = subset.addresses?.[0]?.ip;
    if (wanted && target && address) return { address, port: target.port };
  }
  return undefined;
}

/** Local services are always available; of others the state is computed from their service. */
export const apiServiceHook: StorageHook = {
  beforeCreate(call, object) {
    object.status = { conditions: [availability(call, object)] };
  },
};

/** Models kube-aggregator/pkg/controllers/status. */
export function availability(call: Call, object: KubeObject) {
  const lastTransitionTime = timestamp(call.now);
  const reference = object.spec?.service;
  const condition = (ok: boolean, reason: string, message: string) => ({
    type: 'Available',
    status: ok ? 'True' : 'False',
    lastTransitionTime,
    reason,
    message,
  });
  if (!reference) return condition(true, 'Local', 'Local APIServices are always available');
  const { name, namespace, port = 443 } = reference;
  if (!call.server.store.log.get(`/registry/services/specs/${namespace}/${name}`)) {
    return condition(
      false,
      'ServiceNotFound',
      `service/${name} in ${JSON.stringify(namespace)} is not present`,
    );
  }
  if (!endpointOf(call, namespace, name, port)) {
    const why = `endpoints for service/${name} in ${JSON.stringify(namespace)} have no addresses with port name ""`;
    return condition(false, 'MissingEndpoints', why);
  }
  return condition(true, 'Passed', 'all checks passed');
}

/** Shows an APIService with its availability as it is now: nobody has to watch it for that. */
export function withAvailability(call: Call, object: KubeObject): KubeObject {
  if (object.kind !== 'APIService' || !object.spec?.service) return object;
  const now = availability(call, object);
  const known = (object.status?.conditions ?? []).find((c: any) => c.type === 'Available');
  if (known && known.status === now.status && known.reason === now.reason) return object;
  return { ...object, status: { ...object.status, conditions: [now] } };
}
