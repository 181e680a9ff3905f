import type { HttpResponse } from '../../../host/index.ts';
import { ApiError } from '../../../objects/api-error.ts';
import type { KubeObject } from '../../../objects/object.ts';
import type { ResourceCall } from '../call.ts';
import { badRequest, notFound, serviceUnavailable } from '../errors.ts';
import { type DialTarget, dialOrFail, kubeletOf } from '../kubelets.ts';

/** Passes an HTTP request on to a node's kubelet, a pod or a service. */
export function proxy(call: ResourceCall): HttpResponse {
  const { info, request, served } = call;
  const target = targetOf(call);
  const query = request.path.includes('?') ? request.path.slice(request.path.indexOf('?')) : '';
  const path = `/${info.rest.join('/')}${info.path.endsWith('/') && info.rest.length > 0 ? '/' : ''}${query}`;
  const { authorization: _credentials, ...headers } = request.headers;
  const body = request.body === undefined ? {} : { body: request.body };
  try {
    return dialOrFail(
      call,
      target,
      { method: request.method, path, headers, ...body },
      'error trying to reach service: ',
    );
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== undefined) throw error;
    throw served.resource === 'nodes' ? error : serviceUnavailable(error.message);
  }
}

/** `name`, `name:port`, `https:name:port`. */
function parts(name: string): { scheme: string; name: string; port: string } {
  const pieces = name.split(':');
  if (pieces.length === 1) return { scheme: '', name, port: '' };
  if (pieces.length === 2) return { scheme: '', name: pieces[0] as string, port: pieces[1] as string };
  const [scheme = '', own = '', port = ''] = pieces;
  return { scheme, name: own, port };
}

function targetOf(call: ResourceCall): DialTarget {
  const { served, info } = call;
  const { scheme, name, port } = parts(info.name);
  if (served.resource === 'nodes') {
    const kubelet = kubeletOf(call, name);
    return port === '' || port === String(kubelet.port)
      ? kubelet
      : { ...kubelet, port: Number(port), tls: scheme === 'https' };
  }
  const tls = scheme === 'https';
  return served.resource === 'pods' ? podTarget(call, name, port, tls) : serviceTarget(call, name, port, tls);
}

function podTarget(
  { server, served, info }: ResourceCall,
  name: string,
  port: string,
  tls: boolean,
): DialTarget {
  const pod = server.store.get(served, info.namespace, name);
  const ports: any[] = (pod.spec?.containers ?? []).flatMap((container: any) => container.ports ?? []);
  const known = port === '' ? ports[0] : ports.find((one) => one.name === port);
  const number = port !== '' && !known ? Number(port) : known?.containerPort;
  const address = pod.status?.podIP;
  if (!address) throw badRequest('address not allowed');
  return { address, port: number || 80, tls };
}

function serviceTarget(call: ResourceCall, name: string, port: string, tls: boolean): DialTarget {
  const { server, served, info } = call;
  const service = server.store.find(served, info.namespace, name);
  if (!service) throw notFound(served, name);
  const ports: any[] = service.spec?.ports ?? [];
  const wanted = ports.find((one) => port === '' || one.name === port || String(one.port) === port);
  if (!wanted)
    throw serviceUnavailable(
      `no service port ${JSON.stringify(port)} found for service ${JSON.stringify(name)}`,
    );
  const endpoints = server.store.log.get(`/registry/services/endpoints/${info.namespace}/${name}`)?.value;
  const found = endpointOf(endpoints, wanted.name);
  if (!found) throw serviceUnavailable(`no endpoints available for service ${JSON.stringify(name)}`);
  return { ...found, tls };
}

function endpointOf(endpoints: KubeObject | undefined, portName: string | undefined) {
  for (const subset of endpoints?.['subsets'] ?? []) {
    const port = (subset.ports ?? []).find((one: any) => (one.name ?? '') === (portName ?? ''));
    const address = subset.addresses?.[0]?.ip;
    if (port && address) return { address, port: port.port as number };
  }
  return undefined;
}
