import {
  formatSelector,
  goLabelSelector,
  matches,
  parseSelector,
  type Selector,
  selectorOf,
} from '../../../objects/label-selector.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { milliValue } from '../../../objects/quantity.ts';
import type { Client, Resource } from '../../client/client.ts';
import type { ManagerSettings } from '../controller.ts';
import { isReady, type Pod } from '../pods.ts';

// Models pkg/controller/podautoscaler/replica_calculator.go

/** How many replicas one metric asks for, and what it stands at now. */
export interface Proposal {
  readonly replicas: number;
  /** For messages: `cpu resource utilization (percentage of request)`. */
  readonly metricName: string;
  /** An entry of `status.currentMetrics`. */
  readonly status: object;
}

export class MetricError extends Error {
  override name = 'MetricError';
  /** `FailedGetResourceMetric` and the like. */
  readonly reason: string;
  /** Words for the summary, before the message. */
  readonly prefix: string;

  constructor(reason: string, message: string, prefix: string) {
    super(message);
    this.reason = reason;
    this.prefix = prefix;
  }
}

/** How far a ratio may be above and below one before anything happens. */
export interface Tolerances {
  readonly up: number;
  readonly down: number;
}

export function isWithin({ up, down }: Tolerances, ratio: number): boolean {
  return 1 - down <= ratio && ratio <= 1 + up;
}

export interface MetricContext {
  readonly client: Client;
  readonly namespace: string;
  readonly selector: Selector;
  readonly pods: readonly Pod[];
  readonly currentReplicas: number;
  /** Ratios between these of what is wanted and what is there are as good as one. */
  readonly tolerances: Tolerances;
  /** CPU of pods that start is not representative. */
  readonly starting: Pick<ManagerSettings, 'hpaCpuInitializationMs' | 'hpaReadinessDelayMs'>;
  readonly now: number;
  /** The resource that serves a kind. */
  resourceOf(apiVersion: string, kind: string): Resource | undefined;
}

