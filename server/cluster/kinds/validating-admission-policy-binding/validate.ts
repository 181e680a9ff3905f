import type { FieldErrors } from '../../../objects/field-error.ts';
import { validateMatchResources } from '../validating-admission-policy/validate.ts';
import { labelSelector, oneOf, report } from '../validation/fields.ts';
import { dnsSubdomain, pathSegment } from '../validation/names.ts';

const ACTIONS = ['Audit', 'Deny', 'Warn'];

/** Models pkg/apis/admissionregistration/validation validateValidatingAdmissionPolicyBindingSpec. */
export function validate({ spec = {} }: any, errors: FieldErrors): void {
  const { policyName, paramRef, matchResources, validationActions = [] } = spec;
  if (!policyName) errors.required('spec.policyName');
  else report(errors, 'spec.policyName', policyName, dnsSubdomain(policyName));
  if (paramRef) validateParamRef(errors, 'spec.paramRef', paramRef);
  if (matchResources) validateMatchResources(errors, 'spec.matchResources', matchResources);
  validateActions(errors, 'spec.validationActions', validationActions);
}

function validateParamRef(errors: FieldErrors, field: string, paramRef: any): void {
  const { name = '', selector, parameterNotFoundAction } = paramRef;
  if (name !== '') {
    report(errors, `${field}.name`, name, pathSegment(name));
    if (selector) {
      const why = 'name and selector are mutually exclusive';
      errors.forbidden(`${field}.name`, why);
      errors.forbidden(`${field}.selector`, why);
    }
  } else if (!selector) errors.required(field, 'one of name or selector must be specified');
  labelSelector(errors, `${field}.selector`, selector);
  oneOf(errors, `${field}.parameterNotFoundAction`, parameterNotFoundAction, ['Allow', 'Deny']);
}

function validateActions(errors: FieldErrors, field: string, actions: readonly string[]): void {
  if (actions.length === 0) errors.required(field, 'at least one validation action is required');
  actions.forEach((action, i) => {
    if (!ACTIONS.includes(action)) errors.notSupported(`${field}[${i}]`, action, ACTIONS);
    if (actions.indexOf(action) < i) errors.duplicate(`${field}[${i}]`, action);
  });
  if (actions.includes('Deny') && actions.includes('Warn')) {
    const why =
      'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';
    errors.invalid(field, actions, why);
  }
}
