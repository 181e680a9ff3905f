import type { HttpResponse } from '../../../host/index.ts';
import { FieldErrors } from '../../../objects/field-error.ts';
import type { KubeObject } from '../../../objects/object.ts';
import type { ResourceCall } from '../call.ts';
import { badRequest, invalid, methodNotAllowed } from '../errors.ts';
import { containerOf, dialOrFail, kubeletError, kubeletOf } from '../kubelets.ts';
import { isTrue } from '../request-info.ts';
import { reviewOf } from '../verbs/create.ts';
import { integer } from '../verbs/list-options.ts';
import { asksForWebSocket, translated } from './stream-translator.ts';

const LOG_OPTIONS = [
  'follow',
  'previous',
  'sinceSeconds',
  'sinceTime',
  'timestamps',
  'tailLines',
  'limitBytes',
  'stream',
];

/** What a container wrote. Models pkg/registry/core/pod/rest LogREST. */
export function log(call: ResourceCall): HttpResponse {
  if (call.info.verb !== 'get') throw methodNotAllowed(call.served, call.info.verb);
  const { query } = call.info;
  checkLogOptions(query);
  const pod = podOf(call);
  const container = containerOf(pod, query.get('container'));
  const node = pod.spec?.nodeName;
  const headers = { 'content-type': 'text/plain' };
  if (!node) return { status: 200, headers, body: '' };
  const target = kubeletOf(call, node);
  const { namespace, name } = pod.metadata;
  const path = `/containerLogs/${namespace}/${name}/${container}${passed(query, LOG_OPTIONS)}`;
  const url = `https://${target.address}:${target.port}${path}`;
  const request = { method: 'GET', path, headers: {} };
  const response = dialOrFail(call, target, request, `Get "${url}": `);
  if (response.status >= 400) throw kubeletError(response, { resource: 'pods/log', name });
  return { ...response, headers: { ...response.headers, ...headers } };
}

function checkLogOptions(query: URLSearchParams): void {
  const errors = new FieldErrors();
  const numbers = ['sinceSeconds', 'tailLines', 'limitBytes'].map(
    (name) => [name, integer(query, name)] as const,
  );
  const given = new Map(numbers.filter(([name]) => query.get(name)));
  const number = (name: string, minimum: number, why: string) => {
    const value = given.get(name);
    if (value !== undefined && value < minimum) errors.invalid(name, value, why);
  };
  number('tailLines', 0, 'must be greater than or equal to 0');
  number('limitBytes', 1, 'must be greater than 0');
  if (query.get('sinceSeconds') !== null && query.get('sinceTime') !== null) {
    errors.forbidden('', 'at most one of `sinceTime` or `sinceSeconds` may be specified');
  }
  number('sinceSeconds', 1, 'must be greater than 0');
  if (!errors.empty) throw invalid({ group: '', kind: 'PodLogOptions' }, '', errors.list);
}

function passed(query: URLSearchParams, names: readonly string[]): string {
  const given = names.flatMap((name) => query.getAll(name).map((value): [string, string] => [name, value]));
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

function podOf({ server, served, info }: ResourceCall): KubeObject {
  return server.store.get(served, info.namespace, info.name);
}

/** What kubelets call the options of exec and attach. Models pkg/registry/core/pod/strategy.go streamParams. */
const STREAM_OPTIONS: readonly (readonly [name: string, kubelets: string])[] = [
  ['stderr', 'error'],
  ['stdin', 'input'],
  ['stdout', 'output'],
  ['tty', 'tty'],
];

function streamOptions(query: URLSearchParams, what: Stream): string {
  if (what === 'portForward') {
    const ports = [...query.getAll('port'), ...query.getAll('ports')];
    return passed(new URLSearchParams(named('port', ports)), ['port']);
  }
  const flags = STREAM_OPTIONS.filter(([name]) => isTrue(query.get(name)));
  const given = new URLSearchParams(what === 'exec' ? named('command', query.getAll('command')) : []);
  for (const [, name] of flags) given.append(name, '1');
  return given.size === 0 ? '' : `?${given}`;
}

function named(name: string, values: readonly string[]): [string, string][] {
  return values.map((value) => [name, value]);
}

type Stream = 'exec' | 'attach' | 'portForward';

export const exec = (call: ResourceCall) => stream(call, 'exec');
export const attach = (call: ResourceCall) => stream(call, 'attach');
export const portForward = (call: ResourceCall) => stream(call, 'portForward');

/** A two-way stream with a container or pod, which the kubelet answers. */
function stream(call: ResourceCall, what: Stream): HttpResponse {
  const { info, request } = call;
  const { query } = info;
  const pod = podOf(call);
  review(call, pod);
  const { namespace, name } = pod.metadata;
  if (what === 'exec' && query.getAll('command').length === 0)
    throw badRequest('you must specify at least 1 command for the pod');
  const container = what === 'portForward' ? '' : `/${containerOf(pod, query.get('container'))}`;
  if (!pod.spec?.nodeName) throw badRequest(`pod ${name} does not have a host assigned`);
  if (!request.headers['upgrade']) throw badRequest('Upgrade request required');
  const target = kubeletOf(call, pod.spec.nodeName);
  const path = `/${what}/${namespace}/${name}${container}${streamOptions(query, what)}`;
  const toKubelet = { method: 'POST', path, headers: { upgrade: 'SPDY/3.1' } };
  // A port is forwarded by SPDY inside of a WebSocket, which nobody translates.
  if (what !== 'portForward' && asksForWebSocket(request))
    return translated(
      () => call.server.dial(target, toKubelet),
      `https://${target.address}:${target.port}${path}`,
    );
  return dialOrFail(call, target, toKubelet, 'error dialing backend: ');
}

function review(call: ResourceCall, pod: KubeObject): void {
  const { admission } = call.server;
  const asked = { ...reviewOf(call, 'CONNECT', undefined, pod, false), subresource: call.info.subresource };
  admission.admit(asked);
  admission.validate(asked);
}
