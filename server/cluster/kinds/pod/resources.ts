import { addQuantities, compareQuantities } from '../../../objects/quantity.ts';

export type ResourceList = Record<string, string>;

/** What a pod asks for and may have at most. Models kubectl pkg/util/resource PodRequestsAndLimits. */
export function podResources({ spec }: any): { requests: ResourceList; limits: ResourceList } {
  return { requests: total(spec, 'requests'), limits: total(spec, 'limits') };
}

/** Containers run together; an init container runs alone, beside the sidecars that started before it. */
function total(spec: any, list: 'requests' | 'limits'): ResourceList {
  const sum: ResourceList = {};
  for (const container of spec.containers ?? []) add(sum, container.resources?.[list]);
  const sidecars: ResourceList = {};
  const peak: ResourceList = {};
  for (const container of spec.initContainers ?? []) {
    const own = container.resources?.[list];
    if (container.restartPolicy === 'Always') {
      add(sum, own);
      add(sidecars, own);
      raise(peak, sidecars);
    } else {
      const together = { ...sidecars };
      add(together, own);
      raise(peak, together);
    }
  }
  raise(sum, peak);
  if (list === 'requests') add(sum, spec.overhead);
  else {
    for (const [name, value] of Object.entries<string>(spec.overhead ?? {})) {
      if (sum[name] !== undefined) sum[name] = addQuantities(sum[name], value);
    }
  }
  return sum;
}

export function add(sum: ResourceList, list: ResourceList = {}): void {
  for (const [name, value] of Object.entries(list)) {
    sum[name] = sum[name] === undefined ? value : addQuantities(sum[name], value);
  }
}

function raise(sum: ResourceList, list: ResourceList): void {
  for (const [name, value] of Object.entries(list)) {
    if (sum[name] === undefined || compareQuantities(value, sum[name]) > 0) sum[name] = value;
  }
}
