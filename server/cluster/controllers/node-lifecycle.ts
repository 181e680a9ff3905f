import { isApiError } from '../../objects/api-error.ts';
import { type KubeObject, timestamp } from '../../objects/object.ts';
import { equalValues } from '../../objects/values.ts';
import type { EventRecorder, ObjectReference } from '../client/events.ts';
import type { Taint } from '../client/placement.ts';
import { RESOURCES } from '../client/resources.ts';
import { findCondition } from './conditions.ts';
import type { Controller, ControllerContext, Reconciler, Result } from './controller.ts';
import { type Disruption, NodeZones } from './node-zones.ts';
import { conditionOf, type Pod } from './pods.ts';

const LEASES = 'kube-node-lease';
const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';
const CONDITIONS = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

/** Taints that keep new pods away, by condition and its status. */
const CONDITION_TAINTS: readonly [string, string, string][] = [
  ['Ready', 'False', NOT_READY],
  ['Ready', 'Unknown', UNREACHABLE],
  ['MemoryPressure', 'True', 'node.kubernetes.io/memory-pressure'],
  ['DiskPressure', 'True', 'node.kubernetes.io/disk-pressure'],
  ['NetworkUnavailable', 'True', 'node.kubernetes.io/network-unavailable'],
  ['PIDPressure', 'True', 'node.kubernetes.io/pid-pressure'],
];
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';
const MANAGED = new Set([...CONDITION_TAINTS.map(([, , key]) => key), UNSCHEDULABLE]);

// Models pkg/controller/nodelifecycle/node_lifecycle_controller.go
export const nodeLifecycleController: Controller = {
  name: 'node-lifecycle-controller',
  alias: 'nodelifecycle',
  account: 'node-controller',
  start: (context) => new NodeLifecycle(context),
};

