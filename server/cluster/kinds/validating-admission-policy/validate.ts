import { type CelType, DYN } from '../../../objects/cel-check.ts';
import type { FieldErrors } from '../../../objects/field-error.ts';
import { validateRule } from '../mutating-webhook-configuration/validate.ts';
import { labelSelector, oneOf, report } from '../validation/fields.ts';
import {
  type ExpressionScope,
  validateExpression,
  validateMatchConditions,
} from '../validation/match-conditions.ts';
import { dns1035Label, pathSegment, qualifiedName } from '../validation/names.ts';
import { conditions, ofStatus } from '../validation/status.ts';

const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge', 'Unauthorized'];

/** Models pkg/apis/admissionregistration/validation validateValidatingAdmissionPolicySpec. */
export function validate({ spec = {} }: any, errors: FieldErrors): void {
  oneOf(errors, 'spec.failurePolicy', spec.failurePolicy, ['Fail', 'Ignore']);
  if (spec.paramKind) validateParamKind(errors, 'spec.paramKind', spec.paramKind);
  if (!spec.matchConstraints) errors.required('spec.matchConstraints');
  else {
    validateMatchResources(errors, 'spec.matchConstraints', spec.matchConstraints);
    if ((spec.matchConstraints.resourceRules ?? []).length === 0)
      errors.required('spec.matchConstraints.resourceRules');
  }
  const params = spec.paramKind ? { params: DYN } : {};
  validateMatchConditions(errors, 'spec.matchConditions', spec.matchConditions, { more: params });
  const variables: any[] = spec.variables ?? [];
  variables.forEach((variable, i) => {
    validateVariable(errors, `spec.variables[${i}]`, variable, scopeOf(params, variables.slice(0, i)));
  });
  const scope = scopeOf(params, variables);
  const { validations = [], auditAnnotations = [] } = spec;
  if (validations.length + auditAnnotations.length === 0) {
    const why = 'validations or auditAnnotations must contain at least one item';
    errors.required('spec.validations', why);
    errors.required('spec.auditAnnotations', why);
  }
  validations.forEach((validation: any, i: number) => {
    validateValidation(errors, `spec.validations[${i}]`, validation, scope);
  });
  validateAnnotations(errors, 'spec.auditAnnotations', auditAnnotations, scope);
}

function validateParamKind(errors: FieldErrors, field: string, { apiVersion = '', kind = '' }: any): void {
  if (apiVersion === '') errors.required(`${field}.apiVersion`);
  else if (apiVersion.split('/').length > 2)
    errors.invalid(`${field}.apiVersion`, apiVersion, `unexpected GroupVersion string: ${apiVersion}`);
  if (kind === '') errors.required(`${field}.kind`);
  else if (dns1035Label(kind.toLowerCase()).length > 0) {
    const why = dns1035Label(kind.toLowerCase()).join(',');
    errors.invalid(`${field}.kind`, kind, `may have mixed case, but should otherwise match: ${why}`);
  }
}

/** What a policy or a binding is about. */
export function validateMatchResources(errors: FieldErrors, field: string, resources: any): void {
  const { namespaceSelector, objectSelector, resourceRules = [], excludeResourceRules = [] } = resources;
  labelSelector(errors, `${field}.namespaceSelector`, namespaceSelector);
  labelSelector(errors, `${field}.objectSelector`, objectSelector);
  const rules = (name: string, list: any[]) => {
    list.forEach((rule, i) => {
      validateNamedRule(errors, `${field}.${name}[${i}]`, rule);
    });
  };
  rules('resourceRules', resourceRules);
  oneOf(errors, `${field}.matchPolicy`, resources.matchPolicy, ['Equivalent', 'Exact']);
  rules('excludeResourceRules', excludeResourceRules);
}

function validateNamedRule(errors: FieldErrors, field: string, rule: any): void {
  const names: string[] = rule.resourceNames ?? [];
  names.forEach((name, i) => {
    const place = `${field}.resourceNames[${i}]`;
    report(errors, place, name, pathSegment(name));
    if (names.indexOf(name) < i) errors.duplicate(place, name);
  });
  validateRule(errors, field, rule);
}

/** Expressions know the parameters, if there are any, and the variables before them. */
function scopeOf(params: Readonly<Record<string, CelType>>, variables: readonly any[]): ExpressionScope {
  const fields = Object.fromEntries(variables.map(({ name }) => [name ?? '', DYN]));
  return { more: { ...params, variables: { kind: 'object', fields } } };
}

function validateVariable(
  errors: FieldErrors,
  field: string,
  { name = '', expression = '' }: any,
  scope: ExpressionScope,
): void {
  if (name === '') errors.required(`${field}.name`, 'name is not specified');
  else if (!/^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name))
    errors.invalid(`${field}.name`, name, 'name is not a valid CEL identifier');
  if (expression.trim() === '') errors.required(`${field}.expression`, 'expression is not specified');
  else validateExpression(errors, `${field}.expression`, expression, scope);
}

function validateValidation(
  errors: FieldErrors,
  field: string,
  validation: any,
  scope: ExpressionScope,
): void {
  const { expression = '', message = '', messageExpression = '', reason } = validation;
  if (expression.trim() === '') errors.required(`${field}.expression`, 'expression is not specified');
  else validateExpression(errors, `${field}.expression`, expression, { ...scope, gives: 'bool' });
  if (messageExpression !== '' && messageExpression.trim() === '') {
    errors.invalid(`${field}.messageExpression`, messageExpression, 'must be non-empty if specified');
  } else if (messageExpression !== '') {
    validateExpression(errors, `${field}.messageExpression`, messageExpression, {
      ...scope,
      gives: 'string',
    });
  }
  if (message !== '' && message.trim() === '')
    errors.invalid(`${field}.message`, message, 'message must be non-empty if specified');
  else if (/[\n\r]/.test(message.trim()))
    errors.invalid(`${field}.message`, message, 'message must not contain line breaks');
  if (reason !== undefined && !REASONS.includes(reason))
    errors.notSupported(`${field}.reason`, reason, REASONS);
}

function validateAnnotations(
  errors: FieldErrors,
  field: string,
  annotations: any[],
  scope: ExpressionScope,
): void {
  const keys = new Set<string>();
  annotations.forEach(({ key = '', valueExpression = '' }, i) => {
    const place = `${field}[${i}]`;
    if (key === '') errors.required(`${place}.key`);
    else report(errors, `${place}.key`, key, qualifiedName(key));
    if (keys.has(key)) errors.duplicate(`${place}.key`, key);
    keys.add(key);
    if (valueExpression.trim() === '')
      errors.required(`${place}.valueExpression`, 'valueExpression is not specified');
    else validateExpression(errors, `${place}.valueExpression`, valueExpression, scope);
  });
}

/** Models pkg/apis/admissionregistration/validation ValidateValidatingAdmissionPolicyStatusUpdate. */
export const validateStatus = ofStatus((status, errors) =>
  conditions(errors, 'status.conditions', status.conditions),
);
