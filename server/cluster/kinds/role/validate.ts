import type { FieldErrors } from '../../../objects/field-error.ts';
import { labelSelector } from '../validation/fields.ts';
import { goStrings } from '../validation/go-values.ts';

/** Models pkg/apis/rbac/validation ValidateRole. */
export function validate({ rules }: any, errors: FieldErrors): void {
  validateRules(errors, 'rules', rules ?? [], true);
}

/** Models pkg/apis/rbac/validation ValidateClusterRole. */
export function validateClusterRole({ rules, aggregationRule }: any, errors: FieldErrors): void {
  validateRules(errors, 'rules', rules ?? [], false);
  if (!aggregationRule) return;
  const selectors: any[] = aggregationRule.clusterRoleSelectors ?? [];
  if (selectors.length === 0) {
    errors.required(
      'aggregationRule.clusterRoleSelectors',
      'at least one clusterRoleSelector required if aggregationRule is non-nil',
    );
  }
  selectors.forEach((selector, i) => {
    labelSelector(errors, `aggregationRule.clusterRoleSelectors[${i}]`, selector);
  });
}

function validateRules(errors: FieldErrors, field: string, rules: any[], namespaced: boolean): void {
  rules.forEach((rule, i) => {
    validateRule(errors, `${field}[${i}]`, rule, namespaced);
  });
}

/** Models pkg/apis/rbac/validation ValidatePolicyRule. */
function validateRule(errors: FieldErrors, field: string, rule: any, namespaced: boolean): void {
  const { verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  if (verbs.length === 0) errors.required(`${field}.verbs`, 'verbs must contain at least one value');
  if (nonResourceURLs.length > 0) {
    const shown = goStrings(nonResourceURLs);
    if (namespaced) {
      errors.invalid(`${field}.nonResourceURLs`, shown, 'namespaced rules cannot apply to non-resource URLs');
    }
    if (apiGroups.length + resources.length + resourceNames.length > 0) {
      const why = 'rules cannot apply to both regular resources and non-resource URLs';
      errors.invalid(`${field}.nonResourceURLs`, shown, why);
    }
    return;
  }
  if (apiGroups.length === 0) {
    errors.required(`${field}.apiGroups`, 'resource rules must supply at least one api group');
  }
  if (resources.length === 0) {
    errors.required(`${field}.resources`, 'resource rules must supply at least one resource');
  }
}
