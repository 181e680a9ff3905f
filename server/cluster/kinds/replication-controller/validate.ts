import type { FieldErrors } from '../../../objects/field-error.ts';
import { validatePodTemplate } from '../pod/validation/pod-spec.ts';
import { runsForever } from '../pod/validation/template.ts';
import { mismatchedLabels, nonNegative } from '../validation/fields.ts';

/** Models pkg/apis/core/validation ValidateReplicationControllerSpec. */
export function validate({ spec }: any, errors: FieldErrors): void {
  const { selector = {}, template } = spec;
  nonNegative(errors, 'spec.minReadySeconds', spec.minReadySeconds);
  if (Object.keys(selector).length === 0) errors.required('spec.selector');
  nonNegative(errors, 'spec.replicas', spec.replicas);
  if (!template) {
    errors.required('spec.template');
    return;
  }
  const labels = template.metadata?.labels ?? {};
  if (Object.entries(selector).some(([key, value]) => labels[key] !== value)) {
    mismatchedLabels(errors, 'spec.template.metadata.labels', template.metadata?.labels);
  }
  validatePodTemplate(errors, 'spec.template', template);
  runsForever(errors, template, 'ReplicationController');
}
