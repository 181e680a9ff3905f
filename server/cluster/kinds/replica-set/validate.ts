import type { FieldErrors } from '../../../objects/field-error.ts';
import { workloadTemplate } from '../pod/validation/template.ts';
import { immutable, nonNegative, workloadSelector } from '../validation/fields.ts';
import { goLabelSelector } from '../validation/go-values.ts';
import { counts, ofStatus, replicaCounts } from '../validation/status.ts';

/** Models pkg/apis/apps/validation ValidateReplicaSetSpec. */
export function validate({ spec }: any, errors: FieldErrors): void {
  nonNegative(errors, 'spec.replicas', spec.replicas);
  nonNegative(errors, 'spec.minReadySeconds', spec.minReadySeconds);
  workloadSelector(errors, 'spec.selector', spec.selector, 'deployment');
  workloadTemplate(errors, spec, 'ReplicaSet', 'invalid label selector');
}

export function validateUpdate({ spec }: any, old: any, errors: FieldErrors): void {
  immutable(errors, 'spec.selector', spec.selector, old.spec.selector, goLabelSelector(spec.selector));
}

const PARTS = ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'];

/** Models pkg/apis/apps/validation ValidateReplicaSetStatus; that of replication controllers is the same. */
export const validateStatus = ofStatus((status, errors) => {
  counts(errors, status, ['replicas', ...PARTS, 'observedGeneration']);
  replicaCounts(errors, status, PARTS, 'readyReplicas');
});
