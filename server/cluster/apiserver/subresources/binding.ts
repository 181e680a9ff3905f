import type { HttpResponse } from '../../../host/index.ts';
import { FieldErrors } from '../../../objects/field-error.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { timestamp } from '../../../objects/object.ts';
import { bodyObject } from '../body.ts';
import type { ResourceCall } from '../call.ts';
import { badRequest, conflict, internalError, invalid, methodNotAllowed } from '../errors.ts';
import type { Served } from '../served.ts';
import { reviewOf } from '../verbs/create.ts';
import { isDryRun } from '../verbs/options.ts';

/** Puts a pod on a node: `POST pods/web/binding`. Models pkg/registry/core/pod/storage BindingREST. */
export function binding(call: ResourceCall): HttpResponse {
  if (call.info.verb !== 'create') throw methodNotAllowed(call.served, call.info.verb);
  const served = call.server.served.find('', 'v1', 'bindings') as Served;
  return bind(call, bodyObject(call, served), call.info.name);
}

/** A Binding that was created as an object of its own names its pod itself. */
export function bindByObject(call: ResourceCall): HttpResponse {
  const object = bodyObject(call, call.served);
  return bind(call, object, object.metadata.name);
}

function bind(call: ResourceCall, object: KubeObject, name: string): HttpResponse {
  const { server, info } = call;
  const pods = server.served.find('', 'v1', 'pods') as Served;
  checkBinding(object);
  if (object.metadata.name && object.metadata.name !== name) {
    throw badRequest(`name in URL does not match name in Binding object`);
  }
  const review = { ...reviewOf(call, 'CREATE', object, undefined, isDryRun(call)), name };
  server.admission.admit(review);
  server.admission.validate(review);
  const pod = server.store.get(pods, info.namespace, name);
  const bound = withNode(call, pods, pod, object);
  // What a binding writes is nobody's: it goes past the ownership of fields.
  if (!isDryRun(call)) {
    server.store.update(pods, pod, bound);
  }
  return { status: 201, headers: { 'content-type': 'application/json' }, value: SUCCESS };
}

const SUCCESS = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };

function checkBinding(object: KubeObject): void {
  const errors = new FieldErrors();
  const target = object['target'] as { kind?: string; name?: string } | undefined;
  if (target?.kind && target.kind !== 'Node')
    errors.notSupported('target.kind', target.kind, ['Node', '<empty>']);
  if (!target?.name) errors.required('target.name');
  if (!errors.empty) throw invalid({ group: '', kind: 'Binding' }, object.metadata.name ?? '', errors.list);
}

function withNode(call: ResourceCall, pods: Served, pod: KubeObject, object: KubeObject): KubeObject {
  const { name, uid } = pod.metadata;
  const node = (object['target'] as { name: string }).name;
  if (object.metadata.uid && object.metadata.uid !== uid) {
    throw conflict(
      pods,
      name,
      `Precondition failed: UID in precondition: ${object.metadata.uid}, UID in object meta: ${uid}`,
    );
  }
  const failed = (why: string) => conflict({ group: '', resource: 'pods/binding' }, name, why);
  if (pod.metadata.deletionTimestamp)
    throw failed(`pod ${name} is being deleted, cannot be assigned to a host`);
  if (pod.spec.nodeName) throw failed(`pod ${name} is already assigned to node "${pod.spec.nodeName}"`);
  if (pod.spec.schedulingGates?.length > 0) {
    throw failed(`pod ${name} has non-empty .spec.schedulingGates`);
  }
  if (typeof node !== 'string') throw internalError('binding without a target');
  const annotations = { ...pod.metadata.annotations, ...object.metadata.annotations };
  const metadata = { ...pod.metadata };
  if (Object.keys(annotations).length > 0) metadata.annotations = annotations;
  return {
    ...pod,
    metadata,
    spec: { ...pod.spec, nodeName: node },
    status: { ...pod.status, conditions: scheduled(pod.status?.conditions ?? [], call.now) },
  };
}

function scheduled(conditions: readonly { type: string }[], now: number) {
  const condition = {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: timestamp(now),
  };
  return [...conditions.filter(({ type }) => type !== 'PodScheduled'), condition];
}
