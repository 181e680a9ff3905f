import type { HttpRequest, HttpResponse } from '../../host/index.ts';
import type { KubeList, KubeObject, WatchEvent } from '../../objects/object.ts';
import type { WaitQueue } from '../../sim/index.ts';

/** Where a kind is served: enough to build its URL. */
export interface Resource {
  /** '' is the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

export interface ListOptions {
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
}

export type PatchType = 'merge' | 'strategic' | 'json' | 'apply';

export interface PatchOptions {
  type: PatchType;
  body: unknown;
  subresource?: string;
  fieldManager?: string;
  force?: boolean;
}

export interface DeleteOptions {
  gracePeriodSeconds?: number;
  propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  preconditions?: { uid?: string; resourceVersion?: string };
}

/** An open watch. Take events until `next` gives undefined, then wait on `ready`. */
export interface Watch<T extends KubeObject = KubeObject> {
  readonly ready: WaitQueue;
  next(): WatchEvent<T> | undefined;
  readonly ended: boolean;
  close(): void;
}

/**
 * The Kubernetes API as the programs speak to it: requests are answered at once, failures are thrown as `ApiError`
 * (the server said no) or `SystemError` (nobody answers). Every program has one with its own identity.
 */
export interface Client {
  /** One raw request, credentials added. The response may have any status. */
  request(request: HttpRequest): HttpResponse;
  get<T extends KubeObject>(resource: Resource, name: string, namespace?: string): T;
  /** Undefined instead of NotFound. */
  find<T extends KubeObject>(resource: Resource, name: string, namespace?: string): T | undefined;
  list<T extends KubeObject>(resource: Resource, options?: ListOptions): KubeList<T>;
  create<T extends KubeObject>(
    resource: Resource,
    object: unknown,
    namespace?: string,
    subresource?: { name: string; path: string },
  ): T;
  update<T extends KubeObject>(resource: Resource, object: T): T;
  updateStatus<T extends KubeObject>(resource: Resource, object: T): T;
  patch<T extends KubeObject>(resource: Resource, name: string, options: PatchOptions, namespace?: string): T;
  delete(resource: Resource, name: string, namespace?: string, options?: DeleteOptions): void;
  watch<T extends KubeObject>(
    resource: Resource,
    options?: ListOptions & { resourceVersion?: string },
  ): Watch<T>;
}
