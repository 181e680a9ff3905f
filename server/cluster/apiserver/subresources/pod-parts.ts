import type { HttpResponse } from '../../../host/index.ts';
import { FieldErrors } from '../../../objects/field-error.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { equalValues } from '../../../objects/values.ts';
import { bodyObject } from '../body.ts';
import type { ResourceCall } from '../call.ts';
import { invalid, methodNotAllowed } from '../errors.ts';
import { fieldManager, isDryRun } from '../verbs/options.ts';
import { patchedValue, patchObject } from '../verbs/patch.ts';
import { replaceObject } from '../verbs/update.ts';

/** Debug containers are added to a running pod here, and only here. */
export function ephemeralContainers(call: ResourceCall): HttpResponse {
  return podPart(call, (object, old) => {
    const errors = new FieldErrors();
    const before: any[] = old.spec?.ephemeralContainers ?? [];
    const now: any[] = object.spec?.ephemeralContainers ?? [];
    for (const container of before) {
      const kept = now.find(({ name }) => name === container.name);
      if (kept && equalValues(kept, container)) continue;
      errors.forbidden(
        'spec.ephemeralContainers',
        kept
          ? `existing ephemeral containers ${JSON.stringify(container.name)} may not be changed\n`
          : `existing ephemeral containers ${JSON.stringify(container.name)} may not be removed\n`,
      );
    }
    if (!errors.empty) throw invalid(call.served.kind, old.metadata.name, errors.list);
    const ephemeral = now.map((container) => ({
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
      imagePullPolicy: /:(?!latest)[^/]+$/.test(container.image ?? '') ? 'IfNotPresent' : 'Always',
      ...container,
    }));
    return { ...old.spec, ...(ephemeral.length > 0 ? { ephemeralContainers: ephemeral } : {}) };
  });
}

/** Requests and limits of running containers. */
export function resize(call: ResourceCall): HttpResponse {
  return podPart(call, (object, old) => {
    const resized = (list: any[] | undefined, from: any[] | undefined) =>
      list?.map((container) => {
        const asked = from?.find(({ name }) => name === container.name);
        return asked
          ? {
              ...container,
              resources: asked.resources ?? {},
              resizePolicy: asked.resizePolicy ?? container.resizePolicy,
            }
          : container;
      });
    const containers = resized(old.spec?.containers, object.spec?.containers);
    const initContainers = resized(old.spec?.initContainers, object.spec?.initContainers);
    return { ...old.spec, containers, ...(initContainers ? { initContainers } : {}) };
  });
}

/** A subresource that takes a whole pod and changes one part of its spec. */
function podPart(call: ResourceCall, specOf: (object: KubeObject, old: KubeObject) => unknown): HttpResponse {
  const { server, served, info } = call;
  const old = server.store.get(served, info.namespace, info.name);
  const options = { dryRun: isDryRun(call), manager: fieldManager(call) };
  const narrowed = (object: KubeObject): KubeObject => ({
    ...object,
    spec: specOf(object, old),
    status: old.status,
  });
  switch (info.verb) {
    case 'get':
      return shown(old);
    case 'update':
      return shown(replaceObject(call, old, narrowed(bodyObject(call, served)), options));
    case 'patch':
      return shown(patchObject(call, old, (current) => narrowed(patchedValue(call, current) as KubeObject)));
    default:
      throw methodNotAllowed(served, info.verb);
  }
}

function shown(value: unknown): HttpResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, value };
}
