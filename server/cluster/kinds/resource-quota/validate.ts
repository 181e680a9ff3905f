import type { FieldErrors } from '../../../objects/field-error.ts';
import { immutable } from '../validation/fields.ts';
import { goStrings } from '../validation/go-values.ts';
import { isStandardQuotaResource, quotaResourceName, resourceQuantity } from '../validation/resources.ts';
import { ofStatus } from '../validation/status.ts';

const SCOPES = new Set([
  'Terminating',
  'NotTerminating',
  'BestEffort',
  'NotBestEffort',
  'PriorityClass',
  'CrossNamespacePodAffinity',
  'VolumeAttributesClass',
]);
const POD_RESOURCES = new Set([
  'pods',
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
]);
const CONFLICTS = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;

/** Models pkg/apis/core/validation ValidateResourceQuotaSpec. */
export function validate({ spec = {} }: any, errors: FieldErrors): void {
  const hard: Record<string, string> = spec.hard ?? {};
  for (const name of Object.keys(hard)) {
    quotaResourceName(errors, `spec.hard[${name}]`, name);
    resourceQuantity(errors, `spec.hard[${name}]`, name, hard[name] ?? '0');
  }
  validateScopes(errors, spec.scopes ?? [], Object.keys(hard));
  if (spec.scopeSelector) validateSelector(errors, spec.scopeSelector, Object.keys(hard));
}

function validateScopes(errors: FieldErrors, scopes: string[], names: string[]): void {
  const shown = goStrings(scopes, 'core.ResourceQuotaScope');
  for (const scope of scopes) {
    if (!SCOPES.has(scope)) errors.invalid('spec.scopes', shown, 'unsupported scope');
    else if (names.some((name) => isStandardQuotaResource(name) && !covers(scope, name))) {
      errors.invalid('spec.scopes', shown, 'unsupported scope applied to resource');
    }
  }
  for (const pair of CONFLICTS) {
    if (pair.every((scope) => scopes.includes(scope)))
      errors.invalid('spec.scopes', shown, 'conflicting scopes');
  }
}

/** Models pkg/apis/core/helper IsResourceQuotaScopeValidForResource. */
function covers(scope: string, resource: string): boolean {
  if (scope === 'BestEffort') return resource === 'pods';
  if (scope === 'VolumeAttributesClass') {
    return resource === 'persistentvolumeclaims' || resource === 'requests.storage';
  }
  return (
    POD_RESOURCES.has(resource) ||
    resource.startsWith('hugepages-') ||
    resource.startsWith('requests.hugepages-')
  );
}

function validateSelector(errors: FieldErrors, { matchExpressions = [] }: any, names: string[]): void {
  const field = 'spec.scopeSelector.matchExpressions';
  for (const { scopeName, operator, values = [] } of matchExpressions) {
    if (!SCOPES.has(scopeName)) errors.invalid(`${field}.scopeName`, scopeName, 'unsupported scope');
    else if (names.some((name) => isStandardQuotaResource(name) && !covers(scopeName, name))) {
      errors.invalid(field, scopeName, 'unsupported scope applied to resource');
    }
    if (scopeName !== 'PriorityClass' && scopeName !== 'VolumeAttributesClass' && operator !== 'Exists') {
      errors.invalid(
        `${field}.operator`,
        operator,
        "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
      );
    }
    if (operator === 'In' || operator === 'NotIn') {
      if (values.length === 0) {
        errors.required(
          `${field}.values`,
          "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
        );
      }
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length > 0) {
        errors.invalid(
          `${field}.values`,
          goStrings(values),
          "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
        );
      }
    } else errors.invalid(`${field}.operator`, operator, 'not a valid selector operator');
  }
}

export function validateUpdate({ spec = {} }: any, old: any, errors: FieldErrors): void {
  const shown = goStrings(spec.scopes, 'core.ResourceQuotaScope');
  immutable(errors, 'spec.scopes', spec.scopes ?? [], old.spec?.scopes ?? [], shown);
}

/** Models pkg/apis/core/validation ValidateResourceQuotaStatusUpdate. */
export const validateStatus = ofStatus((status, errors) => {
  for (const list of ['hard', 'used']) {
    for (const [name, amount] of Object.entries<string>(status[list] ?? {})) {
      const field = `status.${list}[${name}]`;
      quotaResourceName(errors, field, name);
      resourceQuantity(errors, field, name, amount);
    }
  }
});
