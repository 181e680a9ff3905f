import { AGE, age, NAME, text } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { defaultMatchResources } from '../mutating-webhook-configuration/webhook-defaults.ts';
import { earlierVersions } from '../schema/earlier.ts';
import { validate } from './validate.ts';

export const VALIDATING_ADMISSION_POLICY_BINDING: Kind = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  plural: 'validatingadmissionpolicybindings',
  singular: 'validatingadmissionpolicybinding',
  categories: ['api-extensions'],
  namespaced: false,
  schema: 'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding',
  otherVersions: earlierVersions('admissionregistration.k8s.io', 'ValidatingAdmissionPolicyBinding'),
  hasGeneration: true,
  columns: [NAME, text('PolicyName'), text('ParamRef'), AGE],
  row,
  setDefaults,
  validate,
};

function row(object: any, context: RowContext): Cell[] {
  const { policyName = '', paramRef } = object.spec ?? {};
  const shown = paramRef?.name ? `${paramRef.namespace || '*'}/${paramRef.name}` : '<unset>';
  return [object.metadata.name, policyName, shown, age(object, context)];
}

function setDefaults(object: any): void {
  if (object.spec?.matchResources) defaultMatchResources(object.spec.matchResources);
}
