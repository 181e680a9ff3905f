import { AGE, age, integer, NAME, text } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { defaultMatchResources } from '../mutating-webhook-configuration/webhook-defaults.ts';
import { earlierVersions } from '../schema/earlier.ts';
import { validate, validateStatus } from './validate.ts';

export const VALIDATING_ADMISSION_POLICY: Kind = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicy',
  plural: 'validatingadmissionpolicies',
  singular: 'validatingadmissionpolicy',
  categories: ['api-extensions'],
  namespaced: false,
  schema: 'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy',
  otherVersions: earlierVersions('admissionregistration.k8s.io', 'ValidatingAdmissionPolicy'),
  hasStatus: true,
  hasGeneration: true,
  columns: [NAME, integer('Validations'), text('ParamKind'), AGE],
  row,
  setDefaults,
  prepareForCreate,
  validate,
  validateSubresource: validateStatus,
};

function row(object: any, context: RowContext): Cell[] {
  const { validations = [], paramKind } = object.spec ?? {};
  const shown = paramKind ? `${paramKind.apiVersion}/${paramKind.kind}` : '<unset>';
  return [object.metadata.name, validations.length, shown, age(object, context)];
}

function setDefaults(object: any): void {
  const spec = object.spec ?? {};
  object.spec = spec;
  spec.failurePolicy ??= 'Fail';
  if (spec.matchConstraints) defaultMatchResources(spec.matchConstraints);
}

function prepareForCreate(object: any): void {
  object.status = {};
}
