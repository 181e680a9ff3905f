import { eventLines, headLines, longTime } from '../describe/common.ts';
import type { DescribeContext } from '../describe/context.ts';
import { type DescribeWriter, described } from '../describe/writer.ts';

/** Models kubectl pkg/describe describeHorizontalPodAutoscalerV2. */
export function describeAutoscaler(autoscaler: any, context: DescribeContext): string {
  const { metadata, spec, status = {} } = autoscaler;
  const target = spec.scaleTargetRef ?? {};
  return described((w) => {
    headLines(w, autoscaler);
    w.line(0, `CreationTimestamp:\t${longTime(metadata.creationTimestamp)}`);
    w.line(0, `Reference:\t${target.kind}/${target.name}`);
    w.line(0, 'Metrics:\t( current / target )');
    const current: any[] = status.currentMetrics ?? [];
    (spec.metrics ?? []).forEach((metric: any, i: number) => {
      w.line(1, metricText(metric, current[i] ?? {}));
    });
    w.line(0, `Min replicas:\t${spec.minReplicas ?? '<unset>'}`);
    w.line(0, `Max replicas:\t${spec.maxReplicas}`);
    if (spec.behavior) {
      w.line(0, 'Behavior:');
      rulesLines(w, 'Scale Up', spec.behavior.scaleUp);
      rulesLines(w, 'Scale Down', spec.behavior.scaleDown);
    }
    const counts = `${status.currentReplicas ?? 0} current / ${status.desiredReplicas ?? 0} desired`;
    w.line(0, `${target.kind} pods:\t${counts}`);
    conditionLines(w, status.conditions);
    eventLines(w, autoscaler, context);
  });
}

function metricText(metric: any, current: any): string {
  const { type } = metric;
  if (type === 'Resource')
    return resourceText(`resource ${metric.resource.name} on pods`, metric.resource, current.resource);
  if (type === 'ContainerResource') {
    const { name, container } = metric.containerResource;
    const title = `resource ${name} of container ${JSON.stringify(container)} on pods`;
    return resourceText(title, metric.containerResource, current.containerResource);
  }
  if (type === 'Pods') {
    const { metric: source, target } = metric.pods;
    const now = current.pods?.current?.averageValue ?? '<unknown>';
    return `${JSON.stringify(source.name)} on pods:\t${now} / ${target.averageValue}`;
  }
  if (type === 'Object') {
    const { describedObject, metric: source } = metric.object;
    const title = `${JSON.stringify(source.name)} on ${describedObject.kind}/${describedObject.name}`;
    return valueText(title, metric.object.target, current.object?.current);
  }
  if (type === 'External') {
    return valueText(
      JSON.stringify(metric.external.metric.name),
      metric.external.target,
      current.external?.current,
    );
  }
  return `<unknown metric type ${JSON.stringify(type)}>`;
}

function valueText(title: string, target: any, current: any): string {
  if (target.averageValue !== undefined) {
    return `${title} (target average value):\t${current?.averageValue ?? '<unknown>'} / ${target.averageValue}`;
  }
  return `${title} (target value):\t${current?.value ?? '<unknown>'} / ${target.value}`;
}

function resourceText(title: string, { target }: any, status: any): string {
  const { averageUtilization, averageValue } = status?.current ?? {};
  if (target.averageValue !== undefined) {
    return `${title}:\t${averageValue ?? '<unknown>'} / ${target.averageValue}`;
  }
  const now = averageUtilization === undefined ? '<unknown>' : `${averageUtilization}% (${averageValue})`;
  const wanted = target.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`;
  return `${title}  (as a percentage of request):\t${now} / ${wanted}`;
}

function rulesLines(w: DescribeWriter, title: string, rules: any): void {
  if (!rules) return;
  w.line(1, `${title}:`);
  const { stabilizationWindowSeconds: seconds, policies = [], selectPolicy = 'Max' } = rules;
  if (seconds !== undefined) w.line(2, `Stabilization Window: ${seconds} seconds`);
  if (policies.length === 0) return;
  w.line(2, `Select Policy: ${selectPolicy}`);
  w.line(2, 'Policies:');
  for (const { type, value, periodSeconds } of policies) {
    w.line(3, `- Type: ${type}\tValue: ${value}\tPeriod: ${periodSeconds} seconds`);
  }
}

function conditionLines(w: DescribeWriter, conditions: readonly any[] = []): void {
  if (conditions.length === 0) return;
  w.line(0, 'Conditions:');
  w.line(1, 'Type\tStatus\tReason\tMessage');
  w.line(1, '----\t------\t------\t-------');
  for (const { type, status, reason = '', message = '' } of conditions) {
    w.line(1, `${type}\t${status}\t${reason}\t${message}`);
  }
}
