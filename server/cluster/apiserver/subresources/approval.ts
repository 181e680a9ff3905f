import type { HttpResponse } from '../../../host/index.ts';
import { timestamp } from '../../../objects/object.ts';
import { bodyObject } from '../body.ts';
import type { ResourceCall } from '../call.ts';
import { methodNotAllowed } from '../errors.ts';
import { fieldManager, isDryRun } from '../verbs/options.ts';
import { patchedValue, patchObject } from '../verbs/patch.ts';
import { replaceObject } from '../verbs/update.ts';

/** The conditions of a CertificateSigningRequest, for those who approve. */
export function approval(call: ResourceCall): HttpResponse {
  const { server, served, info } = call;
  const old = server.store.get(served, '', info.name);
  const options = { dryRun: isDryRun(call), manager: fieldManager(call) };
  switch (info.verb) {
    case 'get':
      return shown(old);
    case 'update':
      return shown(replaceObject(call, old, withTimes(bodyObject(call, served), call.now), options));
    case 'patch':
      return shown(patchObject(call, old, (current) => patchedValue(call, current)));
    default:
      throw methodNotAllowed(served, info.verb);
  }
}

function shown(value: unknown): HttpResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, value };
}

/** Conditions that come without times get them. Models pkg/registry/certificates populateConditionTimestamps. */
export function withTimes<T extends { status?: any }>(object: T, now: number): T {
  for (const condition of object.status?.conditions ?? []) {
    condition.lastUpdateTime ??= timestamp(now);
    condition.lastTransitionTime ??= timestamp(now);
  }
  return object;
}
