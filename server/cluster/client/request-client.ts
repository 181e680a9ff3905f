import type { HttpRequest, HttpResponse, HttpStream } from '../../host/index.ts';
import { bodyText } from '../../host/index.ts';
import { ApiError, isApiError, type Status } from '../../objects/api-error.ts';
import type { KubeList, KubeObject, WatchEvent } from '../../objects/object.ts';
import type { Client, DeleteOptions, ListOptions, PatchOptions, Resource, Watch } from './client.ts';

const PATCH_TYPES = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/** `/apis/apps/v1/namespaces/default/deployments/web/status`. */
export function resourcePath(resource: Resource, namespace = '', name = '', subresource = ''): string {
  const { group, version, plural, namespaced } = resource;
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const inNamespace = namespaced && namespace !== '' ? `/namespaces/${namespace}` : '';
  const tail = name === '' ? '' : subresource === '' ? `/${name}` : `/${name}/${subresource}`;
  return `${root}${inNamespace}/${plural}${tail}`;
}

/** The typed side of a client, over whatever road requests take. */
export abstract class RequestClient implements Client {
  /** Sends one request with the client's credentials. */
  abstract request(request: HttpRequest): HttpResponse;
  /** What the client calls itself. */
  protected abstract readonly userAgent: string;
  readonly #headersByType = new Map<string, Readonly<Record<string, string>>>();

  get<T extends KubeObject>(resource: Resource, name: string, namespace = ''): T {
    return this.#send<T>('GET', resourcePath(resource, namespace, name));
  }

  find<T extends KubeObject>(resource: Resource, name: string, namespace = ''): T | undefined {
    try {
      return this.get<T>(resource, name, namespace);
    } catch (error) {
      if (isApiError(error, 'NotFound')) return undefined;
      throw error;
    }
  }

  list<T extends KubeObject>(resource: Resource, options: ListOptions = {}): KubeList<T> {
    const path = resourcePath(resource, options.namespace) + query(selectors(options));
    return this.#send<KubeList<T>>('GET', path);
  }

  create<T extends KubeObject>(
    resource: Resource,
    object: unknown,
    namespace = '',
    subresource?: { name: string; path: string },
  ): T {
    const path = resourcePath(resource, namespace, subresource?.name, subresource?.path);
    return this.#send<T>('POST', path, object);
  }

  update<T extends KubeObject>(resource: Resource, object: T): T {
    const { name, namespace } = object.metadata;
    return this.#send<T>('PUT', resourcePath(resource, namespace, name), object);
  }

  updateStatus<T extends KubeObject>(resource: Resource, object: T): T {
    const { name, namespace } = object.metadata;
    return this.#send<T>('PUT', resourcePath(resource, namespace, name, 'status'), object);
  }

  patch<T extends KubeObject>(resource: Resource, name: string, options: PatchOptions, namespace = ''): T {
    const { type, body, subresource, fieldManager, force } = options;
    const parameters = query({ fieldManager, force: force === undefined ? undefined : String(force) });
    const path = resourcePath(resource, namespace, name, subresource) + parameters;
    return this.#send<T>('PATCH', path, body, PATCH_TYPES[type]);
  }

  delete(resource: Resource, name: string, namespace = '', options?: DeleteOptions): void {
    const body = options && { kind: 'DeleteOptions', apiVersion: 'v1', ...options };
    this.#send('DELETE', resourcePath(resource, namespace, name), body);
  }

  watch<T extends KubeObject>(
    resource: Resource,
    options: ListOptions & { resourceVersion?: string } = {},
  ): Watch<T> {
    const { namespace, resourceVersion } = options;
    const parameters = { watch: 'true', resourceVersion, ...selectors(options) };
    const path = resourcePath(resource, namespace) + query(parameters);
    const response = this.request({ method: 'GET', path, headers: this.#headers() });
    if (!response.stream) throw errorOf(response);
    return new StreamWatch<T>(response.stream);
  }

  #send<T>(method: string, path: string, value?: unknown, contentType = 'application/json'): T {
    const request: HttpRequest =
      value === undefined
        ? { method, path, headers: this.#headers() }
        : { method, path, headers: this.#headers(contentType), value };
    const response = this.request(request);
    if (response.status >= 400) throw errorOf(response);
    return (response.value ?? JSON.parse(bodyText(response))) as T;
  }

  /** The same for all requests with bodies of one type, and made once: headers are never changed. */
  #headers(contentType = ''): Readonly<Record<string, string>> {
    let headers = this.#headersByType.get(contentType);
    if (!headers) {
      const common = { accept: 'application/json', 'user-agent': this.userAgent };
      headers = contentType === '' ? common : { ...common, 'content-type': contentType };
      this.#headersByType.set(contentType, headers);
    }
    return headers;
  }
}

function selectors({ labelSelector, fieldSelector }: ListOptions) {
  return { labelSelector, fieldSelector };
}

const PLAIN = /^[\w.-]*$/;

function query(parameters: Record<string, string | undefined>): string {
  const given = Object.entries(parameters).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  if (given.length === 0) return '';
  // Most need no escapes: those are not worth a parser.
  const isPlain = given.every(([, value]) => PLAIN.test(value));
  return `?${isPlain ? given.map(([name, value]) => `${name}=${value}`).join('&') : new URLSearchParams(given)}`;
}

/** The failure that a response stands for. */
export function errorOf(response: HttpResponse): ApiError {
  if (isStatus(response.value)) return ApiError.fromStatus(response.value, response.status);
  const text = bodyText(response);
  try {
    const parsed: unknown = JSON.parse(text);
    if (isStatus(parsed)) return ApiError.fromStatus(parsed, response.status);
  } catch {
    // Not JSON: the text itself is all there is.
  }
  if (response.status === 404) {
    return new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
  }
  return new ApiError(response.status, undefined, text.trim());
}

function isStatus(value: unknown): value is Status {
  return typeof value === 'object' && value !== null && (value as { kind?: string }).kind === 'Status';
}

class StreamWatch<T extends KubeObject> implements Watch<T> {
  readonly #stream: HttpStream;

  constructor(stream: HttpStream) {
    this.#stream = stream;
  }

  get ready() {
    return this.#stream.ready;
  }

  get ended(): boolean {
    return this.#stream.ended;
  }

  next(): WatchEvent<T> | undefined {
    const piece = this.#stream.next();
    return typeof piece === 'string'
      ? (JSON.parse(piece) as WatchEvent<T>)
      : (piece as WatchEvent<T> | undefined);
  }

  close(): void {
    this.#stream.close();
  }
}
