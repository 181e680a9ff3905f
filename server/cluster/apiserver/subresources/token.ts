import type { HttpResponse } from '../../../host/index.ts';
import { FieldErrors } from '../../../objects/field-error.ts';
import { timestamp } from '../../../objects/object.ts';
import { bodyValue, decodeType } from '../body.ts';
import type { ResourceCall } from '../call.ts';
import { badRequest, conflict, invalid, methodNotAllowed, notFound } from '../errors.ts';
import { reviewOf } from '../verbs/create.ts';
import { isDryRun } from '../verbs/options.ts';

const TEN_MINUTES = 600;
const HOUR = 3600;
/** Tokens of pods that ask for an hour and a bit live a year on the server. Models WarnOnlyBoundTokenExpirationPeriod. */
const POD_TOKEN = 3607;
const YEAR = 365 * 24 * HOUR;

/** A new token for a ServiceAccount: `POST serviceaccounts/x/token`. Models pkg/registry/core/serviceaccount TokenREST. */
export function token(call: ResourceCall): HttpResponse {
  const { server, served, info } = call;
  if (info.verb !== 'create') throw methodNotAllowed(served, info.verb);
  const account = server.store.get(served, info.namespace, info.name);
  const request = decodeType('io.k8s.api.authentication.v1.TokenRequest', bodyValue(call) ?? {});
  const spec = request.spec ?? {};
  const seconds = spec.expirationSeconds ?? HOUR;
  const object = { ...request, metadata: request.metadata ?? {} };
  const review = { ...reviewOf(call, 'CREATE', object, undefined, isDryRun(call)), name: info.name };
  server.admission.admit(review);
  server.admission.validate(review);
  checkSpec(seconds);
  const bound = boundObject(call, spec.boundObjectRef);
  const audiences: string[] = spec.audiences?.length ? spec.audiences : [...server.audiences];
  const issued = Math.floor(call.now / 1000);
  const lifetime = seconds === POD_TOKEN && bound?.kind === 'Pod' ? YEAR : seconds;
  const value = server.issueToken({
    namespace: info.namespace,
    account: account.metadata,
    audiences,
    issuedAt: issued,
    expires: issued + lifetime,
    bound,
    node: nodeOfPod(call, bound),
    id: server.randomFor(`token/${info.namespace}/${info.name}`).uuid(),
  });
  const response = {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name: info.name, namespace: info.namespace, creationTimestamp: timestamp(call.now) },
    spec: { ...spec, audiences, expirationSeconds: seconds, boundObjectRef: spec.boundObjectRef ?? null },
    status: { token: value, expirationTimestamp: timestamp((issued + seconds) * 1000) },
  };
  return { status: 201, headers: { 'content-type': 'application/json' }, value: response };
}

function checkSpec(seconds: number): void {
  const errors = new FieldErrors();
  const field = 'spec.expirationSeconds';
  if (seconds < TEN_MINUTES)
    errors.invalid(field, seconds, 'may not specify a duration less than 10 minutes');
  if (seconds > 2 ** 32)
    errors.invalid(field, seconds, 'may not specify a duration larger than 2^32 seconds');
  if (!errors.empty) throw invalid({ group: 'authentication.k8s.io', kind: 'TokenRequest' }, '', errors.list);
}

const BOUND_KINDS: Readonly<Record<string, { resource: string; namespaced: boolean }>> = {
  Pod: { resource: 'pods', namespaced: true },
  Secret: { resource: 'secrets', namespaced: true },
  Node: { resource: 'nodes', namespaced: false },
};

function boundObject(call: ResourceCall, reference: any) {
  if (!reference) return undefined;
  const { kind = '', apiVersion = '', name = '', uid = '' } = reference;
  const known = BOUND_KINDS[kind];
  if (!known) {
    throw badRequest(`cannot bind token for serviceaccount to object of type ${apiVersion}, Kind=${kind}`);
  }
  const { server, info } = call;
  const served = server.served.find('', 'v1', known.resource);
  const object = served && server.store.find(served, known.namespaced ? info.namespace : '', name);
  if (!object) throw notFound({ group: '', resource: known.resource }, name);
  if (uid !== '' && uid !== object.metadata.uid) {
    throw conflict(
      { group: '', resource: known.resource },
      name,
      `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  }
  if (kind === 'Pod' && (object.spec?.serviceAccountName || 'default') !== info.name) {
    throw badRequest(
      `cannot bind token for serviceaccount "${info.name}" to pod running with different serviceaccount name.`,
    );
  }
  return { kind, name, uid: object.metadata.uid };
}

function nodeOfPod({ server, info }: ResourceCall, bound: { kind: string; name: string } | undefined) {
  if (bound?.kind !== 'Pod') return undefined;
  const log = server.store.log;
  const name = log.get(`/registry/pods/${info.namespace}/${bound.name}`)?.value.spec?.nodeName;
  const node = name && log.get(`/registry/minions/${name}`)?.value;
  return node ? { name, uid: node.metadata.uid } : undefined;
}
