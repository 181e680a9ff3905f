/** A condition as most kinds have it. */
export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
  lastUpdateTime?: string;
  [field: string]: unknown;
}

export function findCondition(
  conditions: readonly Condition[] | undefined,
  type: string,
): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/**
 * The list with `condition` in the place of the one of its type, or at the end. A condition with the same status and
 * reason stays as it is; with the same status its transition time stays.
 * Models pkg/controller/deployment/util/deployment_util.go SetDeploymentCondition
 */
export function setCondition(conditions: readonly Condition[], condition: Condition): Condition[] {
  const old = findCondition(conditions, condition.type);
  if (old && old.status === condition.status && old.reason === condition.reason) return [...conditions];
  const transition = old && old.status === condition.status ? old.lastTransitionTime : undefined;
  const next = transition === undefined ? condition : { ...condition, lastTransitionTime: transition };
  return [...conditions.filter(({ type }) => type !== condition.type), next];
}

export function withoutCondition(conditions: readonly Condition[], type: string): Condition[] {
  return conditions.filter((condition) => condition.type !== type);
}

/** Leaves out the fields that are 0, as Go's `omitempty` does. */
export function omitZero<T extends Record<string, unknown>>(fields: T): Partial<T> {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) if (value !== 0 && value !== undefined) out[key] = value;
  return out as Partial<T>;
}
