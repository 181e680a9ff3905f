import type { FieldErrors } from '../../../objects/field-error.ts';
import { compareQuantities, parseQuantity } from '../../../objects/quantity.ts';
import { NEGATIVE } from './fields.ts';
import { goName, goQuantity } from './go-values.ts';
import { qualifiedName } from './names.ts';

const CONTAINER = new Set(['cpu', 'memory', 'ephemeral-storage']);
const COUNTED = new Set([
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]);
const QUOTA = new Set([
  ...CONTAINER,
  ...COUNTED,
  'requests.cpu',
  'requests.memory',
  'requests.storage',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
]);

function isHugePages(name: string): boolean {
  return name.startsWith('hugepages-');
}

/** Models pkg/apis/core/helper IsOvercommitAllowed. */
export function allowsOvercommit(name: string): boolean {
  return isNative(name) && !isHugePages(name);
}

/** Models pkg/apis/core/helper IsNativeResource. */
function isNative(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/');
}

/** Models pkg/apis/core/helper IsExtendedResourceName. */
function isExtended(name: string): boolean {
  return !isNative(name) && !name.startsWith('requests.') && qualifiedName(`requests.${name}`).length === 0;
}

function isStandard(name: string): boolean {
  return QUOTA.has(name) || name === 'storage' || isHugePages(name) || isQuotaHugePages(name);
}

function isQuotaHugePages(name: string): boolean {
  return name.startsWith('requests.hugepages-');
}

/** Models pkg/apis/core/validation validateResourceName. */
export function resourceName(errors: FieldErrors, field: string, name: string): void {
  const problems = qualifiedName(name);
  for (const problem of problems) errors.invalid(field, goName(name), problem);
  if (problems.length === 0 && !name.includes('/') && !isStandard(name)) {
    errors.invalid(field, goName(name), 'must be a standard resource type or fully qualified');
  }
}

/** Models pkg/apis/core/validation validateContainerResourceName. */
export function containerResourceName(errors: FieldErrors, field: string, name: string): void {
  resourceName(errors, field, name);
  if (!name.includes('/')) {
    if (!CONTAINER.has(name) && !isHugePages(name)) {
      errors.invalid(field, goName(name), 'must be a standard resource for containers');
    }
  } else if (!isNative(name) && !isExtended(name)) {
    errors.invalid(field, goName(name), "doesn't follow extended resource name standard");
  }
}

export function quotaResourceName(errors: FieldErrors, field: string, name: string): void {
  resourceName(errors, field, name);
  if (!name.includes('/') && !QUOTA.has(name) && !isHugePages(name) && !isQuotaHugePages(name)) {
    errors.invalid(field, goName(name), 'must be a standard resource for quota');
  }
}

export function isStandardQuotaResource(name: string): boolean {
  return QUOTA.has(name) || isHugePages(name) || isQuotaHugePages(name);
}

/** Models pkg/apis/core/validation ValidateResourceQuantityValue. */
export function resourceQuantity(errors: FieldErrors, field: string, name: string, value: string): void {
  const nanos = parseQuantity(value)?.nanos ?? 0n;
  if (nanos < 0n) errors.invalid(field, value, NEGATIVE);
  if ((COUNTED.has(name) || isExtended(name)) && nanos % 1_000_000_000n !== 0n) {
    errors.invalid(field, goQuantity(value, false), 'must be an integer');
  }
}

/** Models pkg/apis/core/validation ValidateContainerResourceRequirements. */
export function resourceRequirements(errors: FieldErrors, field: string, resources: any): void {
  const { limits = {}, requests = {} } = resources ?? {};
  for (const name of Object.keys(limits).sort()) {
    const place = `${field}.limits[${name}]`;
    containerResourceName(errors, place, name);
    resourceQuantity(errors, place, name, limits[name]);
    wholePages(errors, place, name, limits[name]);
  }
  for (const name of Object.keys(requests).sort()) {
    const place = `${field}.requests[${name}]`;
    containerResourceName(errors, place, name);
    resourceQuantity(errors, place, name, requests[name]);
    requestBelowLimit(errors, field, name, requests[name], limits[name]);
    wholePages(errors, place, name, requests[name]);
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory')) {
    errors.forbidden(field, 'HugePages require cpu or memory');
  }
}

/** Models pkg/apis/core/validation validateResourceQuantityHugePageValue. */
function wholePages(errors: FieldErrors, field: string, name: string, value: string): void {
  if (!isHugePages(name)) return;
  const page = parseQuantity(name.slice('hugepages-'.length))?.nanos ?? 0n;
  const nanos = parseQuantity(value)?.nanos ?? 0n;
  if (page > 0n && nanos % page === 0n) return;
  errors.invalid(field, value, `${value} is not positive integer multiple of ${name}`);
}

function requestBelowLimit(
  errors: FieldErrors,
  field: string,
  name: string,
  request: string,
  limit?: string,
): void {
  const overcommit = allowsOvercommit(name);
  if (limit === undefined) {
    if (!overcommit) errors.required(`${field}.limits`, 'Limit must be set for non overcommitable resources');
    return;
  }
  const order = compareQuantities(request, limit);
  if (order !== 0 && !overcommit) {
    errors.invalid(`${field}.requests`, request, `must be equal to ${name} limit of ${limit}`);
  } else if (order > 0) {
    errors.invalid(`${field}.requests`, request, `must be less than or equal to ${name} limit of ${limit}`);
  }
}

/** A quantity that must be more than nothing. */
export function positiveQuantity(errors: FieldErrors, field: string, value: string): void {
  if (compareQuantities(value, '0') <= 0) errors.invalid(field, value, 'must be greater than zero');
}

/** Models pkg/apis/core/validation validateBasicResource. */
export function basicResource(errors: FieldErrors, field: string, value: string): void {
  const nanos = parseQuantity(value)?.nanos ?? 0n;
  if (nanos >= 0n) return;
  // Whole units, rounded away from nothing.
  const units = -((999_999_999n - nanos) / 1_000_000_000n);
  errors.invalid(field, goName(String(units)), 'must be a valid resource quantity');
}
