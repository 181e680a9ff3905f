import type { HttpRequest, HttpResponse } from '../../host/index.ts';
import { belowMs } from '../../sim/index.ts';
import type { ApiServer } from './api-server.ts';
import { requestInfo } from './request-info.ts';

/** The verbosity at which each request is told of. */
export const HTTP_LEVEL = 3;

/** What is told of a request that is answered. Models apiserver/pkg/server/httplog httplog.go Log */
export function httpLine(server: ApiServer, request: HttpRequest, response: HttpResponse): string {
  const { verb } = requestInfo(request);
  const micros = Number(belowMs(server.clock.now, request.path, 4)) + 300;
  const took = `${(micros / 1000).toFixed(3)}ms`;
  const { headers, peer } = request;
  const fields = [
    ['verb', verb.toUpperCase()],
    ['URI', request.path],
    ['latency', took],
    ['userAgent', headers['user-agent'] ?? ''],
    ['audit-ID', response.headers['audit-id'] ?? ''],
    ['srcIP', peer ? `${peer.address}:${peer.port}` : ''],
    ...flowFields(server, response, took),
  ].map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `"HTTP" ${fields.join(' ')} resp=${response.status}`;
}

/** Which flow took the request up. */
function flowFields(server: ApiServer, { headers }: HttpResponse, took: string): string[][] {
  const name = (resource: string, uid: string | undefined) => {
    const served = server.served.find('flowcontrol.apiserver.k8s.io', 'v1', resource);
    const all = served && uid ? server.store.list(served) : [];
    return all.find(({ metadata }) => metadata.uid === uid)?.metadata.name;
  };
  const level = name('prioritylevelconfigurations', headers['x-kubernetes-pf-prioritylevel-uid']);
  const schema = name('flowschemas', headers['x-kubernetes-pf-flowschema-uid']);
  if (level === undefined || schema === undefined) return [];
  return [
    ['apf_pl', level],
    ['apf_fs', schema],
    ['apf_execution_time', took],
  ];
}
