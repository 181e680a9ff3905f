import { goLabelSelector, matches, selectorOf } from '../../objects/label-selector.ts';
import { type KubeObject, keyOf, timestamp } from '../../objects/object.ts';
import { equalValues } from '../../objects/values.ts';
import type { EventRecorder } from '../client/events.ts';
import type { Informer } from '../client/informer.ts';
import { RESOURCES } from '../client/resources.ts';
import { resourceOfKind } from './api-resources.ts';
import { setCondition } from './conditions.ts';
import type { Controller, ControllerContext, Reconciler, Result } from './controller.ts';
import { scaledValue } from './deployment/replica-sets.ts';
import { controllerOf } from './owners.ts';
import { isReady, isTerminal, type Pod } from './pods.ts';

/** An eviction that was granted counts as done for this long, until the pod is seen to go. */
const DELETION_TIMEOUT_MS = 2 * 60_000;
/** A DisruptionTarget condition is taken back when nothing came of it. */
const STALE_CONDITION_MS = 2 * 60_000;

// Models pkg/controller/disruption/disruption.go
export const disruptionController: Controller = {
  name: 'disruption-controller',
  alias: 'disruption',
  account: 'disruption-controller',
  start: (context) => new DisruptionReconciler(context),
};

class DisruptionReconciler implements Reconciler {
  readonly #context: ControllerContext;
  readonly #budgets: Informer;
  readonly #pods: Informer<Pod>;
  readonly #recorder: EventRecorder;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#budgets = context.informers.for(RESOURCES.poddisruptionbudgets);
    this.#pods = context.informers.for(RESOURCES.pods);
    this.#recorder = context.recorder('controllermanager');
    const { queue } = context;
    this.#budgets.on({
      added: (budget) => queue.add(keyOf(budget)),
      updated: (budget) => queue.add(keyOf(budget)),
    });
    const podChanged = (pod: Pod) => {
      const budgets = this.#budgetsOf(pod);
      for (const budget of budgets) queue.add(keyOf(budget));
      if (budgets.length > 1) this.#warnOfMany(pod, budgets);
    };
    this.#pods.on({
      added: podChanged,
      updated: (pod, old) => {
        podChanged(pod);
        if (pod.metadata.labels !== old.metadata.labels) podChanged(old);
      },
      deleted: podChanged,
    });
    for (const resource of [
      'replicasets',
      'deployments',
      'statefulsets',
      'replicationcontrollers',
    ] as const) {
      context.informers.for(RESOURCES[resource]).on({
        updated: (set, old) => {
          if (set.spec.replicas === old.spec.replicas) return;
          for (const budget of this.#budgets.byNamespace(set.metadata.namespace ?? ''))
            queue.add(keyOf(budget));
        },
      });
    }
  }

  #budgetsOf({ metadata }: Pod): KubeObject[] {
    return [...this.#budgets.byNamespace(metadata.namespace ?? '')].filter((budget) => {
      const selector = selectorOf(budget.spec.selector);
      return selector && matches(selector, metadata.labels);
    });
  }

  /** Models getPdbForPod, which goes by one of them; all are counted here. */
  #warnOfMany(pod: Pod, budgets: readonly KubeObject[]): void {
    const { name, namespace } = pod.metadata;
    const text = `Pod "${namespace}"/"${name}" matches multiple PodDisruptionBudgets.  Chose "${budgets[0]?.metadata.name}" arbitrarily.`;
    this.#recorder.event(pod, 'Warning', 'MultiplePodDisruptionBudgets', text);
  }

  reconcile(key: string): Result | undefined {
    const budget = this.#budgets.get(key);
    if (!budget) return undefined;
    const { namespace = '' } = budget.metadata;
    const selector = selectorOf(budget.spec.selector);
    const pods = [...this.#pods.byNamespace(namespace)].filter(
      (pod) => selector && matches(selector, pod.metadata.labels) && !isTerminal(pod),
    );
    if (pods.length === 0) this.#recorder.event(budget, 'Normal', 'NoPods', 'No matching pods found');
    let expected: { count: number; desired: number; unmanaged: boolean };
    try {
      expected = this.#expected(budget, pods);
    } catch (error) {
      return this.#failSafe(budget, error as Error);
    }
    if (expected.unmanaged) this.#recorder.event(budget, 'Warning', 'UnmanagedPods', unmanagedText(budget));
    const { disrupted, recheckMs } = this.#disrupted(budget, pods);
    const healthy = pods.filter(
      (pod) => !pod.metadata.deletionTimestamp && !disrupted[pod.metadata.name] && isReady(pod),
    ).length;
    this.#write(budget, { ...expected, healthy, disrupted });
    return recheckMs === undefined ? undefined : { requeueAfterMs: recheckMs };
  }

  /** Models getExpectedPodCount */
  #expected(
    budget: KubeObject,
    pods: readonly Pod[],
  ): { count: number; desired: number; unmanaged: boolean } {
    const { maxUnavailable, minAvailable } = budget.spec;
    if (typeof minAvailable === 'number')
      return { count: pods.length, desired: minAvailable, unmanaged: false };
    const count = this.#expectedScale(pods);
    const unmanaged = pods.some((pod) => !controllerOf(pod));
    if (maxUnavailable === undefined)
      return { count, desired: scaledValue(minAvailable, count, true), unmanaged };
    return { count, desired: Math.max(0, count - scaledValue(maxUnavailable, count, true)), unmanaged };
  }

  /** How many pods their controllers are meant to have. Models getExpectedScale */
  #expectedScale(pods: readonly Pod[]): number {
    const scales = new Map<string, number>();
    for (const pod of pods) {
      const owner = controllerOf(pod);
      // Bare pods have no scale; a percentage of them cannot be told.
      if (!owner || scales.has(owner.uid)) continue;
      const scale = this.#scaleOf(owner, pod.metadata.namespace ?? '');
      if (!scale) throw new Error(`found no controllers for pod "${pod.metadata.name}"`);
      scales.set(scale.uid, scale.replicas);
    }
    return [...scales.values()].reduce((sum, replicas) => sum + replicas, 0);
  }

  #scaleOf(
    owner: { apiVersion: string; kind: string; name: string; uid: string },
    namespace: string,
  ): { uid: string; replicas: number } | undefined {
    const { informers } = this.#context;
    const resource = resourceOfKind(informers, owner.apiVersion, owner.kind);
    const set = resource && informers.for(resource).get(`${namespace}/${owner.name}`);
    if (!set || set.metadata.uid !== owner.uid) return undefined;
    const parent = controllerOf(set);
    if (owner.kind === 'ReplicaSet' && parent?.kind === 'Deployment') return this.#scaleOf(parent, namespace);
    if (set.spec?.replicas === undefined) {
      throw new Error(`${resource?.plural}.${resource?.group} does not implement the scale subresource`);
    }
    return { uid: owner.uid, replicas: set.spec.replicas };
  }

  /** Pods whose eviction was granted and that have not gone yet. Models buildDisruptedPodMap */
  #disrupted(
    budget: KubeObject,
    pods: readonly Pod[],
  ): { disrupted: Record<string, string>; recheckMs?: number } {
    const { now } = this.#context.clock;
    const disrupted: Record<string, string> = {};
    let recheckMs: number | undefined;
    const byName = new Map(pods.map((pod) => [pod.metadata.name, pod]));
    for (const [name, time] of Object.entries<string>(budget.status?.disruptedPods ?? {})) {
      const pod = byName.get(name);
      if (!pod || pod.metadata.deletionTimestamp) continue;
      const left = Date.parse(time) + DELETION_TIMEOUT_MS - now;
      if (left <= 0) {
        const text = "Pod was expected by PDB to be deleted but it wasn't";
        this.#recorder.event(pod, 'Warning', 'NotDeleted', text.replace('PDB', `PDB ${keyOf(budget)}`));
        continue;
      }
      disrupted[name] = time;
      recheckMs = Math.min(recheckMs ?? left, left);
    }
    return { disrupted, ...(recheckMs === undefined ? {} : { recheckMs }) };
  }

  #write(
    budget: KubeObject,
    found: { count: number; desired: number; healthy: number; disrupted: Record<string, string> },
  ): void {
    const allowed = found.count <= 0 ? 0 : Math.max(0, found.healthy - found.desired);
    const status = {
      observedGeneration: budget.metadata.generation ?? 1,
      ...(Object.keys(found.disrupted).length > 0 ? { disruptedPods: found.disrupted } : {}),
      disruptionsAllowed: allowed,
      currentHealthy: found.healthy,
      desiredHealthy: found.desired,
      expectedPods: found.count,
      conditions: setCondition(budget.status?.conditions ?? [], {
        type: 'DisruptionAllowed',
        status: allowed > 0 ? 'True' : 'False',
        observedGeneration: budget.metadata.generation ?? 1,
        lastTransitionTime: timestamp(this.#context.clock.now),
        reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
        message: '',
      }),
    };
    if (equalValues(status, budget.status)) return;
    this.#context.client.updateStatus(RESOURCES.poddisruptionbudgets, { ...budget, status });
  }

  /** Nothing may be disrupted while it is not known how much there should be. */
  #failSafe(budget: KubeObject, error: Error): undefined {
    const text = `Failed to calculate the number of expected pods: ${error.message}`;
    this.#recorder.event(budget, 'Warning', 'CalculateExpectedPodCountFailed', text);
    const status = {
      ...budget.status,
      disruptionsAllowed: 0,
      conditions: setCondition(budget.status?.conditions ?? [], {
        type: 'DisruptionAllowed',
        status: 'False',
        observedGeneration: budget.metadata.generation ?? 1,
        lastTransitionTime: timestamp(this.#context.clock.now),
        reason: 'SyncFailed',
        message: error.message,
      }),
    };
    if (!equalValues(status, budget.status)) {
      this.#context.client.updateStatus(RESOURCES.poddisruptionbudgets, { ...budget, status });
    }
    return undefined;
  }
}

