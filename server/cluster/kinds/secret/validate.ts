import type { FieldErrors } from '../../../objects/field-error.ts';
import { goJsonError } from '../../../objects/json-error.ts';
import { frozen } from '../config-map/validate.ts';
import { immutable, report } from '../validation/fields.ts';
import { configMapKey } from '../validation/names.ts';

const MAX_BYTES = 1024 * 1024;
const ACCOUNT = 'kubernetes.io/service-account.name';

/** Models pkg/apis/core/validation ValidateSecret. */
export function validate({ metadata, type, data = {} }: any, errors: FieldErrors): void {
  let size = 0;
  for (const key of Object.keys(data).sort()) {
    report(errors, `data[${key}]`, key, configMapKey(key));
    size += Math.floor((data[key].length * 3) / 4);
  }
  if (size > MAX_BYTES) errors.tooLong('data', MAX_BYTES);
  switch (type) {
    case 'kubernetes.io/service-account-token':
      if (!metadata.annotations?.[ACCOUNT]) errors.required(`metadata.annotations[${ACCOUNT}]`);
      break;
    case 'kubernetes.io/dockercfg':
      validateJson(errors, data, '.dockercfg');
      break;
    case 'kubernetes.io/dockerconfigjson':
      validateJson(errors, data, '.dockerconfigjson');
      break;
    case 'kubernetes.io/basic-auth':
      if (data.username === undefined && data.password === undefined)
        requireKeys(errors, data, ['username', 'password']);
      break;
    case 'kubernetes.io/ssh-auth':
      requireKeys(errors, data, ['ssh-privatekey']);
      break;
    case 'kubernetes.io/tls':
      requireKeys(errors, data, ['tls.crt', 'tls.key']);
      break;
    default:
  }
}

function requireKeys(errors: FieldErrors, data: any, keys: readonly string[]): void {
  for (const key of keys) if (data[key] === undefined) errors.required(`data[${key}]`);
}

function validateJson(errors: FieldErrors, data: any, key: string): void {
  if (data[key] === undefined) {
    errors.required(`data[${key}]`);
    return;
  }
  const problem = mapProblem(Buffer.from(data[key], 'base64').toString('utf8'));
  if (problem) errors.invalid(`data[${key}]`, '<secret contents redacted>', problem);
}

/** What keeps a text from being read into a map, in Go's words. */
function mapProblem(text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return goJsonError(text, error as Error);
  }
  if (value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined;
  const type = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return `json: cannot unmarshal ${type} into Go value of type map[string]interface {}`;
}

/** Models pkg/apis/core/validation ValidateSecretUpdate. */
export function validateUpdate(object: any, old: any, errors: FieldErrors): void {
  immutable(errors, 'type', object.type, old.type);
  frozen(object, old, ['data'], errors);
}
