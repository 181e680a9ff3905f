import { decodeObject } from '../../objects/decode.ts';
import type { KubeObject } from '../../objects/object.ts';
import type { ResourceCall } from './call.ts';
import type { Served } from './served.ts';

/** The stored form of an object that came in the version of the call. In and out: private to the caller. */
export function toStorage({ server, served }: ResourceCall, object: KubeObject): KubeObject {
  if (!served.convert || served.stored) return object;
  const stored = server.served.ofKind(served.kind.group, served.kind.kind) as Served;
  const converted = served.convert.toStorage(object);
  if (stored.custom) return { ...converted, apiVersion: stored.apiVersion };
  const { value } = decodeObject(converted, stored.type);
  return { ...value, apiVersion: stored.apiVersion, kind: stored.kind.kind } as KubeObject;
}

/** A stored object as the version of the call shows it. */
export function present(served: Served, object: KubeObject): KubeObject {
  return served.convert ? served.convert.fromStorage(object) : object;
}
