import { AGE, age, integer, NAME, text } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';

export const VALIDATING_ADMISSION_POLICY: Kind = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicy',
  plural: 'validatingadmissionpolicies',
  singular: 'validatingadmissionpolicy',
  categories: ['api-extensions'],
  namespaced: false,
  schema: 'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy',
  hasStatus: true,
  hasGeneration: true,
  columns: [NAME, integer('Validations'), text('ParamKind'), AGE],
  row,
};

function row(object: any, context: RowContext): Cell[] {
  const { validations = [], paramKind } = object.spec ?? {};
  const shown = paramKind ? `${paramKind.apiVersion}/${paramKind.kind}` : '<unset>';
  return [object.metadata.name, validations.length, shown, age(object, context)];
}
