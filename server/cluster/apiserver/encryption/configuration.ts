import { parse as parseYaml } from 'yaml';
import { FieldErrors } from '../../../objects/field-error.ts';
import { isObject } from '../../../objects/values.ts';
import { aggregate } from '../errors.ts';

export interface EncryptionKey {
  readonly name: string;
  /** Base64. */
  readonly secret: string;
}

interface Keys {
  readonly keys: readonly EncryptionKey[];
}

/** One way to write values; exactly one field is set. */
export interface Provider {
  readonly aescbc?: Keys;
  readonly aesgcm?: Keys;
  readonly secretbox?: Keys;
  readonly identity?: object;
  readonly kms?: object;
}

export interface ResourceRule {
  readonly resources: readonly string[];
  readonly providers: readonly Provider[];
}

const PROVIDERS = ['kms', 'aesgcm', 'aescbc', 'secretbox', 'identity'] as const;
/** Bytes that keys may have. */
const KEY_SIZES: Readonly<Record<string, readonly number[]>> = {
  aesgcm: [16, 24, 32],
  aescbc: [16, 24, 32],
  secretbox: [32],
};

/** Reads `--encryption-provider-config`. Throws what is wrong with it. Models apiserver/pkg/server/options/encryptionconfig loadConfig. */
export function readEncryptionConfiguration(text: string, path: string): readonly ResourceRule[] {
  if (text === '') throw new Error(`encryption provider configuration file ${JSON.stringify(path)} is empty`);
  const value = parsed(text);
  const { apiVersion = '', kind = '', resources } = value;
  const known = apiVersion === 'apiserver.config.k8s.io/v1' || apiVersion === 'v1';
  if (kind === '') throw new Error(`Object 'Kind' is missing in '${text}'`);
  if (
    !known ||
    (kind !== 'EncryptionConfiguration' && !(apiVersion === 'v1' && kind === 'EncryptionConfig'))
  ) {
    throw new Error(
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "k8s.io/apiserver/pkg/server/options/encryptionconfig/config.go:100"`,
    );
  }
  const rules = (Array.isArray(resources) ? resources : []).map(ruleOf);
  const errors = new FieldErrors();
  validate(rules, errors);
  if (!errors.empty) throw new Error(aggregate(errors.list));
  if (rules.some(({ providers }) => providers.some(({ kms }) => kms)))
    throw new Error('kms providers are not simulated');
  return rules;
}

function parsed(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parseYaml(text);
  } catch (error) {
    throw new Error(`error converting YAML to JSON: yaml: ${(error as Error).message.split('\n')[0]}`);
  }
  return isObject(value) ? value : {};
}

function ruleOf(value: unknown): ResourceRule {
  const { resources, providers } = isObject(value) ? value : {};
  return {
    resources: Array.isArray(resources) ? resources.map(String) : [],
    providers: Array.isArray(providers) ? providers.map(providerOf) : [],
  };
}

function providerOf(value: unknown): Provider {
  const given: Record<string, any> = isObject(value) ? value : {};
  const provider: Record<string, unknown> = {};
  for (const name of PROVIDERS) {
    const one = given[name];
    if (one === undefined || one === null) continue;
    const keys = Array.isArray(one.keys) ? one.keys : [];
    provider[name] = name in KEY_SIZES ? { keys: keys.map(keyOf) } : one;
  }
  return provider;
}

function keyOf(value: unknown): EncryptionKey {
  const { name, secret } = isObject(value) ? value : {};
  return { name: String(name ?? ''), secret: String(secret ?? '') };
}

/** Models apiserver/pkg/apis/apiserver/validation ValidateEncryptionConfiguration. */
function validate(rules: readonly ResourceRule[], errors: FieldErrors): void {
  if (rules.length === 0) errors.required('resources', 'at least one resources is required');
  rules.forEach(({ resources, providers }, i) => {
    const names = `resources[${i}].resources`;
    if (resources.length === 0) errors.required(names, `at least one ${names} is required`);
    validateOverlap(resources, names, errors);
    resources.forEach((name, j) => {
      const why = problemOfResource(name);
      if (why) errors.invalid(`${names}[${j}]`, name, why);
    });
    const place = `resources[${i}].providers`;
    if (providers.length === 0) errors.required(place, `at least one ${place} is required`);
    providers.forEach((provider, j) => {
      validateProvider(provider, `${place}[${j}]`, errors);
    });
  });
}

function validateOverlap(names: readonly string[], field: string, errors: FieldErrors): void {
  if (new Set(names).size < names.length)
    errors.invalid(field, names, 'the same resource cannot be specified multiple times');
  const all = names.map(groupResource);
  const overlaps = all.some((one, i) =>
    all.some((other, j) => {
      if (i === j || (one.group === other.group && one.resource === other.resource)) return false;
      if (one.group === '*' && one.resource === '*') return true;
      return one.group === other.group && (one.resource === '*' || other.resource === '*');
    }),
  );
  if (overlaps)
    errors.invalid(
      field,
      names,
      "using overlapping resources such as 'secrets' and '*.' in the same resource list is not allowed as they will be masked",
    );
}

const NOT_SERVED = ['apiserveripinfo', 'serviceipallocations', 'servicenodeportallocations'];

function problemOfResource(name: string): string | undefined {
  if (name.toLowerCase() !== name) return 'resource name should not contain capital letters';
  if (name === '*')
    return "use '*.' to encrypt all the resources from core API group or *.* to encrypt all resources";
  if (NOT_SERVED.includes(name)) return 'resources which do not have REST API/s cannot be encrypted';
  const { group, resource } = groupResource(name);
  if (group === 'events.k8s.io')
    return "'*.events.k8s.io' objects are stored using the 'events' API group in etcd. Use 'events' instead in the config file";
  if (group === 'extensions') return "'extensions' group has been removed and cannot be used for encryption";
  if (group === '*' && resource !== '*') return 'encrypting the same resource across groups is not supported';
  return undefined;
}

/** `deployments.apps`, `secrets`, `*.`. */
export function groupResource(name: string): { group: string; resource: string } {
  const dot = name.indexOf('.');
  return dot < 0
    ? { group: '', resource: name }
    : { group: name.slice(dot + 1), resource: name.slice(0, dot) };
}

function validateProvider(provider: Provider, field: string, errors: FieldErrors): void {
  const found = PROVIDERS.filter((name) => provider[name]);
  const [name] = found;
  if (!name) {
    const all = 'KMS, AESGCM, AESCBC, Secretbox, Identity';
    errors.invalid(field, provider, `provider does not contain any of the expected providers: ${all}`);
    return;
  }
  if (found.length > 1) {
    const why =
      'more than one provider specified in a single element, should split into different list elements';
    errors.invalid(field, provider, why);
  }
  const sizes = KEY_SIZES[name];
  if (!sizes) return;
  const { keys } = provider[name] as Keys;
  const place = `${field}.${name}.keys`;
  if (keys.length === 0) errors.required(place, 'at least one keys is required');
  keys.forEach((key, i) => {
    validateKey(key, `${place}[${i}]`, sizes, errors);
  });
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function validateKey(
  { name, secret }: EncryptionKey,
  field: string,
  sizes: readonly number[],
  errors: FieldErrors,
): void {
  if (name === '') errors.required(`${field}.name`, 'name is a mandatory field for a key');
  if (secret === '') {
    errors.required(`${field}.secret`, 'secret is a mandatory field for a key');
    return;
  }
  const bytes = secret.replace(/[\r\n]/g, '');
  if (!BASE64.test(bytes)) {
    errors.invalid(`${field}.secret`, 'REDACTED', 'secrets must be base64 encoded');
    return;
  }
  const { length } = Buffer.from(bytes, 'base64');
  if (sizes.includes(length)) return;
  const why = `secret is not of the expected length, got ${length}, expected one of [${sizes.join(' ')}]`;
  errors.invalid(`${field}.secret`, 'REDACTED', why);
}
