import type { FieldErrors } from '../../../objects/field-error.ts';
import { workloadTemplate } from '../pod/validation/template.ts';
import {
  atMostHundredPercent,
  immutable,
  intOrPercentValue,
  nonNegative,
  positiveIntOrPercent,
  workloadSelector,
} from '../validation/fields.ts';
import { goIntOrString, goLabelSelector, goStruct } from '../validation/go-values.ts';
import { collisions, counts, ofStatus, replicaCounts } from '../validation/status.ts';

/** Models pkg/apis/apps/validation ValidateDeploymentSpec. */
export function validate({ spec }: any, errors: FieldErrors): void {
  nonNegative(errors, 'spec.replicas', spec.replicas);
  workloadSelector(errors, 'spec.selector', spec.selector, 'deployment');
  workloadTemplate(errors, spec, 'ReplicaSet', 'invalid label selector');
  validateStrategy(errors, 'spec.strategy', spec.strategy);
  nonNegative(errors, 'spec.minReadySeconds', spec.minReadySeconds);
  nonNegative(errors, 'spec.revisionHistoryLimit', spec.revisionHistoryLimit);
  const deadline = spec.progressDeadlineSeconds;
  if (deadline === undefined) return;
  nonNegative(errors, 'spec.progressDeadlineSeconds', deadline);
  if (deadline <= (spec.minReadySeconds ?? 0)) {
    errors.invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds');
  }
}

function validateStrategy(errors: FieldErrors, field: string, { type, rollingUpdate }: any): void {
  if (type === 'Recreate') {
    if (rollingUpdate) {
      errors.forbidden(`${field}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'");
    }
    return;
  }
  if (type !== 'RollingUpdate') {
    const shown = goStruct('apps.DeploymentStrategy', {
      Type: JSON.stringify(type),
      RollingUpdate: '(*apps.RollingUpdateDeployment)(nil)',
    });
    errors.notSupported(field, shown, ['Recreate', 'RollingUpdate']);
    return;
  }
  const { maxUnavailable, maxSurge } = rollingUpdate;
  positiveIntOrPercent(errors, `${field}.rollingUpdate.maxUnavailable`, maxUnavailable);
  positiveIntOrPercent(errors, `${field}.rollingUpdate.maxSurge`, maxSurge);
  if (intOrPercentValue(maxUnavailable) === 0 && intOrPercentValue(maxSurge) === 0) {
    const place = `${field}.rollingUpdate.maxUnavailable`;
    errors.invalid(place, goIntOrString(maxUnavailable), 'may not be 0 when `maxSurge` is 0');
  }
  atMostHundredPercent(errors, `${field}.rollingUpdate.maxUnavailable`, maxUnavailable);
}

export function validateUpdate({ spec }: any, old: any, errors: FieldErrors): void {
  immutable(errors, 'spec.selector', spec.selector, old.spec.selector, goLabelSelector(spec.selector));
}

const PARTS = ['updatedReplicas', 'readyReplicas', 'availableReplicas'];

/** Models pkg/apis/apps/validation ValidateDeploymentStatusUpdate. */
export const validateStatus = ofStatus((status, errors, _deployment, old) => {
  counts(errors, status, [
    'observedGeneration',
    'replicas',
    ...PARTS,
    'unavailableReplicas',
    'collisionCount',
  ]);
  replicaCounts(errors, status, PARTS, 'readyReplicas');
  collisions(errors, status, old);
});
