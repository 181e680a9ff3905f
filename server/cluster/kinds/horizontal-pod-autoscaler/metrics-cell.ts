/** `cpu: 12%/80%, memory: <unknown>/100Mi`. Models pkg/printers/internalversion formatHPAMetrics. */
export function metricsCell(specs: readonly any[], statuses: readonly any[]): string {
  if (specs.length === 0) return '<none>';
  const cells = specs.map((spec, i) => metricCell(spec, statuses[i] ?? {}));
  const shown = cells.slice(0, 2).join(', ');
  return cells.length > 2 ? `${shown} + ${cells.length - 2} more...` : shown;
}

function metricCell(spec: any, status: any): string {
  switch (spec.type) {
    case 'Resource':
      return resourceCell(spec.resource, status.resource);
    case 'ContainerResource':
      return resourceCell(spec.containerResource, status.containerResource);
    case 'Pods':
      return `${status.pods?.current?.averageValue ?? '<unknown>'}/${spec.pods.target.averageValue}`;
    case 'Object':
      return valueCell(spec.object, status.object);
    case 'External':
      return valueCell(spec.external, status.external);
    default:
      return '<unknown type>';
  }
}

function valueCell({ target }: any, status: any): string {
  if (target.averageValue !== undefined) {
    return `${status?.current?.averageValue ?? '<unknown>'}/${target.averageValue} (avg)`;
  }
  return `${status?.current?.value ?? '<unknown>'}/${target.value}`;
}

function resourceCell({ name, target }: any, status: any): string {
  const { averageValue, averageUtilization } = status?.current ?? {};
  if (target.averageValue !== undefined)
    return `${name}: ${averageValue ?? '<unknown>'}/${target.averageValue}`;
  const current = averageUtilization === undefined ? '<unknown>' : `${averageUtilization}%`;
  const wanted = target.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`;
  return `${name}: ${current}/${wanted}`;
}
