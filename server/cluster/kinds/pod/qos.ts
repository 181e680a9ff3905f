import { compareQuantities } from '../../../objects/quantity.ts';

const COUNTED = ['cpu', 'memory'];

/** Models pkg/apis/core/v1/helper/qos ComputePodQOS. */
export function qosClass(spec: any): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const containers: any[] = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  let any = false;
  let guaranteed = true;
  for (const { resources = {} } of containers) {
    const requests = counted(resources.requests);
    const limits = counted(resources.limits);
    if (Object.keys(requests).length + Object.keys(limits).length > 0) any = true;
    if (Object.keys(limits).length < COUNTED.length) guaranteed = false;
    for (const name of COUNTED) {
      const request = requests[name];
      const limit = limits[name];
      if (request !== undefined && (limit === undefined || compareQuantities(request, limit) !== 0)) {
        guaranteed = false;
      }
    }
  }
  if (!any) return 'BestEffort';
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

function counted(list: Record<string, string> = {}): Record<string, string> {
  const entries = Object.entries(list).filter(([name, value]) => COUNTED.includes(name) && isPositive(value));
  return Object.fromEntries(entries);
}

function isPositive(value: string): boolean {
  return compareQuantities(value, '0') > 0;
}
