import type { FieldErrors } from '../../../objects/field-error.ts';

/** Models pkg/apis/core/validation legacyValidateEvent. */
export function validate({ metadata, involvedObject = {} }: any, errors: FieldErrors): void {
  const namespace = involvedObject.namespace ?? '';
  if (namespace === '') {
    if (metadata.namespace !== 'default' && metadata.namespace !== 'kube-system') {
      errors.invalid('involvedObject.namespace', namespace, 'does not match event.namespace');
    }
  } else if (namespace !== metadata.namespace) {
    errors.invalid('involvedObject.namespace', namespace, 'does not match event.namespace');
  }
}
