import type { FieldErrors } from '../../../objects/field-error.ts';
import { compareQuantities } from '../../../objects/quantity.ts';
import { labelSelector, nonNegative, report } from '../validation/fields.ts';
import { goQuantity } from '../validation/go-values.ts';
import { pathSegment } from '../validation/names.ts';
import { counts, ofStatus } from '../validation/status.ts';

/** Models pkg/apis/autoscaling/validation validateHorizontalPodAutoscalerSpec. */
export function validate({ spec }: any, errors: FieldErrors): void {
  const { minReplicas, maxReplicas = 0 } = spec;
  const least = errors.isChanged('HPAScaleToZero') ? 0 : 1;
  if (minReplicas < least) {
    errors.invalid('spec.minReplicas', minReplicas, `must be greater than or equal to ${least}`);
  }
  if (maxReplicas < 1) errors.invalid('spec.maxReplicas', maxReplicas, 'must be greater than 0');
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    errors.invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`');
  }
  validateReference(errors, 'spec.scaleTargetRef', spec.scaleTargetRef ?? {});
  (spec.metrics ?? []).forEach((metric: any, i: number) => {
    validateMetric(errors, `spec.metrics[${i}]`, metric);
  });
  if (
    minReplicas === 0 &&
    least === 0 &&
    !(spec.metrics ?? []).some(({ object, external }: any) => object || external)
  ) {
    const why = 'must specify at least one Object or External metric to support scaling to zero replicas';
    errors.forbidden('spec.metrics', why);
  }
  for (const name of ['scaleUp', 'scaleDown']) {
    if (spec.behavior?.[name]) validateRules(errors, `spec.behavior.${name}`, spec.behavior[name]);
  }
}

function validateReference(errors: FieldErrors, field: string, reference: any): void {
  for (const name of ['kind', 'name']) {
    const value = reference[name];
    if (!value) errors.required(`${field}.${name}`);
    else report(errors, `${field}.${name}`, value, pathSegment(value));
  }
}

const SOURCES: Readonly<Record<string, string>> = {
  ContainerResource: 'containerResource',
  External: 'external',
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
};

function validateMetric(errors: FieldErrors, field: string, metric: any): void {
  const { type } = metric;
  if (!type) {
    errors.required(`${field}.type`, 'must specify a metric source type');
    return;
  }
  const wanted = SOURCES[type];
  if (!wanted) errors.notSupported(`${field}.type`, type, Object.keys(SOURCES));
  const given = Object.values(SOURCES).filter((name) => metric[name]);
  for (const name of given) validateSource(errors, `${field}.${name}`, name, metric[name]);
  if (wanted && !metric[wanted]) {
    errors.required(`${field}.${wanted}`, 'must populate information for the given metric source');
  }
  if (given.length <= 1) return;
  for (const name of given.filter((one) => one !== wanted)) {
    errors.forbidden(`${field}.${name}`, 'must populate the given metric source only');
  }
}

function validateSource(errors: FieldErrors, field: string, kind: string, source: any): void {
  const target = source.target ?? {};
  if (kind === 'object') validateReference(errors, `${field}.describedObject`, source.describedObject ?? {});
  if (kind === 'resource' || kind === 'containerResource') {
    if (!source.name) errors.required(`${field}.name`, 'must specify a resource name');
    if (kind === 'containerResource' && !source.container) {
      errors.required(`${field}.container`, 'must specify a container');
    }
    validateTarget(errors, `${field}.target`, target);
    validateUtilization(errors, `${field}.target`, target);
    return;
  }
  const { name, selector } = source.metric ?? {};
  if (!name) errors.required(`${field}.metric.name`, 'must specify a metric name');
  else report(errors, `${field}.metric.name`, name, pathSegment(name));
  labelSelector(errors, `${field}.metric.selector`, selector);
  validateTarget(errors, `${field}.target`, target);
  const { value, averageValue } = target;
  if (kind === 'pods') {
    if (averageValue === undefined) {
      errors.required(`${field}.target.averageValue`, 'must specify a positive target averageValue');
    }
  } else if (value === undefined && averageValue === undefined) {
    const why = 'must set either a target value for metric or a per-pod target';
    errors.required(`${field}.target.averageValue`, why);
  } else if (value !== undefined && averageValue !== undefined && kind === 'external') {
    const why = 'may not set both a target value for metric and a per-pod target';
    errors.forbidden(`${field}.target.value`, why);
  }
}

function validateUtilization(
  errors: FieldErrors,
  field: string,
  { averageUtilization, averageValue }: any,
): void {
  if (averageUtilization === undefined && averageValue === undefined) {
    const why = 'must set either a target raw value or a target utilization';
    errors.required(`${field}.averageUtilization`, why);
  } else if (averageUtilization !== undefined && averageValue !== undefined) {
    errors.forbidden(`${field}.averageValue`, 'may not set both a target raw value and a target utilization');
  }
}

function validateTarget(errors: FieldErrors, field: string, target: any): void {
  const { type, value, averageValue, averageUtilization } = target;
  if (!type) errors.required(`${field}.type`, 'must specify a metric target type');
  else if (!['Utilization', 'Value', 'AverageValue'].includes(type)) {
    errors.invalid(`${field}.type`, type, 'must be either Utilization, Value, or AverageValue');
  }
  for (const [name, quantity] of Object.entries({ value, averageValue }) as [string, string | undefined][]) {
    if (quantity !== undefined && compareQuantities(quantity, '0') <= 0) {
      errors.invalid(`${field}.${name}`, goQuantity(quantity, false), 'must be positive');
    }
  }
  if (averageUtilization !== undefined && averageUtilization < 1) {
    errors.invalid(`${field}.averageUtilization`, averageUtilization, 'must be greater than 0');
  }
}

function validateRules(errors: FieldErrors, field: string, rules: any): void {
  const { stabilizationWindowSeconds: seconds, selectPolicy, policies = [] } = rules;
  nonNegative(errors, `${field}.stabilizationWindowSeconds`, seconds);
  if (seconds > 3600) {
    errors.invalid(`${field}.stabilizationWindowSeconds`, seconds, 'must be less than or equal to 3600');
  }
  const selects = ['Disabled', 'Max', 'Min'];
  if (selectPolicy !== undefined && !selects.includes(selectPolicy)) {
    errors.notSupported(`${field}.selectPolicy`, selectPolicy, selects);
  }
  if (policies.length === 0) errors.required(`${field}.policies`, 'must specify at least one Policy');
  policies.forEach(({ type, value = 0, periodSeconds = 0 }: any, i: number) => {
    const place = `${field}.policies[${i}]`;
    if (type !== 'Pods' && type !== 'Percent')
      errors.notSupported(`${place}.type`, type, ['Percent', 'Pods']);
    if (value <= 0) errors.invalid(`${place}.value`, value, 'must be greater than zero');
    if (periodSeconds <= 0)
      errors.invalid(`${place}.periodSeconds`, periodSeconds, 'must be greater than zero');
    if (periodSeconds > 1800) {
      errors.invalid(`${place}.periodSeconds`, periodSeconds, 'must be less than or equal to 1800');
    }
  });
}

/** Models pkg/apis/autoscaling/validation ValidateHorizontalPodAutoscalerStatusUpdate. */
export const validateStatus = ofStatus((status, errors) =>
  counts(errors, status, ['currentReplicas', 'desiredReplicas']),
);
