import type { HttpResponse } from '../../../host/index.ts';
import { bodyObject } from '../body.ts';
import type { ResourceCall } from '../call.ts';
import { conflict, methodNotAllowed } from '../errors.ts';

/** The namespace controller takes the last finalizer of a namespace away: `PUT namespaces/x/finalize`. */
export function finalize(call: ResourceCall): HttpResponse {
  const { server, served, info } = call;
  if (info.verb !== 'update') throw methodNotAllowed(served, info.verb);
  const old = server.store.get(served, '', info.name);
  const asked = bodyObject(call, served);
  const { resourceVersion } = asked.metadata;
  if (resourceVersion && resourceVersion !== old.metadata.resourceVersion) throw conflict(served, info.name);
  const spec = { ...old.spec, finalizers: asked.spec?.finalizers ?? [] };
  const object = { ...old, spec };
  const done =
    old.metadata.deletionTimestamp !== undefined &&
    spec.finalizers.length === 0 &&
    (old.metadata.finalizers ?? []).length === 0;
  const value = done ? server.store.delete(served, old) : server.store.update(served, old, object);
  return { status: 200, headers: { 'content-type': 'application/json' }, value };
}
