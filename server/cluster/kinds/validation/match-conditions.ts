import { compileProblem } from '../../../objects/cel.ts';
import type { FieldErrors } from '../../../objects/field-error.ts';
import { report } from './fields.ts';
import { qualifiedName } from './names.ts';

const MAX_CONDITIONS = 64;

/** Conditions of webhooks and policies. Models pkg/apis/admissionregistration/validation validateMatchConditions. */
export function validateMatchConditions(errors: FieldErrors, field: string, conditions: any[] = []): void {
  const names = new Set<string>();
  if (conditions.length > MAX_CONDITIONS) errors.tooMany(field, conditions.length, MAX_CONDITIONS);
  conditions.forEach(({ name = '', expression = '' }, i) => {
    const place = `${field}[${i}]`;
    if (expression.trim() === '') errors.required(`${place}.expression`);
    else validateExpression(errors, `${place}.expression`, expression);
    if (name === '') errors.required(`${place}.name`);
    else {
      report(errors, `${place}.name`, name, qualifiedName(name));
      if (names.has(name)) errors.duplicate(`${place}.name`, name);
    }
    names.add(name);
  });
}

/** An expression that cannot be compiled is refused with what the compiler says. */
export function validateExpression(errors: FieldErrors, field: string, expression: string): void {
  const problem = compileProblem(expression);
  if (problem !== undefined) errors.invalid(field, expression, `compilation failed: ${problem}`);
}
