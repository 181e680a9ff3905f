import type { KubeObject } from '../../objects/object.ts';
import { findCondition } from './conditions.ts';
import type { ManagerSettings } from './controller.ts';

const ZONE = 'topology.kubernetes.io/zone';
const REGION = 'topology.kubernetes.io/region';
const EXCLUDED = 'node.kubernetes.io/exclude-disruption';

export type ZoneState = 'Normal' | 'PartialDisruption' | 'FullDisruption';

interface Zone {
  readonly name: string;
  readonly ready: Set<string>;
  readonly notReady: Set<string>;
  state: ZoneState | undefined;
  /** When a node of it was last marked for eviction. */
  markedAt: number;
}

type Limits = Pick<
  ManagerSettings,
  'nodeEvictionRate' | 'secondaryNodeEvictionRate' | 'largeClusterSize' | 'unhealthyZoneThreshold'
>;

/** What came of a change of a node. */
export interface Disruption {
  /** Nodes whose lot changes with it. */
  readonly concerns: Iterable<string>;
  /** The zone's new state, or that of all zones at once. */
  readonly zone?: { readonly name: string; readonly state: ZoneState };
  readonly allDown?: boolean;
}

const NOTHING: Disruption = { concerns: [] };

/**
 * How the zones do: where many nodes fail at once the trouble is rather the network, and evictions slow down or stop.
 * Models node_lifecycle_controller.go handleDisruption
 */
export class NodeZones {
  readonly #limits: Limits;
  readonly #zones = new Map<string, Zone>();
  readonly #zoneOf = new Map<string, Zone>();
  #allDown = false;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Every node of every zone is not ready. */
  get allDown(): boolean {
    return this.#allDown;
  }

  /** Takes in a node as it is now. */
  set(node: KubeObject): Disruption {
    const { name, labels } = node.metadata;
    if (labels?.[EXCLUDED] !== undefined) return this.remove(name);
    const zone = this.#zone(`${labels?.[REGION] ?? ''}:${labels?.[ZONE] ?? ''}`);
    const ready = findCondition(node.status?.conditions, 'Ready')?.status === 'True';
    const [mine, other] = ready ? [zone.ready, zone.notReady] : [zone.notReady, zone.ready];
    const before = this.#zoneOf.get(name);
    if (before === zone && mine.has(name)) return NOTHING;
    if (before && before !== zone) this.remove(name);
    other.delete(name);
    mine.add(name);
    this.#zoneOf.set(name, zone);
    return this.#judge(zone);
  }

  remove(name: string): Disruption {
    const zone = this.#zoneOf.get(name);
    if (!zone) return NOTHING;
    zone.ready.delete(name);
    zone.notReady.delete(name);
    this.#zoneOf.delete(name);
    return this.#judge(zone);
  }

  /** When a node may be marked for eviction: in so many ms, 0: now; undefined: not while its zone is as it is. */
  mark(node: string, now: number): number | undefined {
    const zone = this.#zoneOf.get(node);
    if (!zone) return 0;
    const rate = this.#rateOf(zone);
    if (this.#allDown || rate <= 0) return undefined;
    const wait = Math.ceil(zone.markedAt + 1000 / rate - now);
    if (wait > 0) return wait;
    zone.markedAt = now;
    return 0;
  }

  #rateOf({ state, ready, notReady }: Zone): number {
    const { nodeEvictionRate, secondaryNodeEvictionRate, largeClusterSize } = this.#limits;
    if (state !== 'PartialDisruption') return nodeEvictionRate;
    return ready.size + notReady.size > largeClusterSize ? secondaryNodeEvictionRate : 0;
  }

  #zone(name: string): Zone {
    let zone = this.#zones.get(name);
    if (!zone) {
      const markedAt = Number.NEGATIVE_INFINITY;
      zone = { name, ready: new Set(), notReady: new Set(), state: undefined, markedAt };
      this.#zones.set(name, zone);
    }
    return zone;
  }

  #judge(zone: Zone): Disruption {
    const before = zone.state;
    zone.state = this.#stateOf(zone);
    const wasDown = this.#allDown;
    const zones = [...this.#zones.values()].filter(({ state }) => state !== undefined);
    this.#allDown = zones.length > 0 && zones.every(({ state }) => state === 'FullDisruption');
    if (this.#allDown !== wasDown) {
      return { concerns: zones.flatMap(({ notReady }) => [...notReady]), allDown: this.#allDown };
    }
    if (zone.state === before || zone.state === undefined) return NOTHING;
    return { concerns: [...zone.notReady], zone: { name: zone.name, state: zone.state } };
  }

  /** Models ComputeZoneState */
  #stateOf({ ready, notReady }: Zone): ZoneState | undefined {
    if (notReady.size === 0) return ready.size === 0 ? undefined : 'Normal';
    if (ready.size === 0) return 'FullDisruption';
    const share = notReady.size / (ready.size + notReady.size);
    const many = notReady.size > 2 && share >= this.#limits.unhealthyZoneThreshold;
    return many ? 'PartialDisruption' : 'Normal';
  }
}