class NodeLifecycle implements Reconciler {
  readonly #context: ControllerContext;
  readonly #recorder: EventRecorder;
  readonly #zones: NodeZones;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#recorder = context.recorder('node-controller');
    this.#zones = new NodeZones(context.settings);
    const { queue, informers } = context;
    const pods = informers.for<Pod>(RESOURCES.pods);
    pods.addIndex('node', (pod) => (pod.spec.nodeName ? [pod.spec.nodeName] : []));
    informers.for(RESOURCES.nodes).on({
      added: (node) => {
        this.#heed(this.#zones.set(node));
        queue.add(node.metadata.name);
        this.#tell(node, 'RegisteredNode', `Registered Node ${node.metadata.name} in Controller`);
      },
      updated: (node) => {
        this.#heed(this.#zones.set(node));
        queue.add(node.metadata.name);
      },
      deleted: (node) => {
        this.#heed(this.#zones.remove(node.metadata.name));
        this.#tell(node, 'RemovingNode', `Removing Node ${node.metadata.name} from Controller`);
      },
    });
    const heard = ({ metadata: { name, namespace } }: KubeObject) => {
      if (namespace === LEASES) queue.add(name);
    };
    informers.for(RESOURCES.leases).on({ added: heard, updated: heard });
    pods.on({
      // A pod that lands on a node that is not ready must not count as ready itself.
      updated: (pod, old) => {
        if (pod.spec.nodeName && conditionOf(pod, 'Ready')?.status !== conditionOf(old, 'Ready')?.status) {
          queue.add(pod.spec.nodeName);
        }
      },
    });
  }

  #tell(node: KubeObject, reason: string, text: string): void {
    const { name, uid } = node.metadata;
    this.#recorder.event(nodeReference(name, uid), 'Normal', reason, `Node ${name} event: ${text}`);
  }

  #heed({ concerns, zone, allDown }: Disruption): void {
    const { log, queue } = this.#context;
    for (const name of concerns) queue.add(name);
    const say = (line: number, text: string) => log('I', `node_lifecycle_controller.go:${line}`, text);
    if (zone)
      say(
        1067,
        `"Controller detected that zone is now in new state" zone="${zone.name === ':' ? '' : zone.name}" newState="${zone.state}"`,
      );
    if (allDown === true)
      say(1025, '"Controller detected that all Nodes are not-Ready. Entering master disruption mode"');
    if (allDown === false)
      say(1044, '"Controller detected that some Nodes are Ready. Exiting master disruption mode"');
  }

  reconcile(key: string): Result | undefined {
    const node = this.#context.informers.for(RESOURCES.nodes).get(key);
    if (!node) return undefined;
    const health = this.#health(node);
    const current = health.silent ? this.#markUnknown(node) : node;
    this.#heed(this.#zones.set(current));
    // Of a node that nobody has ever heard of it is not said that it is silent before its time is up.
    const ready = findCondition(current.status?.conditions, 'Ready')?.status;
    const waitMs = this.#taint(current, ready);
    if (ready !== undefined && ready !== 'True') this.#markPodsNotReady(current);
    const due = [waitMs, health.checkInMs].filter((ms) => ms !== undefined);
    return due.length > 0 ? { requeueAfterMs: Math.min(...due) } : undefined;
  }

  /**
   * Whether the node has been silent for too long, and when to look again. A lease that its kubelet keeps is renewed
   * without a trace and comes up as changed when it ends, so while it lives there is nothing to wait for.
   */
  #health(node: KubeObject): { silent: boolean; checkInMs?: number } {
    const { clock, informers, settings } = this.#context;
    const { name, creationTimestamp } = node.metadata;
    const ready = findCondition(node.status?.conditions, 'Ready');
    const leases = informers.for(RESOURCES.leases);
    const written = leases.get(`${LEASES}/${name}`)?.spec?.renewTime;
    const beats = [written, ready?.['lastHeartbeatTime']].map((time) => Date.parse(time ?? '') || 0);
    const last = Math.max(...beats);
    const grace = ready ? settings.nodeMonitorGraceMs : settings.nodeStartupGraceMs;
    const due = (last || Date.parse(creationTimestamp)) + grace;
    if (due > clock.now) return { silent: false, checkInMs: due - clock.now };
    // The controller's own account may not read leases; the account that the caches are filled with may list them.
    const live = leases.ask(name, LEASES)?.spec?.renewTime;
    const fresh = live !== undefined && Date.parse(live) + grace > clock.now;
    return { silent: !fresh };
  }

  /** Models tryUpdateNodeHealth */
  #markUnknown(node: KubeObject): KubeObject {
    const time = timestamp(this.#context.clock.now);
    const old: any[] = node.status?.conditions ?? [];
    if (CONDITIONS.every((type) => findCondition(old, type)?.status === 'Unknown')) return node;
    const conditions = old.map((condition) => {
      if (!CONDITIONS.includes(condition.type) || condition.status === 'Unknown') return condition;
      return {
        ...condition,
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
        lastTransitionTime: time,
      };
    });
    for (const type of CONDITIONS) {
      if (findCondition(old, type)) continue;
      conditions.push({
        type,
        status: 'Unknown',
        reason: 'NodeStatusNeverUpdated',
        message: 'Kubelet never posted node status.',
        lastHeartbeatTime: node.metadata.creationTimestamp,
        lastTransitionTime: time,
      });
    }
    const wasReady = findCondition(old, 'Ready')?.status === 'True';
    const written = this.#context.client.updateStatus(RESOURCES.nodes, {
      ...node,
      status: { ...node.status, conditions },
    });
    if (wasReady) {
      const { name, uid } = node.metadata;
      const text = `Node ${name} status is now: NodeNotReady`;
      this.#recorder.event(nodeReference(name, uid), 'Normal', 'NodeNotReady', text);
    }
    return written;
  }

  /** Models doNoScheduleTaintingPass. Returns how long its mark for eviction has to wait. */
  #taint(node: KubeObject, ready: string | undefined): number | undefined {
    const old: Taint[] = node.spec?.taints ?? [];
    const time = timestamp(this.#context.clock.now);
    const wanted: Taint[] = [];
    for (const [type, status, key] of CONDITION_TAINTS) {
      const condition = findCondition(node.status?.conditions, type);
      if (condition?.status === status) wanted.push({ key, effect: 'NoSchedule' });
    }
    if (node.spec?.unschedulable) wanted.push({ key: UNSCHEDULABLE, effect: 'NoSchedule' });
    const evicts = ready === 'False' ? NOT_READY : ready === 'Unknown' ? UNREACHABLE : undefined;
    const waitMs = evicts && this.#evictionWait(node.metadata.name, old);
    if (evicts && waitMs === 0) wanted.push({ key: evicts, effect: 'NoExecute' });
    const find = (taint: Taint) =>
      old.find(({ key, effect }) => key === taint.key && effect === taint.effect);
    const kept = old.filter(({ key, effect }) => {
      const managed = MANAGED.has(key) && (effect === 'NoSchedule' || effect === 'NoExecute');
      return !managed || wanted.some((taint) => taint.key === key && taint.effect === effect);
    });
    const added = wanted.filter((taint) => !find(taint)).map((taint) => ({ ...taint, timeAdded: time }));
    const taints = [...kept, ...added];
    if (!equalValues(taints, old)) {
      const { taints: _, ...spec } = node.spec ?? {};
      this.#context.client.update(RESOURCES.nodes, {
        ...node,
        spec: taints.length > 0 ? { ...spec, taints } : spec,
      });
    }
    return waitMs || undefined;
  }

  /** A node that is marked stays so, the other mark takes the place of the one. Models processTaintBaseEviction */
  #evictionWait(name: string, taints: readonly Taint[]): number | undefined {
    if (this.#zones.allDown) return undefined;
    const marked = taints.some(({ key, effect }) => MANAGED.has(key) && effect === 'NoExecute');
    return marked ? 0 : this.#zones.mark(name, this.#context.clock.now);
  }

  /** Models pkg/controller/util/node MarkPodsNotReady */
  #markPodsNotReady(node: KubeObject): void {
    const { client, informers, clock } = this.#context;
    for (const pod of [...informers.for<Pod>(RESOURCES.pods).byIndex('node', node.metadata.name)]) {
      const ready = conditionOf(pod, 'Ready');
      if (ready?.status !== 'True') continue;
      // A kubelet that speaks to us writes its pods' conditions itself.
      if (findCondition(node.status?.conditions, 'Ready')?.status === 'False') continue;
      const conditions = pod.status.conditions.map((condition: any) =>
        condition === ready
          ? { ...condition, status: 'False', lastTransitionTime: timestamp(clock.now) }
          : condition,
      );
      try {
        client.updateStatus(RESOURCES.pods, { ...pod, status: { ...pod.status, conditions } });
      } catch (error) {
        if (!isApiError(error, 'NotFound') && !isApiError(error, 'Conflict')) throw error;
      }
      this.#recorder.event(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
    }
  }
}

/** Events about nodes name them by name, uid included, in the default namespace. */
function nodeReference(name: string, uid: string): ObjectReference {
  return { kind: 'Node', name, uid };
}
