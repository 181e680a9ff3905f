import type { KubeObject } from '../../../objects/object.ts';
import type { OtherVersion } from '../kind.ts';

const PREFIX = 'autoscaling.alpha.kubernetes.io/';
const METRICS = `${PREFIX}metrics`;
const CURRENT = `${PREFIX}current-metrics`;
const CONDITIONS = `${PREFIX}conditions`;
const BEHAVIOR = `${PREFIX}behavior`;

/** What v1 cannot say travels in annotations. Models pkg/apis/autoscaling/v1/conversion.go. */
export const V1: OtherVersion = {
  version: 'v1',
  schema: 'io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler',
  toStorage,
  fromStorage,
};

function toStorage(object: KubeObject): KubeObject {
  const annotations: Record<string, string> = { ...object.metadata.annotations };
  const { targetCPUUtilizationPercentage: cpu, ...spec } = object.spec ?? {};
  const { currentCPUUtilizationPercentage: currentCpu, ...status } = object.status ?? {};
  const metrics = (take(annotations, METRICS) ?? []).map(specFromV1);
  if (cpu !== undefined) metrics.push(cpuSpec(cpu));
  const current = (take(annotations, CURRENT) ?? []).map(statusFromV1);
  if (currentCpu !== undefined) current.push(cpuStatus(currentCpu));
  const conditions = take(annotations, CONDITIONS);
  const behavior = take(annotations, BEHAVIOR);
  return {
    ...object,
    apiVersion: 'autoscaling/v2',
    metadata: withAnnotations(object, annotations),
    spec: {
      ...spec,
      ...(metrics.length > 0 ? { metrics } : {}),
      ...(behavior ? { behavior } : {}),
    },
    ...(object.status
      ? {
          status: {
            ...status,
            ...(current.length > 0 ? { currentMetrics: current } : {}),
            ...(conditions ? { conditions } : {}),
          },
        }
      : {}),
  };
}

function fromStorage(object: KubeObject): KubeObject {
  const annotations: Record<string, string> = { ...object.metadata.annotations };
  const { metrics = [], behavior, ...spec } = object.spec ?? {};
  const { currentMetrics = [], conditions, ...status } = object.status ?? {};
  const cpu = metrics.find(isCpuUtilization)?.resource.target.averageUtilization;
  const currentCpu = (currentMetrics ?? []).find((metric: any) => cpuCurrent(metric) !== undefined);
  const others = metrics.filter((metric: any) => !isCpuUtilization(metric));
  put(annotations, METRICS, others.map(specToV1));
  put(
    annotations,
    CURRENT,
    (currentMetrics ?? []).filter((metric: any) => metric !== currentCpu).map(statusToV1),
  );
  put(annotations, CONDITIONS, conditions ?? []);
  if (behavior) annotations[BEHAVIOR] = JSON.stringify(behavior);
  return {
    ...object,
    apiVersion: 'autoscaling/v1',
    metadata: withAnnotations(object, annotations),
    spec: { ...spec, ...(cpu === undefined ? {} : { targetCPUUtilizationPercentage: cpu }) },
    ...(object.status
      ? {
          status: {
            ...status,
            ...(currentCpu ? { currentCPUUtilizationPercentage: cpuCurrent(currentCpu) } : {}),
          },
        }
      : {}),
  };
}

function withAnnotations(object: KubeObject, annotations: Record<string, string>): KubeObject['metadata'] {
  const { annotations: _, ...metadata } = object.metadata;
  return Object.keys(annotations).length > 0 ? { ...metadata, annotations } : metadata;
}

function take(annotations: Record<string, string>, name: string): any {
  const text = annotations[name];
  if (text === undefined) return undefined;
  delete annotations[name];
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function put(annotations: Record<string, string>, name: string, list: unknown[]): void {
  if (list.length > 0) annotations[name] = JSON.stringify(list);
}

function cpuSpec(averageUtilization: number): any {
  return { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } };
}

function cpuStatus(averageUtilization: number): any {
  return { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization } } };
}

