import { type ApiError, isApiError } from '../../../objects/api-error.ts';
import { matches, type Selector } from '../../../objects/label-selector.ts';
import { type KubeObject, keyOf, timestamp } from '../../../objects/object.ts';
import { milliValue } from '../../../objects/quantity.ts';
import { equalValues } from '../../../objects/values.ts';
import type { Resource } from '../../client/client.ts';
import type { EventRecorder } from '../../client/events.ts';
import type { Informer } from '../../client/informer.ts';
import { errorOf, resourcePath } from '../../client/request-client.ts';
import { RESOURCES } from '../../client/resources.ts';
import { resourceOfKind } from '../api-resources.ts';
import type { Condition } from '../conditions.ts';
import type { Controller, ControllerContext, ManagerSettings, Reconciler, Result } from '../controller.ts';
import type { Pod } from '../pods.ts';
import { behaviorOf, limitRate, type Recommendation, type ScaleEvent, stabilize } from './behavior.ts';
import { MetricError, type Proposal, selectorOfScale, type Tolerances, targetPods } from './metrics.ts';
import { propose } from './propose.ts';
import { AutoscalerSelectors } from './selectors.ts';

// Models pkg/controller/podautoscaler/horizontal.go
export const horizontalPodAutoscalerController: Controller = {
  name: 'horizontal-pod-autoscaler-controller',
  alias: 'horizontalpodautoscaling',
  account: 'horizontal-pod-autoscaler',
  start: (context) => new HorizontalPodAutoscaler(context),
};

/** What is remembered of an autoscaler between looks; lost, it starts anew, as when the real controller restarts. */
interface Memory {
  recommendations: Recommendation[];
  ups: ScaleEvent[];
  downs: ScaleEvent[];
}

