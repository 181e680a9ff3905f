import { bodyText, type HttpResponse } from '../../host/index.ts';
import type { ApiServer } from './api-server.ts';

/** Where a webhook is, and whose certificate it has to show: `clientConfig` of those who are asked. */
export interface WebhookAddress {
  readonly url?: string;
  readonly service?: {
    readonly namespace: string;
    readonly name: string;
    readonly path?: string;
    readonly port?: number;
  };
  /** Base64 of PEM. */
  readonly caBundle?: string;
}

interface Place {
  readonly address: string;
  readonly port: number;
  readonly path: string;
  /** As messages name it. */
  readonly shown: string;
  readonly serverName: string;
}

/**
 * Posts a review to a webhook and returns what it answered. Throws in Go's words. Models apiserver/pkg/util/webhook
 * ClientManager.HookClient.
 */
export function askWebhook(
  server: ApiServer,
  config: WebhookAddress,
  { review, timeoutSeconds }: { review: unknown; timeoutSeconds: number },
): unknown {
  const query = `?timeout=${timeoutSeconds}s`;
  const { path, shown, serverName, ...at } = placeOf(server, config, query);
  const ca = Buffer.from(config.caBundle ?? '', 'base64').toString();
  const headers = { 'content-type': 'application/json', accept: 'application/json, */*' };
  const request = { method: 'POST', path: path + query, headers, value: review as HttpResponse['value'] };
  let response: HttpResponse;
  try {
    response = server.dial({ ...at, tls: true, verify: { ca, serverName } }, request as never);
  } catch (error) {
    throw failedPost(shown + query, (error as Error).message);
  }
  if (response.status !== 200) throw new Error(refusal(response.status));
  return answerOf(response);
}

function failedPost(url: string, why: string): Error {
  return new Error(`Post ${JSON.stringify(url)}: ${why}`);
}

/** What client-go makes of an answer that is none of Kubernetes' own. */
function refusal(status: number): string {
  if (status === 404) return 'the server could not find the requested resource';
  if (status === 405) return 'the server does not allow this method on the requested resource';
  if (status === 500 || status === 502) {
    return 'an error on the server ("unknown") has prevented the request from succeeding';
  }
  return status === 503
    ? 'the server is currently unable to handle the request'
    : 'the server rejected our request for an unknown reason';
}

function answerOf(response: HttpResponse): unknown {
  if (response.value !== undefined) return response.value;
  const text = bodyText(response);
  try {
    return JSON.parse(text);
  } catch {
    const first = text.trimStart().charAt(0);
    throw new Error(text === '' ? 'EOF' : `invalid character '${first}' looking for beginning of value`);
  }
}

function placeOf(server: ApiServer, { service, url = '' }: WebhookAddress, query: string): Place {
  if (!service) return placeOfUrl(url);
  const { name, namespace, path = '/', port = 443 } = service;
  const serverName = `${name}.${namespace}.svc`;
  const shown = `https://${serverName}:${port}${path}`;
  const found = server.store.log.get(`/registry/services/specs/${namespace}/${name}`)?.value;
  if (!found) throw failedPost(shown + query, `service ${JSON.stringify(name)} not found`);
  const { clusterIP, ports = [] } = found.spec;
  if (!ports.some((one: any) => one.port === port)) {
    const why = `no service port ${port} found for service ${JSON.stringify(name)}`;
    throw failedPost(shown + query, why);
  }
  return { address: clusterIP, port, path, shown, serverName };
}

function placeOfUrl(url: string): Place {
  const { hostname, port, pathname } = new URL(url);
  return { address: hostname, port: Number(port || 443), path: pathname, shown: url, serverName: hostname };
}