function unmanagedText({ spec }: KubeObject): string {
  return (
    `Pods selected by this PodDisruptionBudget (selector: ${goLabelSelector(spec.selector)}) were found to be ` +
    'unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined ' +
    'behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.'
  );
}

// Models pkg/controller/disruption/disruption.go stalePodDisruptionWorker
export const staleDisruptionController: Controller = {
  name: 'disruption-controller',
  alias: 'disruption',
  account: 'disruption-controller',
  start: ({ informers, queue, client, clock }) => {
    const pods = informers.for<Pod>(RESOURCES.pods);
    const target = (pod: Pod) =>
      pod.status?.conditions?.find((c: any) => c.type === 'DisruptionTarget' && c.status === 'True');
    const changed = (pod: Pod) => {
      if (target(pod)) queue.add(keyOf(pod));
    };
    pods.on({ added: changed, updated: changed });
    return {
      reconcile(key) {
        const pod = pods.get(key);
        const condition = pod && target(pod);
        if (!pod || !condition || pod.metadata.deletionTimestamp || isTerminal(pod)) return undefined;
        const left = Date.parse(condition.lastTransitionTime) + STALE_CONDITION_MS - clock.now;
        if (left > 0) return { requeueAfterMs: left };
        const time = timestamp(clock.now);
        const conditions = pod.status.conditions.map((c: any) =>
          c === condition ? { ...c, status: 'False', lastTransitionTime: time } : c,
        );
        client.updateStatus(RESOURCES.pods, { ...pod, status: { ...pod.status, conditions } });
        return undefined;
      },
    };
  },
};
