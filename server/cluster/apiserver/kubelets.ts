import type { HttpRequest, HttpResponse } from '../../host/index.ts';
import { bodyText } from '../../host/index.ts';
import { ApiError, type StatusReason } from '../../objects/api-error.ts';
import type { KubeObject } from '../../objects/object.ts';
import type { Call } from './call.ts';
import { badRequest, notFound } from './errors.ts';

/** Where a request of the server itself goes: a kubelet, a pod, a webhook. */
export interface DialTarget {
  readonly address: string;
  readonly port: number;
  readonly tls: boolean;
  /** Whose certificate has to be shown, and for which name; undefined: anybody's. */
  readonly verify?: { readonly ca: string; readonly serverName: string };
  /** The server shows its own certificate, by which kubelets know it. */
  readonly shows?: boolean;
}

/** What the flags say of kubelets. */
export interface KubeletAccess {
  /** Types of a node's addresses, the preferred first. */
  readonly addressTypes?: readonly string[];
  /** CA bundle that their certificates must come from; undefined: anybody's will do. */
  readonly ca?: string | undefined;
}

const ADDRESS_TYPES = ['InternalIP', 'ExternalIP', 'Hostname'];

/** Sends a request from where the server runs. Throws an Error with Go's words when nobody answers. */
export type Dial = (target: DialTarget, request: HttpRequest) => HttpResponse;

/** The address and port of a node's kubelet. Models pkg/kubelet/client NodeConnectionInfoGetter. */
export function kubeletOf(call: Call, nodeName: string): DialTarget {
  const node = call.server.store.log.get(`/registry/minions/${nodeName}`)?.value;
  if (!node) throw notFound({ group: '', resource: 'nodes' }, nodeName);
  const addresses: { type: string; address: string }[] = node.status?.addresses ?? [];
  const { addressTypes = ADDRESS_TYPES, ca } = call.server.kubelets;
  const found = addressTypes.map((type) => addresses.find((one) => one.type === type)).find(Boolean);
  if (!found) throw badRequest(`no preferred addresses found; known addresses: []`);
  const { address } = found;
  const port = node.status?.daemonEndpoints?.kubeletEndpoint?.Port || 10_250;
  const verify = ca === undefined ? {} : { verify: { ca, serverName: address } };
  return { address, port, tls: true, shows: true, ...verify };
}

/** Asks, and turns a failure to reach anybody into the error that clients of the real server see. */
export function dialOrFail(
  call: Call,
  target: DialTarget,
  request: HttpRequest,
  prefix: string,
): HttpResponse {
  try {
    return call.server.dial(target, request);
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError(500, undefined, prefix + (error as Error).message);
  }
}

const REASONS: Readonly<Record<number, StatusReason>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  500: 'InternalError',
  503: 'ServiceUnavailable',
};

/** A kubelet's refusal, passed on. Models apiserver/pkg/registry/generic/rest GenericHttpResponseChecker. */
export function kubeletError(response: HttpResponse, of: { resource: string; name: string }): ApiError {
  const text = bodyText(response).trim();
  const details = { name: of.name, kind: of.resource };
  if (response.status === 404) {
    return new ApiError(
      404,
      'NotFound',
      `the server could not find the requested resource ( ${of.resource} ${of.name})`,
      details,
    );
  }
  return new ApiError(response.status, REASONS[response.status], text, details);
}

interface Container {
  readonly name: string;
}

/** The container that a request means. Models pkg/registry/core/pod strategy validateContainer. */
export function containerOf(pod: KubeObject, asked: string | null): string {
  const { name } = pod.metadata;
  const names = (list: Container[] | undefined) => (list ?? []).map((container) => container.name);
  const containers = names(pod.spec?.containers);
  const init = names(pod.spec?.initContainers);
  const ephemeral = names(pod.spec?.ephemeralContainers);
  if (asked) {
    if ([...containers, ...init, ...ephemeral].includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${name}`);
  }
  if (containers.length === 1) return containers[0] as string;
  const choices = `a container name must be specified for pod ${name}, choose one of: [${containers.join(' ')}]`;
  const others = init.length > 0 ? ` or one of the init containers: [${init.join(' ')}]` : '';
  throw badRequest(choices + others);
}