class HorizontalPodAutoscaler implements Reconciler {
  readonly #context: ControllerContext;
  readonly #autoscalers: Informer;
  readonly #recorder: EventRecorder;
  readonly #memories = new Map<string, Memory>();
  readonly #selectors = new AutoscalerSelectors();

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#autoscalers = context.informers.for(RESOURCES.horizontalpodautoscalers);
    this.#recorder = context.recorder('horizontal-pod-autoscaler');
    context.informers.for(RESOURCES.pods);
    const { hpaSyncMs } = context.settings;
    this.#autoscalers.on({
      added: (hpa) => context.queue.addAfter(keyOf(hpa), hpaSyncMs),
      updated: (hpa) => context.queue.addAfter(keyOf(hpa), hpaSyncMs),
      deleted: (hpa) => {
        this.#memories.delete(hpa.metadata.uid);
        this.#selectors.delete(keyOf(hpa));
      },
    });
  }

  reconcile(key: string): Result | undefined {
    const hpa = this.#autoscalers.get(key);
    if (!hpa) return undefined;
    this.#scale(hpa);
    return { requeueAfterMs: this.#context.settings.hpaSyncMs };
  }

  #memoryOf(hpa: KubeObject, current: number): Memory {
    let memory = this.#memories.get(hpa.metadata.uid);
    if (!memory) {
      // The first look remembers the present size, so that a restart does not scale down at once.
      memory = { recommendations: [{ at: this.#context.clock.now, replicas: current }], ups: [], downs: [] };
      this.#memories.set(hpa.metadata.uid, memory);
    }
    return memory;
  }

  /** Models reconcileAutoscaler */
  #scale(hpa: KubeObject): void {
    const state = new Conditions(hpa, this.#context.clock.now);
    const { scaleTargetRef } = hpa.spec;
    const resource = resourceOfKind(
      this.#context.informers,
      scaleTargetRef.apiVersion ?? '',
      scaleTargetRef.kind,
    );
    let scale: KubeObject;
    try {
      scale = this.#readScale(hpa, resource);
    } catch (error) {
      const text = (error as Error).message;
      this.#recorder.event(hpa, 'Warning', 'FailedGetScale', text);
      state.set(
        'AbleToScale',
        'False',
        'FailedGetScale',
        `the HPA controller was unable to get the target's current scale: ${text}`,
      );
      this.#write(hpa, state, { ...hpa.status });
      return;
    }
    state.set(
      'AbleToScale',
      'True',
      'SucceededGetScale',
      "the HPA controller was able to get the target's current scale",
    );
    const current: number = scale.spec?.replicas ?? 0;
    const memory = this.#memoryOf(hpa, current);
    const min = hpa.spec.minReplicas ?? 1;
    const max = hpa.spec.maxReplicas;
    const status: Record<string, any> = { ...hpa.status, currentReplicas: current };
    let wanted = current;
    let why = '';
    if (current === 0 && min !== 0) {
      state.set(
        'ScalingActive',
        'False',
        'ScalingDisabled',
        'scaling is disabled since the replica count of the target is zero',
      );
      status['desiredReplicas'] = 0;
    } else if (current > max) {
      why = 'Current number of replicas above Spec.MaxReplicas';
      wanted = max;
    } else if (current < min) {
      why = 'Current number of replicas below Spec.MinReplicas';
      wanted = min;
    } else {
      const found = this.#proposed(hpa, state, { scale, current });
      status['currentMetrics'] = found.metrics;
      if (found.replicas === undefined) {
        status['desiredReplicas'] = hpa.status?.desiredReplicas ?? 0;
        this.#write(hpa, state, status);
        return;
      }
      const limited = this.#limited(hpa, state, memory, { wanted: found.replicas, current, min, max });
      wanted = limited;
      if (wanted > current) why = `${found.metricName} above target`;
      else if (wanted < current) why = 'All metrics below target';
    }
    if (wanted !== current)
      this.#rescale(hpa, state, memory, {
        resource: resource as Resource,
        scale,
        wanted,
        current,
        why,
        status,
      });
    else if (status['desiredReplicas'] !== 0 || current !== 0) status['desiredReplicas'] = wanted;
    this.#write(hpa, state, status);
  }

  #readScale(hpa: KubeObject, resource: Resource | undefined): KubeObject {
    const { apiVersion, kind, name } = hpa.spec.scaleTargetRef;
    if (!resource) {
      throw new Error(`no matches for kind "${kind}" in group "${(apiVersion ?? '').split('/')[0]}"`);
    }
    const path = resourcePath(resource, hpa.metadata.namespace, name, 'scale');
    const response = this.#context.client.request({
      method: 'GET',
      path,
      headers: { accept: 'application/json' },
    });
    if (response.status >= 400) throw errorOf(response);
    return (response.value ?? JSON.parse(response.body ?? '')) as KubeObject;
  }

  /** What the metrics ask for; no number: not even one could be had. Models computeReplicasForMetrics */
  #proposed(
    hpa: KubeObject,
    state: Conditions,
    { scale, current }: { scale: KubeObject; current: number },
  ): { replicas: number | undefined; metricName: string; metrics: object[] | null } {
    const { client, informers, clock, settings } = this.#context;
    const selected = this.#selected(hpa, state, scale);
    if (!selected) return { ...NOTHING_PROPOSED, metrics: null };
    const namespace = hpa.metadata.namespace ?? '';
    const { selector } = selected;
    const pods = targetPods(selected.pods, selector);
    const context = {
      client,
      namespace,
      selector,
      pods,
      currentReplicas: current,
      tolerances: tolerancesOf(hpa, settings),
      starting: settings,
      now: clock.now,
      resourceOf: (apiVersion: string, kind: string) => resourceOfKind(informers, apiVersion, kind),
    };
    const specs: any[] = hpa.spec.metrics ?? [];
    const proposals: Proposal[] = [];
    const metrics: object[] = [];
    const errors: MetricError[] = [];
    for (const spec of specs) {
      try {
        const proposal = propose(spec, context);
        proposals.push(proposal);
        metrics.push(proposal.status);
      } catch (error) {
        if (!(error instanceof MetricError)) throw error;
        errors.push(error);
        metrics.push(UNKNOWN_METRIC);
        this.#recorder.event(hpa, 'Warning', error.reason, error.message);
      }
    }
    const [first] = errors;
    const best = proposals.reduce<Proposal | undefined>(
      (a, b) => (a && a.replicas >= b.replicas ? a : b),
      undefined,
    );
    // With some metrics missing, scaling down would be a guess.
    if (first && (!best || best.replicas < current)) {
      state.set(
        'ScalingActive',
        'False',
        first.reason,
        `the HPA was unable to compute the replica count: ${first.message}`,
      );
      const text = `invalid metrics (${errors.length} invalid out of ${specs.length}), first error is: ${first.prefix}${first.message}`;
      this.#recorder.event(hpa, 'Warning', 'FailedComputeMetricsReplicas', text);
      return { ...NOTHING_PROPOSED, metrics };
    }
    if (!best) return { ...NOTHING_PROPOSED, metrics };
    const text = `the HPA was able to successfully calculate a replica count from ${best.metricName}`;
    state.set('ScalingActive', 'True', 'ValidMetricFound', text);
    return {
      replicas: best.replicas,
      metricName: best.metricName,
      metrics,
    };
  }

  /** The pods that are scaled, unless nobody or several autoscalers look after them. Models validateAndParseSelector */
  #selected(
    hpa: KubeObject,
    state: Conditions,
    scale: KubeObject,
  ): { selector: Selector; pods: readonly Pod[] } | undefined {
    const refuse = (event: string, text: string, reason = event, message = text) => {
      this.#recorder.event(hpa, 'Warning', event, text);
      state.set('ScalingActive', 'False', reason, message);
      this.#recorder.event(hpa, 'Warning', 'FailedComputeMetricsReplicas', text);
      return undefined;
    };
    const selector = selectorOfScale(scale);
    if (selector.length === 0) {
      const message = "the HPA target's scale is missing a selector";
      return refuse('SelectorRequired', 'selector is required', 'InvalidSelector', message);
    }
    this.#selectors.set(keyOf(hpa), selector);
    const namespace = hpa.metadata.namespace ?? '';
    const pods = [...this.#context.informers.for<Pod>(RESOURCES.pods).byNamespace(namespace)].filter((pod) =>
      matches(selector, pod.metadata.labels),
    );
    const over = this.#selectors.over(namespace, pods);
    if (over.length <= 1) return { selector, pods };
    const which = `pods by selector ${scale.status.selector} are controlled by multiple HPAs`;
    return refuse('AmbiguousSelector', `${which}: [${over.join(' ')}]`);
  }

  /** Models normalizeDesiredReplicasWithBehaviors */
  #limited(
    hpa: KubeObject,
    state: Conditions,
    memory: Memory,
    { wanted, current, min, max }: { wanted: number; current: number; min: number; max: number },
  ): number {
    const { clock, settings } = this.#context;
    const behavior = behaviorOf(hpa.spec, settings.hpaDownscaleStabilizationMs);
    const limits = { current, min, max, now: clock.now };
    const longest = Math.max(behavior.upWindowMs, behavior.downWindowMs);
    memory.recommendations = memory.recommendations.filter(({ at }) => at > clock.now - longest);
    const stable = stabilize(wanted, memory.recommendations, { behavior, limits });
    memory.recommendations.push({ at: clock.now, replicas: wanted });
    const rate = limitRate(stable.replicas, behavior, { limits, ups: memory.ups, downs: memory.downs });
    const within = rate.reason === 'DesiredWithinRange';
    if (stable.replicas === wanted) {
      state.set('AbleToScale', 'True', 'ReadyForNewScale', 'recommended size matches current size');
    } else state.set('AbleToScale', 'True', stable.reason, stable.message);
    state.set('ScalingLimited', within ? 'False' : 'True', rate.reason, rate.message);
    return rate.replicas;
  }

  #rescale(
    hpa: KubeObject,
    state: Conditions,
    memory: Memory,
    change: {
      resource: Resource;
      scale: KubeObject;
      wanted: number;
      current: number;
      why: string;
      status: Record<string, any>;
    },
  ): void {
    const { wanted, current, why, status, scale } = change;
    const { now } = this.#context.clock;
    const path = resourcePath(change.resource, hpa.metadata.namespace, hpa.spec.scaleTargetRef.name, 'scale');
    const response = this.#context.client.request({
      method: 'PUT',
      path,
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      value: { ...scale, spec: { ...scale.spec, replicas: wanted } },
    });
    if (response.status >= 400) {
      const error: ApiError = errorOf(response);
      this.#recorder.event(
        hpa,
        'Warning',
        'FailedRescale',
        `New size: ${wanted}; reason: ${why}; error: ${error.message}`,
      );
      state.set(
        'AbleToScale',
        'False',
        'FailedUpdateScale',
        `the HPA controller was unable to update the target scale: ${error.message}`,
      );
      if (!isApiError(error, 'Conflict')) status['desiredReplicas'] = current;
      return;
    }
    state.set(
      'AbleToScale',
      'True',
      'SucceededRescale',
      `the HPA controller was able to update the target scale to ${wanted}`,
    );
    this.#recorder.event(hpa, 'Normal', 'SuccessfulRescale', `New size: ${wanted}; reason: ${why}`);
    if (wanted > current) memory.ups.push({ at: now, change: wanted - current });
    else memory.downs.push({ at: now, change: current - wanted });
    status['desiredReplicas'] = wanted;
    status['lastScaleTime'] = timestamp(now);
  }

  #write(hpa: KubeObject, state: Conditions, found: Record<string, any>): void {
    const status = {
      ...found,
      desiredReplicas: found['desiredReplicas'] ?? 0,
      ...(found['currentReplicas'] === undefined ? {} : { currentReplicas: found['currentReplicas'] }),
      currentMetrics: found['currentMetrics'] ?? null,
      conditions: state.conditions,
    };
    if (equalValues(status, hpa.status)) return;
    this.#context.client.updateStatus(RESOURCES.horizontalpodautoscalers, { ...hpa, status });
  }
}

