import { type CelType, checkCel, DYN } from '../../../objects/cel-check.ts';
import type { FieldErrors } from '../../../objects/field-error.ts';
import { report } from './fields.ts';
import { qualifiedName } from './names.ts';

const MAX_CONDITIONS = 64;

/** Conditions of webhooks and policies. Models pkg/apis/admissionregistration/validation validateMatchConditions. */
export function validateMatchConditions(
  errors: FieldErrors,
  field: string,
  conditions: any[] = [],
  scope: ExpressionScope = {},
): void {
  const names = new Set<string>();
  if (conditions.length > MAX_CONDITIONS) errors.tooMany(field, conditions.length, MAX_CONDITIONS);
  conditions.forEach(({ name = '', expression = '' }, i) => {
    const place = `${field}[${i}]`;
    if (expression.trim() === '') errors.required(`${place}.expression`);
    else validateExpression(errors, `${place}.expression`, expression, { ...scope, gives: 'bool' });
    if (name === '') errors.required(`${place}.name`);
    else {
      report(errors, `${place}.name`, name, qualifiedName(name));
      if (names.has(name)) errors.duplicate(`${place}.name`, name);
    }
    names.add(name);
  });
}

/** What expressions of webhooks and policies may speak of. Models apiserver/pkg/admission/plugin/cel. */
const VARIABLES: Readonly<Record<string, CelType>> = {
  object: DYN,
  oldObject: DYN,
  authorizer: DYN,
  namespaceObject: fields('metadata spec status'),
  request: fields(
    'kind resource subResource requestKind requestResource requestSubResource name namespace operation userInfo dryRun options',
  ),
};

function fields(names: string): CelType {
  return { kind: 'object', fields: Object.fromEntries(names.split(' ').map((name) => [name, DYN])) };
}

/** Beside the variables that all expressions have. */
export interface ExpressionScope {
  readonly more?: Readonly<Record<string, CelType>>;
  /** What it has to give. Default: anything. */
  readonly gives?: 'bool' | 'string';
}

/** An expression that cannot be compiled is refused with what the compiler says. */
export function validateExpression(
  errors: FieldErrors,
  field: string,
  expression: string,
  { more = {}, gives }: ExpressionScope = {},
): void {
  const { problem, type } = checkCel(expression, { ...VARIABLES, ...more });
  if (problem !== undefined) errors.invalid(field, expression, `compilation failed: ${problem}`);
  else if (gives && type !== gives && type !== 'dyn')
    errors.invalid(field, expression, `must evaluate to ${gives} but got ${type}`);
}