/** Milli-units by pod name. Throws in the words of the metrics client. */
function podMetrics(
  name: string,
  container: string | undefined,
  context: MetricContext,
): Map<string, number> {
  const selector = encodeURIComponent(formatSelector(context.selector));
  const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${context.namespace}/pods?labelSelector=${selector}`;
  const response = context.client.request({ method: 'GET', path, headers: { accept: 'application/json' } });
  if (response.status >= 400) {
    const said = (response.value as { message?: string } | undefined)?.message;
    const generic = 'the server could not find the requested resource (get pods.metrics.k8s.io)';
    throw new Error(
      `unable to fetch metrics from resource metrics API: ${response.status === 404 ? generic : (said ?? 'the server is currently unable to handle the request (get pods.metrics.k8s.io)')}`,
    );
  }
  const list = (response.value ?? JSON.parse(response.body ?? '{}')) as { items?: any[] };
  const found = new Map<string, number>();
  for (const { metadata, containers } of list.items ?? []) {
    let sum = 0;
    let complete = true;
    for (const one of containers ?? []) {
      if (container !== undefined && one.name !== container) continue;
      if (one.usage?.[name] === undefined) complete = false;
      else sum += milliValue(one.usage[name]);
    }
    if (complete) found.set(metadata.name, sum);
  }
  if (found.size === 0) throw new Error('no metrics returned from resource metrics API');
  return found;
}

interface Groups {
  readonly ready: string[];
  readonly unready: string[];
  readonly missing: string[];
}

/** Models groupPods */
export function groupPods(
  metrics: Map<string, number>,
  resource: string,
  { pods, now, starting }: MetricContext,
): Groups {
  const groups: Groups = { ready: [], unready: [], missing: [] };
  for (const pod of pods) {
    const { name } = pod.metadata;
    if (pod.metadata.deletionTimestamp || pod.status?.phase === 'Failed') {
      metrics.delete(name);
      continue;
    }
    if (pod.status?.phase === 'Pending') groups.unready.push(name);
    else if (!metrics.has(name)) groups.missing.push(name);
    else if (resource === 'cpu' && isStarting(pod, now, starting)) groups.unready.push(name);
    else groups.ready.push(name);
  }
  for (const name of groups.unready) metrics.delete(name);
  return groups;
}

function isStarting(pod: Pod, now: number, starting: MetricContext['starting']): boolean {
  const started = Date.parse(pod.status?.startTime ?? '');
  const ready = pod.status?.conditions?.find((c: any) => c.type === 'Ready');
  if (!ready || Number.isNaN(started)) return true;
  if (started + starting.hpaCpuInitializationMs > now) return !isReady(pod);
  return (
    ready.status === 'False' && started + starting.hpaReadinessDelayMs > Date.parse(ready.lastTransitionTime)
  );
}

export function resourceProposal(
  source: any,
  container: string | undefined,
  context: MetricContext,
): Proposal {
  const { name, target } = source;
  const reason = container === undefined ? 'FailedGetResourceMetric' : 'FailedGetContainerResourceMetric';
  const prefix = `failed to get ${name} ${container === undefined ? '' : 'container '}resource metric value: `;
  const byUtilization = target.averageUtilization !== undefined;
  try {
    const metrics = podMetrics(name, container, context);
    const groups = groupPods(metrics, name, context);
    if (groups.ready.length === 0)
      throw new Error('did not receive metrics for targeted pods (pods might be unready)');
    const requests = byUtilization ? requestsOf(name, container, context.pods) : undefined;
    const goal = byUtilization ? target.averageUtilization : milliValue(target.averageValue);
    const result = calculate({ metrics, groups, requests, goal, scaleUpOnly: false }, context);
    const current = byUtilization
      ? { averageUtilization: result.level, averageValue: milliText(result.average) }
      : { averageValue: milliText(result.average) };
    const key = container === undefined ? 'resource' : 'containerResource';
    return {
      replicas: result.replicas,
      metricName: byUtilization
        ? `${name} ${container === undefined ? '' : 'container '}resource utilization (percentage of request)`
        : `${name} ${container === undefined ? '' : 'container '}resource`,
      status: {
        type: container === undefined ? 'Resource' : 'ContainerResource',
        [key]: { name, ...(container === undefined ? {} : { container }), current },
      },
    };
  } catch (error) {
    const what = `unable to get metrics for resource ${name}: ${(error as Error).message}`;
    const own = /^(missing request|did not receive)/.test((error as Error).message);
    const text = own ? (error as Error).message : what;
    const message = byUtilization
      ? `failed to get ${name} utilization: ${text}`
      : `failed to get ${name} usage: ${text}`;
    throw new MetricError(reason, message, prefix);
  }
}

export function milliText(milli: number): string {
  return milli % 1000 === 0 ? String(milli / 1000) : `${Math.floor(milli)}m`;
}

function requestsOf(name: string, container: string | undefined, pods: readonly Pod[]): Map<string, number> {
  const requests = new Map<string, number>();
  for (const pod of pods) {
    let sum = 0;
    for (const one of pod.spec.containers) {
      if (container !== undefined && one.name !== container) continue;
      const request = one.resources?.requests?.[name];
      if (request === undefined) {
        throw new Error(`missing request for ${name} in container ${one.name} of Pod ${pod.metadata.name}`);
      }
      sum += milliValue(request);
    }
    requests.set(pod.metadata.name, sum);
  }
  return requests;
}

interface Calculation {
  readonly metrics: Map<string, number>;
  readonly groups: Groups;
  /** Utilization is of these; undefined: the goal is an absolute value. */
  readonly requests: Map<string, number> | undefined;
  readonly goal: number;
  readonly scaleUpOnly: boolean;
}

function usage(metrics: ReadonlyMap<string, number>, { requests, goal }: Calculation) {
  let total = 0;
  let asked = 0;
  for (const [name, value] of metrics) {
    total += value;
    asked += requests?.get(name) ?? 0;
  }
  const average = metrics.size === 0 ? 0 : total / metrics.size;
  const level = requests ? Math.floor((total * 100) / Math.max(1, asked)) : average;
  return { ratio: level / goal, level, average };
}

/** Models GetResourceReplicas and GetRawResourceReplicas */
export function calculate(calculation: Calculation, { currentReplicas, tolerances }: MetricContext) {
  const { metrics, groups, requests } = calculation;
  const now = usage(metrics, calculation);
  const rebalance = groups.unready.length > 0 && now.ratio > 1;
  if (!rebalance && groups.missing.length === 0) {
    const steady = isWithin(tolerances, now.ratio);
    const replicas = steady
      ? currentReplicas
      : Math.ceil(Number((now.ratio * groups.ready.length).toFixed(9)));
    return { replicas, level: now.level, average: now.average };
  }
  const assumed = new Map(metrics);
  // Pods nobody knows about are assumed to be such that they do not make matters worse.
  for (const name of groups.missing) {
    const full = requests ? (requests.get(name) ?? 0) : calculation.goal;
    assumed.set(name, now.ratio < 1 ? full : 0);
  }
  if (rebalance) for (const name of groups.unready) assumed.set(name, 0);
  const next = usage(assumed, calculation);
  const turned = (now.ratio < 1 && next.ratio > 1) || (now.ratio > 1 && next.ratio < 1);
  const replicas =
    isWithin(tolerances, next.ratio) || turned
      ? currentReplicas
      : Math.ceil(Number((next.ratio * assumed.size).toFixed(9)));
  const wrongWay =
    (next.ratio < 1 && replicas > currentReplicas) || (next.ratio > 1 && replicas < currentReplicas);
  return { replicas: wrongWay ? currentReplicas : replicas, level: now.level, average: now.average };
}

export function externalProposal({ metric, target }: any, context: MetricContext): Proposal {
  const selector = metric.selector ? formatSelector(selectorOf(metric.selector) ?? []) : '';
  const path = `/apis/external.metrics.k8s.io/v1beta1/namespaces/${context.namespace}/${metric.name}`;
  const response = context.client.request({
    method: 'GET',
    path: selector ? `${path}?labelSelector=${encodeURIComponent(selector)}` : path,
    headers: { accept: 'application/json' },
  });
  const labels = goLabelSelector(metric.selector);
  if (response.status >= 400) {
    const why = `unable to fetch metrics from external metrics API: the server could not find the requested resource (get ${metric.name}.external.metrics.k8s.io)`;
    const text = `unable to get external metric ${context.namespace}/${metric.name}/${labels}: ${why}`;
    throw new MetricError(
      'FailedGetExternalMetric',
      text,
      `failed to get ${metric.name} external metric value: failed to get ${metric.name} external metric: `,
    );
  }
  const items = ((response.value ?? JSON.parse(response.body ?? '{}')) as { items?: any[] }).items ?? [];
  const total = items.reduce((sum, { value }) => sum + milliValue(value), 0);
  const perPod = target.averageValue !== undefined;
  const goal = milliValue(target.averageValue ?? target.value);
  const ratio = perPod ? total / (goal * context.currentReplicas) : total / goal;
  const scaled = perPod ? total / goal : ratio * readyCount(context);
  const replicas = isWithin(context.tolerances, ratio) ? context.currentReplicas : Math.ceil(scaled);
  const current = perPod
    ? { averageValue: milliText(Math.ceil(total / context.currentReplicas)) }
    : { value: milliText(total) };
  return {
    replicas,
    metricName: `external metric ${metric.name}(${labels})`,
    status: { type: 'External', external: { metric, current } },
  };
}

export function readyCount({ pods }: MetricContext): number {
  return pods.filter((pod) => pod.status?.phase === 'Running' && isReady(pod)).length;
}

/** Pods of the scale target. */
export function targetPods(pods: Iterable<Pod>, selector: Selector): Pod[] {
  return [...pods].filter((pod) => matches(selector, pod.metadata.labels));
}

export function selectorOfScale(scale: KubeObject): Selector {
  return parseSelector(scale.status?.selector ?? '');
}
