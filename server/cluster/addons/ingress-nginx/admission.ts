import type { HttpRequest, HttpResponse } from '../../../host/index.ts';
import { linearRegex } from '../../../objects/linear-regex.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { annotation, isCanary, isOn, PREFIX } from './locations.ts';

/** Why an ingress is refused by the admission webhook; undefined when it is not. Models controller.CheckIngress */
export function whyInvalid(ingress: KubeObject, others: readonly KubeObject[]): string | undefined {
  const snippet = Object.keys(ingress.metadata.annotations ?? {}).find((key) => key.endsWith('-snippet'));
  if (snippet?.startsWith(PREFIX))
    return `${snippet} annotation cannot be used. Snippet directives are disabled by the Ingress administrator`;
  return invalidPaths(ingress) ?? overlap(ingress, others);
}

const PLAIN_PATH = /^\/[\w./-]*$/;

function invalidPaths(ingress: KubeObject): string | undefined {
  const usesRegex = isOn(ingress, 'use-regex') || annotation(ingress, 'rewrite-target') !== undefined;
  for (const rule of ingress.spec?.rules ?? []) {
    for (const { path = '/', pathType } of rule.http?.paths ?? []) {
      if (pathType !== 'ImplementationSpecific' && !PLAIN_PATH.test(path))
        return `ingress contains invalid paths: path ${path} cannot be used with pathType ${pathType}`;
      if (!usesRegex) continue;
      try {
        linearRegex(path);
      } catch (error) {
        return `ingress contains invalid paths: ${(error as Error).message}`;
      }
    }
  }
  return undefined;
}

/** Models checkOverlap: a host and path belong to one ingress, canaries aside. */
function overlap(ingress: KubeObject, others: readonly KubeObject[]): string | undefined {
  if (isCanary(ingress)) return undefined;
  const keys = (one: KubeObject) =>
    (one.spec?.rules ?? []).flatMap((rule: any) =>
      (rule.http?.paths ?? []).map((path: any) => ({ host: rule.host || '_', path: path.path || '/' })),
    );
  for (const { host, path } of keys(ingress)) {
    for (const other of others) {
      const same =
        other.metadata.namespace === ingress.metadata.namespace &&
        other.metadata.name === ingress.metadata.name;
      if (same || isCanary(other)) continue;
      if (keys(other).some((key: { host: string; path: string }) => key.host === host && key.path === path))
        return `host "${host}" and path "${path}" is already defined in ingress ${other.metadata.namespace}/${other.metadata.name}`;
    }
  }
  return undefined;
}

/** Answers an AdmissionReview. */
export function review(
  request: HttpRequest,
  judge: (ingress: KubeObject) => string | undefined,
): HttpResponse {
  const body = (request.value ?? JSON.parse(request.body ?? '{}')) as any;
  const { uid, object } = body.request ?? {};
  const why = object ? judge(object) : undefined;
  const response = why
    ? { uid, allowed: false, status: { code: 400, reason: 'BadRequest', message: why } }
    : { uid, allowed: true };
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    value: { kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', response },
  };
}
