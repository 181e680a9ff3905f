import type { HttpResponse } from '../../../host/index.ts';
import { ApiError } from '../../../objects/api-error.ts';
import { matches, selectorOf } from '../../../objects/label-selector.ts';
import { type KubeObject, timestamp } from '../../../objects/object.ts';
import { bodyValue, decodeType } from '../body.ts';
import type { ResourceCall } from '../call.ts';
import { badRequest, methodNotAllowed } from '../errors.ts';
import type { Served } from '../served.ts';
import { deleteObject } from '../verbs/delete.ts';
import { isDryRun } from '../verbs/options.ts';

const EVICTION = 'io.k8s.api.policy.v1.Eviction';
/** Evictions of one budget whose pods are not yet gone. Models MaxDisruptedPodSize. */
const MAX_DISRUPTED = 2000;

/** Deletes a pod unless a disruption budget forbids it. Models pkg/registry/core/pod/storage EvictionREST. */
export function eviction(call: ResourceCall): HttpResponse {
  const { server, served, info } = call;
  if (info.verb !== 'create') throw methodNotAllowed(served, info.verb);
  const asked = decodeType(EVICTION, bodyValue(call) ?? {});
  const name = asked.metadata?.name;
  if (name && name !== info.name) throw badRequest('name in URL does not match name in Eviction object');
  const pod = server.store.get(served, info.namespace, info.name);
  const options = asked['deleteOptions'] ?? {};
  const dryRun = isDryRun(call, options.dryRun);
  if (!canIgnoreBudgets(pod)) spendBudget(call, pod, dryRun);
  const current = server.store.get(served, info.namespace, info.name);
  deleteObject(call, withDisruptionTarget(call, current, dryRun), {
    gracePeriodSeconds: options.gracePeriodSeconds,
    propagationPolicy: options.propagationPolicy,
    uid: options.preconditions?.uid,
    resourceVersion: undefined,
    dryRun,
  });
  const value = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
  return { status: 201, headers: { 'content-type': 'application/json' }, value };
}

function canIgnoreBudgets({ metadata, status }: KubeObject): boolean {
  const { phase } = status ?? {};
  return (
    phase === 'Succeeded' ||
    phase === 'Failed' ||
    phase === 'Pending' ||
    metadata.deletionTimestamp !== undefined
  );
}

function spendBudget(call: ResourceCall, pod: KubeObject, dryRun: boolean): void {
  const { server, info } = call;
  const served = server.served.find('policy', 'v1', 'poddisruptionbudgets') as Served;
  const budgets = server.store.list(served, info.namespace).filter(({ spec }) => {
    const selector = selectorOf(spec?.selector);
    return selector !== undefined && matches(selector, pod.metadata.labels);
  });
  if (budgets.length > 1) {
    const why =
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
    throw new ApiError(500, undefined, why);
  }
  const budget = budgets[0];
  if (!budget || isUnhealthyAndFree(pod, budget)) return;
  const next = spend(call, pod, budget);
  if (!dryRun) server.store.update(served, budget, next);
}

/** A pod that is not ready may go where the application has enough others, or always if the budget says so. */
function isUnhealthyAndFree({ status }: KubeObject, budget: KubeObject): boolean {
  const ready = (status?.conditions ?? []).some((c: any) => c.type === 'Ready' && c.status === 'True');
  if (ready) return false;
  if (budget.spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = budget.status ?? {};
  return currentHealthy >= desiredHealthy && desiredHealthy > 0;
}

function spend(call: ResourceCall, pod: KubeObject, budget: KubeObject): KubeObject {
  const { status = {}, metadata } = budget;
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) {
    throw refusal(
      "Cannot evict pod as it would violate the pod's disruption budget.",
      `The disruption budget ${metadata.name} is still being processed by the server.`,
      10,
    );
  }
  if (Object.keys(status.disruptedPods ?? {}).length > MAX_DISRUPTED) {
    throw refusal('DisruptedPods map too big - too many evictions not confirmed by PDB controller', '', 0);
  }
  if ((status.disruptionsAllowed ?? 0) <= 0) {
    throw refusal(
      "Cannot evict pod as it would violate the pod's disruption budget.",
      `The disruption budget ${metadata.name} needs ${status.desiredHealthy ?? 0} healthy pods and has ${status.currentHealthy ?? 0} currently`,
      0,
    );
  }
  const disruptedPods = { ...status.disruptedPods, [pod.metadata.name]: timestamp(call.now) };
  return {
    ...budget,
    status: { ...status, disruptedPods, disruptionsAllowed: status.disruptionsAllowed - 1 },
  };
}

function refusal(message: string, cause: string, retryAfterSeconds: number): ApiError {
  return new ApiError(429, 'TooManyRequests', message, {
    ...(cause ? { causes: [{ reason: 'DisruptionBudget', message: cause }] } : {}),
    ...(retryAfterSeconds ? { retryAfterSeconds } : {}),
  });
}

function withDisruptionTarget(call: ResourceCall, pod: KubeObject, dryRun: boolean): KubeObject {
  const { server, served } = call;
  const others = (pod.status?.conditions ?? []).filter((c: any) => c.type !== 'DisruptionTarget');
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: timestamp(call.now),
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  };
  if (dryRun || others.length < (pod.status?.conditions ?? []).length) return pod;
  const next = { ...pod, status: { ...pod.status, conditions: [...others, condition] } };
  return server.store.update(served, pod, next);
}