function isCpuUtilization({ type, resource }: any): boolean {
  return type === 'Resource' && resource?.name === 'cpu' && resource.target?.averageUtilization !== undefined;
}

function cpuCurrent({ type, resource }: any): number | undefined {
  return type === 'Resource' && resource?.name === 'cpu' ? resource.current?.averageUtilization : undefined;
}

function specToV1({ type, resource, containerResource, pods, object, external }: any): any {
  if (resource) return { type, resource: { name: resource.name, ...targetToV1(resource.target) } };
  if (containerResource) {
    const { name, container, target } = containerResource;
    return { type, containerResource: { name, ...targetToV1(target), container } };
  }
  if (pods) {
    const { metric, target } = pods;
    return {
      type,
      pods: { metricName: metric.name, ...selectorOf(metric), targetAverageValue: target.averageValue },
    };
  }
  if (object) {
    const { describedObject, metric, target } = object;
    const average = target.averageValue === undefined ? {} : { averageValue: target.averageValue };
    const shared = { target: describedObject, metricName: metric.name, targetValue: target.value ?? '0' };
    return { type, object: { ...shared, ...selectorOf(metric), ...average } };
  }
  const { metric, target } = external ?? { metric: {}, target: {} };
  const value = target.value === undefined ? {} : { targetValue: target.value };
  const average = target.averageValue === undefined ? {} : { targetAverageValue: target.averageValue };
  const selector = metric.selector ? { metricSelector: metric.selector } : {};
  return { type, external: { metricName: metric.name, ...selector, ...value, ...average } };
}

function targetToV1({ averageUtilization, averageValue }: any): any {
  return {
    ...(averageUtilization === undefined ? {} : { targetAverageUtilization: averageUtilization }),
    ...(averageValue === undefined ? {} : { targetAverageValue: averageValue }),
  };
}

function selectorOf({ selector }: any): any {
  return selector ? { selector } : {};
}

function specFromV1({ type, resource, containerResource, pods, object, external }: any): any {
  if (resource) return { type, resource: { name: resource.name, target: targetFromV1(resource) } };
  if (containerResource) {
    const { name, container } = containerResource;
    return { type, containerResource: { name, container, target: targetFromV1(containerResource) } };
  }
  if (pods) {
    const target = { type: 'AverageValue', averageValue: pods.targetAverageValue };
    return { type, pods: { metric: { name: pods.metricName, ...selectorOf(pods) }, target } };
  }
  if (object) {
    const { averageValue, targetValue, target: describedObject, metricName } = object;
    const target = averageValue
      ? { type: 'AverageValue', averageValue }
      : { type: 'Value', value: targetValue };
    return { type, object: { describedObject, metric: { name: metricName, ...selectorOf(object) }, target } };
  }
  const { metricName, metricSelector, targetValue, targetAverageValue } = external ?? {};
  const metric = { name: metricName, ...(metricSelector ? { selector: metricSelector } : {}) };
  const target = targetValue
    ? { type: 'Value', value: targetValue }
    : { type: 'AverageValue', averageValue: targetAverageValue };
  return { type, external: { metric, target } };
}

function targetFromV1({ targetAverageUtilization, targetAverageValue }: any): any {
  if (targetAverageUtilization !== undefined) {
    return { type: 'Utilization', averageUtilization: targetAverageUtilization };
  }
  return { type: 'AverageValue', averageValue: targetAverageValue };
}

function statusToV1({ type, resource, ...other }: any): any {
  if (!resource) return { type, ...other };
  const { averageUtilization, averageValue } = resource.current;
  const utilization =
    averageUtilization === undefined ? {} : { currentAverageUtilization: averageUtilization };
  return {
    type,
    resource: { name: resource.name, ...utilization, currentAverageValue: averageValue ?? '0' },
  };
}

function statusFromV1({ type, resource, ...other }: any): any {
  if (!resource) return { type, ...other };
  const { currentAverageUtilization: utilization, currentAverageValue: averageValue } = resource;
  const current = { ...(utilization === undefined ? {} : { averageUtilization: utilization }), averageValue };
  return { type, resource: { name: resource.name, current } };
}
