/** A time and the change of size at it. */
export interface ScaleEvent {
  readonly at: number;
  readonly change: number;
}

/** A size that was recommended at a time. */
export interface Recommendation {
  readonly at: number;
  readonly replicas: number;
}

export interface Limits {
  readonly current: number;
  readonly min: number;
  readonly max: number;
  readonly now: number;
}

interface Rules {
  readonly stabilizationWindowSeconds?: number;
  readonly selectPolicy?: string;
  readonly policies?: readonly { type: string; value: number; periodSeconds: number }[];
}

const UP: Rules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};
const DOWN: Rules = {
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
};

export interface Behavior {
  readonly up: Rules;
  readonly down: Rules;
  readonly upWindowMs: number;
  readonly downWindowMs: number;
}

export function behaviorOf(spec: any, downscaleMs: number): Behavior {
  const up: Rules = { ...UP, ...spec.behavior?.scaleUp };
  const down: Rules = { ...DOWN, ...spec.behavior?.scaleDown };
  const window = down.stabilizationWindowSeconds;
  return {
    up,
    down,
    upWindowMs: (up.stabilizationWindowSeconds ?? 0) * 1000,
    downWindowMs: window === undefined ? downscaleMs : window * 1000,
  };
}

/** Of the recommendations within the windows, the nearest to the present size. Models stabilizeRecommendationWithBehaviors */
export function stabilize(
  wanted: number,
  recommendations: readonly Recommendation[],
  { behavior, limits }: { behavior: Behavior; limits: Limits },
): { replicas: number; reason: string; message: string } {
  let up = wanted;
  let down = wanted;
  for (const { at, replicas } of recommendations) {
    if (at > limits.now - behavior.upWindowMs) up = Math.min(up, replicas);
    if (at > limits.now - behavior.downWindowMs) down = Math.max(down, replicas);
  }
  let replicas = limits.current;
  if (replicas < up) replicas = up;
  if (replicas > down) replicas = down;
  if (replicas === wanted) {
    return {
      replicas,
      reason: 'ReadyForNewScale',
      message: 'recommended size matches current size',
    };
  }
  return wanted < limits.current
    ? {
        replicas,
        reason: 'ScaleDownStabilized',
        message:
          'recent recommendations were higher than current one, applying the highest recent recommendation',
      }
    : {
        replicas,
        reason: 'ScaleUpStabilized',
        message:
          'recent recommendations were lower than current one, applying the lowest recent recommendation',
      };
}

/** Models convertDesiredReplicasWithBehaviorRate */
export function limitRate(
  wanted: number,
  behavior: Behavior,
  { limits, ups, downs }: { limits: Limits; ups: readonly ScaleEvent[]; downs: readonly ScaleEvent[] },
): { replicas: number; reason: string; message: string } {
  const { current, min, max } = limits;
  const fine = (replicas: number) => ({
    replicas,
    reason: 'DesiredWithinRange',
    message: 'the desired count is within the acceptable range',
  });
  if (wanted > current) {
    const rate = Math.max(current, upLimit(behavior.up, limits, ups, downs));
    const top = Math.min(rate, max);
    if (wanted <= top) return fine(wanted);
    return max <= rate
      ? {
          replicas: top,
          reason: 'TooManyReplicas',
          message: 'the desired replica count is more than the maximum replica count',
        }
      : {
          replicas: top,
          reason: 'ScaleUpLimit',
          message: 'the desired replica count is increasing faster than the maximum scale rate',
        };
  }
  if (wanted < current) {
    const rate = Math.min(current, downLimit(behavior.down, limits, ups, downs));
    const bottom = Math.max(rate, min);
    if (wanted >= bottom) return fine(wanted);
    return min >= rate
      ? {
          replicas: bottom,
          reason: 'TooFewReplicas',
          message: 'the desired replica count is less than the minimum replica count',
        }
      : {
          replicas: bottom,
          reason: 'ScaleDownLimit',
          message: 'the desired replica count is decreasing faster than the maximum scale rate',
        };
  }
  if (wanted < min) {
    return {
      replicas: min,
      reason: 'TooFewReplicas',
      message: 'the desired replica count is less than the minimum replica count',
    };
  }
  if (wanted > max) {
    return {
      replicas: max,
      reason: 'TooManyReplicas',
      message: 'the desired replica count is more than the maximum replica count',
    };
  }
  return fine(wanted);
}

function within(events: readonly ScaleEvent[], since: number): number {
  return events.reduce((sum, { at, change }) => (at > since ? sum + change : sum), 0);
}

type Count = (start: number, policy: { type: string; value: number }) => number;

const RISE: Count = (start, { type, value }) =>
  type === 'Pods' ? start + value : Math.ceil(start * (1 + value / 100));
const FALL: Count = (start, { type, value }) =>
  type === 'Pods' ? start - value : Math.floor(start * (1 - value / 100));

/** How far each policy lets go from where its period began. */
function reaches(
  { policies = [] }: Rules,
  { current, now }: Limits,
  ups: readonly ScaleEvent[],
  downs: readonly ScaleEvent[],
  count: Count,
): number[] {
  return policies.map((policy) => {
    const since = now - policy.periodSeconds * 1000;
    return count(current - within(ups, since) + within(downs, since), policy);
  });
}

function upLimit(
  rules: Rules,
  limits: Limits,
  ups: readonly ScaleEvent[],
  downs: readonly ScaleEvent[],
): number {
  if (rules.selectPolicy === 'Disabled') return limits.current;
  const far = reaches(rules, limits, ups, downs, RISE);
  return rules.selectPolicy === 'Min' ? Math.min(...far) : Math.max(...far);
}

function downLimit(
  rules: Rules,
  limits: Limits,
  ups: readonly ScaleEvent[],
  downs: readonly ScaleEvent[],
): number {
  if (rules.selectPolicy === 'Disabled') return limits.current;
  const far = reaches(rules, limits, ups, downs, FALL);
  return rules.selectPolicy === 'Min' ? Math.max(...far) : Math.min(...far);
}
