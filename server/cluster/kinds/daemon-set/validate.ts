import type { FieldErrors } from '../../../objects/field-error.ts';
import { validatePodTemplate } from '../pod/validation/pod-spec.ts';
import { missesTemplate, runsForever } from '../pod/validation/template.ts';
import {
  atMostHundredPercent,
  immutable,
  intOrPercentValue,
  isEmptySelector,
  isUsableSelector,
  labelSelector,
  mismatchedLabels,
  nonNegative,
  positiveIntOrPercent,
} from '../validation/fields.ts';
import { goIntOrString, goLabelSelector, goStruct } from '../validation/go-values.ts';
import { collisions, counts, ofStatus } from '../validation/status.ts';

/** Models pkg/apis/apps/validation ValidateDaemonSetSpec. */
export function validate({ spec }: any, errors: FieldErrors): void {
  const { selector, template = {} } = spec;
  labelSelector(errors, 'spec.selector', selector);
  if (isUsableSelector(selector) && missesTemplate(selector, template)) {
    mismatchedLabels(errors, 'spec.template.metadata.labels', template.metadata?.labels);
  }
  if (selector && isEmptySelector(selector)) {
    errors.invalid('spec.selector', goLabelSelector(selector), 'empty selector is invalid for daemonset');
  }
  validatePodTemplate(errors, 'spec.template', template);
  runsForever(errors, template, 'DaemonSet');
  nonNegative(errors, 'spec.minReadySeconds', spec.minReadySeconds);
  validateStrategy(errors, 'spec.updateStrategy', spec.updateStrategy);
  nonNegative(errors, 'spec.revisionHistoryLimit', spec.revisionHistoryLimit);
}

function validateStrategy(errors: FieldErrors, field: string, { type, rollingUpdate }: any): void {
  if (type === 'OnDelete') return;
  if (type !== 'RollingUpdate') {
    const shown = goStruct('apps.DaemonSetUpdateStrategy', {
      Type: JSON.stringify(type),
      RollingUpdate: '(*apps.RollingUpdateDaemonSet)(nil)',
    });
    errors.notSupported(field, shown, ['RollingUpdate', 'OnDelete']);
    return;
  }
  const { maxUnavailable, maxSurge } = rollingUpdate;
  const unavailable = `${field}.rollingUpdate.maxUnavailable`;
  const surge = `${field}.rollingUpdate.maxSurge`;
  positiveIntOrPercent(errors, unavailable, maxUnavailable);
  positiveIntOrPercent(errors, surge, maxSurge);
  atMostHundredPercent(errors, unavailable, maxUnavailable);
  atMostHundredPercent(errors, surge, maxSurge);
  const hasUnavailable = intOrPercentValue(maxUnavailable) !== 0;
  const hasSurge = intOrPercentValue(maxSurge) !== 0;
  if (hasUnavailable && hasSurge) {
    errors.invalid(surge, goIntOrString(maxSurge), 'may not be set when maxUnavailable is non-zero');
  } else if (!hasUnavailable && !hasSurge) errors.required(unavailable, 'cannot be 0 when maxSurge is 0');
}

export function validateUpdate({ spec }: any, old: any, errors: FieldErrors): void {
  immutable(errors, 'spec.selector', spec.selector, old.spec.selector, goLabelSelector(spec.selector));
}

const COUNTS = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
];

/** Models pkg/apis/apps/validation ValidateDaemonSetStatusUpdate. */
export const validateStatus = ofStatus((status, errors, _set, old) => {
  counts(errors, status, COUNTS);
  collisions(errors, status, old);
});
