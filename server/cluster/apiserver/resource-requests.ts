import type { HttpResponse } from '../../host/index.ts';
import { ApiError } from '../../objects/api-error.ts';
import type { KubeList, KubeObject } from '../../objects/object.ts';
import type { Verb } from '../kinds/kind.ts';
import { type ResourceCall, warn } from './call.ts';
import { methodNotAllowed, methodNotRouted, notFound } from './errors.ts';
import { present } from './present.ts';
import { componentStatuses } from './reviews/component-statuses.ts';
import { REVIEWS } from './reviews/index.ts';
import { bindByObject } from './subresources/binding.ts';
import { SUBRESOURCE_HANDLERS } from './subresources/index.ts';
import { tableEvents, tableOfList, tableOfObject, wantsTable } from './table.ts';
import { create } from './verbs/create.ts';
import { remove, removeCollection } from './verbs/delete.ts';
import { checkWriteOptions } from './verbs/options.ts';
import { patch } from './verbs/patch.ts';
import { get, list } from './verbs/read.ts';
import { update } from './verbs/update.ts';
import { watch } from './verbs/watch.ts';

const JSON_HEADERS = { 'content-type': 'application/json' };

export function answer(status: number, value: unknown): HttpResponse {
  return { status, headers: JSON_HEADERS, value };
}

/** Answers a request for a resource that is served, once it is allowed. */
export function serveResource(call: ResourceCall): HttpResponse {
  const { info, served } = call;
  if (served.warning) warn(call, served.warning);
  if (info.subresource !== '' && info.subresource !== 'status') return serveSubresource(call);
  if (info.subresource === 'status' && !served.subresources.includes('status')) throw notServed();
  if (!supports(call)) throw unsupported(call);
  checkWriteOptions(call);
  if (served.kind.stored === false) return answerUnstored(call);
  switch (info.verb as Verb) {
    case 'create':
      return answer(201, showObject(call, create(call)));
    case 'get':
      return answer(200, shown(call, get(call)));
    case 'list':
      return answer(200, shownList(call, list(call)));
    case 'watch':
      return { status: 200, headers: JSON_HEADERS, stream: watch(call, eventView(call)) };
    case 'update':
      return written(call, update(call));
    case 'patch':
      return written(call, patch(call));
    case 'delete': {
      const left = remove(call);
      return answer(200, left.kind === 'Status' ? left : showObject(call, left as KubeObject));
    }
    case 'deletecollection': {
      const items = removeCollection(call).map((object) => present(served, object));
      const kind = `${served.kind.kind}List`;
      const resourceVersion = String(call.server.store.log.revision);
      return answer(200, { kind, apiVersion: served.apiVersion, metadata: { resourceVersion }, items });
    }
    default:
      throw methodNotAllowed(served, info.verb);
  }
}

/** Of custom resources, every path has every method; the handler refuses. */
function unsupported({ served, info }: ResourceCall): ApiError {
  return served.custom && info.verb !== '' ? methodNotAllowed(served, info.verb) : methodNotRouted();
}

/** Kinds that are answered, never stored. */
function answerUnstored(call: ResourceCall): HttpResponse {
  const { served } = call;
  if (served.resource === 'bindings') return bindByObject(call);
  if (served.resource === 'componentstatuses')
    return answer(200, unstoredView(call, componentStatuses(call)));
  const review = REVIEWS[`${served.resource}.${served.group}`];
  if (!review) throw methodNotAllowed(served, call.info.verb);
  return answer(201, review(call));
}

function unstoredView(call: ResourceCall, found: KubeObject | KubeList): unknown {
  return isList(found) ? shownList(call, found) : shown(call, found);
}

function isList(found: KubeObject | KubeList): found is KubeList {
  return 'items' in found;
}

function supports({ info, served }: ResourceCall): boolean {
  if (info.subresource === 'status') return ['get', 'update', 'patch'].includes(info.verb);
  if (!served.verbs.has(info.verb as Verb)) return false;
  return !served.namespaced || info.namespace !== '' || ['list', 'watch'].includes(info.verb);
}

function serveSubresource(call: ResourceCall): HttpResponse {
  const { served, info } = call;
  const handler = SUBRESOURCE_HANDLERS[info.subresource];
  // Models apiextensions-apiserver/pkg/apiserver/customresource_handler.go: a subresource that is not there.
  if (served.custom && !served.subresources.includes(info.subresource)) throw notFound(served, info.name);
  if (!handler || !served.subresources.includes(info.subresource)) throw notServed();
  return handler(call);
}

function notServed(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
}

function written(
  call: ResourceCall,
  { object, created }: { object: KubeObject; created: boolean },
): HttpResponse {
  return answer(created ? 201 : 200, showObject(call, object));
}

function showObject(call: ResourceCall, object: KubeObject): unknown {
  return shown(call, present(call.served, object));
}

function shown(call: ResourceCall, object: KubeObject): unknown {
  if (wantsTable(call.request.headers['accept'])) return tableOfObject(call, object);
  return wantsMetadata(call) ? partial(object) : object;
}

function shownList(call: ResourceCall, found: KubeList): unknown {
  if (wantsTable(call.request.headers['accept'])) return tableOfList(call, found);
  if (!wantsMetadata(call)) return found;
  const items = found.items.map(partial);
  return { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata: found.metadata, items };
}

function eventView(call: ResourceCall) {
  if (wantsTable(call.request.headers['accept'])) return tableEvents(call);
  if (!wantsMetadata(call)) return (event: unknown) => event;
  return (event: { type: string; object: KubeObject }) =>
    event.type === 'ERROR' ? event : { type: event.type, object: partial(event.object) };
}

function wantsMetadata(call: ResourceCall): boolean {
  return call.request.headers['accept']?.includes('as=PartialObjectMetadata') ?? false;
}

function partial({ metadata }: KubeObject) {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}