const NOTHING_PROPOSED = { replicas: undefined, metricName: '' };
/** What stands for a metric that could not be read. */
const UNKNOWN_METRIC = { type: '' };

/** The conditions of an autoscaler while it is looked at. */
class Conditions {
  conditions: Condition[];
  readonly #now: number;

  constructor(hpa: KubeObject, now: number) {
    this.conditions = hpa.status?.conditions ?? [];
    this.#now = now;
  }

  set(type: string, status: string, reason: string, message: string): void {
    const old = this.conditions.find((condition) => condition.type === type);
    const lastTransitionTime =
      old?.status === status && old.lastTransitionTime ? old.lastTransitionTime : timestamp(this.#now);
    const next = { type, status, lastTransitionTime, reason, message };
    this.conditions = old
      ? this.conditions.map((condition) => (condition === old ? next : condition))
      : [...this.conditions, next];
  }
}

/** Its own, where the gate is on, or those of the flag. Models HorizontalController tolerancesForHpa. */
function tolerancesOf({ spec }: KubeObject, { isOn, hpaTolerance }: ManagerSettings): Tolerances {
  const own = (direction: 'scaleUp' | 'scaleDown') => {
    const tolerance = spec.behavior?.[direction]?.tolerance;
    return tolerance === undefined ? hpaTolerance : milliValue(tolerance) / 1000;
  };
  if (!isOn('HPAConfigurableTolerance')) return { up: hpaTolerance, down: hpaTolerance };
  return { up: own('scaleUp'), down: own('scaleDown') };
}
