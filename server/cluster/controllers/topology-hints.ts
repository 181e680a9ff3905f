import type { KubeObject } from '../../objects/object.ts';
import { milliValue } from '../../objects/quantity.ts';
import { findCondition } from './conditions.ts';

export const ZONE = 'topology.kubernetes.io/zone';
const EXCLUDED = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'];
/** How much more than its share an endpoint may have to carry. */
const OVERLOAD = 0.2;

/** The zone of each endpoint that is ready, or why none may have one for its own. */
export type Hints = { readonly zones: readonly string[] } | { readonly why: string };

/** Whether a service asks for hints that follow the CPUs of the zones. Models hintsEnabled */
export function wantsHints({ metadata }: KubeObject): boolean {
  const of = (name: string) => metadata.annotations?.[`service.kubernetes.io/${name}`];
  return ['Auto', 'auto'].includes(of('topology-mode') ?? of('topology-aware-hints') ?? '');
}

/**
 * Shares endpoints out to the zones by their CPUs; `zones` are where the ready ones stand.
 * Models staging/src/k8s.io/endpointslice/topologycache AddHints
 */
export function shareOut(zones: readonly (string | undefined)[], nodes: Iterable<KubeObject>): Hints {
  const shares = sharesOf(nodes);
  if (!shares) {
    return {
      why: 'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes',
    };
  }
  const counts = `(${zones.length} endpoints, ${shares.size} zones)`;
  if (shares.size > zones.length) return { why: `Insufficient number of endpoints ${counts}` };
  const wanted = new Map<string, number>();
  let left = zones.length;
  for (const [zone, share] of shares) {
    const desired = share * zones.length;
    const least = Math.ceil(desired / (1 + OVERLOAD));
    wanted.set(zone, Math.max(desired, least));
    left -= least;
  }
  if (left < 0) {
    const what =
      'Unable to allocate minimum required endpoints to each zone without exceeding overload threshold';
    return { why: `${what} ${counts}` };
  }
  if (!zones.every((zone): zone is string => zone !== undefined))
    return { why: 'One or more endpoints do not have a zone specified' };
  return { zones: redistributed(zones, wanted) };
}

/** Each zone's part of all CPUs; undefined where that cannot be told. Models SetNodes */
function sharesOf(nodes: Iterable<KubeObject>): Map<string, number> | undefined {
  const cpus = new Map<string, number>();
  let total = 0;
  for (const { metadata, status } of nodes) {
    if (EXCLUDED.some((label) => metadata.labels?.[label] !== undefined)) continue;
    if (findCondition(status?.conditions, 'Ready')?.status !== 'True') continue;
    const zone = metadata.labels?.[ZONE];
    const cpu = milliValue(status?.allocatable?.cpu ?? '0');
    if (!zone || cpu === 0) return undefined;
    cpus.set(zone, (cpus.get(zone) ?? 0) + cpu);
    total += cpu;
  }
  if (cpus.size < 2) return undefined;
  return new Map([...cpus].map(([zone, cpu]) => [zone, cpu / total]));
}

/** Models redistributeHints: endpoints of zones that have too many go to those that have too few. */
function redistributed(zones: readonly string[], wanted: ReadonlyMap<string, number>): string[] {
  const over = new Map<string, number>();
  const under = new Map<string, number>();
  for (const [zone, target] of wanted) {
    const surplus = zones.filter((one) => one === zone).length - target;
    if (surplus > 0) over.set(zone, surplus);
    if (surplus < 0) under.set(zone, -surplus);
  }
  const result = [...zones];
  for (;;) {
    const [from, given] = most(over);
    const [to, taken] = most(under);
    if (given < 0.5 || taken < 0.5 || (given < 1 && taken < 1)) return result;
    result[result.indexOf(from)] = to;
    over.set(from, given - 1);
    under.set(to, taken - 1);
  }
}

function most(zones: ReadonlyMap<string, number>): [string, number] {
  let best: [string, number] = ['', 0];
  for (const one of zones) if (one[1] > best[1]) best = one;
  return best;
}
