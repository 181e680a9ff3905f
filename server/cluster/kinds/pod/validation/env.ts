import type { FieldErrors } from '../../../../objects/field-error.ts';
import { canonicalQuantity } from '../../../../objects/quantity.ts';
import { report } from '../../validation/fields.ts';
import {
  configMapKey,
  dnsSubdomain,
  envVarName,
  qualifiedName,
  strictEnvVarName,
} from '../../validation/names.ts';

const ENV_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
const VOLUME_FIELDS = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];
/** What downward API labels may be converted at all; whether the place allows them is another question. */
const KNOWN_FIELDS = new Set([
  ...ENV_FIELDS,
  ...VOLUME_FIELDS,
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
]);
const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];

function nameRule(errors: FieldErrors): (name: string) => string[] {
  return errors.isChanged('RelaxedEnvironmentVariableValidation') ? strictEnvVarName : envVarName;
}

export function validateEnv(errors: FieldErrors, field: string, env: any[] = []): void {
  env.forEach((variable, i) => {
    const place = `${field}[${i}]`;
    if (!variable.name) errors.required(`${place}.name`);
    else report(errors, `${place}.name`, variable.name, nameRule(errors)(variable.name));
    if (variable.valueFrom) validateValueFrom(errors, `${place}.valueFrom`, variable);
  });
}

function validateValueFrom(errors: FieldErrors, field: string, { value, valueFrom }: any): void {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  if (fieldRef) validateFieldRef(errors, `${field}.fieldRef`, fieldRef, 'env');
  if (resourceFieldRef)
    validateResourceFieldRef(errors, `${field}.resourceFieldRef`, resourceFieldRef, false);
  if (configMapKeyRef) validateKeyRef(errors, `${field}.configMapKeyRef`, configMapKeyRef);
  if (secretKeyRef) validateKeyRef(errors, `${field}.secretKeyRef`, secretKeyRef);
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef].filter(Boolean).length;
  if (sources === 0) {
    const names = 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`';
    errors.invalid(field, '', names);
  }
  if (value) {
    if (sources > 0) errors.invalid(field, '', 'may not be specified when `value` is not empty');
  } else if (sources > 1) errors.invalid(field, '', 'may not have more than one field specified at a time');
}

/** Models pkg/apis/core/validation validateObjectFieldSelector. */
export function validateFieldRef(
  errors: FieldErrors,
  field: string,
  ref: any,
  place: 'env' | 'volume',
): void {
  if (!ref.apiVersion) {
    errors.required(`${field}.apiVersion`);
    return;
  }
  const path: string = ref.fieldPath ?? '';
  if (path === '') {
    errors.required(`${field}.fieldPath`);
    return;
  }
  if (ref.apiVersion !== 'v1') {
    const why = `error converting fieldPath: unsupported pod version: ${ref.apiVersion}`;
    errors.invalid(`${field}.fieldPath`, path, why);
    return;
  }
  const subscript = /^(metadata\.(?:annotations|labels))\['(.*)'\]$/.exec(path);
  if (subscript) {
    const name = subscript[2] as string;
    const key = subscript[1] === 'metadata.labels' ? name : name.toLowerCase();
    report(errors, field, key, qualifiedName(key));
    return;
  }
  // `spec.host` is what old clients call the node's name.
  if (path === 'spec.host' && place === 'env') return;
  const known = path === 'spec.host' || KNOWN_FIELDS.has(path);
  if (!known) {
    const why = /^(.*)\['.*'\]$/.test(path)
      ? `error converting fieldPath: field label does not support subscript: ${path}`
      : `error converting fieldPath: field label not supported: ${path}`;
    errors.invalid(`${field}.fieldPath`, path, why);
    return;
  }
  const allowed = place === 'env' ? ENV_FIELDS : VOLUME_FIELDS;
  if (!allowed.includes(path)) errors.notSupported(`${field}.fieldPath`, path, allowed);
}

export function validateResourceFieldRef(
  errors: FieldErrors,
  field: string,
  ref: any,
  volume: boolean,
): void {
  const { containerName, resource = '', divisor = '0' } = ref;
  if (volume && !containerName) errors.required(`${field}.containerName`);
  else if (resource === '') errors.required(`${field}.resource`);
  else if (!RESOURCES.includes(resource) && !/^(limits|requests)\.hugepages-/.test(resource)) {
    errors.notSupported(`${field}.resource`, resource, RESOURCES);
  }
  validateDivisor(errors, `${field}.divisor`, resource, canonicalQuantity(divisor) ?? divisor);
}

const CPU_DIVISORS = ['1m', '1'];
const BYTE_DIVISORS = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

/** What is shown is the resource, not its divisor: so the real one does. */
function validateDivisor(errors: FieldErrors, field: string, resource: string, divisor: string): void {
  const huge = /^(limits|requests)\.hugepages-/.test(resource);
  if (divisor === '0' || !(huge || RESOURCES.includes(resource))) return;
  const kind = huge ? 'hugepages' : (resource.split('.')[1] ?? '');
  const allowed = kind === 'cpu' ? CPU_DIVISORS : BYTE_DIVISORS;
  if (allowed.includes(divisor)) return;
  const list = kind === 'cpu' ? '1m and 1' : allowed.join(', ');
  const name = kind === 'ephemeral-storage' ? 'local ephemeral storage' : kind;
  const why = `only divisor's values ${list} are supported with the ${name} resource`;
  errors.invalid(field, resource, why);
}

function validateKeyRef(errors: FieldErrors, field: string, { name = '', key }: any): void {
  report(errors, `${field}.name`, name, dnsSubdomain(name));
  if (!key) errors.required(`${field}.key`);
  else report(errors, `${field}.key`, key, configMapKey(key));
}

export function validateEnvFrom(errors: FieldErrors, field: string, sources: any[] = []): void {
  sources.forEach(({ prefix, configMapRef, secretRef }, i) => {
    const place = `${field}[${i}]`;
    if (prefix) report(errors, `${place}.prefix`, prefix, nameRule(errors)(prefix));
    if (configMapRef) validateSourceName(errors, `${place}.configMapRef.name`, configMapRef.name);
    if (secretRef) validateSourceName(errors, `${place}.secretRef.name`, secretRef.name);
    if (!configMapRef && !secretRef) {
      errors.invalid(field, '', 'must specify one of: `configMapRef` or `secretRef`');
    } else if (configMapRef && secretRef) {
      errors.invalid(field, '', 'may not have more than one field specified at a time');
    }
  });
}

function validateSourceName(errors: FieldErrors, field: string, name: string | undefined): void {
  if (!name) errors.required(field);
  else report(errors, field, name, dnsSubdomain(name));
}
