import { formatSelector, type Selector, selectorOf } from '../../../objects/label-selector.ts';
import { milliValue } from '../../../objects/quantity.ts';
import { errorOf } from '../../client/request-client.ts';
import {
  calculate,
  groupPods,
  isWithin,
  type MetricContext,
  MetricError,
  milliText,
  type Proposal,
  readyCount,
} from './metrics.ts';

// Models k8s.io/metrics/pkg/client/custom_metrics and what replica_calculator.go makes of it

const GROUP = 'custom.metrics.k8s.io';

/** A value of `custom.metrics.k8s.io`: what is measured, and how much. */
interface MetricValue {
  readonly describedObject: { readonly name: string };
  readonly value: string;
}

/** Asks whatever serves custom metrics. Throws in the words of the metrics client. */
function measured({ client }: MetricContext, path: string, selectors: Record<string, Selector | undefined>) {
  const ask = (at: string) => {
    const response = client.request({ method: 'GET', path: at, headers: { accept: 'application/json' } });
    if (response.status >= 400) throw errorOf(response);
    return (response.value ?? JSON.parse(response.body ?? '{}')) as any;
  };
  const group = (ask('/apis').groups ?? []).find(({ name }: { name: string }) => name === GROUP);
  if (!group) throw new Error(`no custom metrics API (${GROUP}) registered`);
  const query = new URLSearchParams();
  for (const [name, selector] of Object.entries(selectors))
    if (selector && selector.length > 0) query.set(name, formatSelector(selector));
  const tail = query.size === 0 ? '' : `?${query}`;
  return (ask(`/apis/${group.preferredVersion.groupVersion}/${path}${tail}`).items ?? []) as MetricValue[];
}

function metricSelector(metric: any): Selector | undefined {
  return metric.selector && selectorOf(metric.selector);
}

/** So much on the average pod. Models GetMetricReplicas */
export function podsProposal({ metric, target }: any, context: MetricContext): Proposal {
  try {
    const path = `namespaces/${context.namespace}/pods/*/${metric.name}`;
    const selectors = { labelSelector: context.selector, metricLabelSelector: metricSelector(metric) };
    const items = measured(context, path, selectors);
    if (items.length === 0) throw new Error('no metrics returned from custom metrics API');
    const metrics = new Map(items.map((one) => [one.describedObject.name, milliValue(one.value)]));
    const groups = groupPods(metrics, '', context);
    if (groups.ready.length === 0)
      throw new Error('did not receive metrics for targeted pods (pods might be unready)');
    const goal = milliValue(target.averageValue);
    const calculation = { metrics, groups, requests: undefined, goal, scaleUpOnly: false };
    const { replicas, average } = calculate(calculation, context);
    return {
      replicas,
      metricName: `pods metric ${metric.name}`,
      status: { type: 'Pods', pods: { metric, current: { averageValue: milliText(average) } } },
    };
  } catch (error) {
    const text = `unable to get metric ${metric.name}: ${why(error)}`;
    throw new MetricError('FailedGetPodsMetric', text, 'failed to get pods metric value: ');
  }
}

/** So much of one object, altogether or for each pod. Models GetObjectMetricReplicas and GetObjectPerPodMetricReplicas */
export function objectProposal({ metric, describedObject, target }: any, context: MetricContext): Proposal {
  const { apiVersion = 'v1', kind, name } = describedObject;
  let total: number;
  try {
    const resource = context.resourceOf(apiVersion, kind);
    const plural = resource
      ? [resource.plural, resource.group].filter(Boolean).join('.')
      : kind.toLowerCase();
    const path = `namespaces/${context.namespace}/${plural}/${name}/${metric.name}`;
    const [item] = measured(context, path, { metricLabelSelector: metricSelector(metric) });
    if (!item) throw new Error('no metrics returned from custom metrics API');
    total = milliValue(item.value);
  } catch (error) {
    const text = `unable to get metric ${metric.name}: ${kind} on ${context.namespace} ${name}/${why(error)}`;
    throw new MetricError('FailedGetObjectMetric', text, 'failed to get object metric value: ');
  }
  const { currentReplicas, tolerances } = context;
  const perPod = target.averageValue !== undefined;
  const goal = milliValue(target.averageValue ?? target.value);
  const ratio = perPod ? total / (goal * currentReplicas) : total / goal;
  const wanted = perPod ? total / goal : ratio * readyCount(context);
  const current = perPod
    ? { averageValue: milliText(Math.ceil(total / currentReplicas)) }
    : { value: milliText(total) };
  return {
    replicas: isWithin(tolerances, ratio) ? currentReplicas : Math.ceil(wanted),
    metricName: `${kind} metric ${metric.name}`,
    status: { type: 'Object', object: { metric, describedObject, current } },
  };
}

function why(error: unknown): string {
  const { message } = error as Error;
  if (message.startsWith('did not receive')) return message;
  return message.startsWith('no metrics returned')
    ? message
    : `unable to fetch metrics from custom metrics API: ${message}`;
}
