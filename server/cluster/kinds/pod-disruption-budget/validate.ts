import type { FieldErrors } from '../../../objects/field-error.ts';
import {
  atMostHundredPercent,
  labelSelector,
  oneOfIfSet,
  positiveIntOrPercent,
} from '../validation/fields.ts';
import { goStruct } from '../validation/go-values.ts';
import { conditions, counts, ofStatus } from '../validation/status.ts';

const POLICIES = ['AlwaysAllow', 'IfHealthyBudget'];

/** Models pkg/apis/policy/validation ValidatePodDisruptionBudgetSpec. */
export function validate({ spec = {} }: any, errors: FieldErrors): void {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy } = spec;
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    errors.invalid('spec', shownSpec(spec), 'minAvailable and maxUnavailable cannot be both set');
  }
  positiveIntOrPercent(errors, 'spec.minAvailable', minAvailable);
  atMostHundredPercent(errors, 'spec.minAvailable', minAvailable);
  positiveIntOrPercent(errors, 'spec.maxUnavailable', maxUnavailable);
  atMostHundredPercent(errors, 'spec.maxUnavailable', maxUnavailable);
  labelSelector(errors, 'spec.selector', selector);
  oneOfIfSet(errors, 'spec.unhealthyPodEvictionPolicy', unhealthyPodEvictionPolicy, POLICIES);
}

/** Go shows where its pointers point to: to memory that nobody has. */
function shownSpec({ selector }: any): unknown {
  return goStruct('policy.PodDisruptionBudgetSpec', {
    MinAvailable: '(*intstr.IntOrString)(0xc0045bda00)',
    Selector: selector ? '(*v1.LabelSelector)(0xc0045bda20)' : '(*v1.LabelSelector)(nil)',
    MaxUnavailable: '(*intstr.IntOrString)(0xc0045bda60)',
    UnhealthyPodEvictionPolicy: '(*policy.UnhealthyPodEvictionPolicyType)(nil)',
  });
}

/** Models pkg/apis/policy/validation ValidatePodDisruptionBudgetStatusUpdate. */
export const validateStatus = ofStatus((status, errors) => {
  conditions(errors, 'status.conditions', status.conditions);
  counts(errors, status, ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods']);
});
