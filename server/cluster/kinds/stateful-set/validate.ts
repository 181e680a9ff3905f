import type { FieldErrors } from '../../../objects/field-error.ts';
import { equalValues } from '../../../objects/values.ts';
import { workloadTemplate } from '../pod/validation/template.ts';
import {
  atMostHundredPercent,
  intOrPercentValue,
  nonNegative,
  oneOfIfSet,
  positiveIntOrPercent,
  workloadSelector,
} from '../validation/fields.ts';
import { goDump, goIntOrString } from '../validation/go-values.ts';
import { collisions, counts, ofStatus, replicaCounts } from '../validation/status.ts';

/** Models pkg/apis/apps/validation ValidateStatefulSetSpec. */
export function validate({ spec }: any, errors: FieldErrors): void {
  const {
    podManagementPolicy: policy,
    updateStrategy,
    persistentVolumeClaimRetentionPolicy: retention,
  } = spec;
  if (policy !== 'OrderedReady' && policy !== 'Parallel') {
    errors.invalid('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'");
  }
  validateStrategy(errors, 'spec.updateStrategy', updateStrategy);
  const policies = ['Retain', 'Delete'];
  oneOfIfSet(
    errors,
    'spec.persistentVolumeClaimRetentionPolicy.whenDeleted',
    retention?.whenDeleted,
    policies,
  );
  oneOfIfSet(errors, 'spec.persistentVolumeClaimRetentionPolicy.whenScaled', retention?.whenScaled, policies);
  nonNegative(errors, 'spec.replicas', spec.replicas);
  nonNegative(errors, 'spec.minReadySeconds', spec.minReadySeconds);
  nonNegative(errors, 'spec.ordinals.start', spec.ordinals?.start);
  nonNegative(errors, 'spec.revisionHistoryLimit', spec.revisionHistoryLimit);
  workloadSelector(errors, 'spec.selector', spec.selector, 'statefulset');
  workloadTemplate(errors, spec, 'StatefulSet', '');
}

function validateStrategy(errors: FieldErrors, field: string, strategy: any): void {
  const { type, rollingUpdate } = strategy;
  if (type === 'OnDelete') {
    if (rollingUpdate) {
      const shown = goDump('apps.RollingUpdateStatefulSetStrategy', rollingUpdate);
      errors.invalid(`${field}.rollingUpdate`, shown, "only allowed for updateStrategy 'RollingUpdate'");
    }
  } else if (type === 'RollingUpdate') {
    nonNegative(errors, `${field}.rollingUpdate.partition`, rollingUpdate?.partition);
    validateUnavailable(errors, `${field}.rollingUpdate.maxUnavailable`, rollingUpdate?.maxUnavailable);
  } else {
    const shown = goDump('apps.StatefulSetUpdateStrategy', strategy);
    errors.invalid(field, shown, "must be 'RollingUpdate' or 'OnDelete'");
  }
}

/** A field of the gate MaxUnavailableStatefulSet. */
function validateUnavailable(errors: FieldErrors, field: string, value: number | string | undefined): void {
  if (value === undefined) return;
  positiveIntOrPercent(errors, field, value);
  if (intOrPercentValue(value) === 0) errors.invalid(field, goIntOrString(value), 'cannot be 0');
  atMostHundredPercent(errors, field, value);
}

const MUTABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

/** Models pkg/apis/apps/validation ValidateStatefulSetUpdate. */
export function validateUpdate({ spec }: any, old: any, errors: FieldErrors): void {
  const changed = { ...spec };
  for (const name of MUTABLE) changed[name] = old.spec[name];
  if (equalValues(changed, old.spec)) return;
  errors.forbidden(
    'spec',
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
  );
}

/** Models pkg/apis/apps/validation ValidateStatefulSetStatusUpdate. */
export const validateStatus = ofStatus((status, errors, _set, old) => {
  const parts = ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'];
  counts(errors, status, ['replicas', ...parts, 'observedGeneration', 'collisionCount']);
  replicaCounts(errors, status, parts, 'status.readyReplicas');
  collisions(errors, status, old);
});
